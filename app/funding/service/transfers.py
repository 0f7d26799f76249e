"""The treasury's answers: a transfer is paid whole or in part by its receipt 回单, or failed with a reason (I5)."""

from datetime import date

from sqlalchemy import select

from app.audit import service as audit
from app.funding.models import Claim, PaymentBatch, Receipt, Transfer
from app.funding.rules import (
    BATCH_FLOW,
    CLAIM_FLOW,
    LINE_FLOW,
    TRANSFER_FLOW,
    BatchStatus,
    BatchStep,
    Duty,
    LineStatus,
    LineStep,
    TransferStatus,
    TransferStep,
    claim_step_after_payment,
    spread,
)
from app.funding.service.duties import take_duty
from app.funding.service.holding import allow, hold
from app.funding.service.settling import note_uses
from app.funding.service.telling import tell_failed, tell_paid
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.ledger import service as ledger


def confirm_transfer(
    transfer: Transfer,
    *,
    receipt_number: str,
    amount_fen: int,
    paid_on: date,
    by: Actor,
    upload_id: int | None = None,
    note: str = "",
) -> TransferStatus:
    """Confirm a transfer by its receipt, whole or in part; the rest of a part payment may be requested again.

    Raises `Refused` when it was answered already, `DomainError` on a wrong amount, day, or a number taken before.
    """
    row, claim = _hold(transfer, by=by)
    number = receipt_number.strip()
    _check_receipt(row, number, amount_fen, paid_on)
    shares = spread(amount_fen, [part.amount_fen for part in row.parts])
    db.session.add(
        Receipt(
            transfer_id=row.id,
            number=number,
            amount_fen=amount_fen,
            paid_on=paid_on,
            upload_id=upload_id,
            by_key=by.key,
            at=clock.now(),
        )
    )
    row.paid_fen = amount_fen
    whole = amount_fen == row.amount_fen
    facts = {"amount_fen": amount_fen, "of_fen": row.amount_fen, "receipt": number, "batch": row.batch.number}
    _answer(row, TransferStep.PAY if whole else TransferStep.PAY_PART, by=by, note=note, facts=facts)
    _close_parts(row, claim, shares, by=by)
    ledger.pay(claim.budget_id, amount_fen, reference=f"claim:{claim.id}", by=by, once_key=f"transfer:{row.id}:paid")
    note_uses(claim, {line.seat_id for line in claim.lines if line.id in {part.line_id for part in row.parts}}, by=by)
    _after(row, claim, by=by)
    tell_paid(row, amount_fen)
    return row.status


def fail_transfer(transfer: Transfer, *, reason: str, by: Actor) -> None:
    """Say that a transfer failed, with the reason; its lines may be requested again."""
    if not reason.strip():
        raise DomainError(N_("请写明失败的原因，例如账号户名不符。"), "reason")
    row, claim = _hold(transfer, by=by)
    facts = {"of_fen": row.amount_fen, "batch": row.batch.number}
    _answer(row, TransferStep.FAIL, by=by, note=reason.strip(), facts=facts)
    _close_parts(row, claim, [0] * len(row.parts), by=by)
    _after(row, claim, by=by)
    tell_failed(row, reason.strip())


def _hold(transfer: Transfer, *, by: Actor) -> tuple[Transfer, Claim]:
    """The transfer and its claim under lock, the person's duty taken; one that was answered is refused."""
    allow(by, Can.PAYMENT_CONFIRM)
    claim = hold(transfer.claim)
    row = db.session.get_one(Transfer, transfer.id, with_for_update={"of": Transfer}, populate_existing=True)
    if row.status != TransferStatus.WAITING:
        raise Refused(N_("这笔转账刚刚已经登记过结果，没有再登记一遍。"))
    take_duty(claim, Duty.CONFIRM, by=by)
    return row, claim


def _check_receipt(transfer: Transfer, number: str, amount_fen: int, paid_on: date) -> None:
    if not number:
        raise DomainError(N_("请填写回单号。"), "receipt_number")
    if db.session.scalar(select(Receipt.id).where(Receipt.number == number)) is not None:
        raise DomainError(N_("这个回单号已经登记过了，不能重复登记。"), "receipt_number")
    if not 0 < amount_fen <= transfer.amount_fen:
        raise DomainError(N_("回单金额要大于 0，不能超过这笔转账的金额。"), "amount")
    if paid_on > clock.today():
        raise DomainError(N_("付款日期不能晚于今天。"), "paid_on")
    if paid_on < clock.local(transfer.batch.requested_at).date():
        raise DomainError(N_("付款日期不能早于请款日期。"), "paid_on")


def _answer(transfer: Transfer, step: TransferStep, *, by: Actor, note: str, facts: dict[str, object]) -> None:
    transfer.answer, transfer.answered_by, transfer.answered_at = note[:200], by.key, clock.now()
    audit.take(transfer, TRANSFER_FLOW, step, by=by, note=note, facts=facts)


def _close_parts(transfer: Transfer, claim: Claim, shares: list[int], *, by: Actor) -> None:
    """Write what each line got; a line that has all of its amount is paid."""
    lines = {line.id: line for line in claim.lines}
    for part, share in zip(transfer.parts, shares, strict=True):
        line = lines[part.line_id]
        part.paid_fen, part.open = share, False
        line.in_payment_fen -= part.amount_fen
        line.paid_fen += share
        if line.paid_fen == line.amount_fen:
            audit.take(line, LINE_FLOW, LineStep.PAY, by=by, facts={"paid_fen": line.paid_fen})
    db.session.flush()


def _after(transfer: Transfer, claim: Claim, *, by: Actor) -> None:
    """What the answer makes of the claim and of the batch."""
    waits = select(Transfer.id).where(Transfer.status == TransferStatus.WAITING)
    step = claim_step_after_payment(
        waiting=db.session.scalar(waits.where(Transfer.claim_id == claim.id).limit(1)) is not None,
        all_paid=not any(line.status in (LineStatus.APPROVED, LineStatus.HELD) for line in claim.lines),
        any_paid=any(line.paid_fen for line in claim.lines),
    )
    if step is not None:
        paid = sum(line.paid_fen for line in claim.lines)
        audit.take(claim, CLAIM_FLOW, step, by=by, facts={"paid_fen": paid, "batch": transfer.batch.number})
    batch = db.session.get_one(
        PaymentBatch, transfer.batch_id, with_for_update={"of": PaymentBatch}, populate_existing=True
    )
    if batch.status == BatchStatus.REQUESTED and (
        db.session.scalar(waits.where(Transfer.batch_id == batch.id).limit(1)) is None
    ):
        paid = sum(one.paid_fen for one in batch.transfers)
        audit.take(batch, BATCH_FLOW, BatchStep.SETTLE, by=by, facts={"paid_fen": paid})
    db.session.flush()
