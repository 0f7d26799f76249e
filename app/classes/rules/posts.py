"""Who fits a post or a livelihood, by what they wish for and where they live. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

COUNTY_DEPTH = 3
TOWNSHIP_DEPTH = 4
VILLAGE_DEPTH = 5


class Fit(StrEnum):
    """One reason for which a post was proposed."""

    TRADE = "trade"
    PLACE = "place"
    WAGE = "wage"
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"
    WORKSHOP = "workshop"
    HOME = "home"
    PLOT = "plot"
    CONTRACT = "contract"


WEIGHTS = {Fit.TRADE: 4, Fit.PLACE: 3, Fit.WAGE: 2, Fit.VILLAGE: 3, Fit.TOWNSHIP: 2, Fit.COUNTY: 1}


@dataclass(frozen=True, slots=True)
class Wished:
    """What somebody wishes for, and the regions above their home from the top down."""

    home: tuple[str, ...]
    trades: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    """Region codes, or words for a place."""
    wage_fen: int | None = None
    """A month."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What an order offers: the trade, the regions above the workplace, the place in words, the pay of a month."""

    trade: str
    place: tuple[str, ...]
    place_words: str = ""
    pay_to_fen: int | None = None
    """None where pay is by the piece."""


def shared_depth(one: Sequence[str], other: Sequence[str]) -> int:
    """How far down the tree of regions two places lie together: 5 the village, 4 the township, 3 the county."""
    depth = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        depth += 1
    return depth


def nearness(one: Sequence[str], other: Sequence[str]) -> Fit | None:
    """How near two places lie; None beyond the county."""
    depth = shared_depth(one, other)
    if depth >= VILLAGE_DEPTH:
        return Fit.VILLAGE
    if depth == TOWNSHIP_DEPTH:
        return Fit.TOWNSHIP
    return Fit.COUNTY if depth == COUNTY_DEPTH else None


def fits(wished: Wished, offered: Offered) -> tuple[Fit, ...]:
    """Why a post suits somebody, the strongest reason first."""
    found = []
    if offered.trade in wished.trades:
        found.append(Fit.TRADE)
    if any(place in offered.place or (place and place in offered.place_words) for place in wished.places):
        found.append(Fit.PLACE)
    near = nearness(wished.home, offered.place)
    if near is not None:
        found.append(near)
    if wished.wage_fen is not None and offered.pay_to_fen is not None and offered.pay_to_fen >= wished.wage_fen:
        found.append(Fit.WAGE)
    return tuple(found)


def score(reasons: Sequence[Fit]) -> int:
    """How well a post suits, for choosing between people where posts are few."""
    return sum(WEIGHTS.get(reason, 0) for reason in reasons)


def best_fitting(wishes: Mapping[int, Wished], offered: Offered, posts: int) -> dict[int, tuple[Fit, ...]]:
    """Whom to propose so few posts for, with the reasons: the best fit first, then in the order given."""
    reasons = {key: fits(wished, offered) for key, wished in wishes.items()}
    ranked = sorted(reasons, key=lambda key: -score(reasons[key]))[: max(posts, 0)]
    return {key: reasons[key] for key in reasons if key in ranked}
