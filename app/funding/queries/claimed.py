"""What a claim holds: its classes, and what their trainees paid for themselves."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from app.classes.models import TrainingClass
from app.funding.models import Claim, ClaimClass, ClaimLine, TrainingFee
from app.funding.queries.evidence import Evidence, evidence_of
from app.funding.rules import ClaimStatus
from app.kernel.database import db

OVER = (ClaimStatus.WITHDRAWN, ClaimStatus.REJECTED)


def classes_of(claim: Claim) -> Sequence[TrainingClass]:
    """Every class of a claim, in the order of their numbers."""
    held = select(ClaimClass.class_id).where(ClaimClass.claim_id == claim.id)
    query = select(TrainingClass).where(TrainingClass.id.in_(held)).order_by(TrainingClass.id)
    return db.session.scalars(query).unique().all()


def class_ids_of(claim: Claim) -> list[int]:
    """The numbers of a claim's classes."""
    query = select(ClaimClass.class_id).where(ClaimClass.claim_id == claim.id).order_by(ClaimClass.class_id)
    return list(db.session.scalars(query))


def evidence_of_claim(claim: Claim) -> dict[int, Evidence]:
    """What is recorded of every seat of a claim's classes, by seat."""
    return {seat: one for class_id in class_ids_of(claim) for seat, one in evidence_of(class_id).items()}


def holds_class(class_id: int) -> ColumnElement[bool]:
    """The condition that a claim holds a class, whoever claims."""
    return Claim.id.in_(select(ClaimClass.claim_id).where(ClaimClass.class_id == class_id))


def claim_of_seat(seat_id: int) -> Claim | None:
    """The claim under way, or paid, in which a seat has a line; of several the one that asks for money."""
    lines = (
        select(ClaimLine)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(ClaimLine.seat_id == seat_id, Claim.status.not_in(OVER))
    )
    found = db.session.scalars(lines.order_by(ClaimLine.asked_fen.desc(), ClaimLine.id)).first()
    return found.claim if found is not None else None


def fees_of(class_id: int) -> dict[int, TrainingFee]:
    """What trainees of a class paid for themselves, by seat."""
    query = select(TrainingFee).where(TrainingFee.class_id == class_id)
    return {row.seat_id: row for row in db.session.scalars(query)}
