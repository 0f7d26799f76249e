"""How a timetable is laid out."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classes.rules import Half, Pattern, SessionKind, lay_out, times_of
from app.kernel.errors import DomainError

MONDAY = date(2026, 3, 2)


def pattern(
    theory: int = 12, practice: int = 18, *, halves: tuple[Half, ...] = tuple(Half)[:2], **more: int
) -> Pattern:
    return Pattern(
        start_on=MONDAY,
        halves=halves,
        hours_a_half=more.get("hours_a_half", 4),
        theory_hours=theory,
        practice_hours=practice,
        theory_teacher_id=1,
        practice_teacher_id=2,
        theory_topic="理论",
        practice_topic="实操",
        hours_a_day=more.get("hours_a_day", 7),
        minutes=more.get("minutes", 0),
    )


@given(st.integers(0, 60), st.integers(0, 120), st.integers(1, 8), st.integers(1, 10))
def test_hours_add_up_theory_first_and_no_day_is_too_long(theory: int, practice: int, half: int, a_day: int) -> None:
    sessions = lay_out(pattern(theory, practice, hours_a_half=half, hours_a_day=a_day))
    by_kind = {kind: sum(one.hours for one in sessions if one.kind == kind) for kind in SessionKind}
    assert by_kind == {SessionKind.THEORY: theory, SessionKind.PRACTICE: practice}
    kinds = [one.kind for one in sessions]
    assert kinds == sorted(kinds, key=[SessionKind.THEORY, SessionKind.PRACTICE].index)
    days = {one.on: sum(other.hours for other in sessions if other.on == one.on) for one in sessions}
    assert all(hours <= a_day for hours in days.values())
    assert len({(one.on, one.half) for one in sessions}) == len(sessions)


def test_days_off_are_left_out() -> None:
    sessions = lay_out(pattern(0, 56), lambda day: day.weekday() >= 5)
    assert {one.on.weekday() for one in sessions} <= set(range(5))
    assert sessions[-1].on == MONDAY + timedelta(days=9)


def test_a_timetable_that_never_ends_is_refused() -> None:
    with pytest.raises(DomainError, match="排不完"):
        lay_out(pattern(), lambda _day: True)
    with pytest.raises(DomainError, match="至少选一个"):
        lay_out(pattern(halves=()))


def test_a_taster_is_one_short_session() -> None:
    (one,) = lay_out(pattern(0, 1, minutes=30))
    assert (one.hours, one.minutes, one.on) == (0, 30, MONDAY)
    assert times_of(Half.MORNING, 0, 30) == (time(8, 30), time(9, 0))


def test_a_long_half_day_has_a_break() -> None:
    assert times_of(Half.MORNING, 4) == (time(8, 30), time(11, 45))
    assert times_of(Half.AFTERNOON, 2) == (time(14, 0), time(15, 30))
