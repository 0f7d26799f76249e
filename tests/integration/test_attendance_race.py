"""Many phones at one door, with real threads: nobody is lost, nobody is there twice, nobody signs for two in secret."""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.attendance import queries
from app.attendance import service as attendance
from app.attendance.models import AttendanceEntry, Signing
from app.attendance.rules import Moment, Way, Worry
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import active_seats
from app.kernel.database import db
from app.kernel.errors import Refused
from tests.making.attendance import first_session, into, press
from tests.making.classes import clerk_of
from tests.making.results import after, make_running_class, teacher_of
from tests.racing import committed, race, wait_until_somebody_waits


@pytest.fixture
def standing(raced: Flask) -> dict[str, Any]:
    """A class of four under way."""

    def make() -> dict[str, Any]:
        class_ = make_running_class(4)
        session = first_session(class_)
        return {"class": class_.id, "session": session.id, "seats": [seat.id for seat in active_seats(class_.id)]}

    found: dict[str, Any] = committed(raced, make)
    return found


def pressing(session_id: int, seat_id: int, **more: Any) -> attendance.Signed:
    session = db.session.get_one(ClassSession, session_id)
    with into(session, 0):
        return press(db.session.get_one(Seat, seat_id), session=session, **more)


def test_one_person_pressing_on_three_devices_at_once_signs_once(raced: Flask, standing: dict[str, Any]) -> None:
    seat = standing["seats"][0]
    acts: list[Callable[[], Any]] = [
        partial(pressing, standing["session"], seat, phone=f"{seat} {number}") for number in range(3)
    ]
    found = race(raced, acts)
    assert sum(one.new for one in found) == 1
    with raced.app_context():
        assert len(queries.signings_of(standing["session"], seat)) == 1


def test_one_phone_for_two_people_in_the_same_instant_lets_only_one_through(
    raced: Flask, standing: dict[str, Any]
) -> None:
    phone = f"shared {standing['session']}"
    found = race(raced, [partial(pressing, standing["session"], seat, phone=phone) for seat in standing["seats"]])
    assert sorted(one.worries for one in found) == [(), *[(Worry.OTHER_DEVICE,)] * 3]
    with raced.app_context():
        assert len(queries.waiting_of(standing["session"])) == 3


def test_two_teachers_calling_the_same_people_write_each_once(raced: Flask, standing: dict[str, Any]) -> None:
    def calling(who: Any) -> int:
        session = db.session.get_one(ClassSession, standing["session"])
        by = who(db.session.get_one(TrainingClass, standing["class"]))
        with into(session, 5):
            return attendance.call(session, standing["seats"], Moment.IN, attendance.How(Way.ROLL_CALL), by=by)

    committed(raced, lambda: teacher_of(db.session.get_one(TrainingClass, standing["class"])))
    found = race(raced, [partial(calling, teacher_of), partial(calling, clerk_of)])
    numbers = [one for one in found if not isinstance(one, Refused)]
    assert sum(numbers) == 4
    assert all("刚刚点过名" in str(one.message) for one in found if isinstance(one, Refused))
    with raced.app_context():
        count = select(func.count()).where(Signing.session_id == standing["session"])
        assert db.session.scalar(count) == 4


def test_two_who_settle_at_once_write_one_entry_a_person(raced: Flask, standing: dict[str, Any]) -> None:
    for seat in standing["seats"]:
        committed(raced, partial(pressing, standing["session"], seat))

    def settling() -> int:
        session = db.session.get_one(ClassSession, standing["session"])
        with after(session):
            return len(attendance.settle(session, by=clerk_of(db.session.get_one(TrainingClass, session.class_id))))

    race(raced, [settling, settling, settling])
    with raced.app_context():
        count = select(func.count()).where(AttendanceEntry.session_id == standing["session"])
        assert db.session.scalar(count) == 4


def test_whoever_moves_a_session_and_whoever_signs_wait_for_each_other(raced: Flask, standing: dict[str, Any]) -> None:
    held, order = Event(), list[str]()

    def moving() -> None:
        db.session.execute(text("SELECT FROM classes WHERE id = :class FOR UPDATE"), {"class": standing["class"]})
        held.set()
        wait_until_somebody_waits()
        order.append("waited for")

    def signing() -> None:
        held.wait(20)
        pressing(standing["session"], standing["seats"][0])
        order.append("signed")

    race(raced, [moving, signing])
    assert order == ["waited for", "signed"]
