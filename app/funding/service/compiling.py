"""Compile a claim: a school for its classes, an employer for its staff, a person for what they paid (R30)."""

from collections.abc import Sequence

from sqlalchemy import insert

from app.audit import service as audit
from app.classes.models import TrainingClass
from app.classes.rules import ClassStatus
from app.funding.models import Claim, ClaimClass, TrainingFee
from app.funding.queries.claimed import OVER, holds_class
from app.funding.queries.claims import claims_by_employer
from app.funding.rules import Claimant, ClaimStatus
from app.funding.service.drafting import draw_draft
from app.funding.service.holding import next_number
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.ledger.queries import current_budget
from app.people.queries import of_person

CLAIMABLE = frozenset({ClassStatus.ASSESSED, ClassStatus.ARCHIVED})


def compile_claim(*classes: TrainingClass, by: Actor) -> Claim:
    """Compile one claim for classes from what is recorded, as a draft with a line a trainee and payee.

    Raises `Refused` where a mode is never paid, results are not confirmed yet, or the classes don't go together;
    `Conflict` where another claim holds one of them.
    """
    rows = _hold_classes(classes)
    claimant = _claimant(rows, by)
    for row in rows:
        _refuse_unready(row)
    _refuse_strangers(rows)
    for row in rows:
        _refuse_second(row)
    return _made(rows, claimant, None, by=by)


def compile_own(class_: TrainingClass, *, by: Actor) -> Claim:
    """Compile the claim of a trainee who paid for the training themselves; raises as `compile_claim` does."""
    (row,) = _hold_classes([class_])
    fee = _own_fee(row.id, by.person_id)
    if fee is None:
        raise NotFound
    person_id = fee.person_id
    _refuse_unready(row)
    mine = db.select(Claim.number).where(holds_class(row.id), Claim.person_id == person_id, Claim.status.not_in(OVER))
    number = db.session.scalar(mine)
    if number is not None:
        raise Conflict(_("您在这个班已经有一份在办的申领（%(number)s）。", number=number))
    return _made([row], Claimant.PERSON, person_id, by=by)


def _own_fee(class_id: int, person_id: int | None) -> TrainingFee | None:
    """What somebody paid for a class, under whichever of their rows it was recorded."""
    if person_id is None:
        return None
    query = db.select(TrainingFee).where(TrainingFee.class_id == class_id, of_person(TrainingFee.person_id, person_id))
    return db.session.scalars(query).first()


def _hold_classes(classes: Sequence[TrainingClass]) -> list[TrainingClass]:
    """The classes as they stand now, under lock, always in the same order."""
    if not classes:
        raise DomainError(N_("请至少勾选一个班。"), "classes")
    return [
        db.session.get_one(TrainingClass, number, with_for_update={"of": TrainingClass}, populate_existing=True)
        for number in sorted({class_.id for class_ in classes})
    ]


def _claimant(rows: Sequence[TrainingClass], by: Actor) -> Claimant:
    """Who claims for these classes: the school that held them, or the employer who ordered them for its staff."""
    kinds = {claims_by_employer(row) for row in rows}
    if len(kinds) > 1:
        raise DomainError(N_("企业职工培训由用人单位申领，不能和学校申领的班合在一起。"), "classes")
    if kinds == {True}:
        if any(row.order is None or row.order.organization_id != by.organization_id for row in rows):
            raise Forbidden(N_("这一步由下订单的用人单位来做。"))
        return Claimant.EMPLOYER
    if any(row.school_id != by.organization_id for row in rows):
        raise Forbidden(N_("这一步由开班的学校来做。"))
    return Claimant.SCHOOL


def _refuse_unready(row: TrainingClass) -> None:
    if not row.paid or row.policy_pack_id is None or row.budget_id is None:
        raise Refused(N_("这种培训不发补贴，不能申领。"))
    if row.status not in CLAIMABLE:
        raise Refused(N_("考核结果确认以后才能编制申领。"))


def _refuse_strangers(rows: Sequence[TrainingClass]) -> None:
    """One claim is decided by one bureau, by one policy, from one budget, for one school."""
    for words, told in (
        (N_("这些班适用的政策版本不同，请分开申领。"), {row.policy_pack_id for row in rows}),
        (N_("这些班用的预算不同，请分开申领。"), {current_budget(row.budget_id or 0).id for row in rows}),
        (N_("这些班不是同一所学校办的，请分开申领。"), {row.school_id for row in rows}),
        (N_("这些班不在同一个县，请分开申领。"), {row.region_code[:6] for row in rows}),
    ):
        if len(told) > 1:
            raise DomainError(words, "classes")


def _refuse_second(class_: TrainingClass) -> None:
    query = db.select(Claim.number).where(
        holds_class(class_.id), Claim.status.not_in(OVER), Claim.claimant != Claimant.PERSON
    )
    number = db.session.scalar(query)
    if number is not None:
        raise Conflict(_("这个班已经有一份在办的申领（%(number)s）。", number=number))


def _made(rows: Sequence[TrainingClass], claimant: Claimant, person_id: int | None, *, by: Actor) -> Claim:
    first = rows[0]
    claim = Claim(
        status=ClaimStatus.DRAFT,
        number=next_number("BT", first.region_code),
        claimant=claimant,
        organization_id=None if person_id is not None else by.organization_id,
        person_id=person_id,
        school_id=first.school_id,
        class_id=first.id,
        region_code=first.region_code,
        budget_id=first.budget_id,
        policy_pack_id=first.policy_pack_id,
        created_by=by.key,
        created_at=clock.now(),
    )
    claim.training_class = first
    numbers = [row.id for row in rows]
    audit.born(claim, by=by, facts={"class_id": first.id, "classes": numbers, "number": claim.number})
    more = [{"claim_id": claim.id, "class_id": number, "whole": True, "standing": True} for number in numbers[1:]]
    if more:
        db.session.execute(insert(ClaimClass), more)
    draw_draft(claim, by=by)
    return claim
