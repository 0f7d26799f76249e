"""Find services; what of a person's year of service (311) is done and when the next is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.outreach.models import ServiceRecord
from app.outreach.queries.pace import pace_of
from app.outreach.rules import Pace, ServiceKind, ServiceResult
from app.outreach.rules.due import is_entitled, service_due
from app.people.models import Person
from app.regions.queries import in_area

YEARLY = (ServiceKind.JOB_RECOMMENDATION, ServiceKind.GUIDANCE, ServiceKind.TRAINING_OFFER)


@dataclass(frozen=True, slots=True)
class ServiceYear:
    """A person's 311 service of this year: done and owed of each kind, and when the next is due."""

    entitled: bool
    done: tuple[int, int, int]
    pace: Pace
    due_on: date | None

    @property
    def lines(self) -> list[tuple[ServiceKind, int, int]]:
        """Each kind with how many were done and how many are owed."""
        owed = (self.pace.job_recommendations, self.pace.guidance, self.pace.training_offers)
        return list(zip(YEARLY, self.done, owed, strict=True))


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What narrows the log; empty values narrow nothing."""

    region_code: str = ""
    kind: ServiceKind | None = None
    result: ServiceResult | None = None
    word: str = ""
    since_on: date | None = None
    until_on: date | None = None


def services_for(by: Actor, filters: LogFilters | None = None) -> Select[ServiceRecord]:
    """The service log of a person's area, the latest first."""
    filters = filters or LogFilters()
    query = select(ServiceRecord).join(Person, Person.id == ServiceRecord.person_id)
    query = query.where(in_area(ServiceRecord.region_code, by.area))
    if filters.region_code:
        query = query.where(in_area(ServiceRecord.region_code, (filters.region_code,)))
    if filters.kind is not None:
        query = query.where(ServiceRecord.kind == filters.kind)
    if filters.result is not None:
        query = query.where(ServiceRecord.result == filters.result)
    if filters.word.strip():
        query = query.where(Person.name.contains(filters.word.strip(), autoescape=True))
    if filters.since_on is not None:
        query = query.where(ServiceRecord.done_on >= filters.since_on)
    if filters.until_on is not None:
        query = query.where(ServiceRecord.done_on <= filters.until_on)
    return query.order_by(ServiceRecord.done_on.desc(), ServiceRecord.id.desc())


def service_for(by: Actor, record_id: int) -> ServiceRecord:
    """The record if its village lies in this person's area; raises `NotFound`."""
    query = services_for(by).where(ServiceRecord.id == record_id)
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def services_of(person: Person) -> Sequence[ServiceRecord]:
    """Everything done for a person, the latest first; what was struck out stays to be read."""
    query = select(ServiceRecord).where(ServiceRecord.person_id.in_(_rows_of(person)))
    return db.session.scalars(query.order_by(ServiceRecord.done_on.desc(), ServiceRecord.id.desc())).unique().all()


def _rows_of(person: Person) -> Select[int]:
    """The person's row, and rows that were merged into it."""
    return select(Person.id).where((Person.id == person.id) | (Person.merged_into_id == person.id))


def year_of(person: Person, pace: Pace | None = None) -> ServiceYear:
    """A person's 311 service of this year, by the rules and the policy in force where they live."""
    today = clock.today()
    pace = pace or pace_of((person.region_code,), today)
    query = select(ServiceRecord.kind, func.count()).where(
        ServiceRecord.person_id.in_(_rows_of(person)),
        ServiceRecord.struck_at.is_(None),
        ServiceRecord.result != ServiceResult.NOT_REACHED,
        ServiceRecord.done_on >= date(today.year, 1, 1),
    )
    counts = {row[0]: row[1] for row in db.session.execute(query.group_by(ServiceRecord.kind))}
    recommended, guided, offered = (counts.get(kind, 0) for kind in YEARLY)
    done = (recommended, guided, offered)
    entitled = is_entitled(person.work_status, person.willing, person.ability, excluded=person.exclusion is not None)
    owed = person.unemployed_since_on or clock.local(person.created_at).date()
    due = service_due(done, without_work_since=owed, today=today, pace=pace)
    return ServiceYear(entitled, done, pace, due if entitled else None)
