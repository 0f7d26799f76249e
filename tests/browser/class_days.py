"""The half-days of a class, each proved in its own way: codes, cards, paper, without a network; inspected; made up."""

import re
from datetime import date, timedelta
from typing import TypeVar

from playwright.sync_api import expect

from app.assessments.queries import sittings_of
from app.kernel import clock
from app.kernel.database import db
from app.kernel.workdays import add_working_days
from app.papers.codes import PREFIX, codes_in
from tests.browser.classroom import Handheld, Lessons, Trainee, code_on, day_of, hears, people, tick
from tests.browser.conftest import PHONE, check_width
from tests.browser.scene import Scene
from tests.unit.test_paper_codes import photo_of

MORNING, AFTERNOON, OFFLINE, INSPECTED = range(4)
"""The first four half-days, each signed in its own way; those after them are called as on any other day."""
Kind = TypeVar("Kind", bound=Scene)
WORD, WITNESS = "工地点名-2026", "何老四"


def at_the_door(scene: Kind, words: str, room: Lessons) -> Kind:
    """The day's lessons, and one of this class."""
    scene.start().door("考勤")
    cards = scene.main.locator(".lessons .panel").filter(has_text=room.name)
    way = scene.page.get_by_role("link", name=words, exact=True)
    return scene.follow(words, within=cards.filter(has=way).first)


def mixed_morning(room: Lessons, newcomer: Handheld) -> None:
    """One signs on their own phone, one with a code, one on another's phone, one shows a card; checked; signed out."""
    room.into(MORNING, -10)
    _first, second, third, fourth = people(room, room.first)
    teacher_ = at_the_door(room.cast.at("teacher"), "签到、签退", room)
    newcomer.start(code_on(teacher_)).says(room.first).keep("sign")
    newcomer.press("签到").says("签到成功").keep("signed")
    lent = room.trainee()
    for one in (second, third):
        lent.start(code_on(teacher_))
        if one is third:
            lent.page.locator("summary").filter(has_text="不是我").click()
        lent.write({"身份证号后四位": one.last_four, "我的签到码": one.code}).press("下一步").says(one.name)
        lent.press("签到")
    lent.says("等教师确认").says("这台手机刚替别人签过").keep("waits")
    phone = room.phone("teacher")
    at_the_door(phone, "签到、签退", room).says(third.name).says("请看一眼本人").keep("live")
    phone.press("人在，算数")
    hears(phone, "已确认")
    phone.write({"学员的签到码": fourth.code}).press("记下来", within=phone.page.locator("#read-form"))
    hears(phone, f"{fourth.name}，记下了")
    phone.says("4 人已签到，还差 0 人")
    room.after(MORNING, -25)
    at_the_door(phone, "签到、签退", room).says("这节课抽到了中途抽查").follow("开始抽查")
    tick(phone, room.names())
    phone.press("勾选的人都在，记下来").says("4 人已中途抽查")
    room.after(MORNING, -2)
    teacher_ = at_the_door(teacher_, "签到、签退", room)
    newcomer.start(code_on(teacher_)).press("签退").says("签退成功")
    teacher_.page.reload()
    tick(teacher_, [one.name for one in (second, third, fourth)])
    teacher_.press("勾选的人都在，记下来").says("4 人已签退")
    room.after(MORNING)
    at_the_door(phone, "点名", room).keep("settle")
    phone.press("按签到记学时").says("已经点的 4 人")


def somebody_leaves(room: Lessons, others: list[str]) -> str:
    """One of those with a seat can't come after all: the officer says so for them."""
    room.into(MORNING, -24 * 60)
    gone = next(name for name in others if name in room.names())
    officer = room.phone(room.officer).start(f"/classes/{room.class_id}/enrollments")
    officer.follow(gone).confirm("替本人退出", {"原因": "家里老人住院。"}).says("已退出")
    return gone


def refill(room: Lessons, gone: str, others: list[str]) -> None:
    """The first on the waiting list says yes and the bureau lets them in; the list for the assessment is sent anew."""
    officer = room.phone(room.officer).start().door("候补等答复")
    waits = next(name for name in others if name not in {gone, *room.names()})
    officer.says(waits).follow("记下答复").write({"来，接受名额": True, "当面说的": True}).press("记下答复")
    decider = room.cast.at("training").start("/class-variations")
    decider.follow("补员", within=decider.row(room.name)).says(gone).says(waits)
    decider.press("批准变更").says("已批准")
    assert waits in room.names()
    assert gone not in room.names()
    school = room.cast.at("school").start().door("考核")
    school.follow("", within=school.row(room.name)).follow("改考核安排").says(waits).press("重新报送").says(
        "名单已报送"
    )


def paper_afternoon(room: Lessons) -> None:
    """No phones in the afternoon: the sheet is printed with its code, signed, photographed and entered."""
    room.into(AFTERNOON, -20)
    clerk = room.cast.at("school").start().door("班级").follow(room.name).follow("考勤")
    with room.app.app_context():
        number = room.sessions()[AFTERNOON].id
        db.session.remove()
    clerk.start(f"/attendance/sessions/{number}")
    token = clerk.main.locator("input[name=csrf_token]").first.input_value()
    answer = clerk.page.request.post(f"/attendance/sessions/{number}/sheet", form={"csrf_token": token})
    assert answer.headers["content-type"].startswith("application/pdf")
    (code,) = codes_in(answer.body())
    room.after(AFTERNOON, 20)
    phone = room.phone(room.keeper)
    at_the_door(phone, "点名", room).tap("全部出勤").write({"纸质签到补录": True})
    photo = {"name": "签到表.jpg", "mimeType": "image/jpeg", "buffer": photo_of(PREFIX + code, turned=2)}
    phone.main.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]  # as the library takes it
    phone.keep("paper")
    phone.press("记下来").says(f"已经点的 {len(room.names())} 人").says("纸质签到补录")
    phone.follow("更正").says("看签到表照片").keep("evidence-paper")


def offline_morning(room: Lessons) -> None:
    """Out at the site there is no network, and the phone's clock is three hours slow."""
    room.into(OFFLINE, -30)
    page = room.cast.open_page(room.keeper, size=PHONE)
    page.clock.install(time=room.times(OFFLINE)[0] - timedelta(minutes=30, hours=3))
    phone = Handheld(page, room.kinds)
    at_the_door(phone, "签到、签退", room).follow("没有网络时怎么点名")
    assert page.evaluate("navigator.serviceWorker.ready.then(one => Boolean(one.active))")
    page.locator("#word").fill(WORD)
    page.locator("#again").fill(WORD)
    page.get_by_role("button", name="把今天的名单带到手机上").click()
    expect(page.locator("#day")).to_be_visible()
    page.context.set_offline(offline=True)
    page.reload()
    page.locator("#known").fill(WORD)
    page.get_by_role("button", name="打开").click()
    expect(page.locator("#line")).to_contain_text("没有网络")
    page.locator("#sessions .offline-person").filter(has_text=room.name).first.click()
    page.clock.fast_forward(25 * 60 * 1000)
    on_the_phone(phone, room.names())
    page.clock.fast_forward((room.times(OFFLINE)[1] - room.times(OFFLINE)[0]) // timedelta(milliseconds=1))
    page.locator("[data-moment=out]").click()
    on_the_phone(phone, room.names())
    phone.keep("offline")
    page.get_by_role("button", name="回到今天的课").click()
    page.get_by_role("button", name="同步", exact=True).click()
    expect(page.locator("#said")).to_contain_text("没有网络")
    room.after(OFFLINE, 20)
    page.clock.fast_forward(25 * 60 * 1000)
    page.context.set_offline(offline=False)
    page.get_by_role("button", name="同步", exact=True).click()
    expect(page.locator("#said")).to_contain_text("都同步好了")
    expect(page.locator("#said")).to_contain_text("手机时间慢了")
    phone.keep("synced")
    at_the_door(room.phone(room.keeper), "点名", room).press("按签到记学时").says(
        f"已经点的 {len(room.names())} 人"
    ).keep("after-sync")


def on_the_phone(phone: Handheld, names: list[str]) -> None:
    """Tick everybody on the roll that the phone holds, and keep it."""
    page = phone.page
    for name in names:
        page.locator("#names label").filter(has_text=name).locator("input").check()
    page.get_by_role("button", name="勾选的人都在，存到手机").click()
    expect(page.locator("#said")).to_contain_text(f"记了 {len(names)} 人")
    expect(page.locator("#roll-count")).to_contain_text(f"已记 {len(names)} 人")
    check_width(page)


def random_inspection(room: Lessons) -> Trainee:
    """The day's draw takes the class; the inspector counts heads on a phone; one trainee is not there."""
    officer = room.cast.at("training")
    room.into(INSPECTED, -60)
    officer.start().door("督查").follow("抽签")
    officer.write({"抽哪一天的课": day_of(officer).isoformat(), "抽几节课": 50}).press("定种子").says("种子已定")
    officer.press("开签").says("重算的结果一样").says(room.name)
    room.into(INSPECTED, 3)
    *there, missing = people(room, room.first)
    here = len(there)
    phone = at_the_door(room.phone(room.keeper), "签到、签退", room)
    tick(phone, [one.name for one in there])
    phone.press("勾选的人都在，记下来").says(f"{here} 人已签到，还差 1 人")
    room.into(INSPECTED, 40)
    inspector = room.phone("inspector").start().door("督查").follow(room.name).keep("inspection")
    inspector.follow("现场填写")
    for one in there:
        row = inspector.main.locator(".visit-row").filter(has_text=one.name)
        row.locator("input[type=checkbox]").check()
        row.locator("input[value=yes]").check()
    inspector.write({"现场一共多少学员": here, "合格": True}).keep("visit")
    inspector.press("交督查结果").says("看到的").says(f"{here} 人").keep("inspected")
    room.after(INSPECTED, -2)
    at_the_door(phone, "签到、签退", room)
    tick(phone, [one.name for one in there])
    phone.press("勾选的人都在，记下来").says(f"{here} 人已签退")
    room.after(INSPECTED)
    at_the_door(phone, "点名", room).press("按签到记学时").says(f"已经点的 {here} 人")
    phone.main.locator(".roll-row").filter(has_text=missing.name).locator("input[value=absent]").check()
    phone.press("记下来").says(f"已经点的 {here + 1} 人")
    return missing


def make_up(room: Lessons, missing: Trainee) -> int:
    """The school asks to make up for what one missed, after the last lesson; the bureau agrees; gives its number."""
    with room.app.app_context():
        on = add_working_days(room.sessions()[-1].on, 1)
        db.session.remove()
    school = room.cast.at("school").start().door("班级").follow(room.name).follow("补课")
    school.main.locator(".todo-link").first.click()
    school.write({"哪天补": on.isoformat(), "为什么要变更": "学员那天下午送老人去医院，缺的课补上。"})
    tick(school, [missing.name])
    school.press("提交申请").says("等培训管理员审批")
    officer = room.cast.at("training").start("/class-variations")
    officer.follow("补课", within=officer.row(room.name)).says(missing.name).press("批准变更").says("已批准")
    return room.count() - 1


def sign_the_make_up(room: Lessons, number: int, missing: Trainee) -> None:
    """Only who missed it is on the list; the card is read in, the thumb is pressed out."""
    room.into(number, 2)
    phone = at_the_door(room.phone(room.keeper), "签到、签退", room).says("还差 1 人")
    phone.write({"学员的签到码": missing.code}).press("记下来", within=phone.page.locator("#read-form"))
    hears(phone, f"{missing.name}，记下了")
    room.after(number, -3)
    at_the_door(phone, "签到、签退", room)
    tick(phone, [missing.name])
    phone.write({"见证按手印": True, "见证人姓名": WITNESS}).press("勾选的人都在，记下来").says("1 人已签退")
    room.after(number)
    at_the_door(phone, "点名", room).press("按签到记学时").says("已经点的 1 人")


def assessed(room: Lessons) -> date:
    """The class ends and is assessed; one fails the theory."""
    room.cast.at("school").start().door("班级").follow(room.name).press("结束培训").says("录成绩")
    with room.app.app_context():
        on = sittings_of(room.class_id)[0].on
        db.session.remove()
    room.stand_at(clock.moment_of(on, 10))
    assessor = room.phone("assessor").start().door("考核").follow(room.name)
    boxes = assessor.main.locator(".mark-fields input[type=text]").all()
    for place, box in enumerate(boxes):
        box.fill("52" if place == 0 else "86")
    assessor.keep("marks")
    assessor.press("保存成绩").says("可以补考的人")
    return on


def sat_again(room: Lessons, on: date) -> None:
    """Who failed sits again a week later and passes; the results are confirmed."""
    assessor = room.phone("assessor")
    school = room.cast.at("school").start().door("考核")
    school.follow("", within=school.row(room.name)).follow("安排补考")
    again = add_working_days(on, 8)
    school.write({"考核日期": again.isoformat()}).press("报送名单").says("名单已报送")
    room.stand_at(clock.moment_of(again, 10))
    assessor.start().door("考核").follow(room.name)
    (box,) = assessor.main.locator(".mark-fields input[type=text]").all()
    box.fill("71")
    assessor.press("保存成绩").says(f"{len(room.names())} 人合格").confirm("确认考核结果").says("考核结果").keep(
        "results"
    )


def every_hour_opens_to_its_evidence(room: Lessons, least: int) -> None:
    """From the sheet each cell leads to what it rests on: who took it down, when, in which way."""
    officer = room.phone("training").start(f"/classes/{room.class_id}").follow("考勤").keep("sheet")
    cells = officer.main.locator("a[class^=mark-]")
    links = sorted({str(one.get_attribute("href")) for one in cells.all()})
    assert len(links) >= least
    for link in links:
        told = officer.page.request.get(link).text()
        hours = re.search(r"计入 (\d+) 学时", told)
        assert hours, link
        assert ("没有签到记录" in told) is (hours[1] == "0"), link
    officer.main.locator("details summary").first.click()
    officer.follow("√").says("凭什么记的").says("记过的学时").keep("evidence")
