"""Read budgets, balances and movements."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.paging import Page, paginate
from app.ledger.models import Budget, LedgerAccount, Movement, MovementKind, Posting, Pot
from app.regions.models import Region
from app.regions.queries import in_area


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget and where its money stands, all fen."""

    budget: Budget
    available_fen: int
    reserved_fen: int
    owed_fen: int
    paid_fen: int

    @property
    def total_fen(self) -> int:
        """Everything ever put in, less what went back."""
        return self.available_fen + self.reserved_fen + self.owed_fen + self.paid_fen

    @property
    def bars(self) -> list[tuple[Pot, int]]:
        """The four standings in the order in which money walks."""
        return [
            (Pot.AVAILABLE, self.available_fen),
            (Pot.RESERVED, self.reserved_fen),
            (Pot.OWED, self.owed_fen),
            (Pot.PAID, self.paid_fen),
        ]


def budget(budget_id: int) -> Budget:
    """The budget with this id, unscoped; raises `NotFound`."""
    found = db.session.get(Budget, budget_id)
    if found is None:
        raise NotFound
    return found


def budget_for(by: Actor, budget_id: int) -> Budget:
    """The budget if it lies in the person's area; raises `NotFound`."""
    query = select(Budget).where(Budget.id == budget_id, in_area(Budget.region_code, by.area))
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def current_budget(budget_id: int) -> Budget:
    """The budget where this one's money stands now: itself, or after year-ends the one it was carried into."""
    found = budget(budget_id)
    while found.carried_into_id is not None:
        found = budget(found.carried_into_id)
    return found


def budgets_for(by: Actor, *, year: int | None = None) -> list[Standing]:
    """The budgets of the person's area with their standings, newest year first."""
    query = select(Budget).where(in_area(Budget.region_code, by.area))
    if year is not None:
        query = query.where(Budget.year == year)
    rows = db.session.scalars(query.order_by(Budget.year.desc(), Budget.region_code, Budget.fund_source)).all()
    return _standings(rows)


def standing(budget: Budget) -> Standing:
    """One budget with its standing."""
    return _standings([budget])[0]


def _standings(rows: Sequence[Budget]) -> list[Standing]:
    query = select(LedgerAccount.budget_id, LedgerAccount.pot, LedgerAccount.balance_fen)
    found: dict[int, dict[Pot, int]] = {row.id: {} for row in rows}
    for budget_id, pot, fen in db.session.execute(query.where(LedgerAccount.budget_id.in_(found))):
        found[budget_id][pot] = fen
    return [
        Standing(
            row,
            available_fen=found[row.id].get(Pot.AVAILABLE, 0),
            reserved_fen=found[row.id].get(Pot.RESERVED, 0),
            owed_fen=found[row.id].get(Pot.OWED, 0),
            paid_fen=found[row.id].get(Pot.PAID, 0),
        )
        for row in rows
    ]


def balances(budget_id: int) -> dict[Pot, int]:
    """The balance of each pot, fen; `appropriated` is the source and therefore negative."""
    query = select(LedgerAccount.pot, LedgerAccount.balance_fen).where(LedgerAccount.budget_id == budget_id)
    return {row.pot: row.balance_fen for row in db.session.execute(query)}


def budget_for_class(region_code: str, year: int) -> Budget | None:
    """The open budget of a year that pays for a region: the nearest one up the tree, the oldest of several."""
    path = db.session.scalar(select(Region.path).where(Region.code == region_code)) or ""
    query = (
        select(Budget)
        .join(Region, Region.code == Budget.region_code)
        .where(Budget.region_code.in_(path.strip("/").split("/")), Budget.year == year, Budget.closed_at.is_(None))
        .order_by(Region.level.desc(), Budget.id)
        .limit(1)
    )
    return db.session.scalars(query).first()


def movements_of(reference: str) -> Sequence[Movement]:
    """Every movement for one thing ('class:12'), and for its parts ('class:12:place:3'), oldest first."""
    same = (Movement.reference == reference) | Movement.reference.startswith(f"{reference}:", autoescape=True)
    return db.session.scalars(select(Movement).where(same).order_by(Movement.id)).all()


def movements_page(budget_id: int, number: int, *, kind: MovementKind | None = None) -> Page[Movement]:
    """One page of a budget's movements, newest first."""
    query = select(Movement).where(Movement.budget_id == budget_id)
    if kind is not None:
        query = query.where(Movement.kind == kind)
    return paginate(query.order_by(Movement.id.desc()), number)


@dataclass(frozen=True, slots=True)
class Difference:
    """An account whose balance is not what its postings add up to, or a movement that does not sum to zero."""

    what: str
    number: int
    stored_fen: int
    recomputed_fen: int


def differences() -> list[Difference]:
    """Every difference between what is stored and what the postings add up to; none is expected."""
    total = func.coalesce(func.sum(Posting.amount_fen), 0)
    accounts = (
        select(LedgerAccount.id, LedgerAccount.balance_fen, total)
        .outerjoin(Posting, Posting.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id)
        .having(LedgerAccount.balance_fen != total)
    )
    movements = select(Posting.movement_id, total).group_by(Posting.movement_id).having(total != 0)
    found = [Difference("account", row[0], row[1], row[2]) for row in db.session.execute(accounts)]
    found += [Difference("movement", row[0], 0, row[1]) for row in db.session.execute(movements)]
    return found
