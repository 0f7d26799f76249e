"""Two classes that want the same teacher, room, place, machine or trainee, whatever school they are of."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.classes import queries
from app.classes import service as classes
from app.classes.models import ClassBooking, TrainingClass
from app.classes.models.teaching import Booked
from app.classes.queries.clashes import clashes_of, long_days, rivals_of, trainee_clashes
from app.classes.queries.filing import checklist
from app.classes.rules import ClassStatus, Half, NewSession, SessionKind, VariationKind
from app.classes.rules.teaching import NewResource, ResourceKind
from app.kernel import clock
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.schools import service as schools
from app.schools.models import MachineKind, SiteKind
from tests.makers import VILLAGE
from tests.making.classes import (
    SchoolSet,
    approve_class,
    begin_class,
    clerk_of,
    file_class,
    make_approved_class,
    make_class,
    make_school_set,
    officer,
    seat_people,
)
from tests.making.results import end_class
from tests.making.schools import teacher_number

pytestmark = pytest.mark.usefixtures("session")


def said(row: TrainingClass) -> str:
    db.session.expire_all()
    return "".join(sentence for point in checklist(row) for sentence in point.sentences)


def second_teacher(at: SchoolSet, number: str = "") -> SchoolSet:
    """The same school with another teacher in front."""
    facts = schools.NewInstructor("方师傅", "技师", number or teacher_number())
    return replace(at, teacher=schools.add_instructor(at.school, facts, by=at.by))


def test_a_teacher_of_two_schools_cannot_teach_in_both_at_once() -> None:
    number = teacher_number()
    here, there = (second_teacher(make_school_set(), number) for _school in range(2))
    first, second = make_class(here), make_class(there)
    assert here.school.id != there.school.id
    assert clashes_of(second) == [], "what another school merely plans holds nobody up"
    file_class(first, 1)
    (clash,) = clashes_of(second)
    assert (clash.kind, clash.name, clash.other_class) == (Booked.TEACHER, "方师傅", first.name)
    assert clash.other_school == here.school.organization.name
    assert "方师傅" in said(second)
    assert first.name in said(second)


def test_two_classes_in_one_room_are_told_apart_from_two_in_two_rooms() -> None:
    at = make_school_set()
    rooms = [schools.add_room(at.site, schools.NewRoom(name, 40), by=at.by) for name in ("东间", "西间")]
    first = make_class(at)
    second = make_class(second_teacher(at), first.course)
    assert {one.room_id for one in queries.sessions_of(second.id)} == {rooms[1].id}, "the free one is found"
    assert clashes_of(second) == []
    sessions = [replace(one, room_id=rooms[0].id) for one in _plain(second)]
    classes.set_sessions(second, sessions, by=at.by)
    (clash,) = clashes_of(second)
    assert (clash.kind, clash.name, clash.times) == (Booked.ROOM, "东间", len(sessions))


def _plain(row: TrainingClass) -> list[NewSession]:
    return [
        NewSession(one.on, one.half, one.hours, one.kind, one.topic, one.teacher_id)
        for one in queries.sessions_of(row.id)
    ]


def test_a_place_without_rooms_is_one_room_but_an_open_field_holds_whom_it_holds() -> None:
    at = make_school_set()
    first = make_class(at)
    second = make_class(second_teacher(at), first.course)
    assert [clash.kind for clash in clashes_of(second)] == [Booked.SITE]
    field = schools.add_site(at.school, schools.NewSite("塘", VILLAGE, "塘边", 5, SiteKind.FIELD_OR_POND), by=at.by)
    schools.check_place(field, schools.NewPlaceCheck(clock.today(), exists=True, fit=True), by=officer())
    pond = replace(at, site=field)
    later = first.end_on + timedelta(days=10)
    one = make_class(pond, first.course, start_on=later, capacity=5)
    beside = replace(second_teacher(at), site=field)
    two = make_class(beside, first.course, start_on=later, capacity=5)
    seat_people(one, 3)
    seat_people(two, 2)
    assert clashes_of(two) == []
    assert "加起来" not in said(two)
    seat_people(two, 1)
    assert "加起来有 6 人，只容得下 5 人" in said(two)


def test_a_machine_is_used_by_one_class_at_a_time_in_practice_only() -> None:
    at = make_school_set()
    for name in ("东间", "西间"):
        schools.add_room(at.site, schools.NewRoom(name, 40), by=at.by)
    machine = schools.add_machine(at.site, schools.NewMachine(MachineKind.OTHER, "增氧机", 40), by=at.by)
    rows = [make_class(at)]
    rows.append(make_class(second_teacher(at), rows[0].course))
    for row in rows:
        classes.set_resources(row, [NewResource(ResourceKind.TEXTBOOK, "讲义")], [machine.id], by=at.by)
    (clash,) = clashes_of(rows[1])
    practice = [one for one in queries.sessions_of(rows[1].id) if one.kind == SessionKind.PRACTICE]
    assert (clash.kind, clash.name, clash.times) == (Booked.MACHINE, "增氧机", len(practice))


def test_more_than_eight_hours_a_day_in_all_classes_together_are_named() -> None:
    at = make_school_set()
    first = make_class(at)
    day = first.start_on
    assert long_days(first, queries.pack_of_class(first)) == []
    evening = NewSession(day, Half.EVENING, 3, SessionKind.THEORY, "晚课", at.teacher.id)
    second = make_class(at, first.course, start_on=first.end_on + timedelta(days=9))
    classes.put_session(second, evening, by=at.by)
    (found,) = long_days(second, queries.pack_of_class(second))
    assert "要上 10 学时" in found
    assert "最多 8 学时" in found
    assert found in said(second)


def test_no_trainee_sits_in_two_classes_at_once() -> None:
    row = make_class()
    (seat,) = seat_people(row, 1)
    assert trainee_clashes(row) == 0
    other = make_class()
    with pytest.raises(IntegrityError, match="ex_seats_no_overlap"), db.session.begin_nested():
        classes.claim_seat(other.id, seat.person_id, by=clerk_of(other))
    assert trainee_clashes(row) == trainee_clashes(other) == 0


def both_filed() -> tuple[TrainingClass, TrainingClass]:
    """Two classes of two schools filed for one room's time, as if their teachers had become one person afterwards."""
    rows = [file_class(make_class(second_teacher(make_school_set())), 1) for _school in range(2)]
    teachers = [queries.sessions_of(row.id)[0].teacher for row in rows]
    teachers[1].id_number = teachers[0].id_number
    db.session.flush()
    return rows[0], rows[1]


def test_the_officer_sees_the_rival_and_only_the_first_of_two_filings_is_approved() -> None:
    first, second = both_filed()
    assert [clash.other_class for clash in rivals_of(first)] == [second.name]
    approve_class(first)
    db.session.expire_all()
    with pytest.raises(Refused, match="同一时间还在上"):
        approve_class(second)
    assert (first.status, second.status) == (ClassStatus.APPROVED, ClassStatus.FILED)


def bookings(row: TrainingClass) -> dict[str, int]:
    db.session.expire_all()
    found = db.session.query(ClassBooking).filter_by(class_id=row.id)
    return {one.kind.value: one.resource_id for one in found}


def test_an_approved_class_books_what_it_uses_and_gives_it_back_when_cancelled() -> None:
    at = make_school_set()
    room = schools.add_room(at.site, schools.NewRoom("东间", 40), by=at.by)
    row = file_class(make_class(at), 1)
    assert bookings(row) == {}
    approve_class(row)
    assert bookings(row) == {"room": room.id, "teacher": at.teacher.id}
    classes.cancel(row, reason="报名的人不来了", by=officer())
    assert bookings(row) == {}


def test_an_evening_added_by_hand_to_the_database_would_still_be_booked_once() -> None:
    """Whatever door a timetable is changed by, the constraint of the database holds (F13)."""
    first = make_approved_class(1)
    second = file_class(make_class(), 1)
    teacher = queries.sessions_of(first.id)[0].teacher_id
    db.session.execute(
        text("UPDATE class_sessions SET teacher_id = :teacher WHERE class_id = :id"),
        {"teacher": teacher, "id": second.id},
    )
    lock = text("UPDATE classes SET fix_version = 1, locked_version = 1 WHERE id = :id")
    with pytest.raises(IntegrityError, match="ex_class_bookings_teacher"):
        db.session.execute(lock, {"id": second.id})


def test_what_would_stop_the_approval_stops_the_filing_even_where_the_other_class_is_over() -> None:
    at = make_school_set()
    schools.add_room(at.site, schools.NewRoom("202", 40), by=at.by)
    over = begin_class(make_approved_class(1, at=at))
    second = make_class(second_teacher(at), over.course)
    seat_people(second, 1)
    sessions = [replace(one, room_id=queries.sessions_of(over.id)[0].room_id) for one in _plain(second)]
    classes.set_sessions(second, sessions, by=at.by)
    end_class(over)
    assert over.status == ClassStatus.ENDED
    clash = next(one for one in clashes_of(second) if one.kind == Booked.ROOM)
    assert (clash.name, clash.other_class) == ("202", over.name)
    with pytest.raises(Refused, match="教室“202”"):
        file_class(second, 0)


def test_nobody_writes_bookings_by_hand() -> None:
    row = make_approved_class(1)
    with pytest.raises(IntegrityError, match="bookings follow the lock"):
        db.session.execute(text("DELETE FROM class_bookings WHERE class_id = :id"), {"id": row.id})


def test_a_substitute_who_stands_elsewhere_is_refused_in_plain_words() -> None:
    at = make_school_set()
    other = second_teacher(at)
    for name in ("东间", "西间"):
        schools.add_room(at.site, schools.NewRoom(name, 40), by=at.by)
    first = make_approved_class(1, at=at)
    second = make_approved_class(1, at=other, course=first.course)
    with pytest.raises(DomainError, match="同一时间"):
        classes.ask_variation(
            second, VariationKind.CHANGE_TEACHER, {"teacher_id": at.teacher.id}, "方师傅病了", by=clerk_of(second)
        )
