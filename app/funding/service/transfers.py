"""What became of a transfer: paid whole or in part by its receipt 回单, failed, or sent back by the bank later (I5)."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from app.audit import service as audit
from app.funding.models import BankReturn, Claim, ClaimLine, PaymentBatch, Receipt, Transfer
from app.funding.rules import (
    BATCH_FLOW,
    CLAIM_FLOW,
    LINE_FLOW,
    TRANSFER_FLOW,
    BatchStatus,
    BatchStep,
    ClaimStatus,
    ClaimStep,
    Duty,
    LineStatus,
    LineStep,
    Payee,
    TransferStatus,
    TransferStep,
    claim_step_after_payment,
    spread,
)
from app.funding.service.duties import take_duty
from app.funding.service.holding import allow, hold
from app.funding.service.recovering import recover_revoked, recover_wrong
from app.funding.service.settling import note_uses
from app.funding.service.stopping import close_if_done, stop_revoked
from app.funding.service.telling import tell_failed, tell_paid
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.ledger import service as ledger

ANSWERED = N_("这笔转账刚刚已经登记过结果，没有再登记一遍。")


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
    receipt = Receipt(
        transfer_id=row.id,
        number=receipt_number.strip(),
        amount_fen=amount_fen,
        paid_on=paid_on,
        upload_id=upload_id,
        by_key=by.key,
        at=clock.now(),
    )
    pay_held(row, claim, receipt, by=by, note=note)
    after([claim], row.batch_id, by=by)
    return row.status


def pay_held(row: Transfer, claim: Claim, receipt: Receipt, *, by: Actor, note: str = "") -> None:
    """Pay a transfer whose claim is held; `after` says what it makes of the claim and the batch."""
    _refuse_answered(row)
    _check_receipt(row, receipt)
    shares = spread(receipt.amount_fen, [part.amount_fen for part in row.parts])
    db.session.add(receipt)
    row.paid_fen = receipt.amount_fen
    whole = receipt.amount_fen == row.amount_fen
    facts = {
        "amount_fen": receipt.amount_fen,
        "of_fen": row.amount_fen,
        "receipt": receipt.number,
        "batch": row.batch.number,
    }
    _answer(row, TransferStep.PAY if whole else TransferStep.PAY_PART, by=by, note=note, facts=facts)
    _close_parts(row, claim, shares, by=by)
    once = f"transfer:{row.id}:paid"
    ledger.pay(claim.budget_id, receipt.amount_fen, reference=f"claim:{claim.id}", by=by, once_key=once)
    note_uses(claim, _seats_of(row, claim), by=by)
    recover_revoked(claim, by=by)
    recover_wrong(claim, _seats_of(row, claim), by=by)
    tell_paid(row, receipt.amount_fen)


def fail_transfer(transfer: Transfer, *, reason: str, by: Actor, wrong_account: bool | None = None) -> None:
    """Say that a transfer failed, with the reason; its lines may be requested again.

    A person's account that may be at fault is confirmed again first: so it is unless `wrong_account` says otherwise.
    """
    if not reason.strip():
        raise DomainError(N_("请写明失败的原因，例如账号户名不符。"), "reason")
    row, claim = _hold(transfer, by=by)
    fail_held(row, claim, reason.strip(), by=by, wrong_account=wrong_account)
    after([claim], row.batch_id, by=by)


def fail_held(row: Transfer, claim: Claim, reason: str, *, by: Actor, wrong_account: bool | None = None) -> None:
    """Fail a transfer whose claim is held."""
    _refuse_answered(row)
    row.wrong_account = row.payee is not Payee.SCHOOL if wrong_account is None else wrong_account
    facts = {"of_fen": row.amount_fen, "batch": row.batch.number, "wrong_account": row.wrong_account}
    _answer(row, TransferStep.FAIL, by=by, note=reason, facts=facts)
    _close_parts(row, claim, [0] * len(row.parts), by=by)
    tell_failed(row, reason)


def return_transfer(
    transfer: Transfer,
    *,
    number: str,
    amount_fen: int,
    returned_on: date,
    reason: str,
    by: Actor,
    wrong_account: bool | None = None,
) -> None:
    """The bank sent a paid transfer back, whole: its lines are owed again, the ledger says so.

    Raises `DomainError` where the amount is not what was paid, `Refused` where nothing was paid or it came back before.
    """
    allow(by, Can.PAYMENT_CONFIRM)
    claim = hold(transfer.claim)
    row = db.session.get_one(Transfer, transfer.id, with_for_update={"of": Transfer}, populate_existing=True)
    take_duty(claim, Duty.CONFIRM, by=by)
    came = BankReturn(
        transfer_id=row.id,
        number=number.strip(),
        amount_fen=amount_fen,
        returned_on=returned_on,
        reason=reason.strip()[:200],
        by_key=by.key,
        at=clock.now(),
    )
    return_held(row, claim, came, by=by, wrong_account=wrong_account)
    after_return(claim, by=by)


def return_held(row: Transfer, claim: Claim, came: BankReturn, *, by: Actor, wrong_account: bool | None = None) -> None:
    """Take a paid transfer back whose claim is held; `after_return` says what it makes of the claim."""
    TRANSFER_FLOW.after(row.status, TransferStep.RETURN)
    _check_return(row, came)
    db.session.add(came)
    row.returned_fen = came.amount_fen
    row.wrong_account = row.payee is not Payee.SCHOOL if wrong_account is None else wrong_account
    facts = {"amount_fen": came.amount_fen, "voucher": came.number, "batch": row.batch.number}
    _answer(row, TransferStep.RETURN, by=by, note=came.reason, facts=facts)
    lines, owed = {line.id: line for line in claim.lines}, list[ClaimLine]()
    for part in row.parts:
        line = lines[part.line_id]
        part.returned_fen = part.paid_fen
        line.paid_fen -= part.paid_fen
        if line.status == LineStatus.PAID and part.paid_fen:
            owed.append(line)
    audit.take_many([(line, {"paid_fen": line.paid_fen}) for line in owed], LINE_FLOW, LineStep.REVERSE, by=by)
    db.session.flush()
    once = f"transfer:{row.id}:returned"
    ledger.return_paid(claim.budget_id, came.amount_fen, reference=f"claim:{claim.id}", by=by, once_key=once)
    note_uses(claim, _seats_of(row, claim), by=by, came_back=True)
    tell_failed(row, came.reason)


def after_return(claim: Claim, *, by: Actor) -> None:
    """What money that came back makes of a claim: owed again, unless another request is under way."""
    facts = {"paid_fen": claim.paid_fen}
    if claim.status in (ClaimStatus.PAID, ClaimStatus.PARTLY_PAID) and not claim.paid_fen:
        audit.take(claim, CLAIM_FLOW, ClaimStep.RETURN_MONEY, by=by, facts=facts)
    elif claim.status == ClaimStatus.PAID:
        audit.take(claim, CLAIM_FLOW, ClaimStep.RETURN_PART, by=by, facts=facts)
    db.session.flush()
    stop_revoked(claim, by=by)
    close_if_done(claim, by=by)


def _seats_of(row: Transfer, claim: Claim) -> set[int]:
    carried = {part.line_id for part in row.parts}
    return {line.seat_id for line in claim.lines if line.id in carried}


def _hold(transfer: Transfer, *, by: Actor) -> tuple[Transfer, Claim]:
    """The transfer and its claim under lock, the person's duty taken; one that was answered is refused."""
    allow(by, Can.PAYMENT_CONFIRM)
    claim = hold(transfer.claim)
    row = db.session.get_one(Transfer, transfer.id, with_for_update={"of": Transfer}, populate_existing=True)
    _refuse_answered(row)
    take_duty(claim, Duty.CONFIRM, by=by)
    return row, claim


def _refuse_answered(row: Transfer) -> None:
    if row.status != TransferStatus.WAITING:
        raise Refused(ANSWERED)
    if row.batch.status in (BatchStatus.MADE, BatchStatus.CALLED_OFF):
        raise Refused(N_("这份请款还没有核对发出，不能登记付款结果。"))


def _check_receipt(transfer: Transfer, receipt: Receipt) -> None:
    if not receipt.number:
        raise DomainError(N_("请填写回单号。"), "receipt_number")
    if db.session.scalar(select(Receipt.id).where(Receipt.number == receipt.number)) is not None:
        raise DomainError(N_("这个回单号已经登记过了，不能重复登记。"), "receipt_number")
    if not 0 < receipt.amount_fen <= transfer.amount_fen:
        raise DomainError(N_("回单金额要大于 0，不能超过这笔转账的金额。"), "amount")
    _check_day(receipt.paid_on, clock.local(transfer.batch.requested_at).date(), "paid_on")


def _check_return(transfer: Transfer, came: BankReturn) -> None:
    if not came.number:
        raise DomainError(N_("请填写退汇凭证号。"), "number")
    if db.session.scalar(select(BankReturn.id).where(BankReturn.number == came.number)) is not None:
        raise DomainError(N_("这个退汇凭证号已经登记过了。"), "number")
    if not came.reason:
        raise DomainError(N_("请写明退回的原因，例如账号户名不符。"), "reason")
    if came.amount_fen != transfer.paid_fen:
        raise DomainError(N_("退回的金额要和付出的一样；不一样的，先和银行核对清楚。"), "amount")
    _check_day(came.returned_on, max(receipt.paid_on for receipt in transfer.receipts), "returned_on")


def _check_day(day: date, first: date, field: str) -> None:
    if day > clock.today():
        raise DomainError(N_("付款日期不能晚于今天。"), field)
    if day < first:
        raise DomainError(N_("付款日期不能早于请款日期。"), field)


def _answer(transfer: Transfer, step: TransferStep, *, by: Actor, note: str, facts: dict[str, object]) -> None:
    transfer.answer, transfer.answered_by, transfer.answered_at = note[:200], by.key, clock.now()
    audit.take(transfer, TRANSFER_FLOW, step, by=by, note=note, facts=facts)


def _close_parts(transfer: Transfer, claim: Claim, shares: list[int], *, by: Actor) -> None:
    """Write what each line got; a line that has all of its amount is paid."""
    lines, whole = {line.id: line for line in claim.lines}, list[ClaimLine]()
    for part, share in zip(transfer.parts, shares, strict=True):
        line = lines[part.line_id]
        part.paid_fen, part.open = share, False
        line.in_payment_fen -= part.amount_fen
        line.paid_fen += share
        if line.paid_fen == line.amount_fen:
            whole.append(line)
    audit.take_many([(line, {"paid_fen": line.paid_fen}) for line in whole], LINE_FLOW, LineStep.PAY, by=by)
    db.session.flush()


def after(claims: Iterable[Claim], batch_id: int, *, by: Actor) -> None:
    """What the answers make of held claims and of the batch."""
    waits = select(Transfer.id).where(Transfer.status == TransferStatus.WAITING)
    for claim in claims:
        stop_revoked(claim, by=by)
        any_paid = any(line.paid_fen for line in claim.lines)
        rest = any(line.status in (LineStatus.APPROVED, LineStatus.HELD) for line in claim.lines)
        step = claim_step_after_payment(
            waiting=db.session.scalar(waits.where(Transfer.claim_id == claim.id).limit(1)) is not None,
            all_paid=any_paid and not rest,
            any_paid=any_paid,
        )
        if step is not None and claim.status == ClaimStatus.REQUESTED:
            audit.take(claim, CLAIM_FLOW, step, by=by, facts={"paid_fen": claim.paid_fen})
            close_if_done(claim, by=by)
    batch = db.session.get_one(PaymentBatch, batch_id, with_for_update={"of": PaymentBatch}, populate_existing=True)
    if batch.status == BatchStatus.REQUESTED and (
        db.session.scalar(waits.where(Transfer.batch_id == batch.id).limit(1)) is None
    ):
        paid = sum(one.paid_fen for one in batch.transfers)
        audit.take(batch, BATCH_FLOW, BatchStep.SETTLE, by=by, facts={"paid_fen": paid})
    db.session.flush()
