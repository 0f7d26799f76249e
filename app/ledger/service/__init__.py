"""Move money: open a budget, let work be authorised, reserve, owe, pay, take back, and close the year."""

from app.ledger.service.closing import carry_over, confirm_year_end, drop_year_end, prepare_year_end, year_end
from app.ledger.service.moving import Owing, cancel_owed, owe, owe_each, pay, release, reserve, return_paid, use_again
from app.ledger.service.opening import appropriate, open_budget
from app.ledger.service.quotas import ask_quota, authorize_quota, refuse_quota, take_back_quota

__all__ = [
    "Owing",
    "appropriate",
    "ask_quota",
    "authorize_quota",
    "cancel_owed",
    "carry_over",
    "confirm_year_end",
    "drop_year_end",
    "open_budget",
    "owe",
    "owe_each",
    "pay",
    "prepare_year_end",
    "refuse_quota",
    "release",
    "reserve",
    "return_paid",
    "take_back_quota",
    "use_again",
    "year_end",
]
