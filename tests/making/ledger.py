"""Budgets for tests."""

from itertools import count

from app.kernel.access import SYSTEM, Role
from app.ledger import service
from app.ledger.models import Budget, Quota
from tests.makers import COUNTY, make_user

_sources = count(1)


def make_budget(amount_fen: int = 10_000_000, *, region: str = COUNTY, year: int = 2026, source: str = "") -> Budget:
    """An open budget with money in it; each call a source of its own."""
    budget = service.open_budget(region, source or f"就业补助资金{next(_sources)}", year, by=SYSTEM)
    if amount_fen:
        service.appropriate(budget, amount_fen, by=SYSTEM)
    return budget


def make_quota(budget: Budget, amount_fen: int, *, authorized: bool = True) -> Quota:
    """An expected quota that finance asked for, authorised by a leader."""
    quota = service.ask_quota(budget, amount_fen, by=make_user(Role.BUREAU_FINANCE).as_actor(), basis="提前下达通知")
    if authorized:
        service.authorize_quota(quota, by=make_user(Role.SIGNER).as_actor())
    return quota


def close_year(budget: Budget) -> Budget:
    """The year carried over by two officers; next year's budget. The clock must stand at the year's end or later."""
    prepared = service.prepare_year_end(budget, by=make_user(Role.BUREAU_FINANCE).as_actor())
    return service.confirm_year_end(prepared, by=make_user(Role.SIGNER).as_actor())
