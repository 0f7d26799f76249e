"""A farm-skills class at a pond, with no employer: a place nobody had seen, thumbs before a witness, a livelihood."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask

from app.attendance.models import Signing
from app.attendance.queries import entries_of
from app.attendance.rules import Way
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, fixes_of
from app.classes.rules import ClassStatus
from app.courses.models import Course
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.workdays import add_working_days
from app.schools import service as schools
from app.schools.models import SiteKind
from config import Config
from tests.browser.class_days import (
    INSPECTED,
    MORNING,
    WITNESS,
    assessed,
    at_the_door,
    every_hour_opens_to_its_evidence,
    make_up,
    offline_morning,
    paper_afternoon,
    random_inspection,
    refill,
    sat_again,
    sign_the_make_up,
    somebody_leaves,
)
from tests.browser.classroom import Lessons, account, hears, own_demo, site_of, teacher, tick, timetable
from tests.browser.conftest import OpenPage
from tests.browser.scene import Cast
from tests.serving import serving

POND_CLASS, POND, FARMERS = "稻虾共作塘边班", "三组新塘", 4
LIVELIHOOD = "自家稻田和新塘，养虾"


@pytest.fixture
def demo_app(server: str, told: Config) -> Iterator[Flask]:
    """The demo on a copy of this walk's own."""
    yield from own_demo(server, told, "pond")


@pytest.fixture
def live(demo_app: Flask) -> Iterator[str]:
    """The address of a server of this test's own."""
    with serving(demo_app) as address:
        yield address


@pytest.mark.timeout(900, func_only=True)
def test_a_class_at_a_pond_needs_no_employer(open_page: OpenPage, demo_app: Flask) -> None:
    room = Lessons(demo_app, Cast(open_page), keeper="school", officer="township")
    class_at_a_pond(room)
    farmers = sign_up_of_farmers(room)
    place_checked_and_filed(room)
    refill(room, somebody_leaves(room, farmers), farmers)
    room.into(MORNING, -40)
    room.cast.at("school").start().door("班级").follow(POND_CLASS).press("开班").says("培训中")
    thumbs_at_the_pond(room)
    paper_afternoon(room)
    offline_morning(room)
    missed = random_inspection(room)
    made_up = make_up(room, missed)
    room.called(range(INSPECTED + 1, made_up), "school")
    sign_the_make_up(room, made_up, missed)
    sat_again(room, assessed(room))
    every_hour_opens_to_its_evidence(room, FARMERS * (room.count() - 1))
    what_the_pond_has(room)


def class_at_a_pond(room: Lessons) -> None:
    """The school has a new pond, which nobody from the bureau has seen yet, and plans a class there."""
    with room.app.app_context(), transaction():
        by = account("school")
        school, paddy = site_of("马桥稻田基地")
        pond = schools.NewSite(
            POND,
            paddy.region_code,
            "马桥村 3 组塘边",
            30,
            SiteKind.FIELD_OR_POND,
            latitude=Decimal("28.7926"),
            longitude=Decimal("113.2861"),
            radius_m=300,
        )
        course = db.session.scalars(db.select(Course).where(Course.title == "稻虾共作")).one()
        start_on = add_working_days(clock.today(), 4)
        row = classes.plan_class(
            classes.NewClass(
                course_id=course.id,
                site_id=schools.add_site(school, pond, by=by).id,
                capacity=FARMERS,
                start_on=start_on,
                end_on=start_on,
                direction_note=LIVELIHOOD,
                assessor_id=teacher("薛公正"),
                name=POND_CLASS,
            ),
            by=by,
        )
        timetable(row, teacher("谈小溪"), by=by)
        classes.open_sign_up(row, by=by)
        room.class_id, room.name = row.id, POND_CLASS


def sign_up_of_farmers(room: Lessons) -> list[str]:
    """The officer of a township signs up who grows rice, one more than there are places; gives their names."""
    officer = room.cast.at("township").start("/")
    officer.write({"想学什么": "稻虾共作"}).press("找课程").follow(POND_CLASS).follow("替人报名")
    rows = officer.main.locator("tbody tr").filter(has_text="可以报").filter(has=officer.page.locator("input"))
    names = []
    for row in rows.all()[: FARMERS + 1]:
        row.locator("input").check()
        names.append(row.locator("a").first.inner_text())
    officer.press("下一步：确认本人同意").says("名额不够").write(
        {"见证人在场": True, "见证说明": "组长在塘边当面见证。"}
    )
    officer.press("确认报名").says(POND_CLASS).says("候补 1 号")
    return names


def place_checked_and_filed(room: Lessons) -> None:
    """Nothing is filed for a pond that nobody has seen; the officer goes there with a phone, then it is."""
    school = room.cast.at("school").start().door("班级").follow(POND_CLASS)
    school.follow("名单与定岗").press("自动填上还空着的").says(LIVELIHOOD)
    school.follow("概况").press("提交申报").says("核实")
    officer = room.phone("training").start().door("场地核实").follow(POND)
    officer.write({"有，和登记的一样": True, "能，坐得下、安全": True, "说明": "塘埂宽，有棚子，离路边 50 米。"})
    officer.keep("place-check")
    officer.press("记下")
    hears(officer, "已记下")
    school.start().door("班级").follow(POND_CLASS).says("100%").press("提交申报").says("等培训管理员审批")
    decider = room.cast.at("training").start().door("班级").follow(POND_CLASS)
    decider.press("批准开班").says("四定已锁定")
    school.start().door("考核").follow(POND_CLASS).follow("报送考核名单")
    with room.app.app_context():
        on = add_working_days(room.sessions()[-1].on, 3)
        db.session.remove()
    school.write({"考核日期": on.isoformat()}).press("报送名单").says("名单已报送")


def thumbs_at_the_pond(room: Lessons) -> None:
    """No phones at the pond: each presses a thumb before a witness, and nobody else may stand for the witness."""
    room.into(MORNING, 3)
    clerk = at_the_door(room.phone(room.keeper), "签到、签退", room)
    names = room.names()
    tick(clerk, names)
    clerk.write({"见证按手印": True}).press("勾选的人都在，记下来").says("请写见证人的姓名")
    tick(clerk, names)
    clerk.write({"见证人姓名": WITNESS}).press("勾选的人都在，记下来").says(f"{FARMERS} 人已签到，还差 0 人")
    room.after(MORNING, -3)
    clerk = at_the_door(room.phone(room.keeper), "签到、签退", room)
    if clerk.main.get_by_text("这节课抽到了中途抽查").count():
        clerk.follow("开始抽查")
        tick(clerk, names)
        clerk.press("勾选的人都在，记下来")
        clerk.follow("签退")
    tick(clerk, names)
    clerk.write({"见证按手印": True, "见证人姓名": WITNESS}).press("勾选的人都在，记下来").says(f"{FARMERS} 人已签退")
    room.after(MORNING)
    at_the_door(room.phone(room.keeper), "点名", room).press("按签到记学时").says(f"已经点的 {FARMERS} 人").follow(
        "更正"
    ).says(WITNESS)


def what_the_pond_has(room: Lessons) -> None:
    """No order and no employer anywhere: the direction and each post are the trainees' own livelihood."""
    with room.app.app_context():
        row = db.session.get_one(TrainingClass, room.class_id)
        assert (row.status, row.order_id, row.direction_note) == (ClassStatus.ASSESSED, None, LIVELIHOOD)
        seats = active_seats(row.id)
        assert [(seat.order_id, bool(seat.livelihood)) for seat in seats] == [(None, True)] * FARMERS
        thumbs = db.session.scalars(db.select(Signing).filter_by(class_id=row.id, way=Way.WITNESSED)).all()
        assert [one.witness for one in thumbs] == [WITNESS] * (FARMERS * 2 + 1)
        hours = sum(entry.hours for one in room.sessions() for entry in entries_of(one.id).values())
        assert hours == FARMERS * row.course.hours
        assert [fix.version for fix in fixes_of(row.id)] == [1, 2, 3, 4]
        db.session.remove()
