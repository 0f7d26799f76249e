"""31 December: one officer prepares, a second one confirms the same figures, and what stands goes on."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import transaction
from app.kernel.errors import Conflict, Forbidden, NotFound, Refused
from app.ledger import queries, service
from app.ledger.models import Budget, Pot
from app.ledger.rules import Figures, YearEndStatus
from tests.makers import COUNTY, OTHER_COUNTY, make_user
from tests.making.ledger import close_year, make_budget, make_quota
from tests.racing import committed, race

SignIn = Callable[[Any], FlaskClient]
NEW_YEAR = clock.moment_of(date(2026, 1, 5), 9)


def officer(*roles: Role, area: str = COUNTY) -> Actor:
    return make_user(*(roles or (Role.BUREAU_FINANCE,)), area=(area,)).as_actor()


def used_budget() -> Budget:
    """1,000 appropriated: 400 reserved, 150 owed, 50 paid, 400 left."""
    budget = make_budget(1_000, year=2025)
    service.reserve(budget.id, 600, reference="class:1", by=SYSTEM)
    service.owe(budget.id, from_reserved_fen=200, owed_fen=200, reference="claim:1", by=SYSTEM)
    service.pay(budget.id, 50, reference="claim:1", by=SYSTEM)
    return budget


@pytest.mark.usefixtures("session")
def test_the_year_end_carries_what_stands_and_lets_the_rest_lapse() -> None:
    budget = used_budget()
    with clock.at(clock.moment_of(date(2025, 12, 30), 9)), pytest.raises(Refused, match="还没有结束"):
        service.prepare_year_end(budget, by=officer())
    with clock.at(clock.moment_of(date(2025, 12, 31), 9)):
        following = close_year(budget)
        with pytest.raises(Refused, match="结转过"):
            service.prepare_year_end(budget, by=officer())
    assert following.year == 2026
    now = queries.figures(following)
    assert now == Figures(appropriated_fen=550, reserved_fen=400, owed_fen=150)
    assert queries.figures(budget) == Figures(appropriated_fen=50, paid_fen=50)
    service.pay(budget.id, 150, reference="claim:1", by=SYSTEM)
    assert queries.balances(following.id)[Pot.PAID] == 150, "later steps find the budget it was carried into"
    assert queries.current_budget(budget.id).id == following.id
    assert [one.id for one in queries.chain_of(following.id)] == [budget.id, following.id]
    assert queries.own_differences() == []


@pytest.mark.usefixtures("session")
def test_the_quota_goes_on_behind_what_no_appropriation_covers_yet() -> None:
    budget = make_budget(300, year=2025)
    make_quota(budget, 1_000)
    service.reserve(budget.id, 900, reference="class:1", by=SYSTEM)
    with clock.at(NEW_YEAR):
        following = close_year(budget)
    assert queries.figures(following) == Figures(appropriated_fen=300, expected_fen=600, reserved_fen=900)
    assert queries.figures(budget) == Figures()
    with pytest.raises(Refused):
        service.reserve(following.id, 1, reference="class:2", by=SYSTEM)
    service.appropriate(following, 600, by=SYSTEM)
    assert queries.standing(following).in_hand_fen == 900
    assert queries.own_differences() == []


@pytest.mark.usefixtures("session")
def test_recovered_money_is_handed_in_at_the_year_end() -> None:
    budget = used_budget()
    service.return_paid(budget.id, 30, reference="claim:1", by=SYSTEM, still_owed=False)
    with clock.at(NEW_YEAR):
        following = close_year(budget)
    assert queries.figures(budget) == Figures(appropriated_fen=20, paid_fen=20)
    assert queries.figures(following).recovered_fen == 0


@pytest.mark.usefixtures("session")
def test_who_prepared_a_year_end_does_not_confirm_it_nor_does_their_deputy() -> None:
    budget, first = used_budget(), officer()
    with clock.at(NEW_YEAR):
        with pytest.raises(Forbidden):
            service.prepare_year_end(budget, by=officer(Role.TREASURY))
        prepared = service.prepare_year_end(budget, by=first)
        with pytest.raises(Refused, match="等第二人核对"):
            service.prepare_year_end(budget, by=officer())
        deputy = Actor("user:999999", "代", frozenset({Role.BUREAU_FINANCE}), stands_for=first.key)
        for same in (first, deputy):
            with pytest.raises(Refused, match="不能自己确认"):
                service.confirm_year_end(prepared, by=same)
        with pytest.raises(Forbidden):
            service.confirm_year_end(prepared, by=officer(Role.AUDITOR))
        assert budget.closed_at is None
        service.confirm_year_end(prepared, by=officer(Role.SIGNER))
    assert prepared.status == YearEndStatus.CONFIRMED
    assert budget.closed_at is not None


@pytest.mark.usefixtures("session")
def test_figures_that_changed_since_are_a_conflict_until_it_is_prepared_afresh() -> None:
    budget = used_budget()
    with clock.at(NEW_YEAR):
        with pytest.raises(Conflict):
            service.prepare_year_end(budget, by=officer(), seen=Figures(1_000, 0, 1_000))
        prepared = service.prepare_year_end(budget, by=officer(), seen=queries.figures(budget))
        service.release(budget.id, 100, reference="class:1", by=SYSTEM)
        with pytest.raises(Conflict, match="数字变了"):
            service.confirm_year_end(prepared, by=officer())
        service.drop_year_end(prepared, by=officer())
        again = service.prepare_year_end(budget, by=officer())
        with pytest.raises(Conflict):
            service.confirm_year_end(again, by=officer(), seen=prepared.figures)
        following = service.confirm_year_end(again, by=officer(), seen=again.figures)
    assert queries.balances(following.id)[Pot.RESERVED] == 300


@pytest.mark.usefixtures("session")
def test_a_quota_that_waits_for_its_leader_is_settled_first() -> None:
    budget = used_budget()
    quota = make_quota(budget, 100, authorized=False)
    with clock.at(NEW_YEAR):
        with pytest.raises(Refused, match="等领导批准"):
            service.prepare_year_end(budget, by=officer())
        service.refuse_quota(quota, by=officer(Role.SIGNER), note="年底不批")
        close_year(budget)


def test_the_database_refuses_a_year_closed_without_a_second_person(session: Session) -> None:
    budget = used_budget()
    with clock.at(NEW_YEAR):
        service.carry_over(budget, by=SYSTEM)
    with pytest.raises(IntegrityError, match="without a second person"):
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_the_database_refuses_a_confirmation_by_who_prepared_it(session: Session) -> None:
    with clock.at(NEW_YEAR):
        prepared = service.prepare_year_end(used_budget(), by=officer())
    change = text(
        "UPDATE year_ends SET status = 'confirmed', decided_by = prepared_by, decided_at = now() WHERE id = :i"
    )
    with pytest.raises(IntegrityError, match="by_two"), session.begin_nested():
        session.execute(change, {"i": prepared.id})


def test_a_closed_year_is_never_opened_again(session: Session) -> None:
    budget = used_budget()
    with clock.at(NEW_YEAR):
        close_year(budget)
    with pytest.raises(IntegrityError, match="stays closed"), session.begin_nested():
        session.execute(
            text("UPDATE budgets SET carried_into_id = NULL, closed_at = NULL WHERE id = :b"), {"b": budget.id}
        )


@pytest.mark.usefixtures("session")
def test_money_paid_in_a_closed_year_and_returned_by_the_bank_is_owed_in_the_open_one() -> None:
    budget = used_budget()
    with clock.at(NEW_YEAR):
        following = close_year(budget)
        service.pay(budget.id, 150, reference="claim:1", by=SYSTEM)
        service.return_paid(budget.id, 170, reference="claim:1", by=SYSTEM, once_key="back:1")
        with pytest.raises(Refused, match="已经记过"):
            service.return_paid(budget.id, 10, reference="claim:1", by=SYSTEM, once_key="back:1")
    assert queries.figures(budget) == Figures(appropriated_fen=30, paid_fen=30), "20 of that year's 50 came back"
    assert queries.figures(following) == Figures(appropriated_fen=570, reserved_fen=400, owed_fen=170)
    service.pay(budget.id, 170, reference="claim:1", by=SYSTEM)
    assert queries.own_differences() == []


@pytest.mark.usefixtures("session")
def test_money_paid_in_a_closed_year_is_recovered_in_the_open_one() -> None:
    budget = used_budget()
    with clock.at(NEW_YEAR):
        following = close_year(budget)
        service.return_paid(budget.id, 50, reference="claim:1", by=SYSTEM, still_owed=False)
        with pytest.raises(Refused):
            service.return_paid(budget.id, 1, reference="claim:1", by=SYSTEM, still_owed=False)
    assert queries.figures(budget) == Figures()
    assert queries.figures(following) == Figures(appropriated_fen=600, reserved_fen=400, owed_fen=150, recovered_fen=50)


def test_two_officers_carry_a_year_over_on_their_pages(session: Session, sign_in: SignIn) -> None:
    with transaction():
        budget = used_budget()
        first, second = make_user(Role.BUREAU_FINANCE), make_user(Role.SIGNER)
    figures = "1000,0,400,400,150,50,0"
    with clock.at(NEW_YEAR):
        browser = sign_in(first)
        page = browser.get(f"/budgets/{budget.id}/carry-over").text
        assert figures in page
        stale = browser.post(f"/budgets/{budget.id}/carry-over", data={"seen": "1000,0,500,300,150,50,0"})
        assert stale.status_code == 409
        assert browser.post(f"/budgets/{budget.id}/carry-over", data={"seen": "x"}).status_code == 409
        assert browser.post(f"/budgets/{budget.id}/carry-over", data={"seen": figures}).status_code == 303
        prepared = queries.open_year_end(budget.id)
        assert prepared is not None
        assert "要由另一个人核对" in browser.get(f"/budgets/{budget.id}/carry-over").text
        assert browser.post(f"/year-ends/{prepared.id}/confirm", data={"seen": figures}).status_code == 409
        browser = sign_in(second)
        page = browser.get(f"/budgets/{budget.id}/carry-over").text
        assert figures in page, "the second sees the same figures"
        done = browser.post(f"/year-ends/{prepared.id}/confirm", data={"seen": figures})
        assert done.status_code == 303
    session.expire_all()
    assert session.get_one(Budget, budget.id).closed_at is not None


@pytest.mark.usefixtures("session")
def test_a_year_end_outside_the_area_is_not_found() -> None:
    with clock.at(NEW_YEAR):
        prepared = service.prepare_year_end(used_budget(), by=officer())
    with pytest.raises(NotFound):
        queries.year_end_for(make_user(Role.SIGNER, area=(OTHER_COUNTY,)).as_actor(), prepared.id)


def test_a_reservation_and_a_year_end_at_once_leave_nothing_behind(raced: Any) -> None:
    def make() -> tuple[int, int, Actor]:
        budget = make_budget(1_000, region=OTHER_COUNTY, year=2025)
        with clock.at(NEW_YEAR):
            prepared = service.prepare_year_end(budget, by=officer(area=OTHER_COUNTY))
        return budget.id, prepared.id, officer(Role.SIGNER, area=OTHER_COUNTY)

    budget_id, year_end_id, second = committed(raced, make)

    def close() -> None:
        with clock.at(NEW_YEAR):
            prepared = queries.open_year_end(budget_id)
            assert prepared is not None
            assert prepared.id == year_end_id
            service.confirm_year_end(prepared, by=second)

    done = race(raced, [close, lambda: service.reserve(budget_id, 300, reference="class:1", by=SYSTEM)])
    assert any(isinstance(one, Refused) for one in done), "either the figures changed, or the money lapsed"
    with raced.app_context():
        assert queries.own_differences() == []
