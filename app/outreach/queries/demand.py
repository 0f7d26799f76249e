"""The pooled demand of villages: numbers by course and place, never a name; requests from homes are not in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select

from app.courses.models import Course
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.outreach.models import VillageRequest
from app.outreach.rules.pooling import Ask, Pool, pool_up
from app.outreach.rules.requests import RequestStatus
from app.outreach.rules.sketch import Shire, Spot, Town
from app.policies import queries as policies
from app.regions.models import Region
from app.regions.queries import county_of, in_area

PLACES = 3
"""County, township, village: the last three of a village's path."""


@dataclass(frozen=True, slots=True)
class DemandFilters:
    """What narrows the demand; empty values narrow nothing."""

    course_id: int = 0
    county: str = ""
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What one village asks for, course by course."""

    county: Region
    township: Region
    village: Region
    courses: tuple[tuple[Course, int], ...]

    @property
    def people(self) -> int:
        """For how many people in all."""
        return sum(number for _course, number in self.courses)

    @property
    def trade(self) -> str:
        """The trade that most ask for; of equals the first by name."""
        count: Counter[str] = Counter()
        for course, number in self.courses:
            count[course.trade] += number
        return min(count, key=lambda trade: (-count[trade], trade))


@dataclass(frozen=True, slots=True)
class Demand:
    """The demand of an area: pools, and the same by village."""

    pools: tuple[Pool, ...]
    courses: dict[int, Course]
    regions: dict[str, Region]
    asks: tuple[Ask, ...]

    @property
    def people(self) -> int:
        """For how many people is asked."""
        return sum(ask.people for ask in self.asks)

    def rows(self) -> list[Row]:
        """The villages that ask, by code."""
        found: dict[str, Counter[int]] = defaultdict(Counter)
        places = {ask.village: ask for ask in self.asks}
        for ask in self.asks:
            found[ask.village][ask.course_id] += ask.people
        return [self._row(places[village], found[village]) for village in sorted(found)]

    def _row(self, ask: Ask, count: Counter[int]) -> Row:
        listed = sorted(count.items(), key=lambda one: (-one[1], one[0]))
        here = (self.regions[ask.county], self.regions[ask.township], self.regions[ask.village])
        return Row(*here, tuple((self.courses[course_id], number) for course_id, number in listed))

    def shires(self) -> list[Shire]:
        """The same as the sketch draws it."""
        counties: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in self.rows():
            counties[row.county.code][row.township.code].append(row)
        return [
            Shire(code, self.regions[code].name, tuple(_town(self.regions[town], rows) for town, rows in towns.items()))
            for code, towns in counties.items()
        ]


def _town(region: Region, rows: Iterable[Row]) -> Town:
    return Town(
        region.code, region.name, tuple(Spot(row.village.code, row.village.name, row.people, row.trade) for row in rows)
    )


def demand_for(by: Actor, filters: DemandFilters | None = None) -> Demand:
    """The demand that still waits: for a school all of it, for an officer that of the counties of their area.

    Pools are made of all requests of these counties; filters choose among pools and villages and pool nothing anew,
    except for the weeks, which choose requests.
    """
    wanted = filters or DemandFilters()
    asks = _asks(by, wanted)
    least = {county: least_of(county) for county in {ask.county for ask in asks}}
    pools = [pool for pool in pool_up(asks, least) if wanted.course_id in (0, pool.course_id)]
    shown = tuple(ask for ask in asks if wanted.course_id in (0, ask.course_id))
    codes = {code for ask in shown for code in (ask.county, ask.township, ask.village)}
    regions = db.session.scalars(select(Region).where(Region.code.in_(codes)))
    courses = db.session.scalars(select(Course).where(Course.id.in_({ask.course_id for ask in shown}))).unique()
    return Demand(tuple(pools), {row.id: row for row in courses}, {row.code: row for row in regions}, shown)


def _asks(by: Actor | None, wanted: DemandFilters) -> list[Ask]:
    r = VillageRequest
    today = clock.today()
    query = (
        select(r.id, r.course_id, r.headcount, r.from_on, r.until_on, Region.path)
        .join(Region, Region.code == r.region_code)
        .where(and_(r.status == RequestStatus.ASKED, ~r.at_home, r.until_on >= today))
        .order_by(r.id)
    )
    if by is not None and by.area:
        query = query.where(in_area(r.region_code, sorted({county_of(code) for code in by.area})))
    if wanted.county:
        query = query.where(in_area(r.region_code, (wanted.county,)))
    if wanted.from_on is not None:
        query = query.where(r.until_on >= wanted.from_on)
    if wanted.until_on is not None:
        query = query.where(r.from_on <= wanted.until_on)
    found = []
    for number, course_id, people, from_on, until_on, path in db.session.execute(query):
        county, township, village = path.strip("/").split("/")[-PLACES:]
        found.append(Ask(number, course_id, village, township, county, max(from_on, today), until_on, people))
    return found


def least_of(region_code: str) -> int | None:
    """From how many people on a class can be proposed there; None where the policy states neither figure."""
    try:
        pack = policies.pack_for(region_code, clock.today())
    except NotFound:
        return None
    least = pack.count("requests.pool_least")
    return least if least is not None else pack.count("class.size_min")


def pool_of(request: VillageRequest) -> Pool:
    """The pool that a request belongs to now; raises `NotFound` where it waits for nothing."""
    county = county_of(request.region_code)
    asks = [ask for ask in _asks(None, DemandFilters(county=county)) if ask.course_id == request.course_id]
    pools = pool_up(asks, {one: least_of(one) for one in {ask.county for ask in asks}})
    found = next((pool for pool in pools if request.id in {ask.id for ask in pool.asks}), None)
    if found is None:
        raise NotFound
    return found


def pooled_request(request_id: int) -> VillageRequest:
    """The request that names a pool; raises `NotFound` for one that is no part of the pooled demand."""
    row = db.session.get(VillageRequest, request_id)
    if row is None or row.at_home:
        raise NotFound
    return row


def people_of(pool: Pool) -> Sequence[VillageRequest]:
    """The requests of a pool."""
    query = select(VillageRequest).where(VillageRequest.id.in_([ask.id for ask in pool.asks]))
    return db.session.scalars(query.order_by(VillageRequest.region_code, VillageRequest.id)).unique().all()


def counties_asking(by: Actor) -> list[Region]:
    """The counties to choose from."""
    codes = {ask.county for ask in _asks(by, DemandFilters())}
    return list(db.session.scalars(select(Region).where(Region.code.in_(codes)).order_by(Region.code)))


def courses_asked(by: Actor) -> list[Course]:
    """The courses to choose from."""
    ids = {ask.course_id for ask in _asks(by, DemandFilters())}
    return list(db.session.scalars(select(Course).where(Course.id.in_(ids)).order_by(Course.title_pinyin)).unique())
