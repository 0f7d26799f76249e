"""Find samples of payments, the list that one draws from, and whether it comes out the same again."""

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, select

from app.classes.models import TrainingClass
from app.funding.models import Claim, ClaimLine, Objection, PaymentPart, PaymentSample, Receipt, SampledLine
from app.funding.rules.sampling import sample_size
from app.inspections.queries import facts_of, weights_of
from app.inspections.rules import commitment, draw, listing_hash, reasons, weigh
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.regions.queries import in_area


def samples_query(by: Actor) -> Select[PaymentSample]:
    """The samples of the area, the newest first."""
    query = select(PaymentSample).where(in_area(PaymentSample.region_code, by.area))
    return query.order_by(PaymentSample.id.desc())


def sample_for(by: Actor, sample_id: int) -> PaymentSample:
    """One sample of the area; raises `NotFound`."""
    found = db.session.scalars(samples_query(by).where(PaymentSample.id == sample_id)).first()
    if found is None:
        raise NotFound
    return found


def sampled_for(by: Actor, sampled_id: int) -> SampledLine:
    """One drawn payment of the area; raises `NotFound`."""
    query = select(SampledLine).join(PaymentSample, PaymentSample.id == SampledLine.sample_id)
    found = db.session.scalars(
        query.where(SampledLine.id == sampled_id, in_area(PaymentSample.region_code, by.area))
    ).first()
    if found is None:
        raise NotFound
    return found


def listing_of(region_code: str, from_on: date, until_on: date) -> list[dict[str, Any]]:
    """The lines of a place that were paid in a period, each with what makes it likelier, and its weight.

    What is known of a class weighs as in the draw of lessons, by the policy's figures; a line somebody objected to
    counts twice.
    """
    paid = (
        exists()
        .where(PaymentPart.line_id == ClaimLine.id, PaymentPart.paid_fen > PaymentPart.returned_fen)
        .where(Receipt.transfer_id == PaymentPart.transfer_id, Receipt.paid_on.between(from_on, until_on))
    )
    objected = exists().where(Objection.line_id == ClaimLine.id)
    query = select(ClaimLine.id, ClaimLine.class_id, ClaimLine.paid_fen, objected.label("objected"))
    query = query.join(Claim, Claim.id == ClaimLine.claim_id).where(in_area(Claim.region_code, (region_code,)), paid)
    rows = db.session.execute(query.order_by(ClaimLine.id)).all()
    known = {number: _of_class(number) for number in {row.class_id for row in rows}}
    return [
        {
            "line_id": row.id,
            "class_id": row.class_id,
            "paid_fen": row.paid_fen,
            **known[row.class_id],
            "objected": row.objected,
            "weight": known[row.class_id]["weight"] * (2 if row.objected else 1),
        }
        for row in rows
    ]


def _of_class(class_id: int) -> dict[str, Any]:
    class_ = db.session.get_one(TrainingClass, class_id)
    facts, weights = facts_of(class_), weights_of(class_)
    added = {str(reason): weight for reason, weight in reasons(facts, weights).items()}
    return {"facts": asdict(facts), "added": added, "weight": weigh(facts, weights)}


def recompute(row: PaymentSample) -> bool:
    """Whether the sample comes out the same again: seed as committed, list unchanged, the same lines in order."""
    if row.seed is None or row.listing is None:
        return False
    weights = {line["line_id"]: line["weight"] for line in row.listing}
    return (
        commitment(row.seed) == row.seed_sha256
        and listing_hash(row.listing) == row.listing_sha256
        and draw(row.seed, weights, sample_size(len(row.listing), row.margin_percent)) == row.picked
    )
