"""Working days in China: weekends, public holidays and the days worked instead; a policy's own table overrides. Pure.

Deadlines of the trade are counted in working days (工作日). Where the yearly notice of the State Council is not known
yet, the table in the policy pack says which days differ.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

SATURDAY = 5
NO_OVERRIDES: Mapping[date, bool] = {}


@lru_cache(maxsize=64)
def _year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and weekend days worked in a year, by the public notices that the library knows."""
    calendar = country_holidays("CN", years=year)
    return frozenset(calendar), frozenset(day for day in calendar.weekend_workdays if day.year == year)


def is_working_day(day: date, overrides: Mapping[date, bool] = NO_OVERRIDES) -> bool:
    """Whether offices work that day; `overrides` maps days to whether they are worked."""
    if day in overrides:
        return overrides[day]
    off, worked = _year(day.year)
    if day in worked:
        return True
    return day.weekday() < SATURDAY and day not in off


def add_working_days(day: date, n: int, overrides: Mapping[date, bool] = NO_OVERRIDES) -> date:
    """The n-th working day after `day` (before it where n is negative); 0 is `day` itself."""
    step = timedelta(days=1 if n >= 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= is_working_day(day, overrides)
    return day


def working_days_between(start: date, end: date, overrides: Mapping[date, bool] = NO_OVERRIDES) -> int:
    """How many working days lie after `start`, up to and with `end`; negative where `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, overrides)
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n), overrides) for n in range(1, days + 1))
