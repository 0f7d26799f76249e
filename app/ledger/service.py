"""Move money. Every movement is balanced, within one budget, and takes the budget's lock first (I4).

A budget that was carried over at the year-end hands every later movement on to the one it was carried into.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_
from app.kernel.money import yuan
from app.ledger import queries
from app.ledger.models import Budget, LedgerAccount, Movement, MovementKind, Posting, Pot
from app.regions.models import Region
from app.regions.queries import in_area


def open_budget(region_code: str, fund_source: str, year: int, *, by: Actor) -> Budget:
    """Open the pot of one region, source of funds and year; raises `Refused` where it exists."""
    fund_source = fund_source.strip()
    if not fund_source:
        raise DomainError(N_("请写明资金来源。"), "fund_source")
    inside = select(Region.code).where(Region.code == region_code, in_area(Region.code, by.area))
    if by.area and db.session.scalar(inside) is None:
        raise DomainError(N_("只能给自己管的地方开账。"), "region_code")
    known = select(Budget.id).where(
        Budget.region_code == region_code, Budget.fund_source == fund_source, Budget.year == year
    )
    if db.session.scalar(known) is not None:
        raise DomainError(N_("这个地方这一年的这项资金已经开过账了。"), "fund_source")
    budget = Budget(region_code=region_code, fund_source=fund_source, year=year, created_at=clock.now())
    db.session.add(budget)
    db.session.flush()
    db.session.add_all([LedgerAccount(budget_id=budget.id, pot=pot) for pot in Pot])
    audit.record(budget, "opened", by=by, facts={"year": year, "fund_source": fund_source})
    db.session.flush()
    return budget


def appropriate(budget: Budget, amount_fen: int, *, by: Actor, note: str = "", once_key: str | None = None) -> None:
    """Put appropriated money (指标下达) into a budget; a negative amount takes unused money back."""
    if amount_fen == 0:
        raise DomainError(N_("金额不能是 0。"), "amount")
    held = _lock(budget.id)
    legs = {Pot.APPROPRIATED: -amount_fen, Pot.AVAILABLE: amount_fen}
    _move(held, MovementKind.APPROPRIATE, legs, f"budget:{held.id}", by=by, once_key=once_key, note=note)
    audit.record(held, "appropriated", by=by, note=note, facts={"amount_fen": amount_fen})


def reserve(budget_id: int, amount_fen: int, *, reference: str, by: Actor, once_key: str | None = None) -> None:
    """Reserve available money; raises `Refused` that names the shortfall."""
    legs = {Pot.AVAILABLE: -_positive(amount_fen), Pot.RESERVED: amount_fen}
    _move(_lock(budget_id), MovementKind.RESERVE, legs, reference, by=by, once_key=once_key)


def release(budget_id: int, amount_fen: int, *, reference: str, by: Actor, once_key: str | None = None) -> None:
    """Give reserved money back to what is available."""
    legs = {Pot.RESERVED: -_positive(amount_fen), Pot.AVAILABLE: amount_fen}
    _move(_lock(budget_id), MovementKind.RELEASE, legs, reference, by=by, once_key=once_key)


def owe(
    budget_id: int, *, from_reserved_fen: int, owed_fen: int, reference: str, by: Actor, once_key: str | None = None
) -> None:
    """Turn reserved money into owed money; what was reserved beyond it is available again, a rest comes from there."""
    rest = _positive(from_reserved_fen) - _positive(owed_fen)
    legs = {Pot.RESERVED: -from_reserved_fen, Pot.OWED: owed_fen, Pot.AVAILABLE: rest}
    _move(_lock(budget_id), MovementKind.OWE, legs, reference, by=by, once_key=once_key)


def cancel_owed(budget_id: int, amount_fen: int, *, reference: str, by: Actor, once_key: str | None = None) -> None:
    """Give owed money back to what is available."""
    legs = {Pot.OWED: -_positive(amount_fen), Pot.AVAILABLE: amount_fen}
    _move(_lock(budget_id), MovementKind.CANCEL, legs, reference, by=by, once_key=once_key)


def pay(budget_id: int, amount_fen: int, *, reference: str, by: Actor, once_key: str | None = None) -> None:
    """Owed money was paid."""
    legs = {Pot.OWED: -_positive(amount_fen), Pot.PAID: amount_fen}
    _move(_lock(budget_id), MovementKind.PAY, legs, reference, by=by, once_key=once_key)


def return_paid(
    budget_id: int, amount_fen: int, *, reference: str, by: Actor, once_key: str | None = None, still_owed: bool = True
) -> None:
    """Paid money came back: still owed (the bank returned it), or available again (it was recovered)."""
    legs = {Pot.PAID: -_positive(amount_fen), Pot.OWED if still_owed else Pot.AVAILABLE: amount_fen}
    _move(_lock(budget_id), MovementKind.RETURN, legs, reference, by=by, once_key=once_key)


def carry_over(budget: Budget, *, by: Actor, seen: Mapping[Pot, int] | None = None) -> Budget:
    """Close a year (年终结转): what is reserved and owed goes on in next year's budget, what is available lapses.

    `seen` are the balances the person reviewed; raises `Conflict` when they changed since. Returns next year's budget.
    """
    held = _lock(budget.id, follow=False)
    if held.closed_at is not None:
        raise Refused(N_("这本账已经结转过了。"))
    if clock.today() < year_end(held):
        raise Refused(_("%(year)s 年还没有结束，12 月 31 日起才能结转。", year=held.year))
    had = queries.balances(held.id)
    moved = {pot: had[pot] for pot in (Pot.AVAILABLE, Pot.RESERVED, Pot.OWED)}
    if seen is not None and {pot: seen[pot] for pot in moved} != moved:
        raise Conflict(N_("刚才又有新的账记进来，数字变了。请看清现在的数字再结转。"))
    following = _next_year(held, by=by)
    carried = {Pot.RESERVED: moved[Pot.RESERVED], Pot.OWED: moved[Pot.OWED]}
    total = sum(carried.values())
    out = {**{pot: -fen for pot, fen in moved.items()}, Pot.APPROPRIATED: sum(moved.values())}
    _move(held, MovementKind.CLOSE_YEAR, out, f"budget:{held.id}", by=by, once_key=f"close-year:{held.id}")
    _move(
        following,
        MovementKind.CARRY_OVER,
        {Pot.APPROPRIATED: -total, **carried},
        f"budget:{held.id}",
        by=by,
        once_key=f"carry-over:{held.id}",
    )
    held.closed_at, held.carried_into_id = clock.now(), following.id
    facts = {"into": following.id, "carried_fen": total, "lapsed_fen": moved[Pot.AVAILABLE]}
    audit.record(held, "carried-over", by=by, facts=facts)
    db.session.flush()
    return following


def year_end(budget: Budget) -> date:
    """The first day on which the year may be closed."""
    return date(budget.year, 12, 31)


def _next_year(budget: Budget, *, by: Actor) -> Budget:
    query = select(Budget).where(
        Budget.region_code == budget.region_code,
        Budget.fund_source == budget.fund_source,
        Budget.year == budget.year + 1,
    )
    found = db.session.scalars(query).first()
    return _lock(found.id) if found else open_budget(budget.region_code, budget.fund_source, budget.year + 1, by=by)


def _positive(amount_fen: int) -> int:
    if amount_fen < 0:
        raise DomainError(N_("金额不能小于 0。"), "amount")
    return amount_fen


def _lock(budget_id: int, *, follow: bool = True) -> Budget:
    """The budget under its lock; one that was carried over hands on to the next."""
    budget = db.session.get(Budget, budget_id, with_for_update={"of": Budget}, populate_existing=True)
    if budget is None:
        raise NotFound
    if follow and budget.carried_into_id is not None:
        return _lock(budget.carried_into_id)
    return budget


def _move(
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
    if once_key and db.session.scalar(select(Movement.id).where(Movement.once_key == once_key)) is not None:
        raise Refused(N_("这笔账已经记过了，没有再记第二遍。"))
    legs = {pot: fen for pot, fen in legs.items() if fen}
    if not legs:
        return
    query = select(LedgerAccount).where(LedgerAccount.budget_id == budget.id)
    accounts = {row.pot: row for row in db.session.scalars(query.execution_options(populate_existing=True))}
    for pot, fen in legs.items():
        _check(pot, accounts[pot].balance_fen, fen)
    movement = Movement(
        budget_id=budget.id,
        kind=kind,
        reference=reference,
        once_key=once_key,
        note=note,
        at=clock.now(),
        by_key=by.key,
        postings=[Posting(account_id=accounts[pot].id, amount_fen=fen) for pot, fen in legs.items()],
    )
    db.session.add(movement)
    db.session.flush()
    for pot in legs:
        db.session.expire(accounts[pot])


def _check(pot: Pot, balance_fen: int, fen: int) -> None:
    short = -(balance_fen + fen)
    if pot is Pot.APPROPRIATED or short <= 0:
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
