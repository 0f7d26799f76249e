"""What the ledger holds reserved, against the filed places it is reserved for."""

from collections import defaultdict
from typing import Any

from sqlalchemy import BigInteger, cast, func, select

from app.classes.models import ClassPlace, Seat, TrainingClass
from app.classes.rules import PlaceStatus
from app.kernel.database import db
from app.ledger.models import LedgerAccount, Movement, Posting, Pot
from app.ledger.queries import Difference, open_budgets
from app.ledger.signals import reconciled


@reconciled.connect
def places_against_postings(_sender: Any, **_more: Any) -> list[Difference]:
    """For each open budget and for each class: what is posted as reserved is what its reserved places hold."""
    return [*_by_budget(), *_by_class()]


def _by_budget() -> list[Difference]:
    stands = open_budgets()
    query = (
        select(TrainingClass.budget_id, func.sum(ClassPlace.reserved_fen))
        .join(TrainingClass, TrainingClass.id == ClassPlace.class_id)
        .where(ClassPlace.status == PlaceStatus.RESERVED, TrainingClass.budget_id.is_not(None))
        .group_by(TrainingClass.budget_id)
    )
    held: dict[int, int] = defaultdict(int)
    for budget_id, fen in db.session.execute(query):
        held[stands[budget_id or 0]] += int(fen)
    reserved = select(LedgerAccount.budget_id, LedgerAccount.balance_fen).where(LedgerAccount.pot == Pot.RESERVED)
    return [
        Difference("reserved for places out of budget", budget_id, fen, held[budget_id])
        for budget_id, fen in db.session.execute(reserved.order_by(LedgerAccount.budget_id))
        if fen != held[budget_id]
    ]


def _by_class() -> list[Difference]:
    query = (
        select(ClassPlace.class_id, func.sum(ClassPlace.reserved_fen))
        .where(ClassPlace.status == PlaceStatus.RESERVED)
        .group_by(ClassPlace.class_id)
    )
    held = {class_id: int(fen) for class_id, fen in db.session.execute(query)}
    posted = reserved_by_class()
    return [
        Difference("reserved for class", class_id, posted.get(class_id, 0), held.get(class_id, 0))
        for class_id in sorted(held.keys() | posted.keys())
        if posted.get(class_id, 0) != held.get(class_id, 0)
    ]


def reserved_by_class() -> dict[int, int]:
    """What the postings say is still reserved for each class, fen: taken, less given back and owed for its seats."""
    of_class = cast(func.substring(Movement.reference, r"^class:(\d+)"), BigInteger)
    of_seat = cast(func.substring(Movement.once_key, r":seat:(\d+)$"), BigInteger)
    class_id = func.coalesce(of_class, Seat.class_id)
    query = (
        select(class_id, func.sum(Posting.amount_fen))
        .select_from(Posting)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .join(Movement, Movement.id == Posting.movement_id)
        .outerjoin(Seat, Seat.id == of_seat)
        .where(LedgerAccount.pot == Pot.RESERVED, class_id.is_not(None))
        .group_by(class_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query) if row[1]}
