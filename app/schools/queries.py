"""Find schools, their sites, teachers and assessors."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select

from app.accounts.models import Organization, User, UserRole
from app.accounts.rules import UserStatus
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.marking import N_
from app.regions.queries import in_area
from app.schools.models import Instructor, School, SchoolStatus, Site


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


def sites_of(school_id: int, *, closed: bool = False) -> Sequence[Site]:
    """A school's places in use, by name; with `closed` also those no longer used."""
    query = select(Site).where(Site.school_id == school_id)
    if not closed:
        query = query.where(Site.closed_at.is_(None))
    return db.session.scalars(query.order_by(Site.closed_at.is_not(None), Site.id)).unique().all()


def site(site_id: int) -> Site:
    """The place with this id, unscoped; raises `NotFound`."""
    row = db.session.get(Site, site_id)
    if row is None:
        raise NotFound
    return row


def site_for(by: Actor, school_id: int, site_id: int) -> Site:
    """A place of a school the actor may see; raises `NotFound`."""
    row = site(site_id)
    if row.school_id != school_for(by, school_id).id:
        raise NotFound
    return row


def instructors_of(school_id: int, *, ended: bool = False) -> Sequence[Instructor]:
    """A school's teachers and assessors, with `ended` also those who left."""
    query = select(Instructor).where(Instructor.school_id == school_id)
    if not ended:
        query = query.where(Instructor.ended_at.is_(None))
    return db.session.scalars(query.order_by(Instructor.ended_at.is_not(None), Instructor.id)).unique().all()


def teachers_of(school_id: int) -> Sequence[Instructor]:
    """Who teaches at a school now, and whose qualification has not run out."""
    return [row for row in instructors_of(school_id) if row.teaches and _qualified(row)]


def assessors_of(school_id: int) -> Sequence[Instructor]:
    """Who assesses for a school now, and whose qualification has not run out."""
    return [row for row in instructors_of(school_id) if row.assesses and _qualified(row)]


def _qualified(row: Instructor) -> bool:
    return row.valid_until_on is None or row.valid_until_on >= clock.today()


def instructor(instructor_id: int) -> Instructor:
    """The teacher or assessor with this id, unscoped; raises `NotFound`."""
    row = db.session.get(Instructor, instructor_id)
    if row is None:
        raise NotFound
    return row


def instructor_for(by: Actor, school_id: int, instructor_id: int) -> Instructor:
    """A teacher or assessor of a school the actor may see; raises `NotFound`."""
    row = instructor(instructor_id)
    if row.school_id != school_for(by, school_id).id:
        raise NotFound
    return row


def instructor_of_user(user_id: int) -> Instructor | None:
    """The teacher or assessor an account stands for, where one does."""
    query = select(Instructor).where(Instructor.user_id == user_id, Instructor.ended_at.is_(None))
    return db.session.scalars(query.order_by(Instructor.id)).first()


def instructor_of_account(school_id: int, user_id: int) -> Instructor | None:
    """The teacher or assessor that an account stands for at one school, also one who left."""
    query = select(Instructor).where(Instructor.school_id == school_id, Instructor.user_id == user_id)
    return db.session.scalars(query).first()


def accounts_of(school_id: int) -> Sequence[User]:
    """The school's accounts of teachers and assessors, to be tied to them."""
    query = (
        select(User)
        .join(UserRole)
        .where(
            User.organization_id == school_id,
            User.status != UserStatus.CLOSED,
            UserRole.role.in_((Role.TEACHER, Role.ASSESSOR)),
        )
    )
    return db.session.scalars(query.order_by(User.id)).unique().all()


def missing_for_filing(row: School) -> list[str]:
    """What a school still needs before it can ask to be listed, each in a sentence."""
    missing = []
    if row.license_until_on < clock.today():
        missing.append(N_("办学许可证已经到期，请先换证。"))
    if not sites_of(row.id):
        missing.append(N_("还没有教学点，请先添加。"))
    if not teachers_of(row.id):
        missing.append(N_("还没有教师，请先添加。"))
    return missing
