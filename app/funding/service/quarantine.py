"""A person finds out what a row of the bank's answer means that nobody guessed at."""

from datetime import date

from app.audit import service as audit
from app.funding.models import QuarantinedRow, Transfer
from app.funding.rules.paying import ROW_FLOW, RowStep
from app.funding.service.holding import allow
from app.funding.service.transfers import confirm_transfer, fail_transfer, return_transfer
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_


def dismiss_row(row: QuarantinedRow, *, note: str, by: Actor) -> None:
    """Say that a row is to have no effect, with what was found out."""
    held = _hold(row, note, by=by)
    _resolve(held, RowStep.DISMISS, note, by=by)


def apply_row(row: QuarantinedRow, transfer: Transfer, *, paid_fen: int, on: date, note: str, by: Actor) -> None:
    """Say, after asking the bank, what became of a payment: so much was paid, or nothing (0); or it came back.

    The payment is one of the row's batch that the person names; all laws of payments hold for it.
    """
    held = _hold(row, note, by=by)
    if transfer.batch_id != held.batch_id:
        raise DomainError(N_("这一笔不在这一批里。"), "transfer")
    number = f"{held.answer.serial}-{held.id}-G"
    if paid_fen:
        confirm_transfer(transfer, receipt_number=number, amount_fen=paid_fen, paid_on=on, by=by, note=note.strip())
    elif transfer.paid_fen:
        return_transfer(
            transfer, number=number, amount_fen=transfer.paid_fen, returned_on=on, reason=note.strip(), by=by
        )
    else:
        fail_transfer(transfer, reason=note.strip(), by=by)
    held.transfer_id = transfer.id
    _resolve(held, RowStep.APPLY, note, by=by)


def _hold(row: QuarantinedRow, note: str, *, by: Actor) -> QuarantinedRow:
    allow(by, Can.PAYMENT_CONFIRM)
    if not note.strip():
        raise DomainError(N_("请写明和银行核对的情况。"), "note")
    held = db.session.get_one(QuarantinedRow, row.id, with_for_update={"of": QuarantinedRow}, populate_existing=True)
    if held.status != "open":
        raise Refused(N_("这一行刚刚已经有人查清了。"))
    return held


def _resolve(row: QuarantinedRow, step: RowStep, note: str, *, by: Actor) -> None:
    row.note, row.resolved_by, row.resolved_at = note.strip()[:400], by.key, clock.now()
    audit.take(row, ROW_FLOW, step, by=by, note=row.note)
    db.session.flush()
