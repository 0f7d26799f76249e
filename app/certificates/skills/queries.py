"""Skill-level certificates of other bodies, within a person's reach."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select

from app.certificates.skills.models import SkillCertificate
from app.classes.models import Seat, TrainingClass
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.models import Person
from app.people.queries import of_person
from app.regions.queries import in_area


def _within(by: Actor) -> ColumnElement[bool]:
    """The person's own; a school's: those it wrote down or of its trainings; an officer's: people of the area."""
    if by.person_id is not None:
        return of_person(SkillCertificate.person_id, by.person_id)
    if by.organization_id is None:
        return in_area(SkillCertificate.region_code, by.area)
    if not by.has(Role.SCHOOL_CLERK):
        return false()
    trained = (
        select(Seat.id)
        .join(TrainingClass, TrainingClass.id == Seat.class_id)
        .where(TrainingClass.school_id == by.organization_id)
    )
    return or_(SkillCertificate.school_id == by.organization_id, SkillCertificate.seat_id.in_(trained))


def skill_for(by: Actor, skill_id: int) -> SkillCertificate:
    """One of them, if this person may see it; raises `NotFound`."""
    query = select(SkillCertificate).where(SkillCertificate.id == skill_id, _within(by))
    found = db.session.scalars(query).unique().first()
    if found is None:
        raise NotFound
    return found


def skills_for(by: Actor, word: str = "") -> Select[SkillCertificate]:
    """The list within this person's reach, the latest first; `word` is a name or the beginning of a number."""
    query = select(SkillCertificate).join(Person, Person.id == SkillCertificate.person_id).where(_within(by))
    if word.strip():
        typed = word.strip()
        query = query.where(
            or_(
                Person.name.contains(typed, autoescape=True),
                SkillCertificate.number.startswith(typed.upper(), autoescape=True),
            )
        )
    return query.order_by(SkillCertificate.id.desc())


def skills_of_seat(seat_id: int) -> Sequence[SkillCertificate]:
    """What was recorded of a seat, without what was struck out."""
    query = select(SkillCertificate).where(SkillCertificate.seat_id == seat_id, SkillCertificate.voided_by.is_(None))
    return db.session.scalars(query.order_by(SkillCertificate.id)).unique().all()


def skills_of_person(person_id: int) -> Sequence[SkillCertificate]:
    """What was recorded of a person, without what was struck out, the latest first."""
    query = select(SkillCertificate).where(
        of_person(SkillCertificate.person_id, person_id), SkillCertificate.voided_by.is_(None)
    )
    return db.session.scalars(query.order_by(SkillCertificate.issued_on.desc())).unique().all()
