"""Move money. Every movement is balanced, within one budget, and takes the budget's lock first (I4).

A budget that was carried over at the year-end hands every later movement on to the one it was carried into.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_
from app.kernel.money import yuan
from app.ledger import queries
from app.ledger.models import SOURCES, Budget, LedgerAccount, Movement, MovementKind, Posting, Pot


def reserve(budget_id: int, amount_fen: int, *, reference: str, by: Actor, once_key: str | None = None) -> None:
    """Reserve available money; raises `Refused` that names the shortfall."""
    legs = {Pot.AVAILABLE: -_positive(amount_fen), Pot.RESERVED: amount_fen}
    move(lock(budget_id), MovementKind.RESERVE, legs, reference, by=by, once_key=once_key)


def release(budget_id: int, amount_fen: int, *, reference: str, by: Actor, once_key: str | None = None) -> None:
    """Give reserved money back to what is available."""
    legs = {Pot.RESERVED: -_positive(amount_fen), Pot.AVAILABLE: amount_fen}
    move(lock(budget_id), MovementKind.RELEASE, legs, reference, by=by, once_key=once_key)


class Owing(NamedTuple):
    """What one place turns from reserved into owed money, fen; done only once under its key."""

    from_reserved_fen: int
    owed_fen: int
    once_key: str | None = None


def owe(
    budget_id: int, *, from_reserved_fen: int, owed_fen: int, reference: str, by: Actor, once_key: str | None = None
) -> None:
    """Turn reserved money into owed money; what was reserved beyond it is available again, a rest comes from there."""
    owe_each(budget_id, [Owing(from_reserved_fen, owed_fen, once_key)], reference=reference, by=by)


def owe_each(budget_id: int, parts: Sequence[Owing], *, reference: str, by: Actor) -> None:
    """As `owe`, a movement a part, all or none."""
    legs = [
        {
            Pot.RESERVED: -_positive(part.from_reserved_fen),
            Pot.OWED: _positive(part.owed_fen),
            Pot.AVAILABLE: part.from_reserved_fen - part.owed_fen,
        }
        for part in parts
    ]
    keyed = list(zip(legs, (part.once_key for part in parts), strict=True))
    _write(lock(budget_id), MovementKind.OWE, keyed, reference, by=by)


def cancel_owed(budget_id: int, amount_fen: int, *, reference: str, by: Actor, once_key: str | None = None) -> None:
    """Give owed money back to what is available."""
    legs = {Pot.OWED: -_positive(amount_fen), Pot.AVAILABLE: amount_fen}
    move(lock(budget_id), MovementKind.CANCEL, legs, reference, by=by, once_key=once_key)


def pay(budget_id: int, amount_fen: int, *, reference: str, by: Actor, once_key: str | None = None) -> None:
    """Owed money was paid, out of what was appropriated: raises `Refused` where only an expected quota covers it."""
    held = lock(budget_id)
    refuse_twice(once_key)
    had = queries.standing(held)
    if had.in_hand_fen < _positive(amount_fen) <= had.owed_fen:
        short, in_hand = yuan(amount_fen - had.in_hand_fen), yuan(had.in_hand_fen)
        words = {"has": in_hand, "short": short}
        raise Refused(_("下达的指标没付的只有 %(has)s 元，还差 %(short)s 元。等指标下达了再付。", **words))
    move(held, MovementKind.PAY, {Pot.OWED: -amount_fen, Pot.PAID: amount_fen}, reference, by=by, once_key=once_key)


def return_paid(
    budget_id: int, amount_fen: int, *, reference: str, by: Actor, once_key: str | None = None, still_owed: bool = True
) -> None:
    """Paid money came back: still owed (the bank returned it), or recovered (追回) from the payee.

    What was paid in a year that is closed by now is taken out of that year's paid money and stands in the open year.
    """
    kind, pot = (MovementKind.RETURN, Pot.OWED) if still_owed else (MovementKind.RECOVER, Pot.RECOVERED)
    shares = _paid_where(chain(budget_id), _positive(amount_fen), reference)
    open_one, here_fen = shares[-1]
    refuse_twice(once_key)
    for held, fen in shares[:-1]:
        legs = {Pot.PAID: -fen, Pot.APPROPRIATED: fen}
        move(held, kind, legs, reference, by=by, once_key=_part(once_key, held))
    earlier = amount_fen - here_fen
    legs = {Pot.PAID: -here_fen, Pot.APPROPRIATED: -earlier, pot: amount_fen}
    move(open_one, kind, legs, reference, by=by, once_key=once_key)


def use_again(budget: Budget, amount_fen: int, *, by: Actor, note: str) -> None:
    """Let recovered money be reserved and spent again, as the treasury allowed in the paper that `note` names."""
    held = lock(budget.id)
    if amount_fen <= 0:
        raise DomainError(N_("金额要大于 0。"), "amount")
    if not note.strip():
        raise DomainError(N_("请写明依据。"), "note")
    legs = {Pot.RECOVERED: -amount_fen, Pot.AVAILABLE: amount_fen}
    move(held, MovementKind.USE_AGAIN, legs, f"budget:{held.id}", by=by, note=note.strip())
    audit.record(held, "recovered money used", by=by, note=note, facts={"amount_fen": amount_fen})


def _part(once_key: str | None, budget: Budget) -> str | None:
    return None if once_key is None else f"{once_key}:{budget.year}"


def _paid_where(budgets: Sequence[Budget], amount_fen: int, reference: str) -> list[tuple[Budget, int]]:
    """From which years' paid money an amount comes back, oldest first: where the thing was paid, the newest first."""
    paid = {budget.id: paid_for(budget.id, reference) for budget in budgets}
    if not any(paid.values()):
        paid = {budget.id: queries.balances(budget.id)[Pot.PAID] for budget in budgets}
    shares, left = [], amount_fen
    for budget in reversed(budgets):
        fen = min(left, max(paid[budget.id], 0))
        left -= fen
        shares.append((budget, fen))
    newest, fen = shares[0]
    shares[0] = (newest, fen + left)
    return [one for one in reversed(shares) if one[1] or one[0] is newest]


def paid_for(budget_id: int, reference: str) -> int:
    """What a budget paid for one thing and did not get back; fen."""
    query = select(func.coalesce(func.sum(Posting.amount_fen), 0)).join(Movement).join(LedgerAccount)
    mine = (Movement.budget_id == budget_id, Movement.reference == reference, LedgerAccount.pot == Pot.PAID)
    return int(db.session.scalar(query.where(*mine)) or 0)


def _positive(amount_fen: int) -> int:
    if amount_fen < 0:
        raise DomainError(N_("金额不能小于 0。"), "amount")
    return amount_fen


def lock(budget_id: int, *, follow: bool = True) -> Budget:
    """The budget under its lock; one that was carried over hands on to the next."""
    budget = db.session.get(Budget, budget_id, with_for_update={"of": Budget}, populate_existing=True)
    if budget is None:
        raise NotFound
    if follow and budget.carried_into_id is not None:
        return lock(budget.carried_into_id)
    return budget


def chain(budget_id: int) -> list[Budget]:
    """The budget and those it was carried into, oldest first, all under their locks; the last one is open."""
    found = [lock(budget_id, follow=False)]
    while found[-1].carried_into_id is not None:
        found.append(lock(found[-1].carried_into_id, follow=False))
    return found


def refuse_twice(*once_keys: str | None) -> None:
    """Refuse keys under which money moved already."""
    keys = [key for key in once_keys if key]
    if keys and db.session.scalar(select(Movement.id).where(Movement.once_key.in_(keys)).limit(1)) is not None:
        raise Refused(N_("这笔账已经记过了，没有再记第二遍。"))


def move(
    budget: Budget,
    kind: MovementKind,
    legs: Mapping[Pot, int],
    reference: str,
    *,
    by: Actor,
    once_key: str | None = None,
    note: str = "",
) -> None:
    """Write one balanced movement; the budget is locked, so that the balances read here still hold."""
    _write(budget, kind, [(legs, once_key)], reference, by=by, note=note)


def _write(
    budget: Budget,
    kind: MovementKind,
    all_legs: Sequence[tuple[Mapping[Pot, int], str | None]],
    reference: str,
    *,
    by: Actor,
    note: str = "",
) -> None:
    """Write movements in this order, all or none; each must be covered by what those before it left."""
    refuse_twice(*(key for _legs, key in all_legs))
    query = select(LedgerAccount).where(LedgerAccount.budget_id == budget.id)
    accounts = {row.pot: row for row in db.session.scalars(query.execution_options(populate_existing=True))}
    standing = {pot: row.balance_fen for pot, row in accounts.items()}
    at, moved = clock.now(), set()
    for each, once_key in all_legs:
        legs = {pot: fen for pot, fen in each.items() if fen}
        for pot, fen in legs.items():
            _check(pot, standing[pot], fen)
            standing[pot] += fen
            moved.add(pot)
        if legs:
            movement = Movement(
                budget_id=budget.id,
                kind=kind,
                reference=reference,
                once_key=once_key,
                note=note,
                at=at,
                by_key=by.key,
                legs=len(legs),
                postings=[Posting(account_id=accounts[pot].id, amount_fen=fen) for pot, fen in legs.items()],
            )
            db.session.add(movement)
    db.session.flush()
    for pot in moved:
        db.session.expire(accounts[pot])


def _check(pot: Pot, balance_fen: int, fen: int) -> None:
    short = -(balance_fen + fen)
    if pot in SOURCES or short <= 0:
        return
    if pot is Pot.AVAILABLE:
        words = _("预算不够：可用 %(has)s 元，还差 %(short)s 元。", has=yuan(balance_fen), short=yuan(short))
    else:
        words = _(
            "账上“%(pot)s”只有 %(has)s 元，还差 %(short)s 元。",
            pot=label(pot),
            has=yuan(balance_fen),
            short=yuan(short),
        )
    raise Refused(words)
