"""What people wish for, and what they are answered; the trade told last stands in the person's row for searching."""

from dataclasses import dataclass

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.people import queries
from app.people.models import ChangeSource, Person, Trade, Wish, WishKind, WishOutcome
from app.people.service.history import hold, keep

VALUE_MOST = 80


@dataclass(frozen=True, slots=True)
class NewWish:
    """A wish: the id of a course, a trade, a place, a monthly wage in fen, or words for dates."""

    kind: WishKind
    value: str
    note: str = ""


def tell_wish(person: Person, facts: NewWish, *, by: Actor, source: ChangeSource = ChangeSource.OFFICER) -> Wish:
    """Write down a wish; one that is open already is given back. Raises `DomainError` on field `value`."""
    value = _checked(facts)
    hold(person)
    for held in queries.open_wishes(person.id):
        if (held.kind, held.value) == (facts.kind, value):
            return held
    row = Wish(person_id=person.id, kind=facts.kind, value=value, note=facts.note.strip()[:200], made_at=clock.now())
    db.session.add(row)
    db.session.flush()
    keep(person, {}, {f"wish_{facts.kind}": value}, by=by, source=source, item=str(row.id))
    if facts.kind == WishKind.TRADE:
        person.wish_trade = value
    audit.record(person, "wish told", by=by, facts={"wish": row.id})
    return row


def answer_wish(wish: Wish, outcome: WishOutcome, *, by: Actor, answer: str = "") -> None:
    """Close a wish with what came of it."""
    person = hold(wish.person)
    db.session.refresh(wish)
    if wish.answered_at is not None:
        raise Refused(N_("这个意愿已经回复过了。"))
    wish.outcome, wish.answer, wish.answered_at = outcome, answer.strip()[:200], clock.now()
    source = ChangeSource.PERSON if by.person_id == person.id else ChangeSource.OFFICER
    field = f"wish_{wish.kind}"
    keep(person, {field: wish.value}, {field: None}, by=by, source=source, item=str(wish.id))
    if wish.kind == WishKind.TRADE and person.wish_trade == wish.value:
        left = [each.value for each in queries.open_wishes(person.id) if each.kind == WishKind.TRADE]
        person.wish_trade = left[-1] if left else ""
    audit.record(person, "wish answered", by=by, note=wish.answer, facts={"wish": wish.id, "outcome": outcome.value})


def follow_trade(person: Person, old: str, new: str) -> None:
    """Keep the wishes in step with the trade that a form has changed in the person's row."""
    now = clock.now()
    trades = [wish for wish in queries.open_wishes(person.id) if wish.kind == WishKind.TRADE]
    for wish in trades:
        if wish.value == old:
            wish.outcome, wish.answered_at = WishOutcome.WITHDRAWN, now
    if new and all(wish.value != new or wish.answered_at is not None for wish in trades):
        db.session.add(Wish(person_id=person.id, kind=WishKind.TRADE, value=new, note="", made_at=now))
    db.session.flush()


def _checked(facts: NewWish) -> str:
    value = facts.value.strip()
    if not value or len(value) > VALUE_MOST:
        raise DomainError(N_("请写明想要什么，80 个字以内。"), "value")
    if facts.kind == WishKind.TRADE and value not in set(Trade):
        raise DomainError(N_("请从列出的工种里选。"), "value")
    if facts.kind == WishKind.WAGE and not (value.isdigit() and int(value)):
        raise DomainError(N_("请填每月想要的工资。"), "value")
    return value
