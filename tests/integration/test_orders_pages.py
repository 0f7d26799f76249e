"""The pages of orders: forms that keep what was typed, steps for those who may, 404 for everybody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.rules import OrganizationKind
from app.accounts.service import declare_interest
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.orders import queries
from app.orders.models import Order
from app.orders.rules import OrderKind, OrderStatus
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP, make_organization, make_user
from tests.making.orders import make_order, make_placed_order, make_verified_order, occupation_id

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "hiring",
        "title": "挖掘机操作工",
        "occupation_id": occupation_id(),
        "headcount": "3",
        "abilities": "会开挖掘机",
        "region_code": TOWNSHIP,
        "workplace": "工业小区",
        "start_on": (clock.today() + timedelta(days=30)).isoformat(),
        "pay_basis": "monthly",
        "pay_from_fen": "5000",
        "pay_to_fen": "7000",
        "relations_note": "无",
        "then": "keep",
        **changes,
    }


def employer_client(sign_in: SignIn, kind: OrganizationKind = OrganizationKind.EMPLOYER) -> FlaskClient:
    with transaction():
        user = make_user(Role.EMPLOYER, organization=make_organization(kind))
    return sign_in(user)


def officer_client(sign_in: SignIn, area: str = COUNTY) -> FlaskClient:
    with transaction():
        user = make_user(Role.TRAINING_OFFICER, area=(area,))
    return sign_in(user)


def owner_client(sign_in: SignIn, order: Order) -> FlaskClient:
    with transaction():
        user = make_user(Role.EMPLOYER, organization=order.organization)
    return sign_in(user)


def only_order() -> Order:
    db.session.expire_all()
    return db.session.query(Order).order_by(Order.id.desc()).first() or pytest.fail("no order")


def text_of(answer: TestResponse, status: int = 200) -> str:
    assert answer.status_code == status, answer.text
    return answer.text


def test_an_employer_keeps_a_draft_and_sends_it_in(sign_in: SignIn) -> None:
    client = employer_client(sign_in)
    assert "下订单" in text_of(client.get("/orders"))
    assert "挖掘铲运" in text_of(client.get("/orders/new"))
    page = text_of(client.post("/orders/new", data=typed(), follow_redirects=True))
    assert "已存为草稿" in page
    order = only_order()
    assert order.status == OrderStatus.DRAFT
    edited = typed(headcount="5", then="place", version=str(order.version))
    page = text_of(client.post(f"/orders/{order.id}/edit", data=edited, follow_redirects=True))
    assert "等培训管理员核实" in page
    assert "共 5 个岗位" in page
    assert "每月 5,000–7,000 元" in page


def test_a_draft_is_sent_in_from_its_page(sign_in: SignIn) -> None:
    with transaction():
        order = make_order()
    client = owner_client(sign_in, order)
    assert "提交核实" in text_of(client.get(f"/orders/{order.id}"))
    client.post(f"/orders/{order.id}/place", data={"version": order.version})
    assert only_order().status == OrderStatus.PLACED


def test_sending_in_a_draft_that_lacks_something_shows_its_form_with_the_field(sign_in: SignIn) -> None:
    with transaction():
        order = make_order(relations_note="")
    page = text_of(owner_client(sign_in, order).post(f"/orders/{order.id}/place", data={}), 422)
    assert "没有就写“无”" in page
    assert only_order().status == OrderStatus.DRAFT


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"headcount": "许多"}, "headcount", "请填整数"),
        ({"headcount": "0"}, "headcount", "1 到 2000"),
        ({"title": ""}, "title", "请填写“岗位或产品”"),
        ({"pay_from_fen": "五千"}, "pay_from_fen", "请填写金额"),
        ({"pay_to_fen": "10"}, "pay_to_fen", "不能比低的数小"),
        ({"start_on": "下月"}, "start_on", "请填日期"),
        ({"occupation_id": "0"}, "occupation_id", "请选职业（工种）"),
        ({"region_code": ""}, "region_code", "请在“工作地点在哪里”里选一项"),
        ({"kind": "project"}, "kind", "请在“订单种类”里选一项"),
        ({"kind": "piecework"}, "pay_basis", "来料加工按件计酬"),
        ({"kind": "joint_production", "pay_basis": "piece", "pay_unit": "斤"}, "bought_back", "您单位收购"),
    ],
)
def test_a_wrong_form_names_the_field_and_keeps_what_was_typed(
    sign_in: SignIn, change: dict[str, str], field: str, words: str
) -> None:
    client = employer_client(sign_in)
    page = text_of(client.post("/orders/new", data=typed(abilities="会修挖掘机", **change)), 422)
    assert words in page
    assert f'href="#{field}"' in page
    assert "会修挖掘机" in page
    assert next(iter(change.values())) in page or field == "kind"


def test_a_start_in_the_past_is_refused_only_when_sent_in(sign_in: SignIn) -> None:
    client = employer_client(sign_in)
    past = typed(start_on="2020-01-01", then="place")
    assert "已经过去" in text_of(client.post("/orders/new", data=past), 422)
    assert client.post("/orders/new", data={**past, "then": "keep"}).status_code == 303


def test_an_officer_verifies_with_a_remark(sign_in: SignIn) -> None:
    with transaction():
        order = make_placed_order()
    client = officer_client(sign_in)
    assert "核实通过" in text_of(client.get(f"/orders/{order.id}"))
    data = {"verify-note": "到厂看过", "verify-version": order.version}
    page = text_of(client.post(f"/orders/{order.id}/verify", data=data, follow_redirects=True))
    assert "到厂看过" in page
    assert f"/plans/new?order={order.id}" in page
    assert only_order().status == OrderStatus.VERIFIED


def test_an_officer_returns_with_a_reason_and_never_without(sign_in: SignIn) -> None:
    with transaction():
        order = make_placed_order()
    client = officer_client(sign_in)
    page = text_of(client.post(f"/orders/{order.id}/return", data={"return-version": order.version}), 422)
    assert "请填写“原因”" in page
    data = {"return-reason": "工资不清楚", "return-version": order.version}
    page = text_of(client.post(f"/orders/{order.id}/return", data=data, follow_redirects=True))
    assert "工资不清楚" in page
    assert "改好再提交" in page


def test_a_confirmation_carries_the_version_that_was_seen(sign_in: SignIn) -> None:
    with transaction():
        order = make_placed_order()
    page = text_of(officer_client(sign_in).get(f"/orders/{order.id}"))
    form = page[page.index("</summary>", page.index("退回")) :].partition("</form>")[0]
    assert 'name="return-version"' in form
    assert f'value="{order.version}"' in form


def test_the_second_of_two_officers_sees_what_changed(sign_in: SignIn) -> None:
    with transaction():
        order = make_placed_order()
    seen = order.version
    officer_client(sign_in).post(f"/orders/{order.id}/verify", data={"verify-version": seen})
    data = {"return-reason": "工资不清楚", "return-version": seen}
    page = text_of(officer_client(sign_in).post(f"/orders/{order.id}/return", data=data), 409)
    assert "核实通过" in page
    assert only_order().status == OrderStatus.VERIFIED


def test_an_officer_with_a_tie_sees_it_and_can_not_decide(sign_in: SignIn) -> None:
    with transaction():
        order, user = make_placed_order(), make_user(Role.TRAINING_OFFICER)
        declare_interest(order.organization_id, nature="配偶是股东", by=SYSTEM, user_id=user.id)
    client = sign_in(user)
    page = text_of(client.get(f"/orders/{order.id}"))
    assert "配偶是股东" in page
    assert "请别的同事办理" in page
    assert client.post(f"/orders/{order.id}/verify", data={}).status_code == 403
    assert only_order().status == OrderStatus.PLACED


def test_an_officer_places_a_project_and_is_not_offered_to_verify_it(sign_in: SignIn) -> None:
    with transaction():
        make_organization(OrganizationKind.BUREAU, name="示例县人社局")
    client = officer_client(sign_in)
    assert "示例县人社局" in text_of(client.get("/orders/new"))
    page = text_of(client.post("/orders/new", data=typed(kind="project", then="place"), follow_redirects=True))
    assert "请别的同事办理" in page
    order = only_order()
    assert (order.kind, order.status) == (OrderKind.PROJECT, OrderStatus.PLACED)
    assert client.post(f"/orders/{order.id}/verify", data={}).status_code == 403
    officer_client(sign_in).post(f"/orders/{order.id}/verify", data={})
    assert only_order().status == OrderStatus.VERIFIED


def test_an_officer_without_a_bureau_can_not_order(sign_in: SignIn) -> None:
    assert officer_client(sign_in).get("/orders/new").status_code == 403


def test_a_village_is_asked_only_for_what_a_welfare_post_needs(sign_in: SignIn) -> None:
    page = text_of(employer_client(sign_in, OrganizationKind.VILLAGE).get("/orders/new"))
    assert "公益性岗位" in page
    assert "材料由我单位供给" not in page


def test_the_employer_declares_a_relation_withdraws_and_closes(sign_in: SignIn) -> None:
    with transaction():
        order, other = make_verified_order(), make_verified_order()
        school = make_organization(name="示例职校")
    client = owner_client(sign_in, order)
    assert "请在“与谁有关系”里选一项" in text_of(client.post(f"/orders/{order.id}/relations", data={}), 422)
    data = {"other": f"organization:{school.id}", "nature": "同一个负责人"}
    page = text_of(client.post(f"/orders/{order.id}/relations", data=data, follow_redirects=True))
    assert "示例职校" in page
    assert "同一个负责人" in page
    assert text_of(client.post(f"/orders/{order.id}/withdraw", data={}), 422)
    client.post(f"/orders/{order.id}/withdraw", data={"withdraw-reason": "停工"})
    client = owner_client(sign_in, other)
    client.post(f"/orders/{other.id}/close", data={})
    db.session.expire_all()
    assert (queries.order(order.id).status, queries.order(other.id).status) == (
        OrderStatus.WITHDRAWN,
        OrderStatus.CLOSED,
    )


def test_an_order_elsewhere_is_not_found_by_anybody(sign_in: SignIn) -> None:
    with transaction():
        order = make_placed_order()
    for client in (employer_client(sign_in), officer_client(sign_in, OTHER_COUNTY)):
        assert client.get(f"/orders/{order.id}").status_code == 404
        assert client.post(f"/orders/{order.id}/withdraw", data={"withdraw-reason": "x"}).status_code == 404
        assert order.title not in client.get("/orders").text


def test_a_reader_sees_the_order_but_no_button(sign_in: SignIn) -> None:
    with transaction():
        order, auditor = make_placed_order(), make_user(Role.AUDITOR)
    client = sign_in(auditor)
    page = text_of(client.get(f"/orders/{order.id}"))
    assert "核实通过" not in page
    assert client.post(f"/orders/{order.id}/verify", data={}).status_code == 403
    assert client.get("/orders/new").status_code == 403


def test_the_list_is_filtered_by_its_form(sign_in: SignIn) -> None:
    with transaction():
        make_placed_order(title="叉车司机")
        make_verified_order(title="装载机司机")
    client = officer_client(sign_in)
    page = text_of(client.get("/orders?q=叉车&kind=hiring&status=placed&region=" + TOWNSHIP))
    assert "叉车司机" in page
    assert "装载机司机" not in page
    assert "换个条件再找" in text_of(client.get("/orders?q=没有这个"))
    assert client.get("/orders?kind=nonsense&status=x&page=zzz").status_code == 200
