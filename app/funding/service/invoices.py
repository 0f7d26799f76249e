"""The claimant's invoice 发票: recorded once the amount is signed off (R41); after a cut nothing is paid before it."""

from datetime import date

from app.audit import service as audit
from app.funding.models import Claim, Invoice
from app.funding.queries.invoices import due_fen, invoice_of
from app.funding.rules import MONEY, ClaimStatus
from app.funding.service.holding import hold, own
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.money import yuan

INVOICED = MONEY | {ClaimStatus.SIGNED, ClaimStatus.ON_NOTICE}


def record_invoice(claim: Claim, *, number: str, amount_fen: int, issued_on: date, by: Actor) -> Invoice:
    """Record the invoice over what was signed off for the claimant; raises `DomainError` where it differs."""
    row = hold(claim)
    own(row, by)
    if row.status not in INVOICED:
        raise Refused(N_("签批以后才开票。现在金额还可能变。"))
    if invoice_of(row.id) is not None:
        raise Refused(N_("这份申领已经有发票了。开错了，请先作废再登记。"))
    wanted = due_fen(row)
    if amount_fen != wanted:
        raise DomainError(_("票面金额要等于核定金额 %(fen)s 元。", fen=yuan(wanted)), "amount")
    if issued_on > clock.today():
        raise DomainError(N_("开票日期不能晚于今天。"), "issued_on")
    invoice = Invoice(
        claim_id=row.id,
        number=number.strip(),
        amount_fen=amount_fen,
        issued_on=issued_on,
        recorded_by=by.key,
        recorded_at=clock.now(),
    )
    db.session.add(invoice)
    audit.record(row, "invoiced", by=by, facts={"number": invoice.number, "amount_fen": amount_fen})
    db.session.flush()
    return invoice


def cancel_invoice(claim: Claim, *, reason: str, by: Actor) -> None:
    """Cancel the standing invoice, with the reason, so that a right one can be recorded."""
    row = hold(claim)
    own(row, by)
    invoice = invoice_of(row.id)
    if invoice is None:
        raise Refused(N_("这份申领没有可以作废的发票。"))
    if row.paid_fen or any(line.in_payment_fen for line in row.lines):
        raise Refused(N_("已经请款或支付，发票不能再作废。"))
    if not reason.strip():
        raise DomainError(N_("请写明作废的原因。"), "reason")
    invoice.cancelled_at, invoice.cancel_reason = clock.now(), reason.strip()
    audit.record(row, "invoice cancelled", by=by, note=invoice.cancel_reason, facts={"number": invoice.number})
    db.session.flush()
