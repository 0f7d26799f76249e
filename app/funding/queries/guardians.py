"""Find guardians' accounts: which one a person's money goes to, and which wait for a second officer."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Select, select

from app.funding.models import CardCheck, Claim, ClaimLine, GuardianAccount, Transfer
from app.funding.queries.claims import visible_to
from app.funding.rules import Payee
from app.funding.rules.guardians import GuardianStatus
from app.funding.rules.paying import CardStatus
from app.kernel.access import Actor
from app.kernel.database import among, db
from app.kernel.errors import NotFound
from app.people.queries import of_person, rows_of
from app.regions.queries import in_area


def guardians_of(people: Collection[int]) -> dict[int, GuardianAccount]:
    """The guardian's account to which each of these people's money goes, for those who have one."""
    rows = rows_of(people)
    query = select(GuardianAccount).where(
        among(GuardianAccount.person_id, rows), GuardianAccount.status == GuardianStatus.CONFIRMED
    )
    found = {row.person_id: row for row in db.session.scalars(query).unique()} if rows else {}
    return {person_id: found[row] for row, person_id in rows.items() if row in found}


def guardians_of_lines(lines: Iterable[ClaimLine]) -> dict[int, GuardianAccount]:
    """The same for those of these lines that are paid to the trainee, by line."""
    mine = [line for line in lines if line.payee is Payee.TRAINEE]
    found = guardians_of({line.person_id for line in mine})
    return {line.id: found[line.person_id] for line in mine if line.person_id in found}


def guardian_history(person_id: int) -> Sequence[GuardianAccount]:
    """Every guardian's account that was ever stated for a person, the newest first; unscoped."""
    query = select(GuardianAccount).where(of_person(GuardianAccount.person_id, person_id))
    return db.session.scalars(query.order_by(GuardianAccount.id.desc())).unique().all()


def guardian_for(by: Actor, guardian_id: int) -> GuardianAccount:
    """One guardian's account of the actor's area; raises `NotFound`."""
    query = select(GuardianAccount).where(GuardianAccount.id == guardian_id, _within(by))
    found = db.session.scalars(query).unique().first()
    if found is None:
        raise NotFound
    return found


def stated_guardians_query(by: Actor) -> Select[GuardianAccount]:
    """Those that wait for a second officer, without what this person stated."""
    return select(GuardianAccount).where(
        GuardianAccount.status == GuardianStatus.STATED, GuardianAccount.stated_by.not_in(by.keys), _within(by)
    )


def stated_guardians(by: Actor) -> Sequence[GuardianAccount]:
    """The rows of `stated_guardians_query`, the oldest first."""
    return db.session.scalars(stated_guardians_query(by).order_by(GuardianAccount.id)).unique().all()


def stated_cards_query(by: Actor) -> Select[CardCheck]:
    """Cards confirmed again by their person that wait for a second officer, without what this person stated."""
    return (
        select(CardCheck)
        .join(Transfer, Transfer.id == CardCheck.transfer_id)
        .join(Claim, Claim.id == Transfer.claim_id)
        .where(CardCheck.status == CardStatus.STATED, CardCheck.stated_by.not_in(by.keys), visible_to(by))
    )


def stated_cards(by: Actor) -> Sequence[CardCheck]:
    """The rows of `stated_cards_query`, the oldest first."""
    return db.session.scalars(stated_cards_query(by).order_by(CardCheck.id)).unique().all()


def _within(by: Actor) -> ColumnElement[bool]:
    return in_area(GuardianAccount.region_code, by.area)
