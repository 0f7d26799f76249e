"""Money moves only in balanced postings, and never more than there is (I4)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound, Refused
from app.ledger import queries, service
from app.ledger.models import Budget, MovementKind, Pot
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, make_user
from tests.making.ledger import make_budget

SignIn = Callable[[Any], FlaskClient]


@pytest.mark.usefixtures("session")
def test_a_reservation_beyond_what_is_available_names_the_shortfall() -> None:
    budget = make_budget(100_000)
    with pytest.raises(Refused, match=r"可用 1,000\.00 元，还差 500\.50 元"):
        service.reserve(budget.id, 150_050, reference="class:1", by=SYSTEM)
    assert queries.balances(budget.id)[Pot.AVAILABLE] == 100_000


@pytest.mark.usefixtures("session")
def test_money_walks_from_available_to_paid() -> None:
    budget = make_budget(100_000)
    service.reserve(budget.id, 80_000, reference="class:1", by=SYSTEM)
    service.owe(budget.id, from_reserved_fen=50_000, owed_fen=40_000, reference="class:1:place:1", by=SYSTEM)
    service.release(budget.id, 30_000, reference="class:1", by=SYSTEM)
    service.pay(budget.id, 25_000, reference="claim:1", by=SYSTEM)
    service.cancel_owed(budget.id, 5_000, reference="claim:1", by=SYSTEM)
    service.return_paid(budget.id, 1_000, reference="claim:1", by=SYSTEM)
    found = queries.balances(budget.id)
    assert found == {
        Pot.APPROPRIATED: -100_000,
        Pot.AVAILABLE: 65_000,
        Pot.RESERVED: 0,
        Pot.OWED: 11_000,
        Pot.PAID: 24_000,
        Pot.EXPECTED: 0,
        Pot.RECOVERED: 0,
    }
    assert [m.kind for m in queries.movements_of("class:1")] == [
        MovementKind.RESERVE,
        MovementKind.OWE,
        MovementKind.RELEASE,
    ]
    assert queries.own_differences() == []


@pytest.mark.usefixtures("session")
def test_owing_more_than_was_reserved_takes_the_rest_from_available() -> None:
    budget = make_budget(1_000)
    service.reserve(budget.id, 600, reference="class:1", by=SYSTEM)
    service.owe(budget.id, from_reserved_fen=600, owed_fen=900, reference="class:1", by=SYSTEM)
    assert queries.balances(budget.id)[Pot.AVAILABLE] == 100
    with pytest.raises(Refused, match="还差"):
        service.owe(budget.id, from_reserved_fen=0, owed_fen=101, reference="class:1", by=SYSTEM)


@pytest.mark.usefixtures("session")
def test_the_same_key_moves_money_once() -> None:
    budget = make_budget(1_000)
    service.reserve(budget.id, 100, reference="class:1", by=SYSTEM, once_key="k:1")
    with pytest.raises(Refused, match="已经记过"):
        service.reserve(budget.id, 100, reference="class:1", by=SYSTEM, once_key="k:1")
    assert queries.balances(budget.id)[Pot.RESERVED] == 100


@pytest.mark.usefixtures("session")
def test_nothing_moves_backwards_by_a_negative_amount() -> None:
    budget = make_budget(1_000)
    for move in (service.reserve, service.release, service.pay, service.cancel_owed, service.return_paid):
        with pytest.raises(DomainError):
            move(budget.id, -1, reference="class:1", by=SYSTEM)


POSTING = text("INSERT INTO ledger_postings (movement_id, account_id, amount_fen) VALUES (:m, :a, :f)")
MOVEMENT = text(
    "INSERT INTO ledger_movements (budget_id, kind, reference, note, at, by_key, legs)"
    " VALUES (:b, 'reserve', 'class:1', '', now(), 'system', :n) RETURNING id"
)


def pots_of(session: Session, budget: Budget) -> dict[str, int]:
    rows = session.execute(text("SELECT pot, id FROM ledger_accounts WHERE budget_id = :b"), {"b": budget.id})
    return {row.pot: row.id for row in rows}


def post_by_hand(session: Session, budget: Budget, *legs: tuple[int, int]) -> None:
    """Write a movement past the service: (account, fen) pairs; the laws are asked at once."""
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    with session.begin_nested():
        movement = session.scalar(MOVEMENT, {"b": budget.id, "n": len(legs)})
        for account, fen in legs:
            session.execute(POSTING, {"m": movement, "a": account, "f": fen})
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def run_by_hand(session: Session, statement: str, *, owner: bool = False) -> None:
    """Past the service, as the application or as the owner of the tables; the laws are asked at once."""
    with session.begin_nested():
        if owner:
            session.execute(text("SET LOCAL ROLE NONE"))
        session.execute(text(statement))
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_an_unbalanced_movement_is_refused_by_the_database(session: Session) -> None:
    budget = make_budget(1_000)
    with pytest.raises(IntegrityError, match="do not sum to zero"):
        post_by_hand(session, budget, (pots_of(session, budget)["available"], 5))


def test_a_movement_without_postings_is_refused_by_the_database(session: Session) -> None:
    with pytest.raises(IntegrityError, match="do not sum to zero"):
        post_by_hand(session, make_budget(1_000))


def test_a_posting_to_another_budgets_account_is_refused_by_the_database(session: Session) -> None:
    one, other = make_budget(1_000), make_budget(1_000)
    with pytest.raises(IntegrityError, match="another budget"):
        post_by_hand(session, one, (pots_of(session, other)["available"], -5), (pots_of(session, one)["paid"], 5))


@pytest.mark.parametrize("owner", [False, True])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_postings SET amount_fen = amount_fen + 1",
        "DELETE FROM ledger_postings",
        "TRUNCATE ledger_postings",
        "UPDATE ledger_movements SET note = 'x'",
        "DELETE FROM ledger_movements",
        "UPDATE ledger_accounts SET balance_fen = 1",
        "DELETE FROM ledger_accounts",
        "TRUNCATE ledger_movements CASCADE",
        "UPDATE budgets SET year = 2027",
        "UPDATE budgets SET carried_into_id = id, closed_at = now()",
        "INSERT INTO ledger_accounts (budget_id, pot, balance_fen) SELECT id, 'available', 5 FROM budgets LIMIT 1",
    ],
)
def test_nothing_posted_is_ever_edited(session: Session, statement: str, *, owner: bool) -> None:
    make_budget(1_000)
    with pytest.raises(DBAPIError):
        run_by_hand(session, statement, owner=owner)


def test_a_balanced_pair_added_later_to_an_old_movement_is_refused_by_the_database(session: Session) -> None:
    budget = make_budget(1_000)
    pots = pots_of(session, budget)
    old = session.scalar(text("SELECT max(id) FROM ledger_movements WHERE budget_id = :b"), {"b": budget.id})
    session.execute(POSTING, {"m": old, "a": pots["available"], "f": -5})
    session.execute(POSTING, {"m": old, "a": pots["reserved"], "f": 5})
    with pytest.raises(IntegrityError, match="has 4 postings and says 2"):
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_a_payment_beyond_the_appropriation_is_refused_by_the_database(session: Session) -> None:
    budget = make_budget(100)
    pots = pots_of(session, budget)
    post_by_hand(session, budget, (pots["expected"], -50), (pots["owed"], 50))
    with pytest.raises(IntegrityError, match="paid more than was appropriated"):
        post_by_hand(session, budget, (pots["owed"], -50), (pots["available"], -100), (pots["paid"], 150))


def test_more_cannot_be_covered_than_is_expected_says_the_database(session: Session) -> None:
    budget = make_budget(100)
    pots = pots_of(session, budget)
    with pytest.raises(IntegrityError, match="never_more_than_expected"):
        post_by_hand(session, budget, (pots["expected"], 1), (pots["available"], -1))


def test_the_database_itself_refuses_an_overdrawn_pot(session: Session) -> None:
    budget = make_budget(100)
    pots = pots_of(session, budget)
    with pytest.raises(IntegrityError, match="never_overdrawn"):
        post_by_hand(session, budget, (pots["available"], -101), (pots["reserved"], 101))


def test_many_at_once_never_overdraw_a_budget(raced: Flask) -> None:
    with raced.app_context(), transaction():
        budget_id = make_budget(1_000, region=OTHER_COUNTY, year=2090).id
    start = Barrier(8)

    def take(number: int) -> str:
        with raced.app_context():
            start.wait()
            try:
                with transaction():
                    service.reserve(budget_id, 300, reference=f"class:{number}", by=SYSTEM)
            except Refused as refused:
                return str(refused)
            return ""

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(take, range(8)))
    assert done.count("") == 3
    assert all("还差" in words for words in done if words)
    with raced.app_context():
        assert queries.balances(budget_id)[Pot.AVAILABLE] == 100
        assert queries.balances(budget_id)[Pot.RESERVED] == 900


def test_one_key_used_at_once_by_many_moves_money_once(raced: Flask) -> None:
    with raced.app_context(), transaction():
        budget_id = make_budget(1_000, region=OTHER_COUNTY, year=2091).id
    start = Barrier(6)

    def take(_number: int) -> bool:
        with raced.app_context():
            start.wait()
            try:
                with transaction():
                    service.reserve(budget_id, 10, reference="class:1", by=SYSTEM, once_key="race:1")
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(take, range(6))).count(True) == 1
    with raced.app_context():
        assert queries.balances(budget_id)[Pot.RESERVED] == 10


@pytest.mark.usefixtures("session")
def test_the_nearest_open_budget_pays_for_a_class() -> None:
    city = make_budget(1, region="430600", year=2031)
    assert queries.budget_for_class(VILLAGE, 2031) is city
    county = make_budget(1, region=COUNTY, year=2031)
    assert queries.budget_for_class(VILLAGE, 2031) is county
    assert queries.budget_for_class(VILLAGE, 2032) is None


@pytest.mark.usefixtures("session")
def test_a_budget_outside_the_area_is_not_found() -> None:
    budget = make_budget(1)
    stranger = make_user(Role.BUREAU_FINANCE, area=(OTHER_COUNTY,)).as_actor()
    with pytest.raises(NotFound):
        queries.budget_for(stranger, budget.id)
    with pytest.raises(DomainError):
        service.open_budget(COUNTY, "就业补助资金", 2027, by=stranger)
    assert all(row.budget.id != budget.id for row in queries.budgets_for(stranger))


def test_finance_opens_a_budget_appropriates_and_reads_the_movements(session: Session, sign_in: SignIn) -> None:
    browser = sign_in(make_user(Role.BUREAU_FINANCE))
    answer = browser.post("/budgets/new", data={"region_code": COUNTY, "fund_source": "就业补助资金", "year": "2026"})
    assert answer.status_code == 303, answer.text
    budget = session.scalars(db.select(Budget).where(Budget.year == 2026, Budget.fund_source == "就业补助资金")).one()
    wrong = browser.post(f"/budgets/{budget.id}/appropriate", data={"amount": "一百", "note": ""})
    assert wrong.status_code == 422
    answer = browser.post(f"/budgets/{budget.id}/appropriate", data={"amount": "12,000.50", "note": "第一批"})
    assert answer.status_code == 303
    page = browser.get(f"/budgets/{budget.id}").text
    assert "12,000.50" in page
    assert "第一批" in page
    assert "就业补助资金" in browser.get("/budgets").text


@pytest.mark.usefixtures("session")
def test_an_auditor_sees_the_budget_without_buttons_and_a_stranger_not_at_all(sign_in: SignIn) -> None:
    budget = make_budget(500)
    browser = sign_in(make_user(Role.AUDITOR))
    assert f"/budgets/{budget.id}/appropriate" not in browser.get(f"/budgets/{budget.id}").text
    assert browser.post(f"/budgets/{budget.id}/appropriate", data={"amount": "1"}).status_code == 403
    assert sign_in(make_user(Role.BUREAU_FINANCE, area=(OTHER_COUNTY,))).get(f"/budgets/{budget.id}").status_code == 404
