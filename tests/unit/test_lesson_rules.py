"""A watched second is a second that passed: never more, wherever the page says it comes from."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.rules import MOST_A_BEAT, Stop, back_to, credited, hours_of, stop_at

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
PLENTY = {"left_today": 10_000, "left_here": 10_000, "mine": True}


@given(told=st.integers(-100, 10_000), passed=st.integers(0, 10_000), day=st.integers(0, 100), here=st.integers(0, 100))
def test_no_heartbeat_brings_more_than_passed_nor_more_than_is_left(
    told: int, passed: int, day: int, here: int
) -> None:
    now = NOON + timedelta(seconds=passed)
    got = credited(told, NOON, now, left_today=day, left_here=here, mine=True)
    assert 0 <= got <= min(max(told, 0), passed, day, here, MOST_A_BEAT)


@pytest.mark.parametrize(
    ("told", "passed", "seconds"), [(15, 15, 15), (15, 14, 14), (3, 15, 3), (600, 600, MOST_A_BEAT), (15, 0, 0)]
)
def test_a_hidden_page_a_fast_one_and_a_long_silence_count_what_is_sure(told: int, passed: int, seconds: int) -> None:
    assert credited(told, NOON, NOON + timedelta(seconds=passed), **PLENTY) == seconds  # type: ignore[arg-type]  # plain numbers


def test_the_first_heartbeat_and_one_of_another_page_bring_nothing() -> None:
    later = NOON + timedelta(seconds=15)
    assert credited(15, None, later, left_today=99, left_here=99, mine=True) == 0
    assert credited(15, NOON, later, left_today=99, left_here=99, mine=False) == 0


STOPS = [Stop(1, 60, passed=True), Stop(2, 120, passed=False), Stop(3, 300, passed=False)]


def test_one_watches_up_to_the_first_question_that_is_not_passed() -> None:
    assert stop_at(STOPS, 600) == 120
    assert stop_at([], 600) == 600


def test_a_wrong_answer_leads_back_to_the_question_before_or_the_beginning() -> None:
    assert back_to(STOPS, 2) == 60
    assert back_to(STOPS, 1) == 0


@pytest.mark.parametrize(("minutes", "hours"), [(44, 0), (45, 1), (134, 2), (135, 3), (999, 3)])
def test_forty_five_minutes_are_a_standard_hour_rounded_down_and_never_more_than_the_session(
    minutes: int, hours: int
) -> None:
    assert hours_of(minutes * 60, 45, 3) == hours
