"""Who counts as employed in the rate of a class (R34). Pure."""

from collections.abc import Iterable
from datetime import date

from app.policies.rules.calendar import add_months
from app.policies.rules.pack import Pack


def employed_count(pack: Pack, ended_on: date | None, posts: Iterable[tuple[date | None, int | None]]) -> int | None:
    """How many posts count: taken up soon enough after the course, with a contract long enough, as the pack states.

    A post is the day it was taken up and the months of its labor contract. None where the pack asks for a contract and
    no post tells of one: the rate is then not known, and nothing is paid on a guess.
    """
    told = list(posts)
    within, months = pack.count("employment.within_months"), pack.count("employment.contract_months")
    if months is not None and told and all(contract is None for _day, contract in told):
        return None
    return sum(_in_time(day, ended_on, within) and (contract or 0) >= (months or 0) for day, contract in told)


def _in_time(day: date | None, ended_on: date | None, within: int | None) -> bool:
    if within is None:
        return True
    return day is not None and ended_on is not None and day <= add_months(ended_on, within)
