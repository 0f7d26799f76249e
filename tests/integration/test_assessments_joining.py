"""Whoever comes into a class after its assessment list was sent is on the list, and everybody concerned knows."""

from datetime import timedelta
from pathlib import Path
from runpy import run_path

import pytest
from sqlalchemy import delete, select, text

from app.assessments import queries
from app.assessments import service as assessments
from app.assessments.models import Listed
from app.audit.models import Event
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, sessions_of, variations_of
from app.classes.rules import VariationKind, VariationStatus
from app.enrollments import service as enrollments
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db
from app.messages.models import Message
from tests.making.classes import begin_class, clerk_of, enter, make_person, officer
from tests.making.locked import change, first_seat, two_locked
from tests.making.results import GOOD, after, assessor_of, mark_all, points

pytestmark = pytest.mark.usefixtures("session")
UPGRADE = Path(__file__).parents[2] / "migrations" / "versions" / "0038_lists_and_resits.py"


def told(recipient: str) -> str:
    """All that somebody was told."""
    query = select(Message).where(Message.recipient == recipient).order_by(Message.id)
    return "\n".join(message.text or "" for message in db.session.scalars(query))


def refilled(class_: TrainingClass) -> Seat:
    """Somebody left, and the next on the waiting list took the place."""
    newcomer = make_person()
    waiting = enter(class_, newcomer)
    classes.withdraw_seat(first_seat(class_), reason="外出务工", by=SYSTEM)
    enrollments.accept(waiting, by=SYSTEM)
    asked = next(one for one in variations_of(class_.id) if one.status == VariationStatus.ASKED)
    classes.decide_variation(asked, approve=True, by=officer())
    return next(seat for seat in active_seats(class_.id) if seat.person_id == newcomer.id)


def test_somebody_refilled_after_the_list_was_sent_is_on_it_and_told_with_the_school_and_the_assessor() -> None:
    class_ = two_locked(2, 1, capacity=2).one
    marker = assessor_of(class_)
    with clock.at(clock.moment_of(class_.start_on - timedelta(days=20), 9)):
        day = sessions_of(class_.id)[-1].on
        assessments.announce(class_, 1, on=day, place="", by=clerk_of(class_))
        seat = refilled(class_)
    assert seat.id in queries.listed_in(class_.id, 1)
    event = db.session.scalars(select(Event).where(Event.action == "assessment_joined")).one()
    assert event.facts["seat_id"] == seat.id
    assert "考核，请带身份证" in told(f"person:{seat.person_id}")
    for recipient in (f"organization:{class_.school_id}", marker.key):
        assert f"已补进 {day.isoformat()} 的考核名单" in told(recipient)


def test_whoever_moved_in_after_the_assessment_is_marked_absent_and_sits_the_resit() -> None:
    pair = two_locked(2, 1)
    begin_class(pair.one)
    mark_all(pair.one)
    begin_class(pair.two)
    by = assessor_of(pair.two)
    first = sessions_of(pair.two.id)[0]
    with clock.at(clock.moment_of(first.on - timedelta(days=9), 9)):
        assessments.announce(pair.two, 1, on=first.on, place="", by=clerk_of(pair.two))
    with after(first), clock.at(clock.moment_of(first.on, 20)):
        stayed = active_seats(pair.two.id)[0]
        assessments.mark(pair.two, {stayed.id: points(*GOOD)}, by=by)
    with clock.at(clock.moment_of(first.on + timedelta(days=1), 7)):
        seat = first_seat(pair.one)
        change(pair.one, VariationKind.TRANSFER, seat_id=seat.id, class_id=pair.two.id)
        new = next(one for one in active_seats(pair.two.id) if one.person_id == seat.person_id)
        assert "已经考过，请考评员给他记“缺考”" in told(f"organization:{pair.two.school_id}")
        assessments.mark(pair.two, {}, by=by, absent=[new.id])
        again = clock.today() + timedelta(days=12)
        assessments.announce(pair.two, 2, on=again, place="", by=clerk_of(pair.two))
    assert queries.listed_in(pair.two.id, 2) == {new.id}


def test_before_a_list_is_sent_nobody_joins_one() -> None:
    class_ = two_locked(2, 1, capacity=2).one
    refilled(class_)
    assert queries.sittings_of(class_.id) == []
    assert db.session.scalars(select(Event).where(Event.action == "assessment_joined")).all() == []


def test_the_upgrade_puts_whoever_was_left_out_on_the_list_and_nobody_else() -> None:
    class_ = two_locked(2, 1, capacity=3).one
    with clock.at(clock.moment_of(class_.start_on - timedelta(days=20), 9)):
        day = sessions_of(class_.id)[-1].on
        assessments.announce(class_, 1, on=day, place="", by=clerk_of(class_))
    left_out, stays = active_seats(class_.id)
    db.session.execute(delete(Listed).where(Listed.seat_id == left_out.id))
    assert queries.listed_in(class_.id, 1) == {stays.id}
    db.session.execute(text(run_path(str(UPGRADE))["JOINED"]))
    assert queries.listed_in(class_.id, 1) == {left_out.id, stays.id}
