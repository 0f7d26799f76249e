"""How fast a budget is used, and when it runs dry at that pace."""

from datetime import timedelta

from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.database import db
from app.ledger.models import LedgerAccount, Movement, MovementKind, Posting, Pot
from app.ledger.queries.budgets import Standing
from app.ledger.rules import Forecast, forecast

DAYS = 90
"""The window that the pace is taken from; shorter for a budget that was opened since."""
USED = (MovementKind.RESERVE, MovementKind.RELEASE, MovementKind.OWE, MovementKind.CANCEL)
"""What work takes and gives back; money put in, taken out or carried over says nothing of a pace."""


def outlook(standing: Standing, *, days: int = DAYS) -> Forecast:
    """When this budget runs dry at the pace of its last days, and how many more classes it pays."""
    budget, today = standing.budget, clock.today()
    since = max(today - timedelta(days=days - 1), clock.local(budget.created_at).date())
    return forecast(
        standing.available_fen,
        taken_fen=-_moved(budget.id, Pot.AVAILABLE, clock.moment_of(since, 0)),
        days=(today - since).days + 1,
        today=today,
        year_end=today.replace(year=budget.year, month=12, day=31),
        class_fen=_a_class(budget.id),
    )


def _moved(budget_id: int, pot: Pot, since: object) -> int:
    query = select(func.coalesce(func.sum(Posting.amount_fen), 0)).join(Movement).join(LedgerAccount)
    mine = (Movement.budget_id == budget_id, Movement.kind.in_(USED), Movement.at >= since)
    return int(db.session.scalar(query.where(*mine, LedgerAccount.pot == pot)) or 0)


def _a_class(budget_id: int) -> int | None:
    """What a class reserved on the average, of all that reserved from this budget; fen, rounded up."""
    query = (
        select(func.sum(Posting.amount_fen), func.count(Movement.reference.distinct()))
        .join(Movement)
        .join(LedgerAccount)
        .where(
            Movement.budget_id == budget_id,
            Movement.kind == MovementKind.RESERVE,
            Movement.reference.startswith("class:"),
            LedgerAccount.pot == Pot.RESERVED,
        )
    )
    total, classes = db.session.execute(query).one()
    return -(-int(total) // classes) if classes else None
