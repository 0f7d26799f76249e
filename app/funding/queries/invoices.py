"""The invoice of a claim, and whether one is still missing."""

from collections.abc import Sequence

from sqlalchemy import select

from app.funding.models import Claim, Invoice
from app.funding.rules import LineStatus, Payee
from app.kernel.database import db
from app.kernel.marking import N_

BILLED = (LineStatus.OPEN, LineStatus.HELD, LineStatus.APPROVED, LineStatus.PAID)


def invoice_of(claim_id: int) -> Invoice | None:
    """The standing invoice of a claim."""
    query = select(Invoice).where(Invoice.claim_id == claim_id, Invoice.cancelled_at.is_(None))
    return db.session.scalars(query).first()


def invoices_of(claim_id: int) -> Sequence[Invoice]:
    """Every invoice of a claim, the newest first."""
    return db.session.scalars(select(Invoice).where(Invoice.claim_id == claim_id).order_by(Invoice.id.desc())).all()


def due_fen(claim: Claim) -> int:
    """What the school or employer is to be paid, and so invoices, fen."""
    return sum(line.amount_fen for line in claim.lines if line.payee is Payee.SCHOOL and line.status in BILLED)


def missing_invoice(claim: Claim) -> str:
    """Why nothing may be requested for the school or employer yet; "" where nothing is missing.

    After a cut, even of one yuan, the invoice over what was left comes first.
    """
    was_cut = any(line.cut_fen and line.payee is Payee.SCHOOL and line.status in BILLED for line in claim.lines)
    if was_cut and invoice_of(claim.id) is None:
        return N_("核减以后申领单位还没有开票。")
    return ""
