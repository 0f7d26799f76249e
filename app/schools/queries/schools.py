"""Find schools, and what a school still needs to be listed."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select

from app.accounts.models import BankChange, Organization
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.marking import N_
from app.regions.queries import in_area
from app.schools.models import Instructor, ListingStatus, School, SchoolListing, SchoolStatus, Site
from app.schools.queries.instructors import instructor, teachers_of
from app.schools.queries.listings import asked_or_listed
from app.schools.queries.sites import site, sites_of


@dataclass(frozen=True, slots=True)
class SchoolFilters:
    """What narrows the list of schools; empty values narrow nothing."""

    words: str = ""
    status: SchoolStatus | None = None
    region_code: str = ""


def within(by: Actor) -> ColumnElement[bool]:
    """The condition that a school lies in the actor's area, or is the actor's own."""
    if by.key == SYSTEM.key:
        return School.id > 0
    if by.organization_id is not None:
        return School.id == by.organization_id
    return in_area(School.region_code, by.area)


def school_for(by: Actor, school_id: int) -> School:
    """The school with this id in the actor's area, or their own; raises `NotFound`."""
    row = db.session.scalars(select(School).where(School.id == school_id, within(by))).first()
    if row is None:
        raise NotFound
    return row


def own_school(by: Actor) -> School | None:
    """The school the actor belongs to, where its school side has been filled in."""
    return db.session.get(School, by.organization_id) if by.organization_id is not None else None


def school(school_id: int) -> School:
    """The school with this id, unscoped; raises `NotFound`."""
    row = db.session.get(School, school_id)
    if row is None:
        raise NotFound
    return row


def schools_for(by: Actor, filters: SchoolFilters | None = None) -> Select[School]:
    """The query of schools the actor may see: those that wait for a decision first, then by name."""
    filters = filters or SchoolFilters()
    query = select(School).join(Organization, Organization.id == School.id).where(within(by))
    if filters.words.strip():
        query = query.where(_matches(filters.words.strip()))
    if filters.status is not None:
        query = query.where(School.status == filters.status)
    if filters.region_code:
        query = query.where(in_area(School.region_code, (filters.region_code,)))
    return query.order_by((School.status == SchoolStatus.FILED).desc(), School.code)


def waiting_schools(by: Actor) -> set[int]:
    """The schools of the area that asked for an occupation, or for another account, and wait for the bureau."""
    asked = select(SchoolListing.school_id).where(SchoolListing.status == ListingStatus.ASKED)
    account = select(BankChange.organization_id).where(BankChange.decided_at.is_(None))
    query = select(School.id).where(within(by), School.status != SchoolStatus.DRAFT)
    return set(db.session.scalars(query.where(or_(School.id.in_(asked), School.id.in_(account)))))


def listed_schools(words: str = "", region_code: str = "") -> Select[School]:
    """The query of the public institution list."""
    query = select(School).join(Organization, Organization.id == School.id).where(School.status == SchoolStatus.LISTED)
    if words.strip():
        query = query.where(_matches(words.strip()))
    if region_code:
        query = query.where(in_area(School.region_code, (region_code,)))
    return query.order_by(School.region_code, School.code)


def _matches(words: str) -> ColumnElement[bool]:
    return or_(
        Organization.name.contains(words, autoescape=True),
        Organization.credit_code == words.upper(),
        School.code == words,
    )


def is_listed(school_id: int) -> bool:
    """Whether the school is on the institution list now."""
    return db.session.scalar(select(School.status).where(School.id == school_id)) == SchoolStatus.LISTED


def missing_for_filing(row: School) -> list[str]:
    """What a school still needs before it can ask to be listed, each in a sentence."""
    missing = []
    if row.license_until_on < clock.today():
        missing.append(N_("办学许可证已经到期，请先换证。"))
    if not sites_of(row.id):
        missing.append(N_("还没有教学点，请先添加。"))
    if not teachers_of(row.id):
        missing.append(N_("还没有教师，请先添加。"))
    if not asked_or_listed(row.id):
        missing.append(N_("还没有申报培训的职业（工种）和等级，请先添加。"))
    return missing


def site_for(by: Actor, school_id: int, site_id: int) -> Site:
    """A place of a school the actor may see; raises `NotFound`."""
    row = site(site_id)
    if row.school_id != school_for(by, school_id).id:
        raise NotFound
    return row


def instructor_for(by: Actor, school_id: int, instructor_id: int) -> Instructor:
    """A teacher or assessor of a school the actor may see; raises `NotFound`."""
    row = instructor(instructor_id)
    if row.school_id != school_for(by, school_id).id:
        raise NotFound
    return row
