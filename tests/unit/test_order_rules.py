"""What each kind of order must say."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.accounts.rules import OrganizationKind
from app.kernel.errors import Refused
from app.orders.rules import (
    KINDS_OF,
    ORDER_FLOW,
    OrderFacts,
    OrderKind,
    OrderStatus,
    OrderStep,
    PayBasis,
    order_problems,
    placing_problems,
)

TODAY = date(2026, 3, 2)
HIRING = OrderFacts(
    kind=OrderKind.HIRING,
    occupation_id=1,
    title="挖掘机操作工",
    headcount=10,
    region_code="430681107",
    workplace="工业小区",
    pay_basis=PayBasis.MONTHLY,
    pay_from_fen=500_000,
    pay_to_fen=700_000,
    start_on=TODAY,
    abilities="会开挖掘机",
    relations_note="无",
)
PIECE: dict[str, Any] = {"pay_basis": PayBasis.PIECE, "pay_unit": "只"}
GOOD = {
    OrderKind.HIRING: HIRING,
    OrderKind.PIECEWORK: replace(HIRING, kind=OrderKind.PIECEWORK, materials_supplied=True, bought_back=True, **PIECE),
    OrderKind.JOINT_PRODUCTION: replace(HIRING, kind=OrderKind.JOINT_PRODUCTION, bought_back=True, **PIECE),
    OrderKind.PUBLIC_WELFARE: replace(HIRING, kind=OrderKind.PUBLIC_WELFARE),
    OrderKind.PROJECT: replace(HIRING, kind=OrderKind.PROJECT),
}


def fields(facts: OrderFacts, organization: OrganizationKind | None = None) -> list[str | None]:
    whose = organization or next(kind for kind, kinds in KINDS_OF.items() if facts.kind in kinds)
    return [problem.field for problem in order_problems(facts, whose)]


@pytest.mark.parametrize("kind", OrderKind)
def test_a_good_order_of_each_kind_has_no_problem(kind: OrderKind) -> None:
    assert fields(GOOD[kind]) == []


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        (OrderKind.HIRING, {"headcount": 0}, "headcount"),
        (OrderKind.HIRING, {"headcount": 2001}, "headcount"),
        (OrderKind.HIRING, {"pay_from_fen": 0}, "pay_from_fen"),
        (OrderKind.HIRING, {"pay_to_fen": 499_999}, "pay_to_fen"),
        (OrderKind.HIRING, {"pay_basis": PayBasis.PIECE}, "pay_unit"),
        (OrderKind.PIECEWORK, {"pay_basis": PayBasis.MONTHLY}, "pay_basis"),
        (OrderKind.PIECEWORK, {"pay_unit": " "}, "pay_unit"),
        (OrderKind.PIECEWORK, {"materials_supplied": False}, "materials_supplied"),
        (OrderKind.PIECEWORK, {"bought_back": False}, "bought_back"),
        (OrderKind.JOINT_PRODUCTION, {"bought_back": False}, "bought_back"),
        (OrderKind.JOINT_PRODUCTION, {"pay_basis": PayBasis.MONTHLY}, "pay_basis"),
        (OrderKind.PUBLIC_WELFARE, PIECE, "pay_basis"),
    ],
)
def test_each_kind_asks_for_its_own_and_names_the_field(kind: OrderKind, change: dict[str, Any], field: str) -> None:
    assert fields(replace(GOOD[kind], **change)) == [field]


@pytest.mark.parametrize(
    ("kind", "organization"),
    [
        (OrderKind.PUBLIC_WELFARE, OrganizationKind.EMPLOYER),
        (OrderKind.HIRING, OrganizationKind.VILLAGE),
        (OrderKind.PROJECT, OrganizationKind.COOPERATIVE),
        (OrderKind.HIRING, OrganizationKind.BUREAU),
        (OrderKind.HIRING, OrganizationKind.SCHOOL),
    ],
)
def test_an_organization_places_only_its_own_kinds_of_order(kind: OrderKind, organization: OrganizationKind) -> None:
    assert fields(GOOD[kind], organization) == ["kind"]


def test_an_order_is_placed_for_a_day_to_come_with_its_relations_stated() -> None:
    assert placing_problems(HIRING, today=TODAY, declared=0) == ()
    late = placing_problems(HIRING, today=TODAY + timedelta(days=1), declared=0)
    assert [problem.field for problem in late] == ["start_on"]
    silent = replace(HIRING, relations_note=" ")
    assert [problem.field for problem in placing_problems(silent, today=TODAY, declared=0)] == ["relations_note"]
    assert placing_problems(silent, today=TODAY, declared=1) == ()


def test_only_a_placed_order_is_decided() -> None:
    assert ORDER_FLOW.after(OrderStatus.PLACED, OrderStep.VERIFY) == OrderStatus.VERIFIED
    for status in set(OrderStatus) - {OrderStatus.PLACED}:
        with pytest.raises(Refused):
            ORDER_FLOW.after(status, OrderStep.VERIFY)
