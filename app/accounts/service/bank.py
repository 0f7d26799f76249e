"""Where an organization's money goes: changed by one person, confirmed by another."""

from app.accounts import queries
from app.accounts.models import BankChange, Organization
from app.accounts.service.organizations import refuse_interested
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.messages import service as messages
from app.messages.models import MessageKind

SHORTEST_ACCOUNT, LONGEST_ACCOUNT = 8, 30


def ask_bank_change(row: Organization, *, bank_name: str, bank_account: str, reason: str, by: Actor) -> BankChange:
    """Ask for the organization's money to go to another account; nothing changes before somebody else confirms it.

    Raises `DomainError` naming the field, `Refused` while another change waits.
    """
    account = _clean(bank_account)
    if not bank_name.strip():
        raise DomainError(N_("请填写开户行。"), "bank_name")
    if not reason.strip():
        raise DomainError(N_("请写明为什么变更，例如开户行迁址。"), "reason")
    if (bank_name.strip(), account) == (row.bank_name, row.bank_account):
        raise DomainError(N_("和现在的账号一样，不用变更。"), "bank_account")
    audit.hold(row)
    if queries.open_bank_change(row.id) is not None:
        raise Refused(N_("已经有一份变更申请在等核对，办完再提新的。"))
    change = BankChange(
        organization_id=row.id,
        bank_name=bank_name.strip(),
        bank_account=account,
        reason=reason.strip(),
        asked_by=by.key,
        asked_by_name=by.name,
        confirmed=False,
        created_at=clock.now(),
    )
    db.session.add(change)
    db.session.flush()
    audit.record(row, "account asked", by=by, note=reason.strip(), facts={"change": change.id})
    return change


def confirm_bank_change(change: BankChange, *, bank_account: str, by: Actor) -> None:
    """Put the new account in force, after typing it once more from the bank's paper.

    Raises `Forbidden` for whoever asked for it, or belongs to the organization, or is tied to it; `DomainError` where
    the two numbers differ.
    """
    held = _for_decision(change, by)
    if _clean(bank_account) != held.bank_account:
        raise DomainError(N_("和申请里的账号不一样。请对照开户许可证再输一遍；申请写错了就不同意。"), "bank_account")
    held.confirmed, held.decided_at, held.decided_by = True, clock.now(), by.key
    held.decided_by_name = by.name
    db.session.flush()
    row = db.session.get_one(Organization, held.organization_id)
    row.bank_name, row.bank_account, row.bank_change_id = held.bank_name, held.bank_account, held.id
    db.session.flush()
    audit.record(row, "account confirmed", by=by, facts={"change": held.id})
    _tell(row, _("收款账号的变更已经核对，新的账号从现在起启用。"))


def refuse_bank_change(change: BankChange, *, note: str, by: Actor) -> None:
    """Keep the account as it is, with a reason."""
    if not note.strip():
        raise DomainError(N_("请写明理由，对方会看到。"), "note")
    held = _for_decision(change, by)
    held.decided_at, held.decided_by, held.decided_by_name, held.note = clock.now(), by.key, by.name, note.strip()
    db.session.flush()
    row = db.session.get_one(Organization, held.organization_id)
    audit.record(row, "account refused", by=by, note=note.strip(), facts={"change": held.id})
    _tell(row, _("收款账号的变更没有同意，还用原来的账号。"))


def _for_decision(change: BankChange, by: Actor) -> BankChange:
    refuse_interested(change.organization_id, by=by)
    if change.asked_by in by.keys or by.organization_id is not None:
        raise Forbidden(N_("收款账号要由人社部门另一个人核对，不能自己提出、自己确认。"))
    held = audit.hold(change)
    if held.decided_at is not None:
        raise Refused(N_("这份变更申请已经办过了。"))
    return held


def _clean(text: str) -> str:
    account = "".join(text.split())
    if not (account.isascii() and account.isdigit() and SHORTEST_ACCOUNT <= len(account) <= LONGEST_ACCOUNT):
        raise DomainError(N_("银行账号是 8 到 30 位数字，请对照开户许可证再看一遍。"), "bank_account")
    return account


def _tell(row: Organization, text: str) -> None:
    messages.tell(MessageKind.PAYMENT, recipient=f"organization:{row.id}", phone=row.phone, text=text)
