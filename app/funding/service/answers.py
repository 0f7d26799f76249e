"""The bank's answer: matched by key, amount and account; whatever differs goes to quarantine, nothing is guessed."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.funding.models import BankAnswer, BankReturn, Claim, PaymentBatch, QuarantinedRow, Receipt, Transfer
from app.funding.rules import BatchStatus, Duty, Payee, TransferStatus
from app.funding.rules.bank import AnswerRow, BadRow, Told, masked_row, read_answer
from app.funding.rules.paying import Quarantine, RowStatus
from app.funding.rules.templates import AnswerForm
from app.funding.service.banks import lines_of, template_of
from app.funding.service.duties import take_duty
from app.funding.service.holding import allow, hold
from app.funding.service.transfers import after, after_return, fail_held, pay_held, return_held
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_

FIRST = "bank-text"


@dataclass(slots=True)
class Answered:
    """What an answer file did: rows applied, and rows that were not, each with why."""

    paid: int = 0
    failed: int = 0
    returned: int = 0
    repeated: int = 0
    """Rows that only say again what is known."""
    again: bool = False
    """The whole file had been read before."""
    not_applied: list[QuarantinedRow] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """One answer that is being read: its batch's transfers and claims, held."""

    answer: BankAnswer
    form: AnswerForm
    transfers: Mapping[int, Transfer]
    claims: Mapping[int, Claim]
    done: Answered


def apply_answer(
    batch: PaymentBatch, content: bytes, *, serial: str, paid_on: date, by: Actor, template: str = FIRST
) -> Answered:
    """Apply the bank's answer; rows that do not agree are kept in quarantine until a person resolves them.

    `serial` is the bank's number for the whole file; each person's receipt is that number and the payment's key.
    The same file a second time changes nothing, whichever batch it is read for.
    """
    allow(by, Can.PAYMENT_CONFIRM)
    form = template_of(template).answer
    if form is None:
        raise DomainError(N_("这种格式没有回盘。"), "template")
    if batch.status in (BatchStatus.MADE, BatchStatus.CALLED_OFF):
        raise Refused(N_("这份请款还没有核对发出，没有回盘可读。"))
    rows, bad = read_answer(form, lines_of(content))
    if not rows and not bad:
        raise DomainError(N_("文件里没有一行回盘结果。"), "file")
    if not serial.strip():
        raise DomainError(N_("请填写银行的批次流水号。"), "serial")
    claims = _hold_claims(batch, by=by)
    answer = _first_time(batch, content, template, serial.strip(), paid_on, by=by)
    if answer is None:
        return Answered(again=True)
    reading = _Reading(answer, form, _transfers(batch), claims, Answered())
    for one in bad:
        _keep(reading, one, Quarantine.UNREADABLE, one.why)
    twice = {key for key, times in Counter(row.key for row in rows).items() if times > 1}
    for row in rows:
        _apply(reading, row, doubled=row.key in twice, by=by)
    _finish(reading, len(rows) + len(bad), by=by)
    return reading.done


def _first_time(
    batch: PaymentBatch, content: bytes, template: str, serial: str, paid_on: date, *, by: Actor
) -> BankAnswer | None:
    """The answer's row; None where these bytes were read before.

    After the claims are held: the row's foreign key locks the batch, which everybody else takes after its claims.
    """
    values = {
        "batch_id": batch.id,
        "template": template,
        "sha256": hashlib.sha256(content).hexdigest(),
        "serial": serial,
        "paid_on": paid_on,
        "rows": 0,
        "paid": 0,
        "failed": 0,
        "returned": 0,
        "repeated": 0,
        "quarantined": 0,
        "read_by": by.key,
        "read_at": clock.now(),
    }
    once = insert(BankAnswer).values(values).on_conflict_do_nothing(constraint="uq_bank_answers_sha256")
    number = db.session.scalar(once.returning(BankAnswer.id))
    return db.session.get_one(BankAnswer, number) if number is not None else None


def _hold_claims(batch: PaymentBatch, *, by: Actor) -> dict[int, Claim]:
    """The batch's claims in order, under their locks: of two answers at once the second waits here."""
    ids = sorted(db.session.scalars(select(Transfer.claim_id).where(Transfer.batch_id == batch.id).distinct()))
    claims = {number: hold(db.session.get_one(Claim, number)) for number in ids}
    for claim in claims.values():
        take_duty(claim, Duty.CONFIRM, by=by)
    return claims


def _transfers(batch: PaymentBatch) -> dict[int, Transfer]:
    """The batch's transfers as they stand now, held."""
    query = select(Transfer).where(Transfer.batch_id == batch.id).order_by(Transfer.id)
    locked = query.with_for_update(of=Transfer).execution_options(populate_existing=True)
    return {row.id: row for row in db.session.scalars(locked).unique()}


def _apply(reading: _Reading, row: AnswerRow, *, doubled: bool, by: Actor) -> None:
    """Do what one row says, or keep it."""
    transfer = reading.transfers.get(row.key)
    against = Quarantine.DOUBLED if doubled else _against(row, transfer)
    if against is not None or transfer is None:
        _keep(reading, row, against or Quarantine.UNKNOWN, "", transfer)
    elif _is_known(row, transfer):
        reading.done.repeated += 1
    elif row.told is Told.PAID:
        pay_held(transfer, reading.claims[transfer.claim_id], _receipt(reading.answer, row, transfer, by), by=by)
        reading.done.paid += 1
    elif transfer.status == TransferStatus.WAITING:
        claim, why = reading.claims[transfer.claim_id], row.reason or _("银行退回，没有写原因。")
        fail_held(transfer, claim, why, by=by, wrong_account=_account_at_fault(reading.form, row))
        reading.done.failed += 1
    else:
        _take_back(reading, row, transfer, by=by)


def _against(row: AnswerRow, transfer: Transfer | None) -> Quarantine | None:
    """Why a row is not applied."""
    if transfer is None:
        other = db.session.get(Transfer, row.key)
        return Quarantine.UNKNOWN if other is None else Quarantine.OTHER_BATCH
    if transfer.payee is Payee.SCHOOL:
        return Quarantine.UNKNOWN
    if row.account != transfer.account:
        return Quarantine.ACCOUNT
    if row.amount_fen != transfer.amount_fen:
        return Quarantine.AMOUNT
    return None if _is_known(row, transfer) or _may_follow(row, transfer) else Quarantine.CONTRADICTS


KNOWN = {
    Told.PAID: (TransferStatus.PAID,),
    Told.FAILED: (TransferStatus.FAILED,),
    Told.RETURNED: (TransferStatus.RETURNED, TransferStatus.FAILED),
}
"""In which status a row says nothing new."""
FOLLOWS = {
    Told.PAID: (TransferStatus.WAITING,),
    Told.FAILED: (TransferStatus.WAITING,),
    Told.RETURNED: (TransferStatus.WAITING, TransferStatus.PAID),
}
"""In which status a row may be believed: only a return undoes what was paid."""


def _is_known(row: AnswerRow, transfer: Transfer) -> bool:
    return transfer.status in KNOWN[row.told]


def _may_follow(row: AnswerRow, transfer: Transfer) -> bool:
    return transfer.status in FOLLOWS[row.told]


def _account_at_fault(form: AnswerForm, row: AnswerRow) -> bool:
    """Whether the card is confirmed again: always, unless the bank's reason says that it was something else."""
    return not any(word in row.reason for word in form.other_reasons)


def _receipt(answer: BankAnswer, row: AnswerRow, transfer: Transfer, by: Actor) -> Receipt:
    return Receipt(
        transfer_id=transfer.id,
        number=f"{answer.serial}-{row.key}",
        amount_fen=row.amount_fen,
        paid_on=answer.paid_on,
        by_key=by.key,
        at=clock.now(),
    )


def _take_back(reading: _Reading, row: AnswerRow, transfer: Transfer, *, by: Actor) -> None:
    """Money that was paid and came back, perhaps weeks later."""
    claim = reading.claims[transfer.claim_id]
    came = BankReturn(
        transfer_id=transfer.id,
        number=f"{reading.answer.serial}-{row.key}",
        amount_fen=row.amount_fen,
        returned_on=reading.answer.paid_on,
        reason=(row.reason or _("银行退汇，没有写原因。"))[:200],
        by_key=by.key,
        at=clock.now(),
    )
    return_held(transfer, claim, came, by=by, wrong_account=_account_at_fault(reading.form, row))
    after_return(claim, by=by)
    reading.done.returned += 1


def _keep(
    reading: _Reading, row: AnswerRow | BadRow, why: Quarantine, words: str, transfer: Transfer | None = None
) -> None:
    """Put a row into quarantine, as it came."""
    answer = reading.answer
    known = transfer or (db.session.get(Transfer, row.key) if isinstance(row, AnswerRow) else None)
    kept = QuarantinedRow(
        status=RowStatus.OPEN,
        answer_id=answer.id,
        batch_id=answer.batch_id,
        region_code=db.session.get_one(PaymentBatch, answer.batch_id).region_code,
        place=row.place,
        why=why,
        words=_(words) if words else label(why),
        text=row.raw[:2000],
        shown=masked_row(row.raw),
        transfer_id=known.id if known else None,
        says_paid=row.paid if isinstance(row, AnswerRow) else None,
        amount_fen=row.amount_fen if isinstance(row, AnswerRow) else None,
    )
    reading.done.not_applied.append(kept)


def _finish(reading: _Reading, rows: int, *, by: Actor) -> None:
    """What the answer makes of claims and batch, and the counts that stand for ever."""
    done, answer = reading.done, reading.answer
    for kept in done.not_applied:
        audit.born(kept, by=by, facts={"why": str(kept.why), "place": kept.place, "answer": answer.id})
    after(reading.claims.values(), answer.batch_id, by=by)
    answer.rows, answer.paid, answer.failed, answer.returned = rows, done.paid, done.failed, done.returned
    answer.repeated, answer.quarantined = done.repeated, len(done.not_applied)
    facts = {
        "paid": done.paid,
        "failed": done.failed,
        "returned": done.returned,
        "not_applied": len(done.not_applied),
        "serial": answer.serial,
        "sha256": answer.sha256,
    }
    audit.record(db.session.get_one(PaymentBatch, answer.batch_id), "bank answer read", by=by, facts=facts)
    db.session.flush()
