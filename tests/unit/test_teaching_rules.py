"""The plan of a filing: units that add up, machines for everybody, an assessment after the last lesson, evidence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attendance.rules import Way
from app.classes.rules import SessionKind
from app.classes.rules.teaching import (
    USUAL_WAYS,
    EvidenceWay,
    NewAssessment,
    NewEvidence,
    NewItem,
    assessment_faults,
    evidence_faults,
    ratio_fault,
    unit_faults,
    usual_items,
    usual_units,
)

THEORY, PRACTICE = SessionKind.THEORY, SessionKind.PRACTICE
HOURS = {THEORY: 35, PRACTICE: 70}


@given(st.text("安全水电焊；;。\n1、第一单元", max_size=80), st.integers(0, 120), st.integers(0, 120))
def test_a_proposed_plan_always_adds_up_to_the_courses_hours(syllabus: str, theory: int, practice: int) -> None:
    units = usual_units(syllabus, {THEORY: theory, PRACTICE: practice})
    assert sum(unit.hours for unit in units if unit.kind is THEORY) == theory
    assert sum(unit.hours for unit in units if unit.kind is PRACTICE) == practice
    assert all(unit.hours >= 1 and unit.topic.strip() for unit in units)


def test_topics_of_the_syllabus_become_units_of_their_kind_without_their_numbers() -> None:
    units = usual_units("第一单元：安全常识；二、焊条的知识；平焊、立焊；综合练习。", HOURS)
    assert [(unit.topic, unit.kind, unit.hours) for unit in units] == [
        ("安全常识", THEORY, 18),
        ("焊条的知识", THEORY, 17),
        ("平焊、立焊", PRACTICE, 35),
        ("综合练习", PRACTICE, 35),
    ]


def test_more_topics_than_hours_are_taught_together() -> None:
    units = usual_units("甲；乙；丙；丁", {PRACTICE: 2})
    assert [(unit.topic, unit.hours) for unit in units] == [("甲", 1), ("乙、丙、丁", 1)]


@pytest.mark.parametrize(
    ("plan", "timetable", "said"),
    [
        (HOURS, HOURS, 0),
        ({THEORY: 34, PRACTICE: 70}, HOURS, 2),
        ({THEORY: 35, PRACTICE: 71}, HOURS, 2),
        (HOURS, {THEORY: 31, PRACTICE: 74}, 2),
        ({}, HOURS, 4),
    ],
)
def test_hours_of_plan_course_and_timetable_are_the_same(
    plan: dict[SessionKind, int], timetable: dict[SessionKind, int], said: int
) -> None:
    assert len(list(unit_faults(plan, HOURS, timetable))) == said


def test_machines_take_the_whole_roster_or_say_how_many_are_left_over() -> None:
    assert ratio_fault(20, 20) is None
    fault = ratio_fault(16, 20)
    assert fault is not None
    assert fault.params == {"places": 16, "people": 20, "short": 4}


def test_an_assessment_comes_after_the_last_lesson_and_covers_what_was_taught() -> None:
    ends_on = date(2026, 12, 1)
    good = NewAssessment(ends_on, "实训场", usual_items(HOURS))
    assert list(assessment_faults(good, ends_on=ends_on, course=HOURS)) == []
    bad = NewAssessment(date(2026, 11, 30), " ", (NewItem(THEORY, "笔试", 100),))
    assert len(list(assessment_faults(bad, ends_on=ends_on, course=HOURS))) == 3


def test_evidence_offers_a_way_without_a_phone_and_enough_photos() -> None:
    good = NewEvidence(USUAL_WAYS, 2, mid_checks=True, place_asked=False)
    assert list(evidence_faults(good, 2, 20)) == []
    phones = NewEvidence((EvidenceWay.ROTATING_CODE,), 1, mid_checks=True, place_asked=True)
    assert len(list(evidence_faults(phones, 2, 20))) == 2
    assert len(list(evidence_faults(phones, None, 20))) == 1, "a policy that names no number asks for none"
    assert len(list(evidence_faults(NewEvidence((), 2, mid_checks=False, place_asked=False), 2, None))) == 1


@pytest.mark.parametrize(("checks", "share", "faults"), [(True, 20, 0), (True, None, 1), (True, 0, 1), (False, 20, 1)])
def test_a_filing_promises_checks_where_and_only_where_the_policy_draws_them(
    *, checks: bool, share: int | None, faults: int
) -> None:
    plan = NewEvidence(USUAL_WAYS, 2, mid_checks=checks, place_asked=False)
    assert len(list(evidence_faults(plan, 2, share))) == faults


def test_ways_of_the_plan_are_ways_of_the_attendance() -> None:
    assert {way.value for way in EvidenceWay} <= {way.value for way in Way}
