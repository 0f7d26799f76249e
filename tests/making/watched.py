"""What was recorded and inspected in the little world."""

import io
from datetime import timedelta
from typing import Any

from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import sessions_of
from app.inspections import service as inspections
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.recordings import queries, service
from app.recordings.models import Recording
from app.recordings.service.keeping import Kept
from tests.makers import COUNTY, make_user
from tests.making.classes import SchoolSet, approve_class, begin_class, clerk_of, make_class, officer
from tests.making.recordings import photo
from tests.making.results import enroll, make_running_class


def send(row: TrainingClass, seed: int, by: Actor) -> Kept:
    """A photo of a class's first half-day."""
    session = sessions_of(row.id)[0]
    with clock.at(session.ends_at + timedelta(minutes=5)):
        return service.take_in(session, io.BytesIO(photo(seed)), by=by)


def running(at: SchoolSet, people: int = 1) -> TrainingClass:
    """A class of a school that has others these days: it begins when they are over."""
    row = make_class(at, start_on=clock.today() + timedelta(days=120))
    enroll(row, people)
    by = clerk_of(row)
    classes.propose_posts(row, by=by)
    classes.file(row, by=by)
    return begin_class(approve_class(row))


def of_recordings(at_school: SchoolSet, user: Any) -> dict[str, Any]:
    """A class of the school and another with the same photo; a file that a user of the school is sending."""
    here, there = running(at_school), make_running_class(1)
    recording: Recording = send(here, 1, clerk_of(here)).row
    send(there, 1, clerk_of(there))
    session = sessions_of(here.id)[0]
    with clock.at(session.ends_at):
        coming = service.begin(session, 10, by=user.as_actor())
    (doubt,) = queries.doubts_of([recording.id])[recording.id]
    return _of_inspections(here) | {
        "recording_id": recording.id,
        "recording_doubt_id": doubt.id,
        "incoming_id": coming.id,
    }


def _of_inspections(row: TrainingClass) -> dict[str, Any]:
    """A planned visit to a class, a draw whose seed is set, and a phone check with somebody to call."""
    lesson = sessions_of(row.id)[1]
    planner, caller = officer(), make_user(Role.INSPECTOR).as_actor()
    with clock.at(lesson.starts_at - timedelta(hours=1)):
        visit = inspections.plan(lesson, reason="群众来电", by=planner)
        draw = inspections.commit_seed(COUNTY, lesson.on, 1, by=planner)
        check = inspections.start_check(row, by=caller)
    return {
        "inspection_id": visit.id,
        "draw_id": draw.id,
        "phone_check_id": check.id,
        "called.seat_id": check.seats[0],
    }
