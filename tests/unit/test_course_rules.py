"""What policy asks of a course, of a filing, and of a result."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policies.rules.calendar import add_months, add_years
from app.policies.rules.courses import (
    FilingFacts,
    course_problems,
    days_of,
    filing_problems,
    passes,
    refill_until,
)
from app.policies.rules.facts import CourseFacts
from app.policies.rules.said import Reason, fill
from tests.packs import demo_pack, small_pack

COURSE = CourseFacts("order_training", "6-30-05-05", 5, 42, 63)
FILING = FilingFacts(COURSE, 40, 3, {date(2026, 12, 1) + timedelta(days=n): 7 for n in range(15)})
TASTER = CourseFacts("taster", "x", None, 0, 1)


def rules(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.rule for reason in reasons]


def words(reason: Reason) -> str:
    return fill(reason.message, reason.params, str, "zh")


def test_a_course_long_and_practical_enough_has_no_problem() -> None:
    assert course_problems(demo_pack(), COURSE) == ()
    assert course_problems(demo_pack(), TASTER) == ()


@pytest.mark.parametrize(
    ("occupation", "level", "least"),
    [("6-1", 5, 105), ("6-1", 1, 49), ("4-1", 4, 70), ("5-1", 5, 63), ("5-1", None, 49), ("x", 0, 49)],
)
def test_r16_least_hours_by_category_and_level(occupation: str, level: int | None, least: int) -> None:
    short = CourseFacts("project", occupation, level, 0, least - 1)
    (reason,) = course_problems(demo_pack(), short)
    assert reason.rule == "R16"
    assert reason.params["least"] == least
    assert course_problems(demo_pack(), replace(short, practice_hours=least)) == ()


def test_r17_practice_takes_its_share_of_the_hours() -> None:
    (reason,) = course_problems(demo_pack(), replace(COURSE, theory_hours=43, practice_hours=62))
    assert (reason.rule, words(reason)) == ("R17", "实操至少占 60%，课程里只占 59%。")


def test_a_complete_filing_has_no_problem() -> None:
    assert filing_problems(demo_pack(), FILING) == ()
    assert filing_problems(demo_pack(), FilingFacts(TASTER, 99, 0)) == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"seats": 51}, ["R19"]),
        ({"lead_workdays": 2}, ["R15"]),
        ({"hours_by_day": {date(2026, 12, 1): 8, date(2026, 12, 2): 97}}, ["R18", "R18"]),
        ({"hours_by_day": {date(2026, 12, 1): 7}}, ["R16"]),
    ],
)
def test_a_filing_is_told_each_problem(change: dict[str, Any], found: list[str]) -> None:
    assert rules(filing_problems(demo_pack(), replace(FILING, **change))) == found


def test_r19_a_smallest_class_holds_where_the_policy_has_one() -> None:
    pack = small_pack(**{"class": {"size_min": {"value": 10, "source": "S07"}}})
    assert rules(filing_problems(pack, replace(FILING, seats=9))) == ["R19"]


@pytest.mark.parametrize(
    ("attended", "theory", "practice", "present", "passed"),
    [
        (84, 60, 60, True, True),
        (83, 100, 100, False, False),
        (105, 59, 100, True, False),
        (105, 100, 59, True, False),
        (105, None, 100, True, False),
        (105, 100, None, True, False),
    ],
)
def test_r20_r23_who_passes_follows_from_attendance_and_both_marks(
    attended: int,
    theory: int | None,
    practice: int | None,
    present: bool,  # noqa: FBT001  # a table
    passed: bool,  # noqa: FBT001  # a table
) -> None:
    found = passes(demo_pack(), planned_hours=105, attended_hours=attended, theory=theory, practice=practice)
    assert (found.present_enough, found.passed) == (present, passed)
    assert bool(found.reasons) is not passed
    assert all("%(" not in words(reason) for reason in found.reasons)


def test_nobody_passes_under_a_policy_that_leaves_the_thresholds_blank() -> None:
    found = passes(small_pack(), planned_hours=10, attended_hours=10, theory=100, practice=100)
    assert not found.passed
    assert len(found.reasons) == 3


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 100), st.integers(0, 100))
def test_more_of_anything_never_unmakes_a_pass(planned: int, attended: int, theory: int, practice: int) -> None:
    if passes(demo_pack(), planned_hours=planned, attended_hours=attended, theory=theory, practice=practice).passed:
        better = passes(demo_pack(), planned_hours=planned, attended_hours=attended + 1, theory=100, practice=100)
        assert better.passed


def test_refill_counts_the_first_day_as_day_one() -> None:
    assert refill_until(demo_pack(), date(2026, 12, 1)) == date(2026, 12, 3)
    assert refill_until(small_pack(), date(2026, 12, 1)) is None


def test_days_are_as_told_or_as_many_as_the_hours_need() -> None:
    assert days_of(demo_pack(), COURSE) == 15
    assert days_of(demo_pack(), replace(COURSE, theory_hours=43)) == 16
    assert days_of(demo_pack(), replace(COURSE, days=20)) == 20
    assert days_of(small_pack(), COURSE) == 0


@given(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.integers(0, 1000))
def test_months_keep_the_day_or_take_the_last_of_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
    assert add_years(day, 1) == add_months(day, 12)
