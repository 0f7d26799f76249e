"""Planning a class, its timetable, and its seats."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.classes import queries
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.rules import ClassStatus, Half, SeatStatus
from app.courses.models import Course
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.orders.rules import OrderKind
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, make_user
from tests.making.classes import (
    SchoolSet,
    clerk_of,
    make_class,
    make_course,
    make_order,
    make_person,
    make_school_set,
    officer,
    one_session,
)

pytestmark = pytest.mark.usefixtures("session")


def new_class(at: SchoolSet, course: Course, **changes: Any) -> TrainingClass:
    start = clock.today() + timedelta(days=30)
    facts = classes.NewClass(course.id, at.site.id, 20, start, start + timedelta(days=20))
    return classes.plan_class(replace(facts, **changes), by=at.by)


def test_a_class_takes_its_place_direction_and_mode_from_site_order_and_course() -> None:
    at, order = make_school_set(), make_order()
    row = new_class(at, make_course(at), order_id=order.id, term="2026 年第 1 期")
    assert (row.region_code, row.mode, row.paid) == (VILLAGE, "order_training", True)
    assert row.direction_id == order.organization_id
    assert row.term is not None
    assert row.term.name == "2026 年第 1 期"
    assert row.name == "焊工初级第1班"
    assert row.status == ClassStatus.DRAFT


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"capacity": 61}, "capacity"),
        ({"capacity": 51}, "capacity"),
        ({"capacity": 0}, "capacity"),
        ({"start_on": date(2020, 1, 1)}, "start_on"),
        ({"end_on": date(2020, 1, 1)}, "end_on"),
        ({"site_id": 0}, "site_id"),
        ({"assessor_id": 0}, "assessor_id"),
    ],
)
def test_a_plan_that_does_not_fit_names_its_field(changes: dict[str, Any], field: str) -> None:
    at = make_school_set()
    with pytest.raises(DomainError) as refused:
        new_class(at, make_course(at), **changes)
    assert refused.value.field == field


def test_only_the_modes_own_kind_of_order_is_taken() -> None:
    at = make_school_set()
    order = make_order(OrderKind.PIECEWORK)
    with pytest.raises(DomainError, match="不能用这一种订单"):
        new_class(at, make_course(at), order_id=order.id)


def test_another_schools_course_cannot_be_planned() -> None:
    at, other = make_school_set(), make_school_set()
    with pytest.raises(NotFound):
        new_class(at, make_course(other))


def test_the_assessor_never_teaches_the_class() -> None:
    at = make_school_set()
    row = make_class(at)
    at.teacher.assesses = True
    db.session.flush()
    facts = classes.NewClass(row.course_id, row.site_id, 10, row.start_on, row.end_on, assessor_id=at.teacher.id)
    with pytest.raises(DomainError, match="考培分离"):
        classes.change_plan(row, facts, by=at.by)
    at.assessor.teaches = True
    db.session.flush()
    lesson = replace(one_session(at, row.start_on), teacher_id=at.assessor.id)
    with pytest.raises(DomainError, match="考培分离"):
        classes.set_sessions(row, [lesson], by=at.by)


def test_the_timetable_adds_up_and_decides_the_days() -> None:
    row = make_class()
    sessions = queries.sessions_of(row.id)
    assert sum(item.hours for item in sessions) == row.course.hours
    assert max(queries.hours_by_day(row).values()) == 7
    assert (row.start_on, row.end_on) == (sessions[0].on, sessions[-1].on)


def test_a_class_without_timetable_does_not_open() -> None:
    at = make_school_set()
    row = new_class(at, make_course(at))
    with pytest.raises(Refused, match="课程表"):
        classes.open_sign_up(row, by=at.by)


def test_seats_are_numbered_from_the_smallest_free_place_and_then_people_wait() -> None:
    row = make_class(capacity=2)
    first = classes.claim_seat(row.id, make_person().id, by=SYSTEM)
    second = classes.claim_seat(row.id, make_person().id, by=SYSTEM)
    assert isinstance(first, Seat)
    assert isinstance(second, Seat)
    assert [first.place_no, second.place_no, row.seats_taken] == [1, 2, 2]
    assert classes.claim_seat(row.id, make_person().id, by=SYSTEM) == 1
    assert classes.claim_seat(row.id, make_person().id, by=SYSTEM) == 2
    classes.release_seat(first, by=SYSTEM)
    assert (first.status, row.seats_taken) == (SeatStatus.RELEASED, 1)
    again = classes.claim_seat(row.id, make_person().id, by=SYSTEM)
    assert isinstance(again, Seat)
    assert again.place_no == 1


def test_a_draft_takes_nobody() -> None:
    at = make_school_set()
    row = new_class(at, make_course(at))
    with pytest.raises(Refused, match="不能报名"):
        classes.claim_seat(row.id, make_person().id, by=SYSTEM)


def test_one_person_sits_once_in_a_class() -> None:
    row, person = make_class(), make_person()
    with transaction():
        classes.claim_seat(row.id, person.id, by=SYSTEM)
    with pytest.raises(Refused, match="已经在这个班里"), transaction():
        classes.claim_seat(row.id, person.id, by=SYSTEM)


def test_one_person_never_sits_in_two_rooms_at_once_but_may_alternate() -> None:
    at = make_school_set()
    row, person = make_class(at), make_person()
    mornings = make_class(at, row.course)
    classes.set_sessions(mornings, [one_session(at, row.end_on + timedelta(days=1), Half.EVENING)], by=at.by)
    with transaction():
        classes.claim_seat(row.id, person.id, by=SYSTEM)
        classes.claim_seat(mornings.id, person.id, by=SYSTEM)
    same = make_class(at, row.course)
    with transaction():
        db.session.flush()
    with pytest.raises(Refused, match="时间冲突"), transaction():
        classes.claim_seat(same.id, person.id, by=SYSTEM)


def test_a_new_timetable_reaches_the_seats_and_a_clash_names_how_many() -> None:
    at = make_school_set()
    day = clock.today() + timedelta(days=30)
    one, two = make_class(at), make_class(at, start_on=day + timedelta(days=60))
    for _number in range(2):
        person = make_person()
        classes.claim_seat(one.id, person.id, by=SYSTEM)
        classes.claim_seat(two.id, person.id, by=SYSTEM)
    with pytest.raises(Refused, match="2 个人"):
        classes.set_sessions(two, [one_session(at, day)], by=at.by)
    classes.set_sessions(two, [one_session(at, day + timedelta(days=70))], by=at.by)
    db.session.expire_all()
    spans = queries.active_seats(two.id)[0].sessions
    assert [span.lower.astimezone(clock.LOCAL).date() for span in spans] == [day + timedelta(days=70)]


def test_a_postponed_class_keeps_its_timetable_so_many_days_later() -> None:
    row = make_class()
    before = [item.on for item in queries.sessions_of(row.id)]
    classes.postpone(row, 1, by=clerk_of(row), reason="下雨")
    assert [item.on for item in queries.sessions_of(row.id)] == [day + timedelta(days=1) for day in before]


def test_a_full_half_day_is_not_taken_twice() -> None:
    at = make_school_set()
    row = make_class(at)
    with pytest.raises(DomainError, match="已经排了课"):
        classes.put_session(row, one_session(at, row.start_on), by=at.by)
    first = queries.sessions_of(row.id)[0]
    classes.put_session(row, one_session(at, row.start_on, Half.EVENING), instead_of=first.id, by=at.by)
    assert first.id not in [item.id for item in queries.sessions_of(row.id)]


def test_only_the_own_school_changes_a_class() -> None:
    row, other = make_class(), make_school_set()
    with pytest.raises(Forbidden):
        classes.set_sessions(row, [], by=other.by)


def test_who_sees_a_class() -> None:
    at = make_school_set()
    row = make_class(at)
    teacher = make_user(Role.TEACHER, organization=at.school.organization)
    at.teacher.user_id = teacher.id
    db.session.flush()
    seen = [at.by, officer(), officer((COUNTY,)), make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()]
    for by in [*seen, teacher.as_actor()]:
        assert queries.class_for(by, row.id).id == row.id
    stranger = make_user(Role.TEACHER, organization=at.school.organization).as_actor()
    for by in (officer((OTHER_COUNTY,)), make_school_set().by, stranger):
        with pytest.raises(NotFound):
            queries.class_for(by, row.id)


def test_the_open_fixes_are_said_in_sentences() -> None:
    at, order = make_school_set(), make_order()
    row = make_class(at, make_course(at), order=order)
    classes.claim_seat(row.id, make_person("王大明").id, by=SYSTEM)
    said = [fix.message % fix.params for fix in queries.open_fixes_of(row)]
    assert said == ["定岗：王大明 还没有对应到订单里的岗位。"]
