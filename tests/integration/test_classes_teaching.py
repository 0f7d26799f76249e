"""The plan of a filing: proposed, written by the school, checked with the rest, frozen with the lock."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.classes import queries
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import teaching
from app.classes.queries.filing import checklist, meter
from app.classes.rules import SessionKind, VariationKind
from app.classes.rules.teaching import (
    EvidenceWay,
    NewAssessment,
    NewEvidence,
    NewItem,
    NewResource,
    NewUnit,
    ResourceKind,
)
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Forbidden, Refused
from app.schools import service as schools
from app.schools.models import MachineKind, SiteKind
from tests.makers import VILLAGE
from tests.making.classes import (
    clerk_of,
    file_class,
    make_approved_class,
    make_class,
    make_course,
    make_order,
    make_school_set,
    occupation_id,
    officer,
    one_session,
    seat_people,
)

pytestmark = pytest.mark.usefixtures("session")
THEORY, PRACTICE = SessionKind.THEORY, SessionKind.PRACTICE
EXCAVATOR = "6-30-05-05"


def open_points(row: TrainingClass, on: date | None = None) -> dict[str, str]:
    db.session.expire_all()
    return {point.label: point.note for point in checklist(row, on) if not point.done}


def test_a_plan_is_proposed_from_the_course_and_the_policy_for_the_school_to_check() -> None:
    at = make_school_set()
    row = make_class(at)
    assert teaching.unit_hours(row) == teaching.course_hours(row) == teaching.timetabled_hours(row)
    assert [one.name for one in teaching.resources_of(row.id)] == ["《稻虾共作》培训讲义"]
    assessment, evidence = teaching.assessment_plan_of(row.id), teaching.evidence_plan_of(row.id)
    assert assessment is not None
    assert (assessment.on, [item.part for item in assessment.items]) == (row.end_on, [THEORY, PRACTICE])
    assert evidence is not None
    assert (evidence.photos_a_session, evidence.mid_checks) == (2, True)
    assert classes.propose_plan(row, by=at.by) == [], "what is there is never written over"


def test_a_second_class_of_the_course_copies_what_the_school_wrote_for_the_first() -> None:
    at = make_school_set()
    first = make_class(at)
    classes.set_resources(first, [NewResource(ResourceKind.DIGITAL, "稻虾云课", "12 节")], [], by=at.by)
    second = make_class(at, first.course, start_on=first.end_on + timedelta(days=9))
    assert [(one.kind, one.name) for one in teaching.resources_of(second.id)] == [(ResourceKind.DIGITAL, "稻虾云课")]


def test_hours_that_do_not_add_up_stand_against_the_filing_and_lead_to_the_plan() -> None:
    at = make_school_set()
    row = make_class(at)
    seat_people(row, 1)
    classes.propose_posts(row, by=at.by)
    assert meter(row).percent == 100
    theory, practice = row.course.theory_hours, row.course.practice_hours
    classes.set_units(row, [NewUnit("全部理论", THEORY, theory + 1), NewUnit("全部实操", PRACTICE, practice)], by=at.by)
    assert "对不上" in open_points(row)["教学计划"]
    point = next(one for one in checklist(row) if one.label == "教学计划")
    assert (point.where, point.anchor) == ("show_plan", "units")
    assert 80 <= meter(row).percent < 100
    with pytest.raises(Refused, match="对不上"):
        classes.file(row, by=at.by)
    classes.set_units(row, [NewUnit("全部理论", THEORY, theory), NewUnit("全部实操", PRACTICE, practice)], by=at.by)
    classes.drop_session(row, queries.sessions_of(row.id)[-1].id, by=at.by)
    assert "课程表排了" in open_points(row)["教学计划"]


def test_every_part_of_the_plan_is_asked_for() -> None:
    at = make_school_set()
    row = make_class(at)
    for table in ("teaching_units", "class_resources", "assessment_plans", "evidence_plans"):
        db.session.execute(text(f"DELETE FROM {table} WHERE class_id = :id"), {"id": row.id})  # noqa: S608  # a fixed list
    assert {"教学计划", "教学资源与设备", "考核方案", "学时怎么证明"} <= set(open_points(row))


def test_too_early_assessments_and_unsignable_evidence_are_refused_or_named() -> None:
    at = make_school_set()
    row = make_class(at)
    items = (NewItem(PRACTICE, "分拣小龙虾", 100),)
    with pytest.raises(DomainError) as refused:
        classes.set_assessment(row, NewAssessment(row.end_on - timedelta(days=1), "塘边", items), by=at.by)
    assert refused.value.field == "on"
    classes.set_assessment(row, NewAssessment(row.end_on, "塘边", items), by=at.by)
    assert "没有理论项目" in open_points(row)["考核方案"]
    plan = NewEvidence((EvidenceWay.ROTATING_CODE,), 1, mid_checks=False, place_asked=True)
    classes.set_evidence(row, plan, by=at.by)
    assert "不用手机" in open_points(row)["学时怎么证明"]
    assert "至少 2 张照片" in open_points(row)["学时怎么证明"]


def test_a_later_timetable_takes_the_assessment_with_it() -> None:
    at = make_school_set()
    row = make_class(at)
    classes.postpone(row, 5, by=at.by, reason="下雨")
    plan = teaching.assessment_plan_of(row.id)
    assert plan is not None
    assert plan.on == row.end_on
    classes.put_session(row, one_session(at, row.end_on + timedelta(days=3)), by=at.by)
    plan = teaching.assessment_plan_of(row.id)
    assert plan is not None
    assert plan.on == row.end_on


def test_a_roster_larger_than_the_machines_take_at_once_stands_against_the_filing() -> None:
    at, order = make_school_set(), make_order()
    for number in (1, 2):
        machine = schools.NewMachine(MachineKind.EXCAVATOR, f"{number} 号机", 2, clock.today() + timedelta(days=400))
        schools.add_machine(at.site, machine, by=at.by)
    row = make_class(at, make_course(at, occupation_id=occupation_id(EXCAVATOR)), order=order, capacity=8)
    assert [one.label for one in teaching.machines_for(row.id)] == ["1 号机", "2 号机"]
    seat_people(row, 4)
    assert "教学资源与设备" not in open_points(row)
    seat_people(row, 1)
    assert "还差 1 人" in open_points(row)["教学资源与设备"]


def test_a_machine_whose_inspection_ends_before_the_class_does_is_named() -> None:
    at = make_school_set()
    soon = schools.NewMachine(MachineKind.OTHER, "旧抽水机", 10, clock.today() + timedelta(days=31))
    machine = schools.add_machine(at.site, soon, by=at.by)
    row = make_class(at)
    classes.set_resources(row, [NewResource(ResourceKind.TEXTBOOK, "讲义")], [machine.id], by=at.by)
    assert "旧抽水机" in open_points(row)["教学资源与设备"]
    other = make_school_set()
    theirs = schools.add_machine(other.site, schools.NewMachine(MachineKind.OTHER, "别校的", 10), by=other.by)
    with pytest.raises(DomainError, match="现有的设备"):
        classes.set_resources(row, [], [theirs.id], by=at.by)


def test_half_days_get_the_smallest_room_that_fits_and_too_small_ones_are_named() -> None:
    at = make_school_set()
    small = schools.add_room(at.site, schools.NewRoom("小间", 8), by=at.by)
    fit = schools.add_room(at.site, schools.NewRoom("中间", 20), by=at.by)
    schools.add_room(at.site, schools.NewRoom("大厅", 60), by=at.by)
    row = make_class(at, capacity=10)
    assert {session.room_id for session in queries.sessions_of(row.id)} == {fit.id}
    by_kind = {THEORY: small.id, PRACTICE: fit.id}
    for session in queries.sessions_of(row.id):
        session.room_id = by_kind[session.kind]
    db.session.flush()
    seat_people(row, 9)
    assert "小间”只坐得下 8 人" in open_points(row)["教室与场地"]
    db.session.execute(text("UPDATE class_sessions SET room_id = NULL WHERE class_id = :id"), {"id": row.id})
    assert "还没有定教室" in open_points(row)["教室与场地"]


def test_a_room_of_another_place_is_refused_by_service_and_database() -> None:
    at, other = make_school_set(), make_school_set()
    theirs = schools.add_room(other.site, schools.NewRoom("别校的", 40), by=other.by)
    row = make_class(at)

    with pytest.raises(DomainError) as refused:
        classes.set_sessions(row, [replace(one_session(at, row.start_on), room_id=theirs.id)], by=at.by)
    assert refused.value.field == "room_id"
    with pytest.raises(IntegrityError, match="is not of the place"):
        db.session.execute(
            text("UPDATE class_sessions SET room_id = :room WHERE class_id = :id"), {"room": theirs.id, "id": row.id}
        )


def test_moving_to_another_place_leaves_rooms_and_machines_behind() -> None:
    at = make_school_set()
    schools.add_room(at.site, schools.NewRoom("老教室", 40), by=at.by)
    machine = schools.add_machine(at.site, schools.NewMachine(MachineKind.OTHER, "机", 40), by=at.by)
    there = schools.add_site(at.school, schools.NewSite("新校区", VILLAGE, "新址 1 号", 50), by=at.by)
    room = schools.add_room(there, schools.NewRoom("新教室", 50), by=at.by)
    row = make_class(at)
    classes.set_resources(row, [NewResource(ResourceKind.TEXTBOOK, "讲义")], [machine.id], by=at.by)
    facts = classes.NewClass(
        row.course_id, there.id, row.capacity, row.start_on, row.end_on,
        direction_note="自家稻田养虾", assessor_id=row.assessor_id,
    )  # fmt: skip
    classes.change_plan(row, facts, by=at.by)
    assert {session.room_id for session in queries.sessions_of(row.id)} == {room.id}
    assert teaching.machines_for(row.id) == []


def test_a_village_room_needs_somebody_who_found_it_fit() -> None:
    at = make_school_set()
    pond = schools.add_site(at.school, schools.NewSite("塘", VILLAGE, "塘边", 40, SiteKind.FIELD_OR_POND), by=at.by)
    row = make_class(replace(at, site=pond))
    assert "还没有人到现场核实" in open_points(row)["教室与场地"]
    unfit = schools.NewPlaceCheck(clock.today(), exists=True, fit=False, note="没有厕所")
    schools.check_place(pond, unfit, by=officer())
    assert "不合格" in open_points(row)["教室与场地"]
    schools.check_place(pond, schools.NewPlaceCheck(clock.today(), exists=True, fit=True), by=officer())
    assert "教室与场地" not in open_points(row)


def test_a_school_files_only_what_it_is_listed_for() -> None:
    at = make_school_set()
    row = make_class(at)
    assert "学校资质" not in open_points(row)
    db.session.execute(text("DELETE FROM school_listings WHERE school_id = :id"), {"id": at.school.id})
    assert "没有列入" in open_points(row)["学校资质"]


def test_lead_time_is_counted_in_working_days_around_the_national_day_of_2026() -> None:
    """Filed on 30 September: the holiday does not count, Saturday 10 October does; three working days are asked."""
    with clock.at(clock.moment_of(date(2026, 9, 30), 9)):
        late, early = (make_class(make_school_set(), start_on=day) for day in (date(2026, 10, 9), date(2026, 10, 10)))
        assert "只有 2 个工作日" in open_points(late)["课程表与政策要求"]
        assert "课程表与政策要求" not in open_points(early)


def test_the_plan_is_the_schools_and_is_closed_once_filed() -> None:
    at = make_school_set()
    row = make_class(at)
    with pytest.raises(Forbidden):
        classes.set_units(row, [], by=make_school_set().by)
    file_class(row, 1)
    with pytest.raises(Refused, match="申报以后"):
        classes.set_units(row, [NewUnit("别的", THEORY, 10)], by=at.by)
    with pytest.raises(Refused, match="申报以后"):
        classes.propose_plan(row, by=at.by)


def test_the_lock_freezes_the_whole_plan_with_its_hash() -> None:
    row = make_approved_class(1)
    facts: dict[str, Any] = queries.fixes_of(row.id)[0].facts
    assert [unit["hours"] for unit in facts["units"]] == [unit.hours for unit in teaching.units_of(row.id)]
    assert facts["resources"][0]["name"] == "《稻虾共作》培训讲义"
    assert facts["assessment"]["on"] == row.end_on.isoformat()
    assert facts["evidence"]["photos_a_session"] == 2
    assert {"topic", "room_id", "teacher_id"} <= set(facts["sessions"][0])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE teaching_units SET topic = '别的' WHERE class_id = :id",
        "DELETE FROM class_resources WHERE class_id = :id",
        "UPDATE assessment_plans SET place = '别处' WHERE class_id = :id",
        "UPDATE evidence_plans SET place_asked = NOT place_asked WHERE class_id = :id",
        "INSERT INTO class_resources (class_id, kind, name, amount) VALUES (:id, 'digital', '补的', '')",
    ],
)
def test_no_door_changes_the_plan_of_a_locked_class(statement: str) -> None:
    row = make_approved_class(1)
    with pytest.raises(Refused, match="变更申请"), transaction():
        db.session.execute(text(statement), {"id": row.id})


def test_an_approved_move_of_a_locked_class_finds_rooms_in_the_new_place() -> None:
    at = make_school_set()
    schools.add_room(at.site, schools.NewRoom("老教室", 40), by=at.by)
    there = schools.add_site(at.school, schools.NewSite("新校区", VILLAGE, "新址 1 号", 50), by=at.by)
    room = schools.add_room(there, schools.NewRoom("新教室", 50), by=at.by)
    row = make_approved_class(1, at=at)
    asked = classes.ask_variation(row, VariationKind.CHANGE_SITE, {"site_id": there.id}, "老教室漏水", by=clerk_of(row))
    with transaction():
        classes.decide_variation(asked, approve=True, by=officer())
    db.session.expire_all()
    assert {session.room_id for session in queries.sessions_of(row.id)} == {room.id}
    assert {one["room_id"] for one in queries.fixes_of(row.id)[-1].facts["sessions"]} == {room.id}
    booked = text("SELECT resource_id FROM class_bookings WHERE class_id = :id AND kind IN ('room', 'site')")
    assert db.session.scalars(booked, {"id": row.id}).all() == [room.id]
