"""The pages of plans: the form, choosing people from the register, confirming."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.people.models import Person
from app.rosters import queries
from app.rosters.models import Plan
from app.rosters.rules import PlanStatus
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, make_user
from tests.making.courses import make_listed_course
from tests.making.ledger import make_budget
from tests.making.orders import make_verified_order
from tests.making.people import make_person
from tests.making.rosters import make_confirmed_plan, make_plan

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


def officer_client(sign_in: SignIn, area: str = COUNTY) -> FlaskClient:
    with transaction():
        user = make_user(Role.TRAINING_OFFICER, area=(area,))
    return sign_in(user)


def typed(**changes: Any) -> dict[str, Any]:
    with transaction():
        course, order, budget = make_listed_course(), make_verified_order(), make_budget()
    return {
        "region_code": TOWNSHIP,
        "course_id": course.id,
        "order_id": order.id,
        "headcount": "3",
        "budget_id": budget.id,
        "title": "",
        **changes,
    }


def planned(*people: Person, **facts: Any) -> Plan:
    with transaction():
        return make_plan(*people, **facts)


def people(number: int, **facts: Any) -> list[Person]:
    with transaction():
        return [make_person(**facts) for _ in range(number)]


def text_of(answer: TestResponse, status: int = 200) -> str:
    assert answer.status_code == status, answer.text
    return answer.text


def named(plan: Plan) -> set[int]:
    db.session.expire_all()
    return {name.person_id for name in queries.names_of(plan.id)}


def test_an_officer_makes_a_plan_and_goes_on_to_choose_people(sign_in: SignIn) -> None:
    client = officer_client(sign_in)
    assert "新建计划" in text_of(client.get("/plans"))
    data = typed()
    page = text_of(client.get(f"/plans/new?order={data['order_id']}&course={data['course_id']}"))
    assert "挖掘机驾驶 · 订单培训" in page
    assert "还剩 3 个岗位" in page
    assert "可用 100,000.00 元" in page
    page = text_of(client.post("/plans/new", data=data, follow_redirects=True))
    assert "接着从台账里选人" in page
    page = text_of(client.get("/plans"))
    assert "弼时镇 挖掘机驾驶" in page
    assert "0 / 3 人" in page


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"headcount": "很多"}, "headcount", "请填整数"),
        ({"headcount": "4"}, "headcount", "还剩 3 个岗位"),
        ({"order_id": "0"}, "order_id", "要有订单"),
        ({"course_id": "0"}, "course_id", "请选一门在菜单上的课程"),
        ({"budget_id": "0"}, "budget_id", "请选管得到这个乡镇的预算"),
        ({"region_code": OTHER_COUNTY}, "region_code", "请在“哪个乡镇的人”里选一项"),
    ],
)
def test_a_wrong_form_names_the_field_and_keeps_what_was_typed(
    sign_in: SignIn, change: dict[str, str], field: str, words: str
) -> None:
    data = typed(**{"title": "春季第一批", **change})
    page = text_of(officer_client(sign_in).post("/plans/new", data=data), 422)
    assert words in page
    assert f'href="#{field}"' in page
    assert "春季第一批" in page


def test_a_plan_is_changed_and_its_estimate_with_it(sign_in: SignIn) -> None:
    plan = planned()
    client = officer_client(sign_in)
    assert "修改计划" in text_of(client.get(f"/plans/{plan.id}/edit"))
    data = {
        "region_code": plan.region_code,
        "course_id": plan.course_id,
        "order_id": plan.order_id,
        "headcount": "1",
        "budget_id": plan.budget_id,
        "title": "只要一个人",
        "version": plan.version,
    }
    page = text_of(client.post(f"/plans/{plan.id}/edit", data=data, follow_redirects=True))
    assert "只要一个人" in page
    assert "已改" in text_of(client.post(f"/plans/{plan.id}/edit", data={**data, "version": ""}, follow_redirects=True))
    assert "修改" in text_of(client.post(f"/plans/{plan.id}/edit", data=data), 409)


def test_people_are_ticked_and_added_in_one_go_and_the_filters_stay(sign_in: SignIn) -> None:
    plan, rows = planned(), people(3, name="张选人", wish_trade="excavator")
    client = officer_client(sign_in)
    address = f"/plans/{plan.id}/people?q=张选人&village={VILLAGE}&wish=excavator&trained=any"
    assert text_of(client.get(address)).count("张选人") >= 3
    answer = client.post(address, data={"people": [rows[0].id, rows[1].id]})
    assert answer.status_code == 303
    assert "wish=excavator" in answer.location
    assert named(plan) == {rows[0].id, rows[1].id}
    page = text_of(client.get(f"/plans/{plan.id}"))
    assert "张选人；" in page
    assert "挖掘机" in page
    client.post(address, data={"all": "1", "shown": [rows[2].id]})
    assert len(named(plan)) == 3


def test_too_many_or_nobody_ticked_is_said_and_the_ticks_stay(sign_in: SignIn) -> None:
    plan, rows = planned(), people(4)
    client = officer_client(sign_in)
    page = text_of(client.post(f"/plans/{plan.id}/people", data={"people": [row.id for row in rows]}), 422)
    assert "名单不能超过计划人数" in page
    assert " checked" in page
    assert "请先勾选" in text_of(client.post(f"/plans/{plan.id}/people", data={}), 422)
    assert named(plan) == set()


def test_names_are_taken_off_again(sign_in: SignIn) -> None:
    rows = people(2)
    plan = planned(*rows)
    client = officer_client(sign_in)
    name = queries.names_of(plan.id)[0]
    client.post(f"/plans/{plan.id}/names/remove", data={"names": [name.id]})
    assert len(named(plan)) == 1
    assert "请先勾选" in text_of(client.post(f"/plans/{plan.id}/names/remove", data={}, follow_redirects=True))


def test_a_plan_is_confirmed_reopened_and_closed(sign_in: SignIn) -> None:
    plan = planned(*people(1))
    client = officer_client(sign_in)
    assert "锁定 1 人的名单" in text_of(client.get(f"/plans/{plan.id}"))
    page = text_of(client.post(f"/plans/{plan.id}/confirm", data={}, follow_redirects=True))
    assert "名单锁定了" in page
    assert "名单锁定了" in text_of(client.get(f"/plans/{plan.id}/people"))
    assert client.post(f"/plans/{plan.id}/people", data={"people": [1]}).status_code == 409
    page = text_of(client.post(f"/plans/{plan.id}/reopen", data={"reopen-note": "有人外出"}, follow_redirects=True))
    assert "有人外出" in page
    client.post(f"/plans/{plan.id}/close", data={"close-note": ""})
    db.session.expire_all()
    assert plan.status == PlanStatus.CLOSED


def test_an_empty_plan_is_not_confirmed(sign_in: SignIn) -> None:
    plan = planned()
    assert "名单还是空的" in text_of(officer_client(sign_in).post(f"/plans/{plan.id}/confirm", data={}), 409)


def test_the_second_of_two_officers_sees_what_changed(sign_in: SignIn) -> None:
    plan = planned(*people(1))
    seen = plan.version
    officer_client(sign_in).post(f"/plans/{plan.id}/confirm", data={"confirm-version": seen})
    page = text_of(officer_client(sign_in).post(f"/plans/{plan.id}/close", data={"close-version": seen}), 409)
    assert "下达计划" in page


def test_a_plan_beyond_its_budget_says_by_how_much(sign_in: SignIn) -> None:
    with transaction():
        budget = make_budget(1_00)
    plan = planned(budget=budget)
    page = text_of(officer_client(sign_in).get(f"/plans/{plan.id}"))
    assert "还差" in page


def test_a_plan_elsewhere_is_not_found_and_a_reader_changes_nothing(sign_in: SignIn) -> None:
    with transaction():
        plan = make_confirmed_plan([make_person()])
        township = make_user(Role.TOWNSHIP_OFFICER, area=(TOWNSHIP,))
    stranger = officer_client(sign_in, OTHER_COUNTY)
    for address in (f"/plans/{plan.id}", f"/plans/{plan.id}/edit", f"/plans/{plan.id}/people"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/plans/{plan.id}/close", data={}).status_code == 404
    reader = sign_in(township)
    page = text_of(reader.get(f"/plans/{plan.id}"))
    assert "退回修改" not in page
    assert reader.post(f"/plans/{plan.id}/reopen", data={}).status_code == 403


def test_the_list_is_filtered_by_its_form(sign_in: SignIn) -> None:
    planned(title="春季计划")
    client = officer_client(sign_in)
    assert "春季计划" in text_of(client.get(f"/plans?q=春季&status=draft&region={TOWNSHIP}"))
    assert "换个条件再找" in text_of(client.get("/plans?status=closed"))


def test_an_order_is_planned_for_only_while_posts_are_free_then_it_says_who_holds_them(sign_in: SignIn) -> None:
    with transaction():
        order = make_verified_order()
    client, words = officer_client(sign_in), "照这张订单排计划"
    assert f"/plans/new?order={order.id}" in text_of(client.get(f"/orders/{order.id}"))
    plan = planned(course=make_listed_course(), order=order, headcount=order.headcount)
    page = text_of(client.get(f"/orders/{order.id}"))
    assert words not in page
    assert f"{plan.title}（{order.headcount} 个）" in page
    with transaction():
        auditor = make_user(Role.AUDITOR)
    assert plan.title not in text_of(sign_in(auditor).get(f"/orders/{order.id}"))
