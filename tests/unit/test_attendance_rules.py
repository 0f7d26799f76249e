"""What signings are worth, how codes change, how checks are drawn, how far is far: rules without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attendance.rules import (
    Lesson,
    Measures,
    Moment,
    Place,
    Presence,
    Proofs,
    arrival_for,
    distance_m,
    hours_supported,
    is_far,
    read_place,
)
from app.attendance.rules.checks import check_at, drawn
from app.attendance.rules.codes import (
    LETTERS,
    OWN_LENGTH,
    STEP_SECONDS,
    Shown,
    clean_code,
    is_fresh,
    own_code,
    read_token,
    step_at,
    token,
)
from app.kernel.errors import Refused

START = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
LESSON = Lesson(START, START + timedelta(minutes=195), 4)
MEASURES = Measures(10, 50)
KEY = b"k" * 32


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def worth(
    came: float | None, went: float | None, seen: float | None = None, check: float | None = None
) -> tuple[int, Presence]:
    found = hours_supported(
        LESSON,
        Proofs(*(None if minute is None else at(minute) for minute in (came, seen, went, check))),
        MEASURES,
    )
    return found.hours, found.presence


@pytest.mark.parametrize(
    ("signed", "hours"),
    [
        ((-20, 195), 4),
        ((10, 185), 4),
        ((11, 195), 3),
        ((100, 195), 1),
        ((0, 100), 2),
        ((None, 195), 0),
        ((0, None), 0),
        ((None, None), 0),
        ((0, None, 120), 2),
        ((None, 195, 60), 2),
        ((190, 195), 0),
        ((200, 195), 0),
    ],
)
def test_hours_run_from_the_first_proof_to_the_last_with_the_grace_forgiven(
    signed: tuple[float | None, ...], hours: int
) -> None:
    assert worth(*signed)[0] == hours


def test_whoever_the_check_did_not_find_keeps_what_the_policy_says() -> None:
    assert worth(0, 195, seen=None, check=90) == (2, Presence.LATE)
    assert worth(0, 195, seen=90, check=90) == (4, Presence.PRESENT)


def test_a_check_before_somebody_came_or_after_they_left_is_not_held_against_them() -> None:
    assert worth(100, 195, check=90)[0] == 1
    assert worth(0, 80, check=90)[0] == 1


def test_a_blank_figure_for_a_missed_check_refuses_and_names_itself() -> None:
    proofs = Proofs(at(0), None, at(195), at(90))
    with pytest.raises(Refused, match="抽查不在时还计的学时占比"):
        hours_supported(LESSON, proofs, Measures(10, None))


def test_the_grounds_say_in_words_what_is_missing() -> None:
    said = [ground.message for ground in hours_supported(LESSON, Proofs(in_at=at(25)), MEASURES).grounds]
    assert "没有签退。" in said
    late = hours_supported(LESSON, Proofs(in_at=at(25), out_at=at(195)), MEASURES).grounds[0]
    assert late.message % late.params == "晚到 25 分钟。"


def test_a_taster_has_no_hours_and_whoever_came_was_present() -> None:
    half_an_hour = Lesson(START, at(30), 0)
    found = hours_supported(half_an_hour, Proofs(at(0), None, at(30)), MEASURES)
    assert (found.hours, found.presence) == (0, Presence.PRESENT)


@given(st.integers(0, 4), st.integers(30, 480), st.integers(1, 8))
def test_an_arrival_worked_out_for_some_hours_supports_exactly_these(told: int, minutes: int, hours: int) -> None:
    told = min(told, hours)
    lesson = Lesson(START, at(minutes), hours)
    arrival = arrival_for(lesson, told)
    found = hours_supported(lesson, Proofs(arrival, None, lesson.ends_at), Measures(0, 0))
    assert found.hours == told


def test_a_code_is_fresh_for_its_own_step_and_the_next_only() -> None:
    shown = Shown(7, Moment.OUT, step_at(START))
    ages = [0, STEP_SECONDS, STEP_SECONDS * 2 - 1, STEP_SECONDS * 2, -STEP_SECONDS]
    assert [is_fresh(shown, START + timedelta(seconds=age)) for age in ages] == [True, True, True, False, False]


def test_a_code_says_what_it_was_made_for_and_cannot_be_made_up() -> None:
    shown = Shown(123, Moment.MID, 99)
    text = token(KEY, shown)
    assert read_token(KEY, text) == shown
    assert read_token(b"x" * 32, text) is None
    assert read_token(KEY, text.replace("m", "o", 1)) is None
    for wrong in ("", "-", "zz", "7b-m63-", "签到", text + "a"):
        assert read_token(KEY, wrong) is None


@given(st.integers(1, 2**40), st.integers(1, 2**40))
def test_own_codes_are_short_and_differ(one: int, other: int) -> None:
    first, second = own_code(KEY, one), own_code(KEY, other)
    assert len(first) == OWN_LENGTH
    assert set(first) <= set(LETTERS)
    assert clean_code(f" {first[:3].lower()} {first[3:].lower()}") == first
    assert (first == second) == (one == other) or len({one, other}) == 2


def test_about_the_share_of_the_policy_is_drawn_and_never_at_the_edges() -> None:
    seed = b"seed" * 8
    taken = [number for number in range(2000) if drawn(seed, number, 20)]
    assert 330 < len(taken) < 470
    times = {check_at(seed, number, LESSON.starts_at, LESSON.ends_at) for number in taken}
    assert len(times) > 60
    assert at(38) <= min(times) < max(times) <= at(157)
    assert not any(drawn(seed, number, 0) for number in range(100))
    assert all(drawn(seed, number, 100) for number in range(100))


def test_another_seed_draws_other_half_days() -> None:
    first, second = ({n for n in range(200) if drawn(seed, n, 20)} for seed in (b"a" * 32, b"b" * 32))
    assert first != second


def test_far_is_what_the_devices_own_doubt_cannot_explain() -> None:
    here = Place(28.8065, 113.0823, 30)
    away = distance_m(here, 28.8165, 113.0823)
    assert 1100 < away < 1125
    assert is_far(away, 30, 200)
    assert not is_far(away, 1500, 200)


@pytest.mark.parametrize("told", [("", "", ""), ("91", "0", "5"), ("x", "1", "1"), ("1", "1", "-3"), ("nan", "1", "1")])
def test_what_is_no_place_is_none(told: tuple[str, str, str]) -> None:
    assert read_place(*told) is None
