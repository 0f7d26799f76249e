"""What a transfer carries and its parts, in transactions that are really committed: whoever changes one is seen."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.database import db
from tests.making import funding as made
from tests.racing import committed

PEOPLE = 4
PAID = "UPDATE payment_parts SET paid_fen = amount_fen WHERE transfer_id = :transfer"
FIRST = (
    "UPDATE payment_parts SET paid_fen = amount_fen"
    " WHERE (transfer_id, line_id) IN (SELECT transfer_id, min(line_id) FROM payment_parts GROUP BY transfer_id)"
)
LAST = FIRST.replace("min(", "max(")
LAST_TOUCHED = LAST.replace("SET paid_fen = amount_fen", "SET open = open")
NOW = "SET CONSTRAINTS law_transfer_paid_by_receipts IMMEDIATE"


@pytest.fixture(scope="module")
def transfer(raced: Flask) -> int:
    """A transfer with a part for each of four people, all of them made by one statement."""
    batch = committed(raced, lambda: made.requested(made.make_class_story(people_count=PEOPLE, absent=0)))
    with raced.app_context():
        found = db.session.execute(
            text("SELECT t.id, count(*) FROM transfers t JOIN payment_parts p ON p.transfer_id = t.id GROUP BY t.id")
        ).all()
    assert [count for _id, count in found] == [PEOPLE], batch
    return int(found[0][0])


def _commit(statements: tuple[str, ...], transfer: int) -> None:
    for statement in statements:
        db.session.execute(text(statement), {"transfer": transfer} if ":transfer" in statement else {})
    db.session.commit()


@pytest.mark.parametrize(
    "statements",
    [
        (PAID,),
        (FIRST,),
        (LAST,),
        (LAST_TOUCHED, FIRST),
        (FIRST, LAST_TOUCHED),
        (NOW, LAST_TOUCHED, FIRST),
    ],
    ids=["all", "the first", "the last", "the last before it", "the last after it", "asked at each statement"],
)
def test_no_part_is_paid_without_its_transfer(raced: Flask, transfer: int, statements: tuple[str, ...]) -> None:
    with raced.app_context():
        db.session.execute(text("SET LOCAL ROLE NONE"))
        db.session.execute(text("ALTER TABLE payment_parts DISABLE TRIGGER law_line_paid_by_parts"))
        with pytest.raises(DBAPIError, match="does not agree with its receipts"):
            _commit(statements, transfer)
        db.session.rollback()


def test_an_account_moves_by_the_sum_of_all_that_one_statement_posts(raced: Flask, transfer: int) -> None:
    with raced.app_context():
        assert transfer
        differing = text(
            "SELECT a.id FROM ledger_accounts a LEFT JOIN ledger_postings p ON p.account_id = a.id"
            " GROUP BY a.id HAVING a.balance_fen <> coalesce(sum(p.amount_fen), 0)"
        )
        assert db.session.scalars(differing).all() == []
        owed = text("SELECT count(*) FROM ledger_movements WHERE kind = 'owe'")
        assert db.session.scalar(owed) == PEOPLE
