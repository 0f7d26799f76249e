"""The whole story in a browser: an order, a class, eight people's steps, a payment, and the trace behind it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from app.demo.models import DemoClock
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from app.kernel.workdays import add_working_days
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.scene import Cast, move_to, today

COURSE, CLASS, ORDER = "小型挖掘机入门", "小型挖掘机订单一班", "小型挖掘机操作工"
PEOPLE, HOURS = 4, 49
CLEAN = re.compile("没有疑点的 .* 行一次通过")
RECEIPT = "HD-20260731"
SCHOOL = "汨罗市稻香职业培训学校"
NEWCOMER, PHONE_NUMBER = "易小满", "19900000001"


@pytest.fixture
def moved_clock(demo_app: Flask) -> Iterator[Flask]:
    """The demo's app, whose clock is put back when the story is over."""
    yield demo_app
    with demo_app.app_context(), transaction():
        db.session.query(DemoClock).delete()
    clock.run_ahead(timedelta())


@pytest.mark.timeout(900, func_only=True)
def test_a_class_goes_from_its_order_to_its_payment(open_page: OpenPage, moved_clock: Flask) -> None:
    cast = Cast(open_page)
    order(cast)
    listing(cast)
    course(cast)
    named = plan(cast)
    start_on = class_and_timetable(cast)
    sign_up_on_a_phone(cast)
    sign_up_by_an_officer(cast, named)
    filing(cast)
    move_to(cast, start_on)
    begin(cast)
    teaching(cast)
    end(cast)
    results(cast)
    certificates(cast, moved_clock)
    posts(cast)
    claim(cast)
    reviews(cast)
    notice(cast)
    request(cast)
    paid(cast)
    trace(cast)


def order(cast: Cast) -> None:
    employer = cast.at("employer").start()
    start_on = today(employer) + timedelta(days=40)
    employer.look("home-employer")
    employer.door("订单").follow("下订单").write(
        {
            "岗位或产品": ORDER,
            "职业（工种）": "6-30-05-05",
            "人数": PEOPLE,
            "人要会做什么": "会开小型挖掘机，能挖沟、平整。",
            "详细地点": "弼时镇各工地",
            "哪天上岗": start_on,
            "最低": 4800,
            "最高": 6500,
            "与培训机构": "无",
        }
    )
    employer.press("保存并提交").says("订单已提交")
    officer = cast.at("training").start()
    officer.door("订单").follow(ORDER).press("核实通过").says("可以排培训计划")


def course(cast: Cast) -> None:
    school = cast.at("school").start()
    school.door("课程").follow("新建课程").write(
        {
            "课程名称": COURSE,
            "职业（工种）": "6-30-05-05",
            "等级": "不分等级",
            "教学大纲": "第一单元 安全\n第二单元 起步和行走\n第三单元 挖沟和平整",
            "学员得到什么": "合格发培训合格证书，按名单上岗。",
            "理论": HOURS - 35,
            "实操": 35,
            "到校上课": True,
            "订单培训": True,
        }
    )
    school.press("保存并提交")
    officer = cast.at("training").start()
    officer.door("课程").follow(COURSE).press("上菜单").says("菜单")


def listing(cast: Cast) -> None:
    """The school asks to be listed for the order's occupation, the bureau lists it."""
    school = cast.at("school").start().door("我的学校").follow("职业和等级")
    school.write({"职业（工种）": "6-30-05-05", "不分等级": True}).press("申报")
    officer = cast.at("training").start().door("培训机构").follow(SCHOOL).follow("职业和等级")
    officer.card("审核").locator("input[type=checkbox]").first.check()
    officer.press("列入").says("挖掘铲运和桩工机械司机")


def plan(cast: Cast) -> list[str]:
    """Plan so many people and name them; gives the names."""
    officer = cast.at("training").start().door("订单").follow(ORDER).follow("照这张订单排计划")
    officer.write(
        {"哪个乡镇的人": "弼时镇", "学哪门课": COURSE, "计划人数": PEOPLE, "用哪笔预算": f"{today(officer).year}"}
    )
    officer.press("保存，去选人").write({"村": "湄江村"}).press("查找")
    names = []
    for row in officer.main.locator("tbody tr").filter(has_text="可以享受").all()[:PEOPLE]:
        row.locator("input[type=checkbox]").check()
        names.append(row.locator("a").first.inner_text())
    officer.look("plan-names")
    officer.press("加入勾选的人").says("加入了").follow("选好了，看名单").confirm("下达计划").says("名单锁定了")
    return names


def class_and_timetable(cast: Cast) -> date:
    """The school plans a class after the plan, makes its timetable, opens it; gives the first day."""
    school = cast.at("school").start()
    start_on = add_working_days(today(school), 5)
    school.door("班级").follow("排一个班").write(
        {
            "课程": COURSE,
            "培训地点": "弼时实训场",
            "名额": PEOPLE,
            "开班日期": start_on,
            "结束日期": start_on + timedelta(days=6),
            "订单或项目": ORDER,
            "考评员": "薛公正",
            "培训计划": COURSE,
            "班名": CLASS,
        }
    )
    school.press("保存").says("接着排课程表")
    school.write({"理论教师": "马向前", "实操教师": "马向前"}).press("排课").says("上午")
    school.look("timetable")
    school.follow("概况").press("开放预报名").says("预报名已开放")
    return start_on


def sign_up_on_a_phone(cast: Cast) -> None:
    phone = cast.anyone(size=PHONE).start("/")
    phone.look("menu-phone")
    phone.write({"想学什么": COURSE}).press("找课程").follow(CLASS).follow("我要报名")
    phone.follow("在村里登记过，只用手机号").write({"手机号": PHONE_NUMBER}).press("发验证码")
    phone.write({"验证码": code_for(cast)}).press("下一步")
    phone.says(NEWCOMER).look("sign-up-phone")
    phone.write({"我看清楚了": True}).press("确认报名").says("报上了").look("signed-up-phone")


def code_for(cast: Cast) -> str:
    """The code of the newest message, as the outbox shows it."""
    outbox = cast.anyone().start("/outbox")
    return str(re.findall(r"\b\d{6}\b", outbox.row(PHONE_NUMBER[-4:]).inner_text())[0])


def sign_up_by_an_officer(cast: Cast, named: list[str]) -> None:
    officer = cast.at("village").start()
    officer.follow("课程菜单", within=officer.page.locator("header"))
    officer.write({"想学什么": COURSE}).press("找课程").follow(CLASS).follow("替人报名")
    for name in set(named) - {NEWCOMER}:
        officer.row(name).locator("input[type=checkbox]").check()
    officer.look("sign-up-officer")
    officer.press("下一步：确认本人同意").write({"见证人在场": True, "见证说明": "村支书在村部当面见证。"})
    officer.press("确认报名").says(CLASS)


def filing(cast: Cast) -> None:
    school = cast.at("school").door("班级").follow(CLASS).follow("名单与定岗")
    school.press("自动填上还空着的").follow("概况")
    school.look("four-fixes")
    school.press("提交申报").says("等培训管理员审批")
    officer = cast.at("training").door("班级").follow(CLASS)
    officer.look("approval")
    officer.press("批准开班").says("四定已锁定")
    school = cast.at("school").start().door("考核").follow(CLASS).follow("报送考核名单")
    school.write({"考核日期": (today(school) + timedelta(days=7)).isoformat()}).press("报送名单").says("名单已报送")


def begin(cast: Cast) -> None:
    school = cast.at("school").start().door("班级").follow(CLASS)
    school.press("开班").says("培训中")
    school.look("running")
    move_to(cast, today(school) + timedelta(days=7))


def teaching(cast: Cast) -> None:
    """The teacher calls the roll of every half-day; here they catch up on all of them afterwards."""
    teacher = cast.at("teacher").start()
    for _half in range(HOURS // 7 * 2):
        teacher.door("考勤").follow("点名").tap("全部出勤").press("记下来").says("已记下")


def end(cast: Cast) -> None:
    teacher = cast.at("teacher").start().door("班级").follow(CLASS).follow("考勤")
    teacher.look("attendance")
    cast.at("school").start().door("班级").follow(CLASS).press("结束培训").says("录成绩")


def results(cast: Cast) -> None:
    assessor = cast.at("assessor").start().door("考核").follow(CLASS)
    for box in assessor.main.locator(".mark-fields input[type=text]").all():
        box.fill("86")
    assessor.press("保存成绩").look("marks")
    assessor.confirm("确认考核结果").says("考核结果")


def certificates(cast: Cast, app: Flask) -> None:
    school = cast.at("school").door("证书").follow(CLASS)
    school.confirm("给合格的人发证")
    with app.app_context():
        tasks.run_pending()
    school.door("证书").follow(NEWCOMER).says("打开证书")
    school.look("certificate")
    school.follow("公开的查询页").says("这张证书有效")
    assert NEWCOMER not in school.main.inner_text()
    school.look("verified")


def posts(cast: Cast) -> None:
    """The employer confirms each person who came to work."""
    employer = cast.at("employer").start()
    for _person in range(PEOPLE):
        employer.door("送岗").follow("", within=employer.row("待确认"))
        employer.write({"哪一天上的岗": today(employer), "已签劳动合同": True}).press("确认上岗").says("已确认上岗")
    employer.look("post")


def claim(cast: Cast) -> None:
    school = cast.at("school").start().door("补贴申领")
    school.press("编制申领", within=school.row(CLASS)).says("申领已编好")
    school.look("claim")
    school.press("提交申领").says("已提交")


def reviews(cast: Cast) -> None:
    """First review, second review, sign-off, each by somebody else, each with the evidence on one page."""
    first = cast.at("first").start().door("补贴申领").follow(CLASS).follow("去审核")
    first.look("evidence")
    first.press(CLEAN).press("初审办结")
    second = cast.at("second").start().door("补贴申领").follow(CLASS).follow("去审核")
    second.press(CLEAN).press("复核办结")
    cast.at("signer").start().door("补贴申领").follow(CLASS).press("同意，签批")


def notice(cast: Cast) -> None:
    """Names and identity numbers are masked in public; the notice ends by itself when its days are over."""
    second = cast.at("second").door("补贴申领").follow(CLASS).press("发布公示")
    anyone = cast.anyone(size=PHONE).start("/notices").follow(CLASS)
    anyone.look("notice-phone")
    assert NEWCOMER not in anyone.main.inner_text()
    move_to(cast, add_working_days(today(second), 5) + timedelta(days=2))


def request(cast: Cast) -> None:
    finance = cast.at("finance").start().door("请款支付")
    finance.follow("去请款", within=finance.row("汨罗市"))
    for box in finance.main.locator("input[type=checkbox]").all():
        box.uncheck()
    finance.main.locator("label").filter(has_text=CLASS).click()
    finance.press("生成请款函，送人核对")
    finance.look("request")
    cashier = cast.at("cashier").start().door("请款支付")
    cashier.follow("", within=cashier.row("待核对"))
    cashier.press("核对无误，发给财政").says("待财政支付")


def paid(cast: Cast) -> None:
    """The treasury answers each transfer by its receipt: one to the school, one to each who is paid in person."""
    treasury = cast.at("treasury").start().door("请款支付")
    treasury.follow("", within=treasury.row("待财政支付"))
    for number in range(treasury.main.locator("tbody tr").filter(has_text="待支付").count()):
        treasury.follow("", within=treasury.row("待支付"))
        treasury.write({"回单号": f"{RECEIPT}-{number}"}).press("确认已付").says("已支付")
        treasury.look("receipt")
    treasury.says("已办结")
    cast.at("school").start().door("补贴申领").follow(CLASS).says("已支付").look("paid")


def trace(cast: Cast) -> None:
    """The auditor opens the class and sees the chain from its order to its payment."""
    auditor = cast.at("auditor").start().door("追溯").write({"编号": CLASS}).press("查找").follow(CLASS)
    auditor.says(ORDER).says(f"{RECEIPT}-0").says(re.compile("签批"))
    auditor.look("trace")
