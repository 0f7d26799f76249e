"""Two inspectors at once: a visit is written down once, a draw is opened once, a person is called once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import ClassStatus
from app.inspections import queries, service
from app.inspections.models import Inspection, InspectionDraw, PhoneCall
from app.inspections.rules import CallResult, InspectionStatus, Result
from app.inspections.service import Said, Seen
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import Refused
from tests.makers import COUNTY, make_user
from tests.making.classes import officer
from tests.making.results import make_running_class
from tests.racing import committed, race


@pytest.fixture(scope="module")
def people(raced: Flask) -> list[Actor]:
    """Two inspectors and two officers."""
    found: list[Actor] = committed(
        raced, lambda: [make_user(Role.INSPECTOR).as_actor() for _ in range(2)] + [officer(), officer()]
    )
    return found


@pytest.fixture
def class_(raced: Flask) -> TrainingClass:
    """A running class."""
    found: TrainingClass = committed(raced, lambda: make_running_class(2))
    return found


def at(class_: TrainingClass, hour: int, act: Callable[[], Any]) -> Callable[[], Any]:
    """Do it at an hour of the class's first day, in whichever thread."""

    def then() -> Any:
        with clock.at(clock.moment_of(class_.start_on, hour)):
            return act()

    return then


def visit(raced: Flask, class_: TrainingClass, by: Actor) -> Inspection:
    """A planned visit to the first half-day."""
    found: Inspection = committed(
        raced, at(class_, 6, lambda: service.plan(sessions_of(class_.id)[0], reason="来电", by=by))
    )
    return found


def test_of_two_inspectors_the_second_is_told(raced: Flask, class_: TrainingClass, people: list[Actor]) -> None:
    row = visit(raced, class_, people[0])
    seen = Seen(Result.FAILED, 0, findings="没有人")
    acts = [at(class_, 9, partial(service.carry_out, row, seen, by=by)) for by in people[:2]]
    came = race(raced, acts)
    assert sorted(type(one).__name__ for one in came) == ["NoneType", "Refused"]
    with raced.app_context():
        assert db.session.get_one(TrainingClass, class_.id).status is ClassStatus.SUSPENDED
        assert len(queries.people_of(row.id)) == 2


def test_two_plans_for_one_lesson_at_once_are_one(raced: Flask, class_: TrainingClass, people: list[Actor]) -> None:
    with raced.app_context():
        session = sessions_of(class_.id)[0]
    came = race(raced, [at(class_, 6, partial(service.plan, session, reason="来电", by=by)) for by in people])
    assert sum(isinstance(one, Refused) for one in came) == 3
    with raced.app_context():
        query = select(func.count()).where(Inspection.session_id == session.id)
        assert db.session.scalar(query) == 1


def test_a_draw_opened_by_two_at_once_is_drawn_once(raced: Flask, class_: TrainingClass, people: list[Actor]) -> None:
    draw = committed(raced, at(class_, 6, lambda: service.commit_seed(COUNTY, class_.start_on, 1, by=people[0])))
    came = race(raced, [at(class_, 7, partial(service.open_draw, draw, by=by)) for by in people[:2]])
    assert sum(isinstance(one, Refused) for one in came) == 1
    with raced.app_context():
        row = db.session.get_one(InspectionDraw, draw.id)
        planned = select(func.count()).where(
            Inspection.draw_id == draw.id, Inspection.status == InspectionStatus.PLANNED
        )
        assert db.session.scalar(planned) == len(row.picked or []) == 1
        assert queries.recompute(row)


def test_one_person_is_called_once(raced: Flask, class_: TrainingClass, people: list[Actor]) -> None:
    check = committed(raced, lambda: service.start_check(class_, by=people[0]))
    said = Said(CallResult.NO_ANSWER)

    def call(by: Actor) -> Any:
        return service.record_call(check, db.session.get_one(Seat, check.seats[0]), said, by=by)

    came = race(raced, [partial(call, by) for by in people[:2]])
    assert sum(isinstance(one, Refused) for one in came) == 1
    with raced.app_context():
        assert db.session.scalar(select(func.count()).where(PhoneCall.check_id == check.id)) == 1


def test_a_failed_visit_and_an_officers_suspension_at_once_leave_one_suspension(
    raced: Flask, class_: TrainingClass, people: list[Actor]
) -> None:
    row = visit(raced, class_, people[0])
    with raced.app_context():
        assert active_seats(class_.id)
    acts = [
        at(class_, 9, lambda: service.carry_out(row, Seen(Result.FAILED, 0, findings="没有人"), by=people[0])),
        at(class_, 9, lambda: classes.suspend(class_, note="停课整改", by=people[2])),
    ]
    race(raced, acts)
    with raced.app_context():
        assert db.session.get_one(TrainingClass, class_.id).status is ClassStatus.SUSPENDED
        assert db.session.get_one(Inspection, row.id).status is InspectionStatus.DONE
