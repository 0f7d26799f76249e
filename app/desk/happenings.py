"""The events of an area: what officers, schools, firms and laborers did there."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, String, and_, cast, literal, or_, select

from app.accounts.models import Organization, User, UserArea
from app.audit.models import Event
from app.kernel import clock
from app.kernel.access import Actor
from app.people.models import Person
from app.regions.queries import in_area


@dataclass(frozen=True, slots=True)
class EventFilters:
    """How the events are narrowed; empty values narrow nothing."""

    who: str = ""
    """Part of the name of the one who acted."""
    subject: str = ""
    """The table of the rows acted on."""
    action: str = ""
    from_on: date | None = None
    until_on: date | None = None


def within(by: Actor) -> ColumnElement[bool]:
    """Events on rows of the area or of its organizations; where a row has no place, of those who belong there."""
    organizations = select(Organization.id).where(in_area(Organization.region_code, by.area))
    staff = select(UserArea.user_id).where(in_area(UserArea.region_code, by.area))
    officers = select(literal("user:").concat(cast(User.id, String))).where(
        or_(User.id.in_(staff), User.organization_id.in_(organizations))
    )
    laborers = select(literal("person:").concat(cast(Person.id, String))).where(in_area(Person.region_code, by.area))
    nowhere = and_(Event.region_code.is_(None), Event.organization_id.is_(None))
    return or_(
        in_area(Event.region_code, by.area),
        and_(Event.region_code.is_(None), Event.organization_id.in_(organizations)),
        and_(nowhere, or_(Event.actor_key.in_(officers), Event.actor_key.in_(laborers))),
    )


def events_query(by: Actor, filters: EventFilters) -> Select[Event]:
    """The events a person may see, newest first."""
    query = select(Event).where(within(by))
    if filters.who:
        query = query.where(Event.actor_name.contains(filters.who, autoescape=True))
    if filters.subject:
        query = query.where(Event.subject_type == filters.subject)
    if filters.action:
        query = query.where(Event.action == filters.action)
    if filters.from_on:
        query = query.where(Event.at >= clock.moment_of(filters.from_on, 0))
    if filters.until_on:
        query = query.where(Event.at < clock.moment_of(filters.until_on + timedelta(days=1), 0))
    return query.order_by(Event.at.desc(), Event.id.desc())
