"""An expected quota: authorised by a leader, reserved against, never paid out of, replaced by the appropriation."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import transaction
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.ledger import queries, service
from app.ledger.models import MovementKind, Pot, Quota
from app.ledger.rules import QuotaStatus
from tests.makers import OTHER_COUNTY, make_user
from tests.making.ledger import make_budget, make_quota
from tests.racing import committed, race

SignIn = Callable[[Any], FlaskClient]


def finance() -> Actor:
    return make_user(Role.BUREAU_FINANCE).as_actor()


def leader() -> Actor:
    return make_user(Role.SIGNER).as_actor()


@pytest.mark.usefixtures("session")
def test_classes_are_reserved_against_an_expected_quota_before_the_appropriation_arrives() -> None:
    budget = make_budget(0)
    with pytest.raises(Refused, match=r"可用 0\.00 元，还差 300\.00 元"):
        service.reserve(budget.id, 30_000, reference="class:1", by=SYSTEM)
    quota = service.ask_quota(budget, 50_000, by=finance(), basis="提前下达通知")
    assert queries.balances(budget.id)[Pot.AVAILABLE] == 0, "asking alone gives nothing"
    service.authorize_quota(quota, by=leader())
    service.reserve(budget.id, 30_000, reference="class:1", by=SYSTEM)
    now = queries.standing(budget)
    assert (now.expected_fen, now.available_fen, now.reserved_fen, now.in_hand_fen) == (50_000, 20_000, 30_000, 0)
    with pytest.raises(Refused, match=r"可用 200\.00 元，还差 0\.01 元"):
        service.reserve(budget.id, 20_001, reference="class:2", by=SYSTEM)


@pytest.mark.usefixtures("session")
def test_nothing_is_paid_out_of_an_expected_quota_and_the_refusal_says_how_much_is_missing() -> None:
    budget = make_budget(10_000)
    make_quota(budget, 50_000)
    service.reserve(budget.id, 30_000, reference="class:1", by=SYSTEM)
    service.owe(budget.id, from_reserved_fen=30_000, owed_fen=30_000, reference="claim:1", by=SYSTEM)
    with pytest.raises(Refused, match=r"没付的只有 100\.00 元，还差 200\.00 元"):
        service.pay(budget.id, 30_000, reference="claim:1", by=SYSTEM)
    service.pay(budget.id, 10_000, reference="claim:1", by=SYSTEM)
    with pytest.raises(Refused, match=r"还差 0\.01 元"):
        service.pay(budget.id, 1, reference="claim:1", by=SYSTEM)
    service.appropriate(budget, 20_000, by=SYSTEM)
    service.pay(budget.id, 20_000, reference="claim:1", by=SYSTEM)
    assert queries.balances(budget.id)[Pot.PAID] == 30_000
    assert queries.own_differences() == []


@pytest.mark.usefixtures("session")
def test_the_appropriation_replaces_what_is_expected_first_and_the_rest_is_new_money() -> None:
    budget = make_budget(0)
    make_quota(budget, 50_000)
    service.appropriate(budget, 20_000, by=SYSTEM)
    now = queries.standing(budget)
    assert (now.appropriated_fen, now.expected_fen, now.available_fen) == (20_000, 30_000, 50_000)
    service.appropriate(budget, 45_000, by=SYSTEM)
    now = queries.standing(budget)
    assert (now.appropriated_fen, now.expected_fen, now.available_fen) == (65_000, 0, 65_000)


@pytest.mark.usefixtures("session")
def test_spent_money_is_not_taken_back_by_a_negative_appropriation() -> None:
    budget = make_budget(10_000)
    make_quota(budget, 50_000)
    service.owe(budget.id, from_reserved_fen=0, owed_fen=8_000, reference="claim:1", by=SYSTEM)
    service.pay(budget.id, 8_000, reference="claim:1", by=SYSTEM)
    with pytest.raises(Refused, match=r"没付的只有 20\.00 元，收不回这么多"):
        service.appropriate(budget, -2_001, by=SYSTEM)
    service.appropriate(budget, -2_000, by=SYSTEM)
    assert queries.standing(budget).in_hand_fen == 0


@pytest.mark.usefixtures("session")
def test_only_a_leader_authorises_and_never_their_own_request() -> None:
    budget = make_budget(0)
    officer = make_user(Role.BUREAU_FINANCE, Role.SIGNER).as_actor()
    with pytest.raises(Forbidden):
        service.ask_quota(budget, 100, by=leader(), basis="通知")
    quota = service.ask_quota(budget, 100, by=officer, basis="通知")
    for stranger in (finance(), make_user(Role.TRAINING_OFFICER).as_actor(), make_user(Role.TREASURY).as_actor()):
        with pytest.raises(Forbidden):
            service.authorize_quota(quota, by=stranger)
    with pytest.raises(Refused, match="不能自己批准"):
        service.authorize_quota(quota, by=officer)
    deputy = Actor("user:999999", "代", frozenset({Role.SIGNER}), stands_for=officer.key)
    with pytest.raises(Refused, match="不能自己批准"):
        service.authorize_quota(quota, by=deputy)
    service.authorize_quota(quota, by=leader())
    with pytest.raises(Refused):
        service.authorize_quota(quota, by=leader())
    assert queries.balances(budget.id)[Pot.AVAILABLE] == 100


@pytest.mark.usefixtures("session")
def test_a_refusal_needs_a_reason_and_an_empty_request_is_none() -> None:
    budget = make_budget(0)
    by = finance()
    for amount, basis in ((0, "通知"), (-1, "通知"), (100, "  ")):
        with pytest.raises(DomainError):
            service.ask_quota(budget, amount, by=by, basis=basis)
    quota = service.ask_quota(budget, 100, by=by, basis="通知")
    with pytest.raises(DomainError) as caught:
        service.refuse_quota(quota, by=leader(), note=" ")
    assert caught.value.field == "note"
    service.refuse_quota(quota, by=leader(), note="依据不足")
    assert quota.status == QuotaStatus.REFUSED
    assert queries.balances(budget.id)[Pot.AVAILABLE] == 0


@pytest.mark.usefixtures("session")
def test_an_unused_quota_is_taken_back_and_one_that_classes_hold_is_not() -> None:
    budget = make_budget(0)
    quota, _other = make_quota(budget, 30_000), make_quota(budget, 20_000)
    service.reserve(budget.id, 25_000, reference="class:1", by=SYSTEM)
    with pytest.raises(Refused, match=r"有 50\.00 元已经给班次预留"):
        service.take_back_quota(quota, by=leader(), note="没有这笔钱")


@pytest.mark.usefixtures("session")
def test_taking_back_leaves_what_the_appropriation_replaced() -> None:
    budget = make_budget(0)
    quota = make_quota(budget, 30_000)
    service.appropriate(budget, 10_000, by=SYSTEM)
    assert service.take_back_quota(quota, by=leader(), note="不再下达") == 20_000
    now = queries.standing(budget)
    assert (now.appropriated_fen, now.expected_fen, now.available_fen) == (10_000, 0, 10_000)
    kinds = {movement.kind for movement in queries.movements_of(f"quota:{quota.id}")}
    assert kinds == {MovementKind.EXPECT, MovementKind.UNEXPECT}


@pytest.mark.usefixtures("session")
def test_recovered_money_is_not_spent_again_before_finance_says_so() -> None:
    budget = make_budget(10_000)
    service.owe(budget.id, from_reserved_fen=0, owed_fen=10_000, reference="claim:1", by=SYSTEM)
    service.pay(budget.id, 10_000, reference="claim:1", by=SYSTEM)
    service.return_paid(budget.id, 4_000, reference="claim:1", by=SYSTEM, once_key="r:1", still_owed=False)
    now = queries.standing(budget)
    assert (now.paid_fen, now.recovered_fen, now.available_fen) == (6_000, 4_000, 0)
    with pytest.raises(Refused):
        service.return_paid(budget.id, 4_000, reference="claim:1", by=SYSTEM, once_key="r:1", still_owed=False)
    with pytest.raises(DomainError):
        service.use_again(budget, 4_000, by=finance(), note=" ")
    service.use_again(budget, 3_000, by=finance(), note="财政同意继续使用")
    service.owe(budget.id, from_reserved_fen=0, owed_fen=3_000, reference="claim:2", by=SYSTEM)
    service.pay(budget.id, 3_000, reference="claim:2", by=SYSTEM)
    now = queries.standing(budget)
    assert (now.paid_fen, now.recovered_fen, now.in_hand_fen) == (9_000, 1_000, 0)
    assert queries.own_differences() == []


def test_finance_asks_and_a_leader_authorises_on_their_pages(session: Session, sign_in: SignIn) -> None:
    with transaction():
        budget = make_budget(0)
        officer, boss = make_user(Role.BUREAU_FINANCE), make_user(Role.SIGNER)
    browser = sign_in(officer)
    wrong = browser.post(f"/budgets/{budget.id}/quotas", data={"quota-amount": "", "quota-basis": ""})
    assert wrong.status_code == 422
    asked = browser.post(f"/budgets/{budget.id}/quotas", data={"quota-amount": "500", "quota-basis": "提前下达通知"})
    assert asked.status_code == 303
    quota = session.scalars(select(Quota).where(Quota.budget_id == budget.id)).one()
    assert browser.post(f"/quotas/{quota.id}/authorize").status_code == 403
    browser = sign_in(boss)
    assert "批准" in browser.get(f"/quotas/{quota.id}").text
    assert browser.post(f"/quotas/{quota.id}/refuse", data={"note": ""}).status_code == 422
    assert browser.post(f"/quotas/{quota.id}/authorize", data={"note": "同意"}).status_code == 303
    page = browser.get(f"/budgets/{budget.id}").text
    assert "500.00" in page
    assert "提前下达通知" in page
    assert "不从里面支付一分钱" in page


@pytest.mark.usefixtures("session")
def test_a_quota_outside_the_area_is_not_found() -> None:
    quota = make_quota(make_budget(0), 100)
    with pytest.raises(NotFound):
        queries.quota_for(make_user(Role.SIGNER, area=(OTHER_COUNTY,)).as_actor(), quota.id)


def test_two_reservations_for_the_last_yuan_of_a_quota_and_one_wins(raced: Any) -> None:
    def make() -> int:
        budget = make_budget(0, region=OTHER_COUNTY, year=2093)
        make_quota(budget, 100)
        return budget.id

    budget_id = committed(raced, make)

    def take(number: int) -> Callable[[], Any]:
        return lambda: service.reserve(budget_id, 100, reference=f"class:{number}", by=SYSTEM)

    done = race(raced, [take(1), take(2)])
    assert sorted(isinstance(one, Refused) for one in done) == [False, True]
    with raced.app_context():
        now = queries.standing(queries.budget(budget_id))
        assert (now.available_fen, now.reserved_fen) == (0, 100)


def test_an_appropriation_and_many_payments_at_once_never_pay_more_than_arrived(raced: Any) -> None:
    def make() -> int:
        budget = make_budget(200, region=OTHER_COUNTY, year=2094)
        make_quota(budget, 800)
        service.owe(budget.id, from_reserved_fen=0, owed_fen=1_000, reference="claim:1", by=SYSTEM)
        return budget.id

    budget_id = committed(raced, make)
    pays = [lambda: service.pay(budget_id, 100, reference="claim:1", by=SYSTEM) for _ in range(6)]
    done = race(raced, [*pays, lambda: service.appropriate(queries.budget(budget_id), 100, by=SYSTEM)])
    paid = sum(one is None for one in done) - 1
    with raced.app_context():
        now = queries.standing(queries.budget(budget_id))
        assert now.paid_fen == paid * 100
        assert paid in (2, 3)
        assert now.appropriated_fen == 300


def test_the_budget_page_says_when_the_money_runs_dry_and_how_that_was_reckoned(
    session: Session, sign_in: SignIn
) -> None:
    with clock.at(clock.moment_of(date(2026, 3, 1), 9)), transaction():
        budget = make_budget(1_000_000)
        reader = make_user(Role.AUDITOR)
    for day in (5, 10):
        with clock.at(clock.moment_of(date(2026, 3, day), 9)):
            service.reserve(budget.id, 150_000, reference=f"class:{day}", by=SYSTEM)
    session.commit()
    with clock.at(clock.moment_of(date(2026, 3, 30), 9)):
        said = queries.outlook(queries.standing(budget))
        page = sign_in(reader).get(f"/budgets/{budget.id}").text
    assert (said.taken_fen, said.days, said.available_fen) == (300_000, 30, 700_000)
    assert said.runs_dry_on == date(2026, 3, 30) + timedelta(days=70)
    assert (said.class_fen, said.classes_left) == (150_000, 4)
    assert "还够开 4 个班" in page
    assert "最近 30 天" in page
