"""Who stands behind a school, and behind whom else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.models import DeclaredInterest, Organization
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.schools.models import OwnerFirm, School


def firms_of(school_id: int) -> Sequence[tuple[OwnerFirm, Organization | None]]:
    """The owner's other firms that stand declared, each with the organization here that has its credit code."""
    query = (
        select(OwnerFirm, Organization)
        .join(Organization, Organization.credit_code == OwnerFirm.credit_code, isouter=True)
        .where(OwnerFirm.school_id == school_id, OwnerFirm.ended_at.is_(None))
        .order_by(OwnerFirm.owner_name, OwnerFirm.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def firm_of(school_id: int, firm_id: int) -> OwnerFirm:
    """One declared firm; raises `NotFound`."""
    row = db.session.get(OwnerFirm, firm_id)
    if row is None or row.school_id != school_id or row.ended_at is not None:
        raise NotFound
    return row


def related(school_id: int, organization_id: int | None) -> bool:
    """Whether the same owner stands behind a school and an organization: declared by either, or one and the same."""
    if organization_id is None:
        return False
    return bool(db.session.scalar(select(func.have_one_owner(school_id, organization_id))))


def related_schools(organization_id: int) -> Sequence[Organization]:
    """The schools that have the same owner as an organization, by name."""
    query = (
        select(Organization)
        .join(School, School.id == Organization.id)
        .where(func.have_one_owner(School.id, organization_id), School.id != organization_id)
    )
    return db.session.scalars(query.order_by(Organization.name)).all()


@dataclass(frozen=True, slots=True)
class Tie:
    """One owner stands behind a school and an organization; the words are what was declared."""

    school: str
    organization: str
    words: tuple[str, ...]


def ties(school_id: int, organization_ids: Iterable[int | None]) -> list[Tie]:
    """Where the same owner stands behind the school and one of the organizations: what every decision shows."""
    found = []
    for organization_id in dict.fromkeys(organization_ids):
        if organization_id is not None and related(school_id, organization_id):
            names = [db.session.get_one(Organization, number).name for number in (school_id, organization_id)]
            found.append(Tie(names[0], names[1], tuple(tie_words(school_id, organization_id))))
    return found


def ties_of(organization_id: int) -> list[Tie]:
    """The schools that have the same owner as an organization, for whoever decides on its order."""
    return [tie for school in related_schools(organization_id) for tie in ties(school.id, [organization_id])]


def tie_words(school_id: int, organization_id: int) -> list[str]:
    """What was declared that ties the two, as it was written: the owner's name, or the nature of the relation."""
    firms = select(OwnerFirm.owner_name).join(Organization, Organization.credit_code == OwnerFirm.credit_code)
    owners = db.session.scalars(
        firms.where(OwnerFirm.school_id == school_id, Organization.id == organization_id, OwnerFirm.ended_at.is_(None))
    )
    both = (school_id, organization_id)
    natures = db.session.scalars(
        select(DeclaredInterest.nature).where(
            DeclaredInterest.same_owner,
            DeclaredInterest.organization_id.in_(both),
            DeclaredInterest.other_organization_id.in_(both),
        )
    )
    return list(dict.fromkeys([*owners, *natures]))
