"""What the ledger holds owed and paid, against the claim lines it is owed and paid for."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select

from app.funding.models import Claim, ClaimLine
from app.funding.rules import LineStatus
from app.kernel.database import db
from app.ledger.models import LedgerAccount, Movement, MovementKind, Posting, Pot
from app.ledger.queries import Difference, open_budgets
from app.ledger.signals import reconciled

DUE = ClaimLine.asked_fen - ClaimLine.cut_fen - ClaimLine.paid_fen


@reconciled.connect
def lines_against_postings(_sender: Any, **_more: Any) -> list[Difference]:
    """For each open budget: owed is what its approved lines wait for, paid over the years is what its lines got."""
    stands = open_budgets()
    owed = _of_lines(stands, DUE, ClaimLine.status == LineStatus.APPROVED)
    got = _of_lines(stands, ClaimLine.paid_fen, ClaimLine.paid_fen > 0)
    return [
        *_differences("owed for lines out of budget", _posted(stands, Pot.OWED), owed),
        *_differences("paid for lines out of budget", _got(stands), got),
    ]


def _of_lines(stands: dict[int, int], amount: SQLColumnExpression[int], *only: ColumnElement[bool]) -> dict[int, int]:
    query = select(Claim.budget_id, func.sum(amount)).join(Claim, Claim.id == ClaimLine.claim_id).where(*only)
    found: dict[int, int] = defaultdict(int)
    for budget_id, fen in db.session.execute(query.group_by(Claim.budget_id)):
        found[stands[budget_id]] += int(fen)
    return found


def _posted(stands: dict[int, int], pot: Pot) -> dict[int, int]:
    """What stands in a pot, the closed years counted to the open one they were carried into."""
    found: dict[int, int] = defaultdict(int)
    for budget_id, fen in _balances(pot):
        found[stands[budget_id]] += fen
    return found


def paid_out(budget_ids: Sequence[int]) -> tuple[int, int]:
    """What payees got of some budgets (paid, and not returned by the bank), and what of it was recovered later; fen."""
    wanted = set(budget_ids)
    paid = sum(fen for number, fen in _balances(Pot.PAID) if number in wanted)
    recovered = sum(fen for number, fen in _recovered() if number in wanted)
    return paid + recovered, recovered


def _got(stands: dict[int, int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for budget_id, fen in (*_balances(Pot.PAID), *_recovered()):
        found[stands[budget_id]] += fen
    return found


def _balances(pot: Pot) -> list[tuple[int, int]]:
    query = select(LedgerAccount.budget_id, LedgerAccount.balance_fen).where(LedgerAccount.pot == pot)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _recovered() -> list[tuple[int, int]]:
    query = (
        select(Movement.budget_id, func.sum(Posting.amount_fen))
        .join(Posting, Posting.movement_id == Movement.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Movement.kind == MovementKind.RECOVER, LedgerAccount.pot == Pot.RECOVERED)
        .group_by(Movement.budget_id)
    )
    return [(row[0], int(row[1])) for row in db.session.execute(query)]


def _differences(what: str, posted: dict[int, int], wanted: dict[int, int]) -> list[Difference]:
    return [
        Difference(what, number, posted.get(number, 0), wanted.get(number, 0))
        for number in sorted(posted.keys() | wanted.keys())
        if posted.get(number, 0) != wanted.get(number, 0)
    ]
