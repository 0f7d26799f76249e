"""Read budgets, balances and movements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.paging import Page, paginate
from app.ledger.models import SOURCES, Budget, LedgerAccount, Movement, MovementKind, Pot, Quota, YearEnd
from app.ledger.rules import Figures, QuotaStatus, YearEndStatus
from app.regions.models import Region
from app.regions.queries import in_area


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Figures):
    """A budget and where its money stands, all fen."""

    budget: Budget

    @property
    def bars(self) -> list[tuple[Pot, int]]:
        """The standings in the order in which money walks; recovered money only where there is some."""
        found = [
            (Pot.AVAILABLE, self.available_fen),
            (Pot.RESERVED, self.reserved_fen),
            (Pot.OWED, self.owed_fen),
            (Pot.PAID, self.paid_fen),
        ]
        return [*found, (Pot.RECOVERED, self.recovered_fen)] if self.recovered_fen else found


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
    return [Standing(budget=row, **_named(found[row.id])) for row in rows]


def _named(pots: Mapping[Pot, int]) -> dict[str, int]:
    """Balances by the names of `Figures`; the sources, kept negative, come out positive."""
    return {f"{pot.value}_fen": -pots.get(pot, 0) if pot in SOURCES else pots.get(pot, 0) for pot in Pot}


def figures(budget: Budget) -> Figures:
    """What a budget holds now, read afresh."""
    return Figures(**_named(balances(budget.id)))


def balances(budget_id: int) -> dict[Pot, int]:
    """The balance of each pot, fen; the sources `appropriated` and `expected` are negative."""
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


def chain_of(budget_id: int) -> list[Budget]:
    """A budget with all years it was carried over from and into, oldest first."""
    found = [budget(budget_id)]
    while (
        earlier := db.session.scalars(select(Budget).where(Budget.carried_into_id == found[0].id)).first()
    ) is not None:
        found.insert(0, earlier)
    while found[-1].carried_into_id is not None:
        found.append(budget(found[-1].carried_into_id))
    return found


def open_budgets() -> dict[int, int]:
    """For each budget the one where its money stands now: itself, or the one it was carried into."""
    into = {row[0]: row[1] for row in db.session.execute(select(Budget.id, Budget.carried_into_id))}
    return {number: _end_of(number, into) for number in into}


def _end_of(number: int, into: Mapping[int, int | None]) -> int:
    while (following := into[number]) is not None:
        number = following
    return number


def quotas_of(budget_id: int) -> Sequence[Quota]:
    """Every expected quota that was asked for a budget, newest first."""
    query = select(Quota).where(Quota.budget_id == budget_id).order_by(Quota.id.desc())
    return db.session.scalars(query).unique().all()


def quota_for(by: Actor, quota_id: int) -> Quota:
    """One expected quota of the person's area; raises `NotFound`."""
    query = select(Quota).join(Budget).where(Quota.id == quota_id, in_area(Budget.region_code, by.area))
    row = db.session.scalars(query).unique().first()
    if row is None:
        raise NotFound
    return row


def open_year_end(budget_id: int) -> YearEnd | None:
    """The year-end of a budget that is prepared or confirmed."""
    query = select(YearEnd).where(YearEnd.budget_id == budget_id, YearEnd.status != YearEndStatus.DROPPED)
    return db.session.scalars(query).unique().first()


def year_end_for(by: Actor, year_end_id: int) -> YearEnd:
    """One year-end of the person's area; raises `NotFound`."""
    query = select(YearEnd).join(Budget).where(YearEnd.id == year_end_id, in_area(Budget.region_code, by.area))
    row = db.session.scalars(query).unique().first()
    if row is None:
        raise NotFound
    return row


def waiting(by: Actor) -> tuple[Sequence[Quota], Sequence[YearEnd]]:
    """What waits for a decision in the person's area: expected quotas, and year-ends that others prepared."""
    inside = in_area(Budget.region_code, by.area)
    quotas = select(Quota).join(Budget).where(Quota.status == QuotaStatus.ASKED, inside).order_by(Quota.id)
    ends = select(YearEnd).join(Budget).where(YearEnd.status == YearEndStatus.PREPARED, inside).order_by(YearEnd.id)
    return db.session.scalars(quotas).unique().all(), db.session.scalars(ends).unique().all()
