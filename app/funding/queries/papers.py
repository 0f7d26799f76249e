"""What the receipts and vouchers of claim lines say now, and whether a line asks for more than they allow."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.funding.models import Claim, ClaimLine, TrainingFee, Voucher
from app.funding.queries.retold import facts_of_line
from app.kernel.database import among, db
from app.policies import queries as policies
from app.policies.rules.papers import caps_of


def beyond_papers(claim: Claim, lines: Collection[ClaimLine]) -> set[int]:
    """Lines whose training money is more than their receipt or voucher allows, as they are recorded now."""
    pack = policies.pack_by_id(claim.policy_pack_id)
    papers = papers_of(lines)
    found = set()
    for line in lines:
        told = papers[line.id]
        facts = replace(facts_of_line(line), **told) if told else None
        beside = sum(step["amount_fen"] for step in line.quote.get("steps", ()) if step["to"] != "payee")
        if facts is not None and any(line.amount_fen - beside > cap.fen for cap in caps_of(pack, facts)):
            found.add(line.id)
    return found


def papers_of(lines: Collection[ClaimLine]) -> dict[int, dict[str, Any]]:
    """What the receipt and the voucher of each line with training money say now, as its facts tell it, by line."""
    mine = [line for line in lines if any(step["to"] == "payee" for step in line.quote.get("steps", ()))]
    fees = select(TrainingFee).where(among(TrainingFee.seat_id, [line.seat_id for line in mine]))
    paid = {row.seat_id: row for row in db.session.scalars(fees)}
    query = select(Voucher).where(among(Voucher.id, {line.voucher_id for line in mine if line.voucher_id}))
    used = {row.id: row for row in db.session.scalars(query).unique()}
    found: dict[int, dict[str, Any]] = {line.id: {} for line in lines}
    for line in mine:
        fee, voucher = paid.get(line.seat_id), used.get(line.voucher_id or 0)
        if fee is not None:
            found[line.id] |= {"receipt_fen": fee.amount_fen, "receipt": fee.receipt_number}
        if voucher is not None:
            found[line.id] |= {"voucher_fen": voucher.value_fen, "voucher": voucher.number}
    return found
