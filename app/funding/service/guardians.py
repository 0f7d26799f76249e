"""A guardian's account for a trainee's money: stated with the reason by one officer, checked by a second one (R31)."""

from dataclasses import dataclass

from app.audit import service as audit
from app.funding.models import GuardianAccount
from app.funding.rules.guardians import GUARDIAN_FLOW, GuardianStatus, GuardianStep
from app.funding.rules.paying import clean_account
from app.funding.service.holding import allow
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.messages import service as messages
from app.messages.models import MessageKind
from app.people.models import Person
from app.people.service import read_id_number


@dataclass(frozen=True, slots=True)
class NewGuardian:
    """What an officer writes down of a guardian's card."""

    name: str
    relation: str
    id_number: str
    account: str
    bank: str
    reason: str
    proof: str


def state_guardian(person: Person, told: NewGuardian, *, by: Actor) -> GuardianAccount:
    """Write down that a person's money goes to the guardian's card, and why; nothing changes before the second check.

    Raises `DomainError` naming the field that doesn't fit, `Refused` while another one stands.
    """
    allow(by, Can.CARD_STATE)
    for field in ("name", "relation", "bank", "reason", "proof"):
        if not getattr(told, field).strip():
            raise DomainError(N_("这一项要填写。"), field)
    number = read_id_number(told.id_number).number
    if number == person.id_number:
        raise DomainError(N_("这是学员本人的身份证号。付给本人的，登记本人的账户就行。"), "id_number")
    if _standing(person.id) is not None:
        raise Refused(N_("这个人已经有代领账户了。要换，请先停用原来的。"))
    row = _row(person, told, number, clean_account(told.account), by=by)
    audit.born(row, by=by, note=row.reason, facts={"person": person.id})
    return row


def _row(person: Person, told: NewGuardian, number: str, account: str, *, by: Actor) -> GuardianAccount:
    row = GuardianAccount(
        status=GuardianStatus.STATED,
        person_id=person.id,
        region_code=person.region_code,
        holder_name=told.name.strip(),
        relation=told.relation.strip(),
        holder_number=number,
        account=account,
        bank=told.bank.strip(),
        reason=told.reason.strip(),
        proof=told.proof.strip(),
        stated_by=by.key,
        stated_at=clock.now(),
    )
    row.person = person
    return row


def _standing(person_id: int) -> GuardianAccount | None:
    standing = (GuardianStatus.STATED, GuardianStatus.CONFIRMED)
    query = db.select(GuardianAccount).where(
        GuardianAccount.person_id == person_id, GuardianAccount.status.in_(standing)
    )
    return db.session.scalars(query).unique().first()


def confirm_guardian(row: GuardianAccount, *, account: str, by: Actor) -> None:
    """The second officer types the card once more from the papers; the person's money goes there from now on."""
    held = _for_decision(row, by)
    if clean_account(account) != held.account:
        raise DomainError(N_("和登记的卡号不一样。请对照卡面再输一遍；登记错了就不通过。"), "account")
    held.decided_by, held.decided_at = by.key, clock.now()
    audit.take(held, GUARDIAN_FLOW, GuardianStep.CONFIRM, by=by)
    db.session.flush()
    words = _("您的补贴以后付到%(relation)s %(name)s 的账户。不是您的意思，请告诉村里或人社部门。")
    told = words % {"relation": held.relation, "name": held.holder_name}
    person = held.person
    messages.tell(MessageKind.PAYMENT, recipient=f"person:{person.id}", phone=person.phone, text=told)


def refuse_guardian(row: GuardianAccount, *, note: str, by: Actor) -> None:
    """The second officer found something else: it may be stated anew."""
    held = _for_decision(row, by)
    _end(held, GuardianStep.REFUSE, note, by=by)


def end_guardian(row: GuardianAccount, *, note: str, by: Actor) -> None:
    """From now on the person's money goes to their own account again."""
    allow(by, Can.CARD_STATE)
    held = audit.hold(row)
    GUARDIAN_FLOW.after(held.status, GuardianStep.END)
    _end(held, GuardianStep.END, note, by=by)


def replace_card(row: GuardianAccount, *, account: str, bank: str, stated_by: str, by: Actor) -> GuardianAccount:
    """A guardian's card that failed was confirmed again by two officers: the old one ends, the new one stands."""
    held = audit.hold(row)
    told = NewGuardian(held.holder_name, held.relation, "", account, bank or held.bank, held.reason, held.proof)
    number = held.holder_number or ""
    if held.status == GuardianStatus.CONFIRMED:
        _end(held, GuardianStep.END, N_("付款被退回，监护人重新确认卡号"), by=by)
    new = _row(held.person, told, number, account, by=by)
    new.stated_by = stated_by
    audit.born(new, by=by, note=new.reason, facts={"person": held.person_id, "instead": held.id})
    new.decided_by, new.decided_at = by.key, clock.now()
    audit.take(new, GUARDIAN_FLOW, GuardianStep.CONFIRM, by=by)
    db.session.flush()
    return new


def _end(held: GuardianAccount, step: GuardianStep, note: str, *, by: Actor) -> None:
    if not note.strip():
        raise DomainError(N_("请写明原因。"), "reason")
    held.note = note.strip()[:400]
    if held.decided_by is None:
        held.decided_by, held.decided_at = by.key, clock.now()
    audit.take(held, GUARDIAN_FLOW, step, by=by, note=held.note)
    db.session.flush()


def _for_decision(row: GuardianAccount, by: Actor) -> GuardianAccount:
    allow(by, Can.CARD_STATE)
    held = audit.hold(row)
    if held.stated_by in by.keys:
        raise Forbidden(N_("代领账户要由另一个人核对，不能自己登记、自己核对。"))
    GUARDIAN_FLOW.after(held.status, GuardianStep.CONFIRM)
    return held
