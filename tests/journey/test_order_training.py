"""Order training with all that may come between: planned by name, waited for, sent back, cut and contested."""

import re
from datetime import date

import pytest

from app.demo.story.cast import BISHI
from tests.journey import facts, money
from tests.journey.browsing import Person
from tests.journey.kinds import KINDS
from tests.journey.town import Newcomer, Town
from tests.journey.walking import Walk

SINCE = date(2026, 7, 20)


@pytest.mark.timeout(900)
def test_an_order_becomes_posts_certificates_and_a_payment(town: Town) -> None:
    walk = Walk(town, KINDS["order_training"], "钢筋工订单班", SINCE)
    walk.order()
    walk.course()
    named = town.register(BISHI, 2)
    plan(walk, named)
    walk.planned()
    walk.laborers = [*named, *town.register(BISHI, 2)]
    first, second, third, waits = walk.laborers
    with walk.on(walk.after(1)):
        walk.by_phone(first).sees("报上了")
        walk.by_officer([second, third])
        walk.by_phone(waits).sees("候补第 1 位")
    assert [facts.uses(walk, one) for one in walk.laborers] == [1, 1, 1, 0]
    withdraw(walk, third)
    assert facts.enrollment(walk, waits).status == "offered"
    say_yes(walk, waits)
    assert facts.enrollment(walk, waits).status == "enrolled"
    assert [facts.uses(walk, one) for one in walk.laborers] == [1, 1, 0, 1]
    walk.laborers = [first, second, waits]
    walk.filed()
    sent_back(walk)
    walk.filed()
    walk.approved()
    assert facts.books(walk).reserved_fen > 0
    walk.begun()
    walk.taught()
    walk.ended()
    walk.assessed()
    walk.certified()
    walk.verified(first)
    walk.taken_up()
    assert facts.books(walk).placements == {"confirmed"}
    money.claimed(walk)
    cut_and_contested(walk)
    money.second_reviewed(walk)
    money.signed(walk)
    money.on_notice(walk)
    money.notice_over(walk)
    money.invoiced(walk)
    money.requested(walk)
    money.checked(walk)
    money.paid(walk)
    money.traced(walk)
    assert facts.books(walk).claim == "paid"
    assert facts.books(walk).reserved_fen == 0


def plan(walk: Walk, people: list[Newcomer]) -> None:
    """The officer plans for the order and names people from the register."""
    with walk.on(walk.since, 13):
        officer = walk.town.at("training")
        officer.door("订单")
        officer.follow(walk.name)
        officer.follow("照这张订单排计划")
        officer.press(
            "保存，去选人",
            {"哪个乡镇的人": "弼时镇", "学哪门课": walk.title, "计划人数": len(people), "用哪笔预算": "2026"},
        )
        for one in people:
            officer.press("查找", {officer.page.form("查找")[0].names[0]: one.name})
            officer.press("加入勾选的人", {"people": [str(one.id)]})
        officer.follow("看名单")
        officer.sees(*[one.name for one in people])
        officer.press("下达计划")
        officer.sees("已下达")


def say_yes(walk: Walk, laborer: Newcomer) -> None:
    """Take the place that was offered, on the phone."""
    with walk.on(walk.today, 17):
        phone = walk.town.laborer(laborer.phone)
        phone.door("我的报名")
        phone.follow(walk.name)
        phone.sees("轮到您了")
        phone.press("我来")
        phone.sees("报上了")


def withdraw(walk: Walk, laborer: Newcomer) -> Person:
    """A laborer leaves by their own page."""
    with walk.on(walk.today, 16):
        phone = walk.town.laborer(laborer.phone)
        phone.door("我的报名")
        phone.follow(walk.name)
        phone.press("退出报名", {"原因": "家里有事"})
        return phone


def sent_back(walk: Walk) -> None:
    """The officer returns the filing with a reason, which the school sees."""
    with walk.on(walk.today, 17):
        officer = walk.at_class("training")
        form, _button = officer.page.form("退回", within="退回")
        reason = next(name for name in form.names if name not in ("csrf_token", "version") and "version" not in name)
        officer.press("退回", {reason: "请把课程表上的地点写清楚。"}, within="退回")
        school = walk.at_class("school")
        school.sees("被退回了")
        school.follow("经过")
        school.sees("请把课程表上的地点写清楚。")


def cut_and_contested(walk: Walk) -> None:
    """The reviewer cuts a line, the school contests it, the reviewer keeps it with a reason."""
    with walk.on(walk.after(1)):
        first = money.at_claim(walk, "first")
        first.follow("去审核")
        cut = {"怎样处理": "核减", "核减金额": "100", "理由": "请假一天没有补课。", "依据": "按出勤学时核减"}
        first.press("确定", cut, within=walk.laborers[0].name)
        first.press("没有疑点的")
        first.press("初审办结")
    with walk.on(walk.after(1)):
        school = money.at_claim(walk, "school")
        school.sees("请假一天没有补课。")
        school.press("提出异议", {"不同意的理由": "补过课，附了签到。"})
    with walk.on(walk.after(1)):
        first = money.at_claim(walk, "first")
        first.follow("去审核")
        first.sees("补过课，附了签到。")
        first.press("维持核减", {"维持的理由": "补课的签到不是本人签的。"})
        if first.may_press("没有疑点的"):
            first.press("没有疑点的")
        first.press("初审办结")
        first.sees("待复核")
        assert re.search(r"100\.00", first.page.text)
