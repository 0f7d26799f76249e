"""Orders through their services: who places, who decides, who sees what."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.accounts.rules import ORGANIZATION_FLOW, OrganizationKind, OrganizationStep
from app.accounts.service import declare_interest
from app.audit import service as audit
from app.audit.queries import events_of
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.orders import queries, service
from app.orders.models import Order
from app.orders.queries import OrderFilters
from app.orders.rules import OrderKind, OrderStatus
from app.orders.signals import order_withdrawn
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP, make_organization, make_user
from tests.making.orders import (
    employer_of,
    make_order,
    make_placed_order,
    make_verified_order,
    order_facts,
)

pytestmark = pytest.mark.usefixtures("session")


def officer(area: str = COUNTY) -> Actor:
    return make_user(Role.TRAINING_OFFICER, area=(area,)).as_actor()


def test_placing_an_order_numbers_its_posts() -> None:
    with transaction():
        row = make_placed_order(headcount=4)
    assert row.status == OrderStatus.PLACED
    assert queries.posts_of(row.id) == [1, 2, 3, 4]
    assert queries.free_posts(row.id, taken=[2]) == [1, 3, 4]


def test_a_returned_order_is_changed_and_placed_again_with_its_new_number_of_posts() -> None:
    organization, by = employer_of()
    row = service.draft(order_facts(headcount=4), organization_id=organization.id, by=by)
    service.place(row, by=by)
    service.send_back(row, reason="请写清楚工资", by=officer())
    service.revise(row, order_facts(headcount=2, title="装载机操作工"), by=by)
    service.place(row, by=by)
    with transaction():
        service.verify(row, by=officer())
    assert (row.status, row.title, queries.posts_of(row.id)) == (OrderStatus.VERIFIED, "装载机操作工", [1, 2])
    assert [event.action for event in events_of(row)] == ["created", "place", "return", "revised", "place", "verify"]


@pytest.mark.parametrize("kind", [kind for kind in OrderKind if kind != OrderKind.PROJECT])
def test_each_kind_of_order_can_be_placed_and_verified(kind: OrderKind) -> None:
    with transaction():
        row = make_verified_order(kind)
    assert row.status == OrderStatus.VERIFIED
    assert row in queries.verified_orders([kind], COUNTY)
    assert row not in queries.verified_orders([OrderKind.PROJECT])
    assert row not in queries.verified_orders(region=OTHER_COUNTY)


def test_an_officer_places_a_project_for_a_bureau_of_the_area_and_another_officer_verifies_it() -> None:
    bureau = make_organization(OrganizationKind.BUREAU)
    first, second = officer(), officer()
    row = service.draft(order_facts(OrderKind.PROJECT), organization_id=bureau.id, by=first)
    service.place(row, by=first)
    with pytest.raises(Forbidden):
        service.verify(row, by=first)
    with transaction():
        service.verify(row, by=second)
    assert row.status == OrderStatus.VERIFIED


def test_a_deputy_does_not_verify_what_the_one_stood_for_placed() -> None:
    bureau = make_organization(OrganizationKind.BUREAU)
    first = make_user(Role.TRAINING_OFFICER)
    row = service.draft(order_facts(OrderKind.PROJECT), organization_id=bureau.id, by=first.as_actor())
    service.place(row, by=first.as_actor())
    deputy = replace(officer(), stands_for=first.as_actor().key)
    with pytest.raises(Forbidden):
        service.verify(row, by=deputy)


def test_nobody_places_in_the_name_of_another_organization() -> None:
    mine, by = employer_of()
    theirs, _ = employer_of()
    with pytest.raises(NotFound):
        service.draft(order_facts(), organization_id=theirs.id, by=by)
    row = service.draft(order_facts(), organization_id=mine.id, by=by)
    with pytest.raises(NotFound):
        service.place(row, by=employer_of()[1])
    bureau_elsewhere = make_organization(OrganizationKind.BUREAU, OTHER_COUNTY)
    with pytest.raises(NotFound):
        service.draft(order_facts(OrderKind.PROJECT), organization_id=bureau_elsewhere.id, by=officer())


def test_a_suspended_organization_places_nothing() -> None:
    organization, by = employer_of()
    audit.take(organization, ORGANIZATION_FLOW, OrganizationStep.SUSPEND, by=SYSTEM)
    db.session.flush()
    with pytest.raises(NotFound):
        service.draft(order_facts(), organization_id=organization.id, by=by)


def test_an_officer_with_a_declared_tie_does_not_decide() -> None:
    row = make_placed_order()
    tied = make_user(Role.TRAINING_OFFICER)
    declare_interest(row.organization_id, nature="配偶是股东", by=SYSTEM, user_id=tied.id)
    with pytest.raises(Forbidden):
        service.verify(row, by=tied.as_actor())
    with pytest.raises(Forbidden):
        service.send_back(row, reason="x", by=tied.as_actor())
    service.verify(row, by=officer())


def test_relations_are_seen_from_both_sides() -> None:
    organization, by = employer_of(OrganizationKind.COOPERATIVE)
    school = make_organization()
    row = service.draft(order_facts(), organization_id=organization.id, by=by)
    service.declare_relation(row, nature="同一个负责人", by=by, other_organization_id=school.id)
    assert [found.organization for found in queries.relations_of(organization.id)] == [school]
    assert [found.organization for found in queries.relations_of(school.id)] == [organization]
    with pytest.raises(DomainError):
        service.declare_relation(row, nature="x", by=by)


@pytest.mark.parametrize("decide", [service.send_back, service.withdraw])
def test_sending_back_and_withdrawing_need_a_reason(decide: Callable[..., None]) -> None:
    organization, by = employer_of()
    row = service.draft(order_facts(), organization_id=organization.id, by=by)
    service.place(row, by=by)
    who = by if decide is service.withdraw else officer()
    with pytest.raises(DomainError) as caught:
        decide(row, reason=" ", by=who)
    assert caught.value.field == "reason"


def test_withdrawing_tells_later_steps_inside_the_transaction() -> None:
    organization, by = employer_of()
    row = service.draft(order_facts(), organization_id=organization.id, by=by)
    service.place(row, by=by)
    service.verify(row, by=officer())
    heard: list[tuple[int, str, str]] = []

    def listen(sender: Order, by: Actor) -> None:
        heard.append((sender.id, sender.status, by.key))

    with order_withdrawn.connected_to(listen), transaction():
        service.withdraw(row, reason="工地停工", by=by)
    assert heard == [(row.id, OrderStatus.WITHDRAWN, by.key)]
    with pytest.raises(Refused):
        service.close(row, by=by)


def test_a_placed_order_is_not_changed() -> None:
    organization, by = employer_of()
    row = service.draft(order_facts(), organization_id=organization.id, by=by)
    service.place(row, by=by)
    with pytest.raises(Refused):
        service.revise(row, order_facts(headcount=9), by=by)


def test_the_second_of_two_officers_learns_what_the_first_did() -> None:
    with transaction():
        row = make_placed_order()
    seen = row.version
    first = officer()
    with transaction():
        service.verify(row, by=first, seen=seen)
    with pytest.raises(Conflict) as caught:
        service.send_back(row, reason="工资不清楚", by=officer(), seen=seen)
    assert first.name in str(caught.value)
    assert "核实通过" in str(caught.value)


def test_an_order_is_seen_by_its_employer_its_area_and_verified_by_the_schools_of_the_county() -> None:
    draft, placed, verified = make_order(), make_placed_order(), make_verified_order()
    elsewhere = make_verified_order(region_code=OTHER_COUNTY)
    owner = make_user(Role.EMPLOYER, organization=draft.organization).as_actor()
    school = make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor()
    auditor, township = (
        make_user(Role.AUDITOR).as_actor(),
        make_user(Role.TOWNSHIP_OFFICER, area=(TOWNSHIP,)).as_actor(),
    )

    def sees(by: Actor) -> set[int]:
        found = set()
        for row in (draft, placed, verified, elsewhere):
            try:
                found.add(queries.order_for(by, row.id).id)
            except NotFound:
                continue
        assert found == {row.id for row in db.session.scalars(queries.orders_for(by)).unique()} & {
            draft.id,
            placed.id,
            verified.id,
            elsewhere.id,
        }
        return found

    assert sees(owner) == {draft.id}
    assert sees(officer()) == sees(auditor) == sees(township) == {placed.id, verified.id}
    assert sees(officer(OTHER_COUNTY)) == {elsewhere.id}
    assert sees(school) == {verified.id}


def test_the_list_is_narrowed_by_kind_status_region_and_word() -> None:
    hiring, welfare = make_placed_order(title="叉车司机"), make_verified_order(OrderKind.PUBLIC_WELFARE, title="护林员")
    by = officer()

    def found(**filters: Any) -> list[Order]:
        return list(db.session.scalars(queries.orders_for(by, OrderFilters(**filters))).unique())

    assert found() == [welfare, hiring]
    assert found(kind=OrderKind.HIRING) == [hiring]
    assert found(status=OrderStatus.VERIFIED) == [welfare]
    assert found(word="叉车") == [hiring]
    assert found(word=welfare.organization.name) == [welfare]
    assert found(region_code=OTHER_COUNTY) == []
    assert queries.count_by_status(by) == {OrderStatus.PLACED: 1, OrderStatus.VERIFIED: 1}
