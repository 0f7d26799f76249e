"""`flask ledger verify` recomputes everything, and finds what is changed behind the laws' back."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.access import SYSTEM
from app.ledger import queries, service
from app.ledger.models import Budget
from tests.making.ledger import close_year, make_budget

TABLES = ("ledger_accounts", "ledger_movements", "ledger_postings", "budgets")


def test_verify_finds_no_difference_and_says_so(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert answer.exit_code == 0, answer.output


def corrupt(session: Session, statement: str, **values: Any) -> None:
    """Change the books as somebody with the owner's rights could, every trigger switched off."""
    owner = session.connection()
    owner.execute(text("SET LOCAL ROLE NONE"))
    owner.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table in TABLES:
        owner.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    owner.execute(text(statement), values)
    for table in TABLES:
        owner.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    owner.execute(text("SET LOCAL ROLE sidan_app"))


def closed_budget() -> Budget:
    """500 of 1,000 reserved in 2025, carried into 2026."""
    budget = make_budget(1_000, year=2025)
    service.reserve(budget.id, 500, reference="x:1", by=SYSTEM)
    with clock.at(clock.moment_of(date(2026, 1, 5), 9)):
        close_year(budget)
    return budget


CORRUPTIONS = {
    "UPDATE ledger_accounts SET balance_fen = balance_fen + 1 WHERE budget_id = :b AND pot = 'paid'": {"account"},
    "UPDATE ledger_postings SET amount_fen = amount_fen + 1 WHERE id ="
    " (SELECT max(p.id) FROM ledger_postings p JOIN ledger_movements m ON m.id = p.movement_id"
    "  WHERE m.budget_id = :b AND m.kind = 'reserve')": {
        "account",
        "movement",
        "reserved left in the closed year of budget",
    },
    "DELETE FROM ledger_postings WHERE movement_id ="
    " (SELECT id FROM ledger_movements WHERE budget_id = :b AND kind = 'reserve')": {
        "account",
        "movement",
        "number of postings of movement",
        "reserved left in the closed year of budget",
    },
    "UPDATE ledger_movements SET kind = 'release' WHERE budget_id <> :b AND kind = 'carry_over'"
    "  AND reference = 'budget:' || :b": {"reserved carried over from budget"},
}


@pytest.mark.parametrize("statement", list(CORRUPTIONS))
def test_verify_finds_what_was_changed_with_the_triggers_off(app: Flask, session: Session, statement: str) -> None:
    budget = closed_budget()
    assert queries.own_differences() == []
    corrupt(session, statement, b=budget.id)
    told = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert told.exit_code == 1
    assert "stored" in told.output, "each difference is printed"
    assert {row.what for row in queries.own_differences()} >= CORRUPTIONS[statement]


def test_a_balanced_pair_slipped_into_an_old_movement_is_found_even_with_the_balances_made_to_fit(
    session: Session,
) -> None:
    budget = make_budget(1_000)
    number = session.scalar(text("SELECT max(id) FROM ledger_movements"))
    corrupt(
        session,
        "INSERT INTO ledger_postings (movement_id, account_id, amount_fen) SELECT :m, id,"
        " CASE pot WHEN 'reserved' THEN 5 ELSE -5 END FROM ledger_accounts"
        " WHERE budget_id = :b AND pot IN ('reserved', 'available')",
        b=budget.id,
        m=number,
    )
    corrupt(
        session,
        "UPDATE ledger_accounts SET balance_fen = balance_fen + CASE pot WHEN 'reserved' THEN 5 ELSE -5 END"
        " WHERE budget_id = :b AND pot IN ('reserved', 'available')",
        b=budget.id,
    )
    assert ("number of postings of movement", number) in {(row.what, row.number) for row in queries.own_differences()}


def test_money_paid_beyond_the_appropriation_is_found(session: Session) -> None:
    budget = make_budget(100)
    corrupt(
        session,
        "UPDATE ledger_accounts SET balance_fen = 200 WHERE budget_id = :b AND pot = 'paid'",
        b=budget.id,
    )
    assert "paid beyond the appropriation in budget" in {row.what for row in queries.own_differences()}


def test_verify_ends_with_one_when_a_balance_was_tampered_with(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "differences", lambda: [queries.Difference("account", 7, 100, 90)])
    answer = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert answer.exit_code == 1
    assert "account 7" in answer.output
