"""Budgets: opened and filled by finance, expected quotas authorised by a leader, years closed by two people."""

from app.kernel.access import Can, Role
from app.kernel.i18n import _lp
from app.kernel.navigation import door
from app.ledger.views import budgets, quotas, year_ends
from app.ledger.views.blueprint import bp

blueprints = (bp,)
door(
    _lp("list", "预算"),
    "ledger.list_budgets",
    Can.BUDGET_READ,
    icon="chart",
    order=90,
    roles=(Role.BUREAU_FINANCE, Role.TREASURY, Role.SIGNER, Role.TRAINING_OFFICER, Role.AUDITOR),
)

__all__ = ["blueprints", "budgets", "quotas", "year_ends"]
