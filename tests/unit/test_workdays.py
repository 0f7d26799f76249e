"""Working days in China."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.workdays import add_working_days, is_working_day, working_days_between

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # a Saturday worked for the long holiday
        (date(2026, 2, 18), False),
        (date(2027, 5, 3), False),
    ],
)
def test_weekends_holidays_and_days_worked_instead_are_known(day: date, works: bool) -> None:  # noqa: FBT001  # a table
    assert is_working_day(day) is works


def test_five_working_days_of_notice_step_over_the_weekend() -> None:
    assert add_working_days(date(2026, 11, 20), 5) == date(2026, 11, 27)
    assert add_working_days(date(2026, 11, 20), 0) == date(2026, 11, 20)
    assert add_working_days(date(2026, 11, 23), -1) == date(2026, 11, 20)


def test_the_policys_own_table_wins() -> None:
    closed = {date(2026, 11, 23): False, date(2026, 11, 22): True}
    assert add_working_days(date(2026, 11, 20), 1, closed) == date(2026, 11, 22)
    assert add_working_days(date(2026, 11, 22), 1, closed) == date(2026, 11, 24)


@given(DAYS, st.integers(1, 40))
def test_adding_and_counting_agree(day: date, n: int) -> None:
    end = add_working_days(day, n)
    assert is_working_day(end)
    assert working_days_between(day, end) == n
    assert working_days_between(end, day) == -n
    assert working_days_between(day, day) == 0
    assert end - day >= timedelta(days=n)


@pytest.mark.parametrize(
    ("filed", "starts", "days"),
    [
        (date(2026, 9, 30), date(2026, 10, 8), 1),  # the seven days of the holiday do not count
        (date(2026, 9, 30), date(2026, 10, 9), 2),
        (date(2026, 9, 30), date(2026, 10, 12), 4),  # Saturday the 10th is worked, Sunday the 11th is not
        (date(2026, 9, 18), date(2026, 9, 21), 2),  # Sunday the 20th is worked for the holiday
        (date(2026, 9, 26), date(2026, 9, 28), 1),  # an ordinary weekend around the Mid-Autumn holiday
    ],
)
def test_lead_time_around_national_day_2026_steps_over_the_holiday_and_counts_days_worked_instead(
    filed: date, starts: date, days: int
) -> None:
    assert working_days_between(filed, starts) == days
