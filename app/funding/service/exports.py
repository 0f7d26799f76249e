"""The text file for the bank, and its answer matched by line, amount and account; nothing guessed, nothing dropped."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.audit import service as audit
from app.funding.models import PaymentBatch, Transfer
from app.funding.queries.payments import people_transfers
from app.funding.rules import AnswerRow, BadRow, TransferStatus, bank_file, read_answer
from app.funding.rules.bank import BankLine
from app.funding.service.transfers import confirm_transfer, fail_transfer
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_

MOST_BYTES = 1024 * 1024


def export_bank_file(batch: PaymentBatch, *, by: Actor) -> str:
    """The bank's text file for the persons still waiting; recorded, since it holds whole numbers and accounts."""
    if not (by.may(Can.PAYMENT_CONFIRM) or by.may(Can.PAYMENT_REQUEST)):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    waiting = [one for one in people_transfers(batch) if one.status == TransferStatus.WAITING]
    if not waiting:
        raise Refused(N_("这一批没有等着支付的个人，不用导出。"))
    lines = [
        BankLine(one.number, one.person.name, one.account or "", one.amount_fen, one.person.id_number or "")
        for one in waiting
        if one.person is not None
    ]
    facts = {"rows": len(lines), "total_fen": sum(line.amount_fen for line in lines)}
    audit.record(batch, "bank file exported", by=by, facts=facts)
    return bank_file(lines)


@dataclass(slots=True)
class Answered:
    """What an answer file did: rows applied, and rows that were not, each with why."""

    paid: int = 0
    failed: int = 0
    not_applied: list[BadRow] = field(default_factory=list)


def read_text(content: bytes) -> str:
    """The text of an answer file, UTF-8 or GB 18030; raises `DomainError` for anything else."""
    if len(content) > MOST_BYTES:
        raise DomainError(N_("文件太大，回盘文件不会超过 1 MB，请看看是不是选错了。"), "file")
    if b"\0" in content or not content.strip():
        raise DomainError(N_("这不是文本文件，请选银行给的 txt 或 csv 文件。"), "file")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DomainError(N_("这不是文本文件，请选银行给的 txt 或 csv 文件。"), "file")


def apply_answer(batch: PaymentBatch, content: bytes, *, serial: str, paid_on: date, by: Actor) -> Answered:
    """Apply the bank's answer: rows that agree in line, amount and account; the others come back with why.

    `serial` is the bank's number for the whole file; each person's receipt is that number and the line's.
    """
    rows, bad = read_answer(read_text(content))
    if not rows and not bad:
        raise DomainError(N_("文件里没有一行回盘结果。"), "file")
    if not serial.strip():
        raise DomainError(N_("请填写银行的批次流水号。"), "serial")
    done = Answered(not_applied=[BadRow(row.place, row.text, _(row.why)) for row in bad])
    waiting = {one.number: one for one in people_transfers(batch)}
    twice = _doubled(rows)
    for row in rows:
        transfer = waiting.get(row.number)
        why = _against(row, transfer, twice)
        if why or transfer is None:
            done.not_applied.append(BadRow(row.place, _shown(row), why))
        elif row.paid:
            number = f"{serial.strip()}-{row.number}"
            confirm_transfer(transfer, receipt_number=number, amount_fen=row.amount_fen, paid_on=paid_on, by=by)
            done.paid += 1
        else:
            fail_transfer(transfer, reason=row.reason or _("银行退回，没有写原因。"), by=by)
            done.failed += 1
    facts = {"paid": done.paid, "failed": done.failed, "not_applied": len(done.not_applied), "serial": serial.strip()}
    audit.record(batch, "bank answer read", by=by, facts=facts)
    db.session.flush()
    return done


def _doubled(rows: Sequence[AnswerRow]) -> set[int]:
    numbers = [row.number for row in rows]
    return {number for number in numbers if numbers.count(number) > 1}


def _against(row: AnswerRow, transfer: Transfer | None, twice: set[int]) -> str:
    """Why a row is not applied, "" where it agrees."""
    if transfer is None:
        return _("这一批里没有这个序号。")
    if row.number in twice:
        return _("同一个序号出现了不止一次，请核对后分开登记。")
    if transfer.status != TransferStatus.WAITING:
        return _("这一笔已经登记过结果。")
    if row.account != transfer.account:
        return _("账号对不上。")
    if row.amount_fen != transfer.amount_fen:
        return _("金额对不上。")
    return ""


def _shown(row: AnswerRow) -> str:
    return f"{row.number}|…{row.account[-4:]}|{row.amount_fen / 100:.2f}"
