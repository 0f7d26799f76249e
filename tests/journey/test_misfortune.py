"""Ordinary misfortune: each has its step, gives back what it holds, and says so."""

from datetime import date, timedelta

import pytest

from tests.journey import facts, money
from tests.journey.kinds import KINDS
from tests.journey.town import Newcomer, Town
from tests.journey.walking import Walk

FIRST_DAY = date(2026, 8, 17)
pytestmark = pytest.mark.timeout(900)


def ready(town: Town, place: int, name: str, *, upto: str = "approved", kind: str = "farm_skills") -> Walk:
    """A class of two people, as far as asked; two teachers take turns, so that nobody stands in two rooms."""
    teacher, caller = (("马向前", "teacher"), ("左明亮", "school"))[place % 2]
    since = FIRST_DAY + timedelta(days=7 * place)
    walk = Walk(town, KINDS[kind], name, since, seats=2, teacher=teacher, caller=caller)
    if walk.kind.orders:
        walk.order()
    walk.course()
    for step in ("planned", "sign_up", "filed", "approved", "begun", "taught", "ended", "assessed", "certified"):
        getattr(walk, step)()
        if step == upto:
            break
    return walk


def own_page(walk: Walk, laborer: Newcomer, *words: str) -> None:
    """What a laborer reads on their own page."""
    phone = walk.town.laborer(laborer.phone)
    phone.door("我的报名")
    phone.follow(walk.name)
    phone.sees(*words)


def cancel(walk: Walk, day: date) -> None:
    """The school calls the class off with a reason."""
    with walk.on(day, 10):
        school = walk.at_class("school")
        school.press("取消班次", {"reason": "老师生病，一时找不到人代。"})
        school.sees("已取消", "座位和预留的资金已经退回")


def test_a_class_cancelled_before_it_began_gives_everything_back(town: Town) -> None:
    walk = ready(town, 0, "开班前取消")
    assert facts.books(walk).reserved_fen > 0
    assert [facts.uses(walk, one) for one in walk.laborers] == [1, 1]
    cancel(walk, walk.today)
    assert (facts.books(walk).status, facts.books(walk).reserved_fen, facts.books(walk).seats) == ("cancelled", 0, 0)
    assert [facts.uses(walk, one) for one in walk.laborers] == [0, 0]
    with walk.on(walk.today, 11):
        own_page(walk, walk.laborers[0], "这个班取消了")


def test_a_class_cancelled_after_it_began_gives_everything_back(town: Town) -> None:
    walk = ready(town, 1, "开班后取消", upto="begun")
    walk.taught(lessons=2)
    cancel(walk, walk.after(1))
    assert (facts.books(walk).status, facts.books(walk).reserved_fen) == ("cancelled", 0)
    assert [facts.uses(walk, one) for one in walk.laborers] == [0, 0]


def test_a_class_is_postponed_before_filing_and_after_approval(town: Town) -> None:
    walk = ready(town, 2, "延期的班", upto="sign_up")
    with walk.on(walk.today, 10):
        school = walk.at_class("school")
        school.press("延期", {"days": 1, "reason": "教室要修。"})
    first = town.sessions(walk.class_id)[0][1].date()
    assert first == walk.start_on + timedelta(days=1)
    walk.filed()
    walk.approved()
    with walk.on(walk.today, 14):
        school = walk.at_class("school")
        school.go(f"/classes/{walk.class_id}/variations")
        school.follow("整班延期")
        school.press("提交申请", {"days": 1, "reason": "教室还没修好。"})
        officer = walk.at_class("training")
        officer.follow("变更")
        officer.follow("延期")
        officer.press("批准变更")
        officer.sees("已批准")
        own_page(walk, walk.laborers[0], walk.name)
    assert town.sessions(walk.class_id)[0][1].date() == first + timedelta(days=1)


def test_somebody_leaves_in_mid_course_and_keeps_the_hours(town: Town) -> None:
    walk = ready(town, 3, "中途离班", upto="begun")
    walk.taught(lessons=4)
    with walk.on(walk.after(1), 8):
        phone = town.laborer(walk.laborers[0].phone)
        phone.door("我的报名")
        phone.follow(walk.name)
        phone.press("退出报名", {"原因": "外出务工"})
        phone.sees("中途离班")
        school = walk.at_class("school")
        school.follow("名单与定岗")
        school.sees("退出的学员", walk.laborers[0].name, "14")
    assert facts.uses(walk, walk.laborers[0]) == 0


def test_a_dropped_place_is_refilled_by_a_recorded_variation(town: Town) -> None:
    walk = ready(town, 4, "补员的班", upto="sign_up")
    waits = town.register("430681107", 1)[0]
    with walk.on(walk.today, 14):
        walk.by_phone(waits).sees("候补第 1 位")
    walk.filed()
    walk.approved()
    with walk.on(walk.after(1)):
        phone = town.laborer(walk.laborers[0].phone)
        phone.door("我的报名")
        phone.follow(walk.name)
        phone.press("退出报名", {"原因": "来不了"})
        asked = town.laborer(waits.phone)
        asked.door("我的报名")
        asked.follow(walk.name)
        asked.press("我来")
        asked.sees("您已答复愿意来")
        officer = walk.at_class("training")
        officer.follow("变更")
        officer.follow("补员")
        officer.press("批准变更")
        own_page(walk, waits, "报上了")
    assert facts.enrollment(walk, waits).status == "enrolled"
    assert (facts.uses(walk, waits), facts.uses(walk, walk.laborers[0])) == (1, 0)


def test_who_does_not_reach_the_certificate_gets_the_use_back(town: Town) -> None:
    walk = ready(town, 5, "没有结业", upto="ended")
    walk.assessed(failing=(walk.laborers[1].name,))
    walk.certified()
    with walk.on(walk.after(1)):
        own_page(walk, walk.laborers[0], "已结业")
        own_page(walk, walk.laborers[1], "这次没有结业", "享受补贴的次数已经退还")
    assert [facts.uses(walk, one) for one in walk.laborers] == [1, 0]
    money.claimed(walk)
    town.at("school").sees("没有达到结业要求")


def test_an_employer_withdraws_an_order_and_its_class_is_told(town: Town) -> None:
    walk = ready(town, 6, "订单没了", upto="filed", kind="order_training")
    with walk.on(walk.today, 16):
        employer = town.at("employer")
        employer.door("订单")
        employer.follow(walk.name)
        employer.press("撤回订单", {"原因": "工地停工了。"})
        employer.sees("已撤回")
        school = walk.at_class("school")
        school.sees("被退回了")
        school.follow("经过")
        school.sees("被用人单位撤回了")
    assert facts.books(walk).status == "returned"


def test_a_claim_is_withdrawn_and_compiled_again(town: Town) -> None:
    walk = ready(town, 7, "撤回申领", upto="certified")
    walk.taken_up()
    money.claimed(walk)
    with walk.on(walk.after(1)):
        school = money.at_claim(walk, "school")
        school.press("撤回申领", {"撤回的原因": "漏了一份材料。"})
        school.sees("已撤回")
    assert facts.books(walk).claim == "withdrawn"
    assert facts.books(walk).reserved_fen > 0
    money.claimed(walk)
    assert facts.books(walk).claim == "submitted"


def test_an_objection_is_upheld_and_its_line_is_not_paid(town: Town) -> None:
    walk = ready(town, 8, "异议成立", upto="certified")
    walk.taken_up()
    for step in (money.claimed, money.first_reviewed, money.second_reviewed, money.signed, money.on_notice):
        step(walk)
    with walk.on(walk.today, 20):
        anyone = town.anyone()
        anyone.go("/notices")
        anyone.follow("", within=walk.name)
        anyone.follow("提异议")
        anyone.press("提交异议", {"哪里不属实": "这个人那几天在广东，没有来上课。"})
    with walk.on(walk.after(1)):
        second = town.at("second")
        second.door("异议")
        second.follow("", within=walk.name) if second.page.links("", walk.name) else second.follow(
            walk.laborers[0].name
        )
        second.press("提交答复", {"核查结论": "uphold", "核查的情况": "签到是别人代签，异议成立。"})
        second.sees("签到是别人代签，异议成立。")
    with walk.on(walk.after(6)):
        school = money.at_claim(walk, "school")
        school.sees("待请款", "不予支付")
    assert facts.books(walk).reserved_fen == 0
    assert sorted(facts.uses(walk, one) for one in walk.laborers) == [0, 1]


def test_a_school_suspended_in_mid_class_stops_it_and_lets_it_go_on(town: Town) -> None:
    walk = ready(town, 11, "学校暂停", upto="begun")
    walk.taught(lessons=2)
    with walk.on(walk.after(1), 8):
        officer = town.at("training")
        officer.door("培训机构")
        officer.follow("汨罗市稻香职业培训学校")
        officer.press("暂停", {"note": "消防检查没有过。"})
        try:
            school = walk.at_class("school")
            school.sees("已暂停")
            assert facts.books(walk).status == "suspended"
        finally:
            officer.door("培训机构")
            officer.follow("汨罗市稻香职业培训学校")
            officer.press("恢复")
        officer = walk.at_class("training")
        officer.press("恢复上课")
        officer.sees("培训中")
