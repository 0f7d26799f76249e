"""Leave: told beforehand by whoever may, in force at once, seen on the day, never more than the policy's share."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.classes import queries
from app.classes import service as classes
from app.classes.models import Leave, Seat, TrainingClass
from app.classes.queries.leaves import leave_hours, leaves_of, on_leave
from app.classes.rules import LeaveKind
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.errors import DomainError, Forbidden, Refused
from tests.makers import OTHER_COUNTY, VILLAGE, make_user
from tests.making.classes import (
    begin_class,
    clerk_of,
    make_approved_class,
    make_class,
    make_person,
    officer,
    seat_people,
)
from tests.making.enrollments import laborer
from tests.making.locked import first_seat

pytestmark = pytest.mark.usefixtures("session")


def ask(seat: Seat, by: Actor, first: int = 0, last: int | None = None) -> Leave:
    """Leave on the class's so-many-eth day, or up to another."""
    start = queries.training_class(seat.class_id).start_on
    until = start + timedelta(days=first if last is None else last)
    return classes.ask_leave(seat, classes.NewLeave(start + timedelta(days=first), until, LeaveKind.FARMING), by=by)


def everybody(row: TrainingClass, seat: Seat) -> Iterator[Actor]:
    teacher = make_user(Role.TEACHER, area=())
    queries.sessions_of(row.id)[0].teacher.user_id = teacher.id
    yield from (laborer(seat.person), clerk_of(row), teacher.as_actor(), officer())
    yield make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()


def test_the_person_clerk_teacher_and_officers_may_tell_of_a_leave() -> None:
    row = make_approved_class(1)
    seat = first_seat(row)
    for number, by in enumerate(everybody(row, seat)):
        assert ask(seat, by, first=number).asked_by == by.key
        classes.take_back(leaves_of(row.id)[0], by=by)
    for other in (laborer(make_person()), clerk_of(make_approved_class(1)), officer((OTHER_COUNTY,))):
        with pytest.raises(Forbidden):
            ask(seat, other)


def test_who_is_on_leave_is_known_on_the_day_and_nobody_approves_it() -> None:
    row = make_approved_class(2)
    seat = first_seat(row)
    leave = ask(seat, clerk_of(row), 0, 1)
    day = row.start_on
    assert on_leave(row.id, day) == {seat.id: leave}
    assert on_leave(row.id, day + timedelta(days=1)) == {seat.id: leave}
    assert on_leave(row.id, day + timedelta(days=2)) == {}
    assert leave_hours(row.id, seat.id) == 14
    assert (queries.variations_of(row.id), row.fix_version) == ([], 1)


def test_leave_is_told_of_beforehand_on_days_with_lessons_once() -> None:
    row = begin_class(make_approved_class(1))
    seat, by = first_seat(row), clerk_of(row)
    with clock.at(clock.moment_of(row.start_on + timedelta(days=1), 7)):
        with pytest.raises(DomainError, match="事先"):
            ask(seat, by, 0)
        ask(seat, by, 1)
        with pytest.raises(DomainError, match="没有课"):
            ask(seat, by, 200)
        with pytest.raises(DomainError, match="早于"):
            ask(seat, by, 3, 2)


def test_two_leaves_never_overlap() -> None:
    row = make_approved_class(1)
    seat, by = first_seat(row), clerk_of(row)
    ask(seat, by, 0, 1)
    with pytest.raises(Refused, match="已经请过假"):
        ask(seat, by, 1)


def test_leave_takes_no_more_than_the_policys_share_of_the_hours() -> None:
    row = make_approved_class(1)
    seat, by = first_seat(row), clerk_of(row)
    ask(seat, by, 0, 1)
    with pytest.raises(Refused, match="20%"):
        ask(seat, by, 2, 3)
    ask(seat, by, 2)
    assert leave_hours(row.id, seat.id) == 21


def test_only_what_has_not_begun_is_taken_back() -> None:
    row = begin_class(make_approved_class(1))
    leave, by = ask(first_seat(row), clerk_of(row), 1), clerk_of(row)
    with clock.at(clock.moment_of(row.start_on + timedelta(days=2), 8)), pytest.raises(Refused):
        classes.take_back(leave, by=by)
    classes.take_back(leave, by=by)
    assert leaves_of(row.id) == []
    with pytest.raises(Refused):
        classes.take_back(leave, by=by)


def test_before_the_approval_nobody_needs_a_leave() -> None:
    row = make_class()
    (seat,) = seat_people(row, 1)
    with pytest.raises(Refused, match="批准以后"):
        ask(seat, clerk_of(row))
