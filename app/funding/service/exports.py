"""Files for the bank and the treasury, made by templates from a frozen batch, each export on the record."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.audit import service as audit
from app.funding.models import BankFile, Claim, PaymentBatch, Transfer
from app.funding.queries.lists import list_rows
from app.funding.queries.payments import people_transfers
from app.funding.queries.sheets import bureau_of
from app.funding.rules import BatchStatus, Payee, TransferStatus
from app.funding.rules.long_steps import WorkPart
from app.funding.rules.templates import Kind, Rows, Template, parts
from app.funding.service.banks import SHEET_TYPE, file_of, template_of
from app.funding.service.payments import clear_open, hold_batch
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.counting import counted
from app.kernel.database import db
from app.kernel.errors import Forbidden, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.people.models import Person
from app.regions.queries import county_of, region

FIRST = "bank-text"


@dataclass(frozen=True, slots=True)
class Exported:
    """One file for the bank."""

    name: str
    content: bytes
    media_type: str
    rows: int


def export_bank_file(batch: PaymentBatch, *, by: Actor) -> str:
    """The text file for the bank of the persons who wait, the first thousand of them."""
    return bank_file(batch, FIRST, 1, by=by).content.decode("gb18030")


def bank_file(batch: PaymentBatch, template: str, part: int, *, by: Actor) -> Exported:
    """A file for the persons of a checked batch that still wait; recorded, since it holds whole numbers and accounts.

    Every line is checked again first; one that may not be paid any more refuses the file, naming it, until somebody
    stops that payment. Raises `Refused` while the batch waits for its second person.
    """
    if not (by.may(Can.PAYMENT_CONFIRM) or by.may(Can.PAYMENT_REQUEST)):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    form = template_of(template)
    if form.rows is not Rows.PEOPLE:
        raise NotFound
    claims, batch = hold_batch(batch)
    if batch.status in (BatchStatus.MADE, BatchStatus.CALLED_OFF):
        raise Refused(N_("这份请款还没有核对发出，不能导出付款文件。"))
    waiting = [one for one in people_transfers(batch) if one.status == TransferStatus.WAITING]
    files = list(parts(form, _people_rows(batch, waiting)))
    if not files:
        raise Refused(N_("这一批没有等着支付的个人，不用导出。"))
    if not 1 <= part <= len(files):
        raise NotFound
    _refuse_changed(claims, waiting, by=by)
    return _made(batch, form, files[part - 1], part, by=by)


def _refuse_changed(claims: Sequence[Claim], waiting: Sequence[Transfer], *, by: Actor) -> None:
    against = clear_open(claims, waiting, by=by)
    if against:
        line, why = against[0]
        words = _("%(name)s 这一笔现在不能付：%(why)s请先把这一笔登记为“支付失败”，再导出。")
        raise Refused(words % {"name": line.person.name, "why": _(why)})


def _made(batch: PaymentBatch, form: Template, rows: Sequence[Mapping[str, Any]], part: int, *, by: Actor) -> Exported:
    content = file_of(form, rows)
    total, digest = sum(row["amount"] for row in rows), hashlib.sha256(content).hexdigest()
    db.session.add(
        BankFile(
            batch_id=batch.id,
            template=form.key,
            part=part,
            rows=len(rows),
            total_fen=total,
            sha256=digest,
            made_by=by.key,
            made_at=clock.now(),
        )
    )
    facts = {"rows": len(rows), "total_fen": total, "template": form.key, "part": part, "sha256": digest}
    audit.record(batch, "bank file exported", by=by, facts=facts)
    db.session.flush()
    sheet = form.kind is Kind.SHEET
    media_type = SHEET_TYPE if sheet else f"text/plain; charset={form.encoding}"
    return Exported(f"{batch.number}-{part}.{'xlsx' if sheet else 'txt'}", content, media_type, len(rows))


def _people_rows(batch: PaymentBatch, waiting: Sequence[Transfer]) -> list[dict[str, Any]]:
    """What a row of a template for persons may hold."""
    payer, county = bureau_of(batch.region_code), region(county_of(batch.region_code))
    above = {one.level: one.name for one in (county, *_above(county)) if one is not None}
    shared = {
        "payer_bank": payer.bank_name if payer else "",
        "payer_account": (payer.bank_account or "") if payer else "",
        "payer_name": payer.name if payer else "",
        "province": above.get(1, ""),
        "city": above.get(2, ""),
        "batch": batch.number,
    }
    return [
        {
            **shared,
            "seq": place,
            "key": one.id,
            "account": one.account or "",
            "amount": one.amount_fen,
            **_holder(one, one.person),
        }
        for place, one in enumerate(counted(waiting, WorkPart.WRITE), start=1)
        if one.person is not None
    ]


def _holder(transfer: Transfer, person: Person) -> dict[str, Any]:
    """Whose account a transfer goes to, as the bank compares it with the card."""
    guardian = transfer.guardian
    named = (person.name, person.id_number, person.payee_bank, person.phone)
    if guardian is not None:
        named = (guardian.holder_name, guardian.holder_number, guardian.bank, person.guardian_phone or person.phone)
    name, number, bank, phone = named
    return {"name": name, "payee": name, "id_number": number or "", "bank": bank, "phone": phone or ""}


def _above(county: Any) -> list[Any]:
    """The regions above a county."""
    found, here = [], county
    while here is not None and here.parent_code:
        here = region(here.parent_code)
        found.append(here)
    return found


def export_list(batch: PaymentBatch, template: str, *, by: Actor) -> Exported:
    """The list for the treasury 资金拨付清单 as a spreadsheet; recorded, since it holds whole accounts of schools."""
    if not any(by.may(one) for one in (Can.PAYMENT_CONFIRM, Can.PAYMENT_REQUEST, Can.PAYMENT_CHECK, Can.EVENT_READ)):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    form = template_of(template)
    if form.rows is not Rows.LIST:
        raise NotFound
    rows = list_rows(batch)
    content = file_of(form, rows)
    facts = {"rows": len(rows), "total_fen": batch.total_fen, "template": form.key}
    audit.record(batch, "treasury list exported", by=by, facts=facts)
    return Exported(f"{batch.number}.xlsx", content, SHEET_TYPE, len(rows))


def file_count(batch: PaymentBatch, template: str) -> int:
    """How many files of a template the waiting persons of a batch fill."""
    waiting = [one for one in batch.transfers if one.payee is Payee.TRAINEE and one.status == TransferStatus.WAITING]
    return -(-len(waiting) // template_of(template).most_rows)
