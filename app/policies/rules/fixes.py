"""The four fixes 四定 as one rule: what is still open, each in a sentence. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from app.kernel.marking import N_
from app.policies.rules.modes import Direction, Fix, Mode, OrderKind, PostKind


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """One named seat: how a sentence calls the person, and the post it states ("" where none)."""

    person: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class FixFacts:
    """What a class has fixed so far.

    `site_region` is the region's code; hours are standard hours. `direction` is the employer, buyer, village, industry
    or livelihood in words. `posts` are the order's posts by the same keys as the seats' posts, with the headcount open
    to this class.
    """

    site: str = ""
    site_region: str = ""
    site_capacity: int | None = None
    hours_planned: int = 0
    hours_timetabled: int = 0
    seats: tuple[SeatFacts, ...] = ()
    unnamed_seats: int = 0
    size_max: int | None = None
    order_kind: OrderKind | None = None
    order_verified: bool = False
    direction: str = ""
    posts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenFix:
    """One thing that is still open."""

    fix: Fix
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


def open_fixes(mode: Mode, facts: FixFacts) -> tuple[OpenFix, ...]:
    """Everything still open under the mode; empty when place, people, direction and post are all fixed."""
    return tuple(still_open for fix in mode.fixes for still_open in _CHECKS[fix](mode, facts))


def _place(_mode: Mode, facts: FixFacts) -> Iterator[OpenFix]:
    if not facts.site:
        yield OpenFix(Fix.PLACE, N_("定点：还没有定培训地点。"))
    elif not facts.site_region:
        yield OpenFix(Fix.PLACE, N_("定点：“%(site)s”还没有写明在哪个乡镇、哪个村。"), {"site": facts.site})
    if facts.site and facts.site_capacity is not None and facts.site_capacity < _headcount(facts):
        params = {"site": facts.site, "capacity": facts.site_capacity, "people": _headcount(facts)}
        yield OpenFix(Fix.PLACE, N_("定点：“%(site)s”坐得下 %(capacity)s 人，名单有 %(people)s 人。"), params)
    if facts.hours_timetabled < facts.hours_planned or not facts.hours_timetabled:
        params = {"planned": facts.hours_planned, "hours": facts.hours_timetabled}
        yield OpenFix(Fix.PLACE, N_("定点：课程表排了 %(hours)s 学时，课程要求 %(planned)s 学时。"), params)


def _people(_mode: Mode, facts: FixFacts) -> Iterator[OpenFix]:
    if not facts.seats:
        yield OpenFix(Fix.PEOPLE, N_("定员：名单还是空的。"))
    if facts.unnamed_seats:
        yield OpenFix(Fix.PEOPLE, N_("定员：还有 %(n)s 个名额没有落实到人。"), {"n": facts.unnamed_seats})
    if facts.size_max is not None and _headcount(facts) > facts.size_max:
        params = {"people": _headcount(facts), "most": facts.size_max}
        yield OpenFix(Fix.PEOPLE, N_("定员：名单有 %(people)s 人，每班最多 %(most)s 人。"), params)


def _headcount(facts: FixFacts) -> int:
    return len(facts.seats) + facts.unnamed_seats


_ORDER_MISSING = {
    Direction.EMPLOYER: N_("定向：还没有关联用人单位的用工订单。"),
    Direction.WORKSHOP_OR_BUYER: N_("定向：还没有关联来料加工的订单，要写明车间或收购方。"),
    Direction.BUYER: N_("定向：还没有关联产销合作的订单，要写明收购方。"),
    Direction.VILLAGE: N_("定向：还没有关联公益性岗位的订单，要写明是哪个村。"),
    Direction.INDUSTRY: N_("定向：还没有关联人社局的项目，要写明面向的行业。"),
    Direction.OWN_LIVELIHOOD: N_("定向：还没有关联这种模式要求的订单。"),
}
_DIRECTION_BLANK = {
    Direction.EMPLOYER: N_("定向：还没有写明用人单位。"),
    Direction.WORKSHOP_OR_BUYER: N_("定向：还没有写明车间或收购方。"),
    Direction.BUYER: N_("定向：还没有写明收购方。"),
    Direction.VILLAGE: N_("定向：还没有写明是哪个村。"),
    Direction.INDUSTRY: N_("定向：还没有写明面向的行业。"),
    Direction.OWN_LIVELIHOOD: N_("定向：还没有写明学了做什么，例如自家稻田养虾。"),
}


def _direction(mode: Mode, facts: FixFacts) -> Iterator[OpenFix]:
    if mode.needs_order and facts.order_kind is None:
        yield OpenFix(Fix.DIRECTION, _ORDER_MISSING[mode.direction])
        return
    if mode.needs_order and not mode.takes_order(facts.order_kind):
        yield OpenFix(Fix.DIRECTION, N_("定向：“%(mode)s”不能用这一种订单。"), {"mode": mode.name})
    elif mode.needs_order and not facts.order_verified:
        yield OpenFix(Fix.DIRECTION, N_("定向：关联的订单还没有核实。"))
    if not facts.direction:
        yield OpenFix(Fix.DIRECTION, _DIRECTION_BLANK[mode.direction])


_POST_BLANK = {
    PostKind.ORDER_POST: N_("定岗：%(person)s 还没有对应到订单里的岗位。"),
    PostKind.WORKPLACE_OR_HOME: N_("定岗：%(person)s 还没有写明在车间做还是在家做。"),
    PostKind.CONTRACT: N_("定岗：%(person)s 还没有对应的产销合同。"),
    PostKind.WELFARE_POST: N_("定岗：%(person)s 还没有对应的公益性岗位。"),
    PostKind.OWN_PLOT: N_("定岗：%(person)s 还没有写明自家的田、塘或林地。"),
}
_ONLY_LISTED = (PostKind.ORDER_POST, PostKind.WELFARE_POST)


def _post(mode: Mode, facts: FixFacts) -> Iterator[OpenFix]:
    for seat in facts.seats:
        if not seat.post:
            yield OpenFix(Fix.POST, _POST_BLANK[mode.post], {"person": seat.person})
    if mode.post not in _ONLY_LISTED:
        return
    for post, people in Counter(seat.post for seat in facts.seats if seat.post).items():
        if post not in facts.posts:
            yield OpenFix(Fix.POST, N_("定岗：订单里没有“%(post)s”这个岗位。"), {"post": post})
        elif people > facts.posts[post]:
            params = {"post": post, "open": facts.posts[post], "people": people}
            yield OpenFix(Fix.POST, N_("定岗：“%(post)s”还能安排 %(open)s 人，名单里有 %(people)s 人。"), params)


_CHECKS: Mapping[Fix, Callable[[Mode, FixFacts], Iterator[OpenFix]]] = {
    Fix.PLACE: _place,
    Fix.PEOPLE: _people,
    Fix.DIRECTION: _direction,
    Fix.POST: _post,
}
