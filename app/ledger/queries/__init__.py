"""Read budgets, balances, movements, the pace at which money is used, and whether everything adds up."""

from app.ledger.queries.budgets import (
    Standing,
    balances,
    budget,
    budget_for,
    budget_for_class,
    budgets_for,
    chain_of,
    current_budget,
    figures,
    movements_of,
    movements_page,
    open_year_end,
    quota_for,
    quotas_of,
    standing,
    waiting,
    year_end_for,
)
from app.ledger.queries.pace import outlook
from app.ledger.queries.verifying import Difference, Looked, differences, looked

__all__ = [
    "Difference",
    "Looked",
    "Standing",
    "balances",
    "budget",
    "budget_for",
    "budget_for_class",
    "budgets_for",
    "chain_of",
    "current_budget",
    "differences",
    "figures",
    "looked",
    "movements_of",
    "movements_page",
    "open_year_end",
    "outlook",
    "quota_for",
    "quotas_of",
    "standing",
    "waiting",
    "year_end_for",
]
