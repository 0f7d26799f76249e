"""Expect, confirm, decline: who really took up what, said by the one who can know."""

from datetime import date
from typing import Any

from app.audit import service as audit
from app.certificates.models import CertificateBatch
from app.certificates.queries import certificates_of_batch
from app.certificates.signals import certificates_issued
from app.classes.models import ClassPlace, Seat
from app.classes.queries import direction_words, mode_of_class, training_class
from app.classes.rules import PlaceStatus
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_
from app.placements import queries
from app.placements.models import Placement
from app.placements.rules import PLACEMENT_FLOW, PlacementStatus, PlacementStep, confirmer, refuse_incomplete
from app.placements.signals import placement_confirmed, placement_reopening
from app.policies.rules.modes import PlacementProof


def expect(batch: CertificateBatch, *, by: Actor) -> list[Placement]:
    """Expect everyone certified in a batch to take up the post or livelihood of their seat, as the mode asks."""
    class_ = training_class(batch.class_id)
    proof = mode_of_class(class_).placement
    if proof is PlacementProof.NONE:
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
    return made


@certificates_issued.connect
def _on_issued(batch: CertificateBatch, *, by: Actor, **_more: Any) -> None:
    expect(batch, by=by)


def confirm(placement: Placement, *, took_up_on: date, pay_fen: int | None, proof: str, by: Actor) -> None:
    """Confirm that the person took up the post or livelihood on a local date; pay in fen a month, where it is known.

    Raises `Forbidden` for anyone but the order's own party (or, for a livelihood, an officer of the area).
    """
    held = _held(placement, by)
    class_ = training_class(held.class_id)
    PLACEMENT_FLOW.after(held.status, PlacementStep.CONFIRM)
    refuse_incomplete(took_up_on, today=clock.today(), begun_on=class_.start_on, pay_fen=pay_fen, proof=proof)
    held.took_up_on, held.pay_fen, held.proof = took_up_on, pay_fen, proof.strip()
    held.confirmed_by, held.confirmed_at = by.key, clock.now()
    facts = {"took_up_on": took_up_on.isoformat(), "pay_fen": pay_fen}
    audit.take(held, PLACEMENT_FLOW, PlacementStep.CONFIRM, by=by, note=held.proof, facts=facts)
    db.session.flush()
    placement_confirmed.send(held, by=by)


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
    held.took_up_on, held.pay_fen, held.proof = None, None, ""
    held.confirmed_by, held.confirmed_at = None, None
    audit.take(held, PLACEMENT_FLOW, PlacementStep.REOPEN, by=by, note=reason.strip(), facts=said)


def _held(placement: Placement, by: Actor) -> Placement:
    if not queries.confirms(by, placement):
        raise Forbidden(N_("这个人的送岗情况由用工的一方确认；自家经营的由村、镇或人社部门确认。"))
    return audit.hold(placement)
