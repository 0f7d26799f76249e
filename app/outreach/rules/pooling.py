"""Neighboring villages that ask for the same course in the same weeks, pooled (拼班). Pure and deterministic.

There are no coordinates: neighbors are the villages of one township; what a township alone does not fill is pooled with
the rest of its county. Weeks overlap where all requests of a pool have at least one day in common.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


class Reach(StrEnum):
    """How far the villages of a pool lie apart."""

    TOWNSHIP = "township"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as pooling sees it."""

    id: int
    course_id: int
    village: str
    township: str
    county: str
    from_on: date
    until_on: date
    people: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Requests that one class could answer; `least` None where the policy states no minimum."""

    course_id: int
    reach: Reach
    place: str
    """The code of the township or county."""
    least: int | None
    asks: tuple[Ask, ...]

    @property
    def people(self) -> int:
        """For how many people is asked."""
        return sum(ask.people for ask in self.asks)

    @property
    def villages(self) -> tuple[str, ...]:
        """The villages that asked, by code."""
        return tuple(sorted({ask.village for ask in self.asks}))

    @property
    def from_on(self) -> date:
        """The first day that suits everybody."""
        return max(ask.from_on for ask in self.asks)

    @property
    def until_on(self) -> date:
        """The last day that suits everybody."""
        return min(ask.until_on for ask in self.asks)

    @property
    def missing(self) -> int:
        """How many people a class still lacks; 0 where the policy states no minimum."""
        return max(0, (self.least or 0) - self.people)

    @property
    def is_reached(self) -> bool:
        """Whether a class can be proposed."""
        return self.missing == 0

    @property
    def key(self) -> int:
        """The request that names the pool: its first."""
        return min(ask.id for ask in self.asks)


def pool_up(asks: Iterable[Ask], least_of: Mapping[str, int | None]) -> list[Pool]:
    """Pool requests: by township first, what is left over by county; `least_of` is the minimum by county.

    Reached pools come first, the largest ahead; then those that lack the fewest.
    """
    pools: list[Pool] = []
    left: list[Ask] = []
    for (course_id, township, county), near in _grouped(asks, lambda ask: (ask.course_id, ask.township, ask.county)):
        for together in overlapping(near):
            pool = Pool(course_id, Reach.TOWNSHIP, township, least_of.get(county), together)
            if pool.is_reached:
                pools.append(pool)
            else:
                left.extend(together)
    for (course_id, county), far in _grouped(left, lambda ask: (ask.course_id, ask.county)):
        pools.extend(_wider(course_id, county, together, least_of.get(county)) for together in overlapping(far))
    return sorted(pools, key=lambda pool: (pool.missing, -pool.people, pool.course_id, pool.key))


def _wider(course_id: int, county: str, together: tuple[Ask, ...], least: int | None) -> Pool:
    """A pool of a county's leftovers; those of one township alone are still that township's."""
    townships = {ask.township for ask in together}
    if len(townships) == 1:
        return Pool(course_id, Reach.TOWNSHIP, townships.pop(), least, together)
    return Pool(course_id, Reach.COUNTY, county, least, together)


def overlapping(asks: Iterable[Ask]) -> list[tuple[Ask, ...]]:
    """Split requests into the fewest groups of which each has a day that suits all.

    Taken by their last day: whoever must be done first decides on the day, and everybody who can on that day joins.
    """
    waiting = sorted(asks, key=lambda ask: (ask.until_on, ask.id))
    groups = []
    while waiting:
        day = waiting[0].until_on
        groups.append(tuple(ask for ask in waiting if ask.from_on <= day))
        waiting = [ask for ask in waiting if ask.from_on > day]
    return groups


def _grouped(asks: Iterable[Ask], key: Callable[[Ask], K]) -> list[tuple[K, list[Ask]]]:
    found: dict[K, list[Ask]] = defaultdict(list)
    for ask in asks:
        found[key(ask)].append(ask)
    return list(found.items())
