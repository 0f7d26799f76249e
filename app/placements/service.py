"""Expect, confirm, decline: who really took up what, said by the one who can know."""

from collections import Counter
from datetime import date
from typing import Any

from app.accounts.queries import officers_near
from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.certificates.models import CertificateBatch
from app.certificates.queries import certificates_of_batch
from app.certificates.signals import certificates_issued
from app.classes.models import ClassPlace, Seat, TrainingClass
from app.classes.queries import direction_words, mode_of_class, training_class
from app.classes.rules import PlaceStatus
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.messages import service as messages
from app.messages.models import MessageKind
from app.placements import queries
from app.placements.models import Placement, PlacementProof
from app.placements.rules import (
    PLACEMENT_FLOW,
    PlacementStatus,
    PlacementStep,
    ProofKind,
    confirmer,
    proof_problem,
    refuse_incomplete,
    refuse_own_word,
)
from app.placements.signals import placement_confirmed, placement_reopening
from app.policies.rules.modes import PlacementProof as Proving
from app.regions.queries import above
from app.schools.queries import related


def expect(batch: CertificateBatch, *, by: Actor) -> list[Placement]:
    """Expect everyone certified in a batch to take up the post or livelihood of their seat, as the mode asks."""
    class_ = training_class(batch.class_id)
    proof = mode_of_class(class_).placement
    if proof is Proving.NONE:
        return []
    party = confirmer(proof, class_.order.organization_id if class_.order else None, class_.direction_id)
    made = []
    for certificate in certificates_of_batch(batch.id):
        if queries.placement_of_seat(certificate.seat_id) is not None:
            continue
        seat = db.session.get_one(Seat, certificate.seat_id)
        placement = Placement(
            status=PlacementStatus.EXPECTED,
            seat_id=seat.id,
            class_id=class_.id,
            person_id=seat.person_id,
            region_code=certificate.region_code,
            organization_id=party,
            order_id=seat.order_id or class_.order_id,
            post_number=seat.post_number,
            livelihood=seat.livelihood or ("" if seat.post_number else direction_words(class_)),
            proof="",
            created_at=clock.now(),
        )
        audit.born(placement, by=by, facts={"class_id": class_.id, "seat_id": seat.id})
        made.append(placement)
    if related(class_.school_id, party):
        _ask_officers(class_, made)
    return made


def _ask_officers(class_: TrainingClass, made: list[Placement]) -> None:
    """Ask the officers of each village for another proof than the word of the school's owner."""
    for village, count in Counter(placement.region_code for placement in made).items():
        text = _(
            "“%(name)s”有 %(n)s 人去的单位和学校是同一业主。请看社保、工资，或者上门见到本人，再到“送岗”里记一笔。",
            name=class_.name,
            n=count,
        )
        for officer in officers_near([region.code for region in above(village)][-2:]):
            messages.tell(MessageKind.CLASS, recipient=f"user:{officer.id}", phone=officer.phone, text=text)


@certificates_issued.connect
def _on_issued(batch: CertificateBatch, *, by: Actor, **_more: Any) -> None:
    expect(batch, by=by)


def confirm(
    placement: Placement,
    *,
    took_up_on: date,
    pay_fen: int | None,
    proof: str,
    by: Actor,
    contract_months: int | None = None,
) -> None:
    """Confirm that the person took up the post or livelihood on a local date; pay in fen a month, where it is known.

    `contract_months` is how long the labor contract runs, for a post at somebody's.

    Raises `Forbidden` for anyone but the order's own party (or, for a livelihood, an officer of the area), `Refused`
    where that party has the school's owner and no officer saw another proof.
    """
    held = _held(placement, by)
    class_ = training_class(held.class_id)
    PLACEMENT_FLOW.after(held.status, PlacementStep.CONFIRM)
    refuse_incomplete(took_up_on, today=clock.today(), begun_on=class_.start_on, pay_fen=pay_fen, proof=proof)
    proofs, one_owner = queries.proofs_of(held.id), queries.has_one_owner(held)
    refuse_own_word(one_owner=one_owner, proofs=len(proofs))
    if contract_months is not None and (contract_months < 1 or held.organization_id is None):
        raise DomainError(N_("合同月数要大于 0；没有劳动合同的不填。"), "contract_months")
    held.took_up_on, held.pay_fen, held.proof = took_up_on, pay_fen, proof.strip()
    held.contract_months = contract_months
    held.confirmed_by, held.confirmed_at = by.key, clock.now()
    facts: dict[str, Any] = {
        "took_up_on": took_up_on.isoformat(),
        "pay_fen": pay_fen,
        "contract_months": contract_months,
    }
    if one_owner:
        facts |= {"one_owner": True, "proofs": [row.id for row in proofs]}
    audit.take(held, PLACEMENT_FLOW, PlacementStep.CONFIRM, by=by, note=held.proof, facts=facts)
    db.session.flush()
    placement_confirmed.send(held, by=by)


def record_proof(placement: Placement, kind: ProofKind, *, seen_on: date, note: str, by: Actor) -> PlacementProof:
    """Write down what an officer saw of an employment on a local date, besides what the employer says.

    Raises `Forbidden` for anybody of a firm or school, outside the area or with a declared tie to either.
    """
    if not queries.may_prove(by, placement):
        raise Forbidden(N_("另一项证明要由村、镇或人社部门的人看过以后记，单位和学校不能自己记。"))
    class_ = training_class(placement.class_id)
    for organization_id in filter(None, (class_.school_id, placement.organization_id)):
        refuse_interested(organization_id, by=by)
    problem = proof_problem(seen_on, note, today=clock.today(), begun_on=class_.start_on)
    if problem:
        raise problem
    row = PlacementProof(
        placement_id=placement.id,
        kind=kind,
        seen_on=seen_on,
        note=note.strip(),
        recorded_by=by.key,
        recorded_by_name=by.name,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(placement, "proof recorded", by=by, facts={"proof": row.id, "kind": kind})
    return row


def decline(placement: Placement, *, reason: str, by: Actor) -> None:
    """Say that the person did not take it up, and why."""
    held = _held(placement, by)
    if not reason.strip():
        raise DomainError(N_("请写明没有上岗的原因。"), "reason")
    held.confirmed_by, held.confirmed_at = by.key, clock.now()
    audit.take(held, PLACEMENT_FLOW, PlacementStep.DECLINE, by=by, note=reason.strip())


def reopen(placement: Placement, *, reason: str, by: Actor) -> None:
    """Open a confirmation again to correct it, with a reason; what was said stays in the events.

    Raises `Refused` once money was claimed on it.
    """
    held = _held(placement, by)
    if not reason.strip():
        raise DomainError(N_("请写明更正的原因。"), "reason")
    seat = db.session.get_one(Seat, held.seat_id)
    place = db.session.get(ClassPlace, (held.class_id, seat.place_no))
    if place is not None and place.status is PlaceStatus.CLAIMED:
        raise Refused(N_("这位学员的补贴已经申领，送岗情况不能再改。确实有错，请联系人社部门。"))
    PLACEMENT_FLOW.after(held.status, PlacementStep.REOPEN)
    placement_reopening.send(held, by=by)
    said = {"took_up_on": held.took_up_on.isoformat() if held.took_up_on else None, "pay_fen": held.pay_fen}
    said["contract_months"] = held.contract_months
    held.took_up_on, held.pay_fen, held.proof = None, None, ""
    held.contract_months = None
    held.confirmed_by, held.confirmed_at = None, None
    audit.take(held, PLACEMENT_FLOW, PlacementStep.REOPEN, by=by, note=reason.strip(), facts=said)


def _held(placement: Placement, by: Actor) -> Placement:
    if not queries.confirms(by, placement):
        raise Forbidden(N_("这个人的送岗情况由用工的一方确认；自家经营的由村、镇或人社部门确认。"))
    return audit.hold(placement)
