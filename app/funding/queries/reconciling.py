"""What the ledger holds owed and paid, against the claim lines it is owed and paid for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select

from app.funding.models import Claim, ClaimLine, Recovery, Repayment, Transfer
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
        *_of_papers(),
    ]


def _of_papers() -> Iterator[Difference]:
    """Receipts, returns and repayments against the one movement each of them made, and recoveries against theirs."""
    answered = select(Transfer.id, Transfer.paid_fen, Transfer.returned_fen).where(Transfer.paid_fen > 0)
    paid, returned = _keyed("transfer:%:paid", Pot.OWED), _keyed("transfer:%:returned", Pot.OWED)
    for number, fen, back in db.session.execute(answered.order_by(Transfer.id)):
        yield from _one("posted as paid for transfer", number, -paid.pop(f"transfer:{number}:paid", 0), fen)
        yield from _one("posted as returned of transfer", number, returned.pop(f"transfer:{number}:returned", 0), back)
    came = _keyed("repayment:%", Pot.RECOVERED)
    for number, fen in db.session.execute(select(Repayment.id, Repayment.amount_fen).order_by(Repayment.id)):
        yield from _one("posted for repayment", number, came.pop(f"repayment:{number}", 0), fen)
    for key, fen in (*paid.items(), *returned.items(), *came.items()):
        yield Difference(f"posted without its paper: {key}, line", 0, fen, 0)
    total = select(func.coalesce(func.sum(Repayment.amount_fen), 0)).where(Repayment.recovery_id == Recovery.id)
    recovered = select(Recovery.id, Recovery.repaid_fen, total.scalar_subquery()).order_by(Recovery.id)
    for number, fen, sum_fen in db.session.execute(recovered):
        yield from _one("repaid of recovery", number, fen, int(sum_fen))


def _one(what: str, number: int, stored: int, recomputed: int) -> Iterator[Difference]:
    if stored != recomputed:
        yield Difference(what, number, stored, recomputed)


def _keyed(pattern: str, pot: Pot) -> dict[str, int]:
    """What the movements under once-keys like this posted to a pot, by key; without parts in closed years."""
    query = (
        select(Movement.once_key, func.sum(Posting.amount_fen))
        .join(Posting, Posting.movement_id == Movement.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Movement.once_key.like(pattern), LedgerAccount.pot == pot)
        .group_by(Movement.once_key)
    )
    return {str(row[0]): int(row[1]) for row in db.session.execute(query)}


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
