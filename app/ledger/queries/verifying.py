"""Recompute everything the ledger says: balances, movements, year-ends, and what later steps keep beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from app.kernel.database import db
from app.ledger.models import Budget, LedgerAccount, Movement, MovementKind, Posting, Pot
from app.ledger.signals import reconciled


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that is not what the postings add up to; `what` and `number` name it, the figures are fen."""

    what: str
    number: int
    stored_fen: int
    recomputed_fen: int


@dataclass(frozen=True, slots=True)
class Looked:
    """How much was recomputed."""

    accounts: int
    movements: int
    year_ends: int


def looked() -> Looked:
    """How many accounts, movements and year-ends there are to recompute."""
    accounts = db.session.scalar(select(func.count()).select_from(LedgerAccount)) or 0
    movements = db.session.scalar(select(func.count()).select_from(Movement)) or 0
    closed = select(func.count()).select_from(Budget).where(Budget.carried_into_id.is_not(None))
    return Looked(accounts, movements, db.session.scalar(closed) or 0)


def differences() -> list[Difference]:
    """Every difference between what is stored and what the postings add up to; none is expected."""
    return [*own_differences(), *_of_later_steps()]


def own_differences() -> list[Difference]:
    """As above, of the ledger alone: not what places and claim lines say of it."""
    return [*_of_accounts(), *_of_movements(), *_of_sides(), *_of_year_ends()]


def _of_accounts() -> Iterator[Difference]:
    total = func.coalesce(func.sum(Posting.amount_fen), 0)
    query = (
        select(LedgerAccount.id, LedgerAccount.balance_fen, total)
        .outerjoin(Posting, Posting.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id)
        .having(LedgerAccount.balance_fen != total)
        .order_by(LedgerAccount.id)
    )
    for row in db.session.execute(query):
        yield Difference("account", row[0], row[1], int(row[2]))


def _of_movements() -> Iterator[Difference]:
    """Movements that do not sum to zero, have lost or gained a posting, or post to another budget."""
    total, legs = func.coalesce(func.sum(Posting.amount_fen), 0), func.count(Posting.id)
    query = (
        select(Movement.id, total)
        .outerjoin(Posting)
        .group_by(Movement.id)
        .having((total != 0) | (legs == 0))
        .order_by(Movement.id)
    )
    for row in db.session.execute(query):
        yield Difference("movement", row[0], 0, int(row[1]))
    counted = select(Movement.id, Movement.legs, legs).outerjoin(Posting).group_by(Movement.id)
    for number, told, found in db.session.execute(counted.having(legs != Movement.legs).order_by(Movement.id)):
        yield Difference("number of postings of movement", number, told, found)
    strayed = (
        select(Movement.id, Posting.amount_fen)
        .join(Posting)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(LedgerAccount.budget_id != Movement.budget_id)
    )
    for row in db.session.execute(strayed.order_by(Movement.id)):
        yield Difference("another budget in movement", row[0], row[1], 0)


def _of_sides() -> Iterator[Difference]:
    """Budgets that paid more than was appropriated: an expected quota pays nothing."""
    spent = func.sum(LedgerAccount.balance_fen)
    query = (
        select(LedgerAccount.budget_id, spent)
        .where(LedgerAccount.pot.in_((Pot.APPROPRIATED, Pot.PAID, Pot.RECOVERED)))
        .group_by(LedgerAccount.budget_id)
        .having(spent > 0)
        .order_by(LedgerAccount.budget_id)
    )
    for row in db.session.execute(query):
        yield Difference("paid beyond the appropriation in budget", row[0], int(row[1]), 0)


def _of_year_ends() -> Iterator[Difference]:
    """Closed years that still hold something, or whose next year does not begin with what they left."""
    for budget in db.session.scalars(select(Budget).where(Budget.carried_into_id.is_not(None)).order_by(Budget.id)):
        for pot in (Pot.EXPECTED, Pot.AVAILABLE, Pot.RESERVED, Pot.OWED, Pot.RECOVERED):
            if left := _balance(budget.id, pot):
                yield Difference(f"{pot.value} left in the closed year of budget", budget.id, left, 0)
        for pot in (Pot.RESERVED, Pot.OWED):
            gone = -_moved(budget.id, MovementKind.CLOSE_YEAR, f"budget:{budget.id}", pot)
            come = _moved(budget.carried_into_id, MovementKind.CARRY_OVER, f"budget:{budget.id}", pot)
            if gone != come:
                yield Difference(f"{pot.value} carried over from budget", budget.id, come, gone)


def _balance(budget_id: int, pot: Pot) -> int:
    """What the postings of a pot add up to, whatever the stored balance says."""
    query = select(func.coalesce(func.sum(Posting.amount_fen), 0)).join(LedgerAccount)
    return int(db.session.scalar(query.where(LedgerAccount.budget_id == budget_id, LedgerAccount.pot == pot)) or 0)


def _moved(budget_id: int | None, kind: MovementKind, reference: str, pot: Pot) -> int:
    query = select(func.coalesce(func.sum(Posting.amount_fen), 0)).join(Movement).join(LedgerAccount)
    mine = (Movement.budget_id == budget_id, Movement.kind == kind, Movement.reference == reference)
    return int(db.session.scalar(query.where(*mine, LedgerAccount.pot == pot)) or 0)


def _of_later_steps() -> Iterator[Difference]:
    for _receiver, found in reconciled.send(None):
        yield from found or ()
