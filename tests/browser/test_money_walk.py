"""The money of one class in a browser: cut and contested, objected to, paid in parts over a year's end, recovered."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import FilePayload
from sqlalchemy import select, update

from app import create_app
from app.demo.models import DemoClock
from app.funding.models import Claim
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.workdays import add_working_days
from config import Config
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.scene import Cast, Scene, move_to, today
from tests.databases import a_copy, let_go, name_of
from tests.serving import serving

CLASS, SCHOOL = "挖掘机操作（项目制）第1班", "汨罗市稻香职业培训学校"
CLAUSE = "示例政策 按学时计发"
CLEAN = re.compile("没有疑点的 .* 行一次通过")
CARD = "6230000000777777777"
SERIAL = "PC20261201"
FURTHEST = 60
"""Days that the demo's clock may skip at once."""


@pytest.fixture(scope="module")
def demo_app(server: str, told: Config) -> Iterator[Flask]:
    """The demo on a database of this walk's own: it closes a year, which no other story could go on from."""
    with a_copy(server, name_of(told), "walk", told.VAR) as found:
        made = create_app(found)
        yield made
        clock.run_ahead(timedelta())
        with made.app_context():
            let_go()


@pytest.fixture(scope="module")
def live(demo_app: Flask) -> Iterator[str]:
    """The address of its server."""
    with serving(demo_app) as address:
        yield address


class Walk:
    """The cast, and the claim that they walk through."""

    def __init__(self, cast: Cast, app: Flask) -> None:
        self.cast, self.app = cast, app
        self.number = ""
        self.objected = ""
        """Against whom somebody objected."""

    def claim(self, login: str) -> Scene:
        """The claim on somebody's screen."""
        scene = self.cast.at(login).start().door("补贴申领").write({"编号、班次或培训机构": self.number})
        return scene.press("查找").follow(CLASS)

    def sum(self, kind: str) -> int:
        """What the claim says of itself, in fen, by its summary."""
        with self.app.app_context():
            claim = db.session.scalars(select(Claim).where(Claim.number == self.number)).one()
            return int(getattr(claim, f"{kind}_fen"))


@pytest.mark.timeout(600, func_only=True)
def test_money_goes_its_whole_way_over_a_cut_an_objection_a_failed_card_and_a_years_end(
    open_page: OpenPage, demo_app: Flask
) -> None:
    walk = Walk(Cast(open_page), demo_app)
    claimed_anew(walk)
    cut(walk)
    contested(walk)
    reviewed(walk)
    objected_to(walk)
    invoiced(walk)
    first_batch(walk)
    answered_in_part(walk)
    year_closed(walk)
    objection_answered(walk)
    card_confirmed(walk)
    second_batch(walk)
    recovered(walk)
    traced(walk)
    for command in (["ledger", "verify"], ["claims", "replay", "--all"]):
        done = demo_app.test_cli_runner().invoke(args=command)
        assert done.exit_code == 0, done.output


def claimed_anew(walk: Walk) -> None:
    """The school takes its claim back, and compiles and submits it once more."""
    school = walk.cast.at("school").door("补贴申领").follow(CLASS)
    school.confirm("撤回申领", {"撤回的原因": "有一名学员的回执要换。"}).says("已撤回")
    school.door("补贴申领").press("编制申领", within=school.row(CLASS)).says("申领已编好")
    found = re.search(r"BT\d+", school.main.inner_text())
    assert found
    walk.number = found[0]
    school.press("提交申领").says("已提交")


def cut(walk: Walk) -> None:
    """The first reviewer cuts one line by a hundred yuan, says why, and passes the others."""
    first = walk.claim("first").follow("去审核")
    decision = {"核减": True, "核减金额": "100", "理由": "有一个半天请假没有补课。", "依据": CLAUSE}
    first.confirm("核减、退回或不予支付", decision, button="确定").says("核减 100.00 元")
    passed(first)
    first.press("初审办结").says("核减待")
    first.look("cut")


def passed(reviewer: Scene) -> None:
    """What nothing speaks against at once, the others one by one."""
    if reviewer.main.get_by_role("button", name=CLEAN).count():
        reviewer.press(CLEAN)
    while reviewer.main.get_by_role("button", name="通过", exact=True).count():
        reviewer.press("通过")


def contested(walk: Walk) -> None:
    """The school contests the cut; the first reviewer keeps it, with the reason."""
    school = walk.claim("school")
    school.confirm("不同意", {"不同意的理由": "请假的半天已经补课，补课签到附后。"}, button="提出异议").says("有异议")
    first = walk.claim("first").follow("去审核")
    first.says("请假的半天已经补课").confirm("维持核减", {"维持的理由": "补课签到不是本人，维持核减。"})
    first.press("初审办结").says("初审通过")


def reviewed(walk: Walk) -> None:
    """Second review, sign-off, and the public notice."""
    second = walk.claim("second").follow("去审核")
    passed(second)
    second.press("复核办结")
    walk.claim("signer").says("900.00").press("同意，签批")
    walk.claim("second").press("发布公示").says("公示中")


def objected_to(walk: Walk) -> None:
    """Anybody objects, without a name; when the notice is over, that trainee's lines are held, the others owed."""
    anyone = walk.cast.anyone(size=PHONE).start("/notices").follow(CLASS)
    row = anyone.main.locator("tbody tr").filter(has_text="生活费补贴").last
    anyone.follow("提异议", within=row).write({"哪里不属实": "那个星期看见他在县城上班。"}).press("提交异议")
    anyone.says("收到")
    second = walk.claim("second")
    held = second.main.locator("tbody tr").filter(has_text="公示期间有异议")
    assert held.count() == 2, "both lines of the trainee wait"
    walk.objected = held.first.locator("a").first.inner_text()
    move_to(walk.cast, add_working_days(today(second), 5) + timedelta(days=2))


def invoiced(walk: Walk) -> None:
    """After a cut the school is paid only what it invoiced."""
    school = walk.claim("school").says("待请款").says("请按核定金额")
    school.write({"发票号码": "26430000001"}).press("登记发票").says("26430000001")


def made_and_checked(walk: Walk) -> Scene:
    """One makes the request, a second one checks it, and the treasury opens it."""
    finance = walk.cast.at("finance").start().door("请款支付")
    finance.follow("去请款", within=finance.row("汨罗市"))
    for box in finance.main.locator("input[type=checkbox]").all():
        box.uncheck()
    finance.main.locator("label").filter(has_text=walk.number).click()
    finance.press("生成请款函，送人核对").says("等第二个人核对")
    finance.look("walk-request")
    cashier = walk.cast.at("cashier").start().door("请款支付")
    cashier.follow("", within=cashier.row("待核对")).press("核对无误，发给财政").says("待财政支付")
    number = re.search(r"QK\d+", cashier.main.inner_text())
    assert number
    return walk.cast.at("treasury").start().door("请款支付").follow(number[0])


def first_batch(walk: Walk) -> None:
    """The school is paid in part, by the receipt."""
    treasury = made_and_checked(walk).follow(SCHOOL)
    treasury.write({"回单号": "HD-WALK-1", "实付金额": "500", "说明": "国库当天额度不够"}).press("确认已付")
    treasury.says("部分支付")


def answered_in_part(walk: Walk) -> None:
    """The bank paid one and refused the other's card; a row with a wrong amount is kept apart and told right."""
    treasury = walk.cast.at("treasury")
    with treasury.page.expect_download() as download:
        treasury.main.get_by_role("button", name="银行代发文本").first.click()
    text = download.value.path().read_text(encoding="gb18030")
    sent = [line.split("|") for line in text.splitlines() if line[:1].isdigit()]
    assert len(sent) == 2, f"the third person's line is held: {text}"
    (paid, failed) = sent
    rows = [f"{paid[0]}|{paid[2]}|{paid[3]}|成功|", f"{failed[0]}|{failed[2]}|1.00|失败|户名不符"]
    file = FilePayload(name="answer.txt", mimeType="text/plain", buffer="\n".join(rows).encode())
    treasury.main.locator("input[type=file]").set_input_files([file])
    treasury.write({"银行批次流水号": SERIAL}).press("登记回盘").says("对不上的回盘").says("金额")
    treasury.follow("流水", within=treasury.row(SERIAL))
    treasury.write({"实付金额": "0", "和银行核对的情况": "银行书面答复：户名不符，没有付，金额栏填错。"})
    treasury.press("登记核对结果").says("已办结")
    walk.claim("finance").says("部分支付")


def year_closed(walk: Walk) -> None:
    """On the last day of the year finance prepares the carry-over, a second officer confirms the same figures."""
    finance = walk.cast.at("finance").start()
    year = today(finance).year
    far = (date(year, 12, 31) - today(finance)).days - FURTHEST
    if far > 0:
        jump(walk.app, far)
    move_to(walk.cast, date(year, 12, 31))
    book(finance, year).says("年度已到").follow("准备结转").says("还有预计指标等领导批准")
    signer = book(walk.cast.at("signer"), year).follow("四季度追加")
    signer.write({"意见": "今年不再追加。"}).press("不同意").says("不同意")
    book(finance, year).follow("准备结转").press("数字没错，交第二人核对").says("等另一个人核对")
    finance.look("walk-year-end")
    cashier = book(walk.cast.at("cashier"), year).follow("核对并结转")
    cashier.press("核对无误，结转").says("已结转").says("上年结转")


def book(scene: Scene, year: int) -> Scene:
    """The county's book of a year."""
    scene.start().door("预算").follow(f"{year} 年")
    return scene.follow(f"{year} 年", within=scene.main.locator(".panel").filter(has_text="汨罗市").first)


def jump(app: Flask, days: int) -> None:
    """Let a long time pass in which nothing happens; the last days are lived one by one."""
    with app.app_context(), transaction():
        db.session.execute(update(DemoClock).values(seconds_ahead=DemoClock.seconds_ahead + days * 86_400))


def objection_answered(walk: Walk) -> None:
    """The objection is found wrong: the lines that it held are owed at last."""
    second = walk.cast.at("second").start().door("异议").follow(walk.objected)
    second.write({"异议不成立": True, "核查的情况": "查了打卡和监控，那几天都在课上。"}).press("提交答复").says(
        "异议不成立"
    )


def card_confirmed(walk: Walk) -> None:
    """The person confirms the card to one officer, a second one types it once more from the paper."""
    finance = walk.claim("finance").follow("QK").follow("", within=walk.cast.at("finance").row("支付失败"))
    finance.write({"卡号": CARD, "开户行": "示例银行弼时支行", "本人怎样确认的": "当面"}).press("登记卡号")
    cashier = walk.claim("cashier").follow("QK").follow("", within=walk.cast.at("cashier").row("支付失败"))
    cashier.write({"对照卡面再输一遍卡号": CARD}).press("核对一致").says("已核对")
    cashier.look("walk-card")


def second_batch(walk: Walk) -> None:
    """What is left of the school's money, the new card, and the lines that were held: all out of the new year."""
    treasury = made_and_checked(walk)
    for number in range(treasury.main.locator("tbody tr").filter(has_text="待支付").count()):
        treasury.follow("", within=treasury.row("待支付"))
        treasury.write({"回单号": f"HD-WALK-2{number}"}).press("确认已付").says("已支付")
    treasury.says("已办结")
    walk.claim("school").says("已全部办结")
    assert walk.sum("paid") == walk.sum("amount") == walk.sum("asked") - 10_000


def recovered(walk: Walk) -> None:
    """A certificate is revoked after the payment: what was paid for it comes back, in two parts."""
    officer = walk.cast.at("training").start().door("证书").write({"姓名或编号": walk.objected}).press("查找")
    officer.follow(walk.objected)
    why = {"撤销原因": "培训或考核情况不实", "详细说明": "复查发现考核由别人代考。"}
    officer.confirm("撤销证书", why).says("已经撤销")
    treasury = walk.cast.at("treasury")
    rows = treasury.start().door("追回").main.locator("tbody tr").filter(has_text=walk.objected).count()
    assert rows == 2, "what went to the school and what went to the trainee"
    for number in range(rows):
        rest = treasury.main.locator("tbody tr").filter(has_text=walk.objected).filter(has_text="追回中")
        treasury.follow("ZH", within=rest.first)
        treasury.look("walk-recovery")
        treasury.write({"退款凭证号": f"TK-{number}"}).press("登记退回").says("已追回")
        treasury.door("追回")


def traced(walk: Walk) -> None:
    """The auditor sees every level agree, and each fen of the class end at a person and a post or livelihood."""
    auditor = book(walk.cast.at("auditor"), today(walk.cast.at("auditor")).year).follow("查每一分钱")
    auditor.says("对得上")
    assert "对不上" not in auditor.main.inner_text()
    auditor.follow(CLASS).says("每一分钱到人")
    assert "没有登记去向" not in auditor.main.inner_text()
    auditor.look("walk-traced")
