"""Households by village: how many of each kind, and in how many somebody has work (就业一人、脱贫一户)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.models import AT_WORK, Ability, Household, HouseholdKind, Person
from app.regions.models import Region
from app.regions.queries import children, in_area, lies_in, region

WITH_WORK, WITHOUT_WORK = "some", "none"


@dataclass(frozen=True, slots=True)
class HouseholdFilters:
    """What narrows the list of households; empty values narrow nothing."""

    region_code: str = ""
    kind: HouseholdKind | None = None
    work: str = ""
    """`WITH_WORK`: somebody has work; `WITHOUT_WORK`: nobody has, though somebody could."""


@dataclass(frozen=True, slots=True)
class Home:
    """A household with how many people it counts, and how many of them have work."""

    row: Household
    members: int
    at_work: int


@dataclass(slots=True)
class Figures:
    """Households of one kind in one place: all, those where somebody has work, those where nobody who could has."""

    homes: int = 0
    with_work: int = 0
    without_work: int = 0


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """The households of a place, by kind; `deeper` says that there are places below it."""

    place: Region
    deeper: bool
    kinds: dict[HouseholdKind, Figures] = field(default_factory=lambda: defaultdict(Figures))


@dataclass(frozen=True, slots=True)
class KindFigures:
    """The households of one kind: all together, and in each place that has any."""

    kind: HouseholdKind
    total: Figures
    places: list[PlaceFigures]


def _counted() -> ColumnElement[bool]:
    """Members of a household, each person once."""
    return and_(Person.household_id == Household.id, Person.merged_into_id.is_(None))


def _has_work() -> ColumnElement[bool]:
    return Person.work_status.in_(AT_WORK)


def _could_work() -> ColumnElement[bool]:
    return and_(Person.ability != Ability.UNABLE, Person.exclusion.is_(None))


def _within(by: Actor) -> ColumnElement[bool]:
    return Household.id > 0 if by.key == SYSTEM.key else in_area(Household.region_code, by.area)


def households_for(by: Actor, filters: HouseholdFilters | None = None) -> Select[Household]:
    """The query of the households in the actor's area; page it or count it."""
    filters = filters or HouseholdFilters()
    query = select(Household).where(_within(by))
    if filters.region_code:
        query = query.where(in_area(Household.region_code, (filters.region_code,)))
    if filters.kind is not None:
        query = query.where(Household.kind == filters.kind)
    if filters.work == WITH_WORK:
        query = query.where(exists().where(_counted(), _has_work()))
    if filters.work == WITHOUT_WORK:
        query = query.where(~exists().where(_counted(), _has_work()), exists().where(_counted(), _could_work()))
    return query.order_by(Household.region_code, Household.id)


def homes_of(rows: Sequence[Household]) -> list[Home]:
    """Households with their numbers of people."""
    work = func.count().filter(_has_work())
    query = select(Person.household_id, func.count(), work).where(
        Person.household_id.in_([row.id for row in rows]), Person.merged_into_id.is_(None)
    )
    counts = {
        home_id: (all_, working) for home_id, all_, working in db.session.execute(query.group_by(Person.household_id))
    }
    return [Home(row, *counts.get(row.id, (0, 0))) for row in rows]


def household_figures(by: Actor, under: str = "") -> list[PlaceFigures]:
    """Figures for each place right below `under` (or below the actor's own area); raises `NotFound` outside it.

    Ordinary households are not counted: they are most of them, and the figures are about the others.
    """
    places = _places(by, under)
    codes = [place.code for place in places]
    homes = (
        select(
            Household.region_code,
            Household.kind,
            func.count(Person.id).filter(_has_work()).label("at_work"),
            func.count(Person.id).filter(_could_work()).label("able"),
        )
        .outerjoin(Person, _counted())
        .where(in_area(Household.region_code, codes), Household.kind != HouseholdKind.ORDINARY)
        .group_by(Household.id)
        .subquery()
    )
    without = and_(homes.c.at_work == 0, homes.c.able > 0)
    query = (
        select(Region.path, homes.c.kind, func.count(), func.count().filter(homes.c.at_work > 0))
        .add_columns(func.count().filter(without))
        .join(Region, Region.code == homes.c.region_code)
        .group_by(Region.path, homes.c.kind)
    )
    found = {place.code: PlaceFigures(place, bool(children(place.code))) for place in places}
    for path, kind, all_, with_work, without_work in db.session.execute(query):
        for code in set(path.split("/")) & found.keys():
            figures = found[code].kinds[HouseholdKind(kind)]
            figures.homes += all_
            figures.with_work += with_work
            figures.without_work += without_work
    return list(found.values())


def by_kind(places: Sequence[PlaceFigures]) -> list[KindFigures]:
    """The figures of several places turned round: each kind with its total, and the places that have any."""
    found = []
    for kind in (kind for kind in HouseholdKind if kind != HouseholdKind.ORDINARY):
        having = [row for row in places if kind in row.kinds]
        each = [row.kinds[kind] for row in having]
        total = Figures(*(sum(getattr(figures, name) for figures in each) for name in Figures.__slots__))
        found.append(KindFigures(kind, total, having))
    return found


def _places(by: Actor, under: str) -> Sequence[Region]:
    if under:
        here = region(under)
        if here is None or not (by.key == SYSTEM.key or lies_in(under, by.area)):
            raise NotFound
        return children(under) or [here]
    tops = [found for found in map(region, by.area) if found is not None]
    return (children(tops[0].code) or tops) if len(tops) == 1 else tops
