"""What a year-end carries, and when a pot runs dry: pure rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.rules import LEAST_DAYS, Figures, Outlook, carried, forecast

TODAY, END = date(2026, 9, 1), date(2026, 12, 31)
FEN = st.integers(0, 10**12)


def test_a_pot_of_a_thousand_a_day_runs_dry_after_as_many_days() -> None:
    said = forecast(30_000, taken_fen=90_000, days=90, today=TODAY, year_end=END, class_fen=7_000)
    assert said.outlook is Outlook.RUNS_DRY
    assert said.per_day_fen == 1_000
    assert said.runs_dry_on == TODAY + timedelta(days=30)
    assert said.classes_left == 4


def test_a_pot_that_outlives_the_year_is_not_said_to_run_dry() -> None:
    said = forecast(1_000_000, taken_fen=90_000, days=90, today=TODAY, year_end=END)
    assert (said.outlook, said.runs_dry_on) == (Outlook.LASTS, None)
    assert said.left_at_end_fen == 1_000_000 - 1_000 * (END - TODAY).days
    assert said.classes_left is None, "no class yet, no average"


@pytest.mark.parametrize(
    ("available", "taken", "days", "outlook"),
    [
        (0, 90_000, 90, Outlook.EMPTY),
        (30_000, 0, 90, Outlook.STANDS_STILL),
        (30_000, -5, 90, Outlook.STANDS_STILL),
        (30_000, 90_000, LEAST_DAYS - 1, Outlook.TOO_EARLY),
    ],
)
def test_a_pot_without_a_pace_gets_no_day(available: int, taken: int, days: int, outlook: Outlook) -> None:
    said = forecast(available, taken_fen=taken, days=days, today=TODAY, year_end=END)
    assert (said.outlook, said.runs_dry_on, said.left_at_end_fen) == (outlook, None, None)


@given(available=st.integers(1, 10**12), taken=st.integers(1, 10**12), days=st.integers(LEAST_DAYS, 366))
def test_a_day_is_never_earlier_for_more_money_nor_later_for_a_faster_pace(
    available: int, taken: int, days: int
) -> None:
    def day(money: int, pace: int) -> date:
        said = forecast(money, taken_fen=pace, days=days, today=TODAY, year_end=END)
        return said.runs_dry_on or END + timedelta(days=1)

    assert day(available, taken) <= day(available + 1, taken)
    assert day(available, taken) >= day(available, taken + 1)


@given(available=st.integers(1, 10**9), taken=st.integers(1, 10**9), days=st.integers(LEAST_DAYS, 366))
def test_the_money_lasts_to_the_day_said_and_not_one_day_more(available: int, taken: int, days: int) -> None:
    said = forecast(available, taken_fen=taken, days=days, today=TODAY, year_end=END)
    if said.runs_dry_on is not None:
        lasts = (said.runs_dry_on - TODAY).days
        assert taken * lasts <= available * days < taken * (lasts + 1)
    else:
        assert said.left_at_end_fen is not None
        assert 0 <= said.left_at_end_fen <= available


@given(appropriated=FEN, expected=FEN, cuts=st.tuples(*[st.integers(0, 100)] * 5))
def test_a_year_end_loses_no_fen(appropriated: int, expected: int, cuts: tuple[int, ...]) -> None:
    paid = appropriated * cuts[0] // 100
    recovered = (appropriated - paid) * cuts[1] // 100
    rest = appropriated + expected - paid - recovered
    reserved = rest * cuts[2] // 100
    owed = (rest - reserved) * cuts[3] // 100
    had = Figures(appropriated, expected, rest - reserved - owed, reserved, owed, paid, recovered)
    assert had.total_fen == appropriated + expected
    on = carried(had)
    assert on.appropriated_fen + on.expected_fen == on.total_fen == reserved + owed
    assert on.appropriated_fen + on.lapsed_fen + paid + recovered == appropriated
    assert on.expected_fen + on.lapsed_expected_fen == expected
    assert min(on.appropriated_fen, on.expected_fen, on.lapsed_fen, on.lapsed_expected_fen) >= 0
