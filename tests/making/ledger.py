"""Budgets for tests."""

from itertools import count

from app.kernel.access import SYSTEM
from app.ledger import service
from app.ledger.models import Budget
from tests.makers import COUNTY

_sources = count(1)


def make_budget(amount_fen: int = 10_000_000, *, region: str = COUNTY, year: int = 2026, source: str = "") -> Budget:
    """An open budget with money in it; each call a source of its own."""
    budget = service.open_budget(region, source or f"就业补助资金{next(_sources)}", year, by=SYSTEM)
    if amount_fen:
        service.appropriate(budget, amount_fen, by=SYSTEM)
    return budget
