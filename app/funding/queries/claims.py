"""Find claims and their lines, within what a person may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, false, func, inspect, or_, select
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import Organization
from app.classes.models import TrainingClass
from app.classes.rules import ClassStatus
from app.funding.models import Claim, ClaimClass, ClaimDuty, ClaimLine
from app.funding.queries.claimed import OVER, holds_class
from app.funding.rules import Claimant, ClaimStatus
from app.kernel.access import Actor, Can
from app.kernel.database import among, db
from app.kernel.errors import NotFound
from app.orders.models import Order
from app.people.models import Person
from app.people.queries import of_person
from app.policies import queries as policies
from app.policies.rules.modes import ClaimKind
from app.regions.queries import in_area

TURNS = {
    Can.CLAIM_COMPILE: (ClaimStatus.DRAFT, ClaimStatus.RETURNED, ClaimStatus.CUT_PROPOSED),
    Can.CLAIM_FIRST_REVIEW: (ClaimStatus.SUBMITTED,),
    Can.CLAIM_SECOND_REVIEW: (ClaimStatus.FIRST_REVIEWED,),
    Can.NOTICE_PUBLISH: (ClaimStatus.SIGNED,),
    Can.CLAIM_SIGN: (ClaimStatus.SECOND_REVIEWED,),
    Can.PAYMENT_REQUEST: (ClaimStatus.APPROVED, ClaimStatus.PARTLY_PAID),
    Can.PAYMENT_CONFIRM: (ClaimStatus.REQUESTED,),
}
"""Whose turn it is in which status."""


@dataclass(frozen=True, slots=True)
class ClaimFilters:
    """How a list of claims is narrowed."""

    word: str = ""
    """A claim's number, or part of the name of its class or school."""
    status: ClaimStatus | None = None
    mine: bool = False
    """Only those that wait for the reader."""


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The claims a person may see: a claimant its own, a bureau and the treasury those of their area."""
    ways = [in_area(Claim.region_code, by.area)] if by.area else []
    if by.organization_id is not None and (by.may(Can.CLAIM_READ) or by.may(Can.CLAIM_OWN)):
        ways.append(Claim.organization_id == by.organization_id)
    if by.person_id is not None:
        ways.append(of_person(Claim.person_id, by.person_id))
    return or_(*ways) if ways else false()


def claim(claim_id: int) -> Claim:
    """One claim, unscoped; raises `NotFound`."""
    row = db.session.get(Claim, claim_id)
    if row is None:
        raise NotFound
    return row


def claim_for(by: Actor, claim_id: int) -> Claim:
    """One claim, if this person may see it; raises `NotFound`."""
    row = db.session.scalars(select(Claim).where(Claim.id == claim_id, visible_to(by))).first()
    if row is None:
        raise NotFound
    return row


def line_for(by: Actor, line_id: int) -> ClaimLine:
    """One line of a claim that this person may see; raises `NotFound`."""
    query = select(ClaimLine).join(Claim, Claim.id == ClaimLine.claim_id)
    row = db.session.scalars(query.where(ClaimLine.id == line_id, visible_to(by))).first()
    if row is None:
        raise NotFound
    return row


def my_statuses(by: Actor) -> tuple[ClaimStatus, ...]:
    """The statuses in which it is this person's turn."""
    return tuple(dict.fromkeys(status for can, statuses in TURNS.items() if by.may(can) for status in statuses))


def claims_query(by: Actor, filters: ClaimFilters | None = None) -> Select[Claim]:
    """The claims of a list, the newest first, those that wait for the reader before the rest."""
    wanted = filters or ClaimFilters()
    mine = my_statuses(by)
    query = select(Claim).where(visible_to(by))
    if wanted.status is not None:
        query = query.where(Claim.status == wanted.status)
    if wanted.mine:
        query = query.where(Claim.status.in_(mine))
    if wanted.word:
        named = select(ClaimClass.claim_id).join(TrainingClass, TrainingClass.id == ClaimClass.class_id)
        named = named.where(TrainingClass.name.contains(wanted.word, autoescape=True))
        schools = select(Organization.id).where(Organization.name.contains(wanted.word, autoescape=True))
        number = Claim.number.contains(wanted.word.upper(), autoescape=True)
        query = query.where(or_(number, Claim.id.in_(named), Claim.organization_id.in_(schools)))
    return query.order_by(Claim.status.not_in(mine), Claim.id.desc())


def own_claims(by: Actor) -> Sequence[Claim]:
    """The claims that the reader, or their firm, made; the newest first."""
    return db.session.scalars(select(Claim).where(visible_to(by)).order_by(Claim.id.desc())).unique().all()


def waiting_claims(by: Actor) -> Sequence[Claim]:
    """The claims that wait for this person, the most urgent first."""
    query = select(Claim).where(visible_to(by), Claim.status.in_(my_statuses(by)))
    return db.session.scalars(query.order_by(Claim.review_due_on.nulls_last(), Claim.id)).unique().all()


def counts_by_status(by: Actor) -> dict[ClaimStatus, int]:
    """How many claims stand in each status, within what the person may see."""
    query = select(Claim.status, func.count()).where(visible_to(by)).group_by(Claim.status)
    return {row[0]: row[1] for row in db.session.execute(query)}


def claims_of_class_for(by: Actor, class_id: int) -> Sequence[Claim]:
    """The claims of a class that this person may see, oldest first."""
    query = select(Claim).where(visible_to(by), holds_class(class_id))
    return db.session.scalars(query.order_by(Claim.id)).unique().all()


def claims_of_class(class_id: int) -> Sequence[Claim]:
    """Every claim there was for a class, oldest first; unscoped."""
    return db.session.scalars(select(Claim).where(holds_class(class_id)).order_by(Claim.id)).unique().all()


def claim_of_class(class_id: int) -> Claim | None:
    """The claim of a class that is under way or paid; unscoped."""
    whole = Claim.claimant != Claimant.PERSON
    query = select(Claim).where(holds_class(class_id), whole, Claim.status.not_in(OVER))
    return db.session.scalars(query).unique().first()


def claimable_classes(by: Actor) -> Sequence[TrainingClass]:
    """Classes that the reader's organization may claim for and has not, the earliest end first.

    A school's own; those of a mode that the policy has claimed by the employer are the employer's who ordered them.
    """
    if by.organization_id is None:
        return []
    taken = exists().where(ClaimClass.class_id == TrainingClass.id, ClaimClass.whole, ClaimClass.standing)
    ordered = select(Order.id).where(Order.organization_id == by.organization_id)
    query = select(TrainingClass).where(
        or_(TrainingClass.school_id == by.organization_id, TrainingClass.order_id.in_(ordered)),
        TrainingClass.paid,
        TrainingClass.budget_id.is_not(None),
        TrainingClass.status.in_((ClassStatus.ASSESSED, ClassStatus.ARCHIVED)),
        ~taken,
    )
    found = db.session.scalars(query.order_by(TrainingClass.end_on, TrainingClass.id)).unique()
    return [class_ for class_ in found if _is_theirs(class_, by)]


def _is_theirs(class_: TrainingClass, by: Actor) -> bool:
    if claims_by_employer(class_):
        return class_.order is not None and class_.order.organization_id == by.organization_id
    return class_.school_id == by.organization_id


def claims_by_employer(class_: TrainingClass) -> bool:
    """Whether the policy has this mode claimed by the employer for its own staff."""
    if class_.policy_pack_id is None:
        return False
    pack = policies.pack_by_id(class_.policy_pack_id)
    return pack.mode(class_.mode, class_.course.mode).claim is ClaimKind.BY_EMPLOYER


def lines_of_person(person_id: int) -> Sequence[ClaimLine]:
    """Every claim line of a person, newest first; unscoped."""
    query = select(ClaimLine).where(of_person(ClaimLine.person_id, person_id)).order_by(ClaimLine.id.desc())
    return db.session.scalars(query).unique().all()


def duties_of(claim_id: int) -> Sequence[ClaimDuty]:
    """Who did what for a claim."""
    query = select(ClaimDuty).where(ClaimDuty.claim_id == claim_id).order_by(ClaimDuty.at, ClaimDuty.duty)
    return db.session.scalars(query).all()


def read_people(lines: Iterable[ClaimLine], *, anew: bool = False) -> None:
    """Read at once whom the lines of a held claim name, who would be read one by one.

    With `anew` as they stand now, those too whom the page had read before the lock: money does not go to an account
    that was changed since.
    """
    named = [line for line in lines if anew or "person" in inspect(line).unloaded]
    query = select(Person).where(among(Person.id, {line.person_id for line in named}))
    now = query.execution_options(populate_existing=anew)
    people = {row.id: row for row in db.session.scalars(now).unique()} if named else {}
    for line in named:
        set_committed_value(line, "person", people[line.person_id])
