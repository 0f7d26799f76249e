"""A card that failed: its person confirms it again to one officer, a second one checks it, then money goes out anew."""

from app.audit import service as audit
from app.funding.models import CardCheck, Transfer
from app.funding.rules.paying import CARD_FLOW, CardStatus, CardStep, CardWay, clean_account
from app.funding.service.duties import bar_interest
from app.funding.service.guardians import replace_card
from app.funding.service.holding import allow
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.kernel.marking import N_
from app.people.models import ChangeSource
from app.people.service import PersonChanges, change


def state_card(transfer: Transfer, *, account: str, bank: str, way: CardWay, by: Actor, note: str = "") -> CardCheck:
    """Write down which card the person confirmed, and how; nothing changes before a second officer checked it."""
    allow(by, Can.CARD_STATE)
    row = db.session.get_one(Transfer, transfer.id, with_for_update={"of": Transfer}, populate_existing=True)
    if row.person_id is None or not row.wrong_account:
        raise Refused(N_("这一笔不用重新确认卡号。"))
    bar_interest(row.claim, by=by)
    found = current_check(row)
    if found is not None and found.status != CardStatus.REFUSED:
        raise Refused(N_("这一笔的卡号已经有人登记，等第二个人核对。"))
    check = CardCheck(
        status=CardStatus.STATED,
        transfer_id=row.id,
        person_id=row.person_id,
        region_code=row.region_code,
        account=clean_account(account),
        bank=bank.strip(),
        way=way,
        note=note.strip()[:200],
        stated_by=by.key,
        stated_at=clock.now(),
    )
    audit.born(check, by=by, facts={"transfer": row.id, "way": str(way)})
    return check


def confirm_card(check: CardCheck, *, account: str, by: Actor) -> None:
    """The second officer types the card once more from the paper; the person's money goes there from now on."""
    held = _for_decision(check, by)
    if clean_account(account) != held.account:
        raise DomainError(N_("和登记的卡号不一样。请对照卡面再输一遍；登记错了就不通过。"), "account")
    held.decided_by, held.decided_at = by.key, clock.now()
    audit.take(held, CARD_FLOW, CardStep.CONFIRM, by=by)
    db.session.flush()
    guardian, person = held.transfer.guardian, held.transfer.person
    if guardian is not None:
        replace_card(guardian, account=held.account or "", bank=held.bank, stated_by=held.stated_by, by=by)
        return
    if person is None:
        raise NotFound
    wanted = PersonChanges(payee_account=held.account, payee_bank=held.bank or person.payee_bank)
    change(person, wanted, by=by, source=ChangeSource.OFFICER, reason=N_("付款被退回，本人重新确认卡号"))


def refuse_card(check: CardCheck, *, note: str, by: Actor) -> None:
    """The second officer found something else: the card is stated anew."""
    if not note.strip():
        raise DomainError(N_("请写明哪里不对。"), "note")
    held = _for_decision(check, by)
    held.decided_by, held.decided_at, held.note = by.key, clock.now(), note.strip()[:200]
    audit.take(held, CARD_FLOW, CardStep.REFUSE, by=by, note=held.note)
    db.session.flush()


def current_check(transfer: Transfer) -> CardCheck | None:
    """The newest statement about a failed payment's card."""
    query = db.select(CardCheck).where(CardCheck.transfer_id == transfer.id).order_by(CardCheck.id.desc())
    return db.session.scalars(query.limit(1)).unique().first()


def _for_decision(check: CardCheck, by: Actor) -> CardCheck:
    allow(by, Can.CARD_STATE)
    held = db.session.get_one(CardCheck, check.id, with_for_update={"of": CardCheck}, populate_existing=True)
    if held.stated_by in by.keys:
        raise Forbidden(N_("卡号要由另一个人核对，不能自己登记、自己核对。"))
    bar_interest(held.transfer.claim, by=by)
    if held.status != CardStatus.STATED:
        raise Refused(N_("这个卡号已经核对过了。"))
    return held
