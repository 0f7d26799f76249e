"""A class from sign-up and filing to a locked record whose every hour opens to its evidence."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.attendance.models import AttendanceEntry, Signing
from app.attendance.queries import entries_of, supported_by_seat
from app.attendance.rules import Way
from app.attendance.rules.checks import drawn
from app.classes import service as classes
from app.classes.models import TrainingClass, Variation
from app.classes.queries import fixes_of
from app.classes.rules import ClassStatus, VariationKind
from app.courses import service as courses
from app.courses.rules import CourseText, Delivery
from app.inspections.models import Inspection, InspectionDraw
from app.inspections.queries import recompute
from app.inspections.rules import Result
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.workdays import add_working_days
from app.occupations.models import Occupation
from app.orders.models import Order
from app.schools import service as schools
from config import Config
from tests.browser.class_days import (
    INSPECTED,
    MORNING,
    assessed,
    every_hour_opens_to_its_evidence,
    make_up,
    mixed_morning,
    offline_morning,
    paper_afternoon,
    random_inspection,
    refill,
    sat_again,
    sign_the_make_up,
    somebody_leaves,
)
from tests.browser.classroom import Handheld, Lessons, account, own_demo, site_of, teacher, texted, timetable
from tests.browser.conftest import OpenPage
from tests.browser.scene import Cast
from tests.serving import serving

COURSE, CLASS, ORDER = "小型挖掘机短训", "小型挖掘机短训一班", "挖掘机操作工"
NEWCOMER, NEWCOMERS_PHONE = "易小满", "19900000001"
PEOPLE, HOURS = 4, 49


@pytest.fixture
def demo_app(server: str, told: Config) -> Iterator[Flask]:
    """The demo on a copy of this walk's own."""
    yield from own_demo(server, told, "classroom")


@pytest.fixture
def live(demo_app: Flask) -> Iterator[str]:
    """The address of a server of this test's own."""
    with serving(demo_app) as address:
        yield address


@pytest.mark.timeout(900, func_only=True)
def test_a_class_goes_from_sign_up_to_a_locked_record(open_page: OpenPage, demo_app: Flask) -> None:
    room = Lessons(demo_app, Cast(open_page), first=NEWCOMER)
    planned_class(room)
    newcomer = sign_up_on_a_phone(room)
    others = sign_up_by_an_officer(room)
    filed_and_approved(room)
    left = somebody_leaves(room, others)
    refill(room, left, others)
    begin(room)
    mixed_morning(room, newcomer)
    paper_afternoon(room)
    offline_morning(room)
    missed = random_inspection(room)
    made_up = make_up(room, missed)
    room.called(range(INSPECTED + 1, made_up), "teacher")
    sign_the_make_up(room, made_up, missed)
    sat_again(room, assessed(room))
    every_hour_opens_to_its_evidence(room, PEOPLE * HOURS // 7 * 2)
    what_the_database_has(room, made_up)


def planned_class(room: Lessons) -> None:
    """The school has a short course on the menu and a class of it with a timetable, open for sign-up."""
    with room.app.app_context(), transaction():
        by, officer = account("school"), account("training")
        school, site = site_of("弼时实训场")
        (listing,) = schools.ask_listings(school, "6-30-05-05", [0], by=by)
        schools.grant_listing(listing, clock.today(), school.license_until_on, by=officer)
        occupation = db.session.scalars(db.select(Occupation.id).where(Occupation.code == "6-30-05-05")).one()
        text = CourseText("order_training", COURSE, occupation, 0, 14, 35, Delivery.SITE, "安全；起步行走；挖沟平整。")
        course = courses.draft(text, school_id=school.id, by=by)
        courses.offer(course, by=by)
        courses.list_course(course, by=officer, note="学时合规定。")
        start_on = add_working_days(clock.today(), 4)
        row = classes.plan_class(
            classes.NewClass(
                course_id=course.id,
                site_id=site.id,
                capacity=PEOPLE,
                start_on=start_on,
                end_on=start_on,
                order_id=db.session.scalars(db.select(Order.id).where(Order.title == ORDER)).one(),
                assessor_id=teacher("薛公正"),
                name=CLASS,
            ),
            by=by,
        )
        timetable(row, teacher("马向前"), by=by)
        classes.open_sign_up(row, by=by)
        room.class_id, room.name = row.id, CLASS


def sign_up_on_a_phone(room: Lessons) -> Handheld:
    """A newcomer finds the class on the menu and signs up; the phone stays theirs."""
    phone = room.trainee()
    phone.start("/").write({"想学什么": COURSE}).press("找课程").follow(CLASS).follow("我要报名")
    phone.follow("在村里登记过，只用手机号").write({"手机号": NEWCOMERS_PHONE}).press("发验证码")
    phone.write({"验证码": texted(room.cast, NEWCOMERS_PHONE)}).press("下一步")
    phone.write({"我看清楚了": True}).press("确认报名").says("报上了")
    return phone


def sign_up_by_an_officer(room: Lessons) -> list[str]:
    """The village officer signs up as many as there are places, and one more, who has to wait; gives their names."""
    officer = room.cast.at("village").start("/")
    officer.write({"想学什么": COURSE}).press("找课程").follow(CLASS).follow("替人报名")
    rows = officer.main.locator("tbody tr").filter(has_text="可以报").filter(has=officer.page.locator("input"))
    names = []
    for row in rows.all()[:PEOPLE]:
        row.locator("input").check()
        names.append(row.locator("a").first.inner_text())
    officer.press("下一步：确认本人同意").says("名额不够")
    officer.write({"见证人在场": True, "见证说明": "村支书在村部当面见证。"}).press("确认报名").says(CLASS)
    officer.says("候补 1 号")
    return names


def filed_and_approved(room: Lessons) -> None:
    """The meter says what is missing; filed at a hundred and approved: version 1, which is locked."""
    school = room.cast.at("school").start().door("班级").follow(CLASS)
    school.says("材料齐全度").follow("名单与定岗").press("自动填上还空着的")
    school.follow("教学方案").says("教学计划").says("学时怎么证明").follow("概况").says("100%")
    school.press("提交申报").says("等培训管理员审批")
    officer = room.cast.at("training").start().door("班级").follow(CLASS)
    officer.says("100%").press("批准开班").says("四定已锁定").says("第 1 版")
    school.start().door("考核").follow(CLASS).follow("报送考核名单")
    with room.app.app_context():
        on = add_working_days(room.sessions()[-1].on, 3)
    school.write({"考核日期": on.isoformat()}).press("报送名单").says("名单已报送")


def begin(room: Lessons) -> None:
    """The class begins; of its half-days the first is drawn to be checked in the middle."""
    with room.app.app_context():
        first, *rest = [one.id for one in room.sessions()]
        db.session.remove()
    seeds = (number.to_bytes(32) for number in range(100_000))
    seed = next(one for one in seeds if drawn(one, first, 20) and not any(drawn(one, other, 20) for other in rest))
    room.into(MORNING, -40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.attendance.service.checks.secrets", SimpleNamespace(token_bytes=lambda _size: seed))
        room.cast.at("school").start().door("班级").follow(CLASS).press("开班").says("培训中")


def what_the_database_has(room: Lessons, made_up: int) -> None:
    """Four versions with their hashes; every hour supported by signings; nothing can be added any more."""
    with room.app.app_context():
        row = db.session.get_one(TrainingClass, room.class_id)
        assert row.status is ClassStatus.ASSESSED
        fixes = fixes_of(row.id)
        assert sorted(fix.version for fix in fixes) == [1, 2, 3, 4]
        assert len({fix.sha256 for fix in fixes}) == 4
        kinds = [
            one.kind
            for one in db.session.scalars(db.select(Variation).filter_by(class_id=row.id).order_by(Variation.id))
        ]
        assert kinds == [VariationKind.WITHDRAW, VariationKind.REFILL, VariationKind.MAKE_UP]
        total = 0
        for session in room.sessions():
            supported = supported_by_seat(session, row)
            for seat_id, entry in entries_of(session.id).items():
                assert entry.hours <= (supported[seat_id].hours if seat_id in supported else 0)
                total += entry.hours
        assert total == PEOPLE * HOURS
        ways = {one.way for one in db.session.scalars(db.select(Signing).filter_by(class_id=row.id))}
        assert ways == {Way.ROTATING_CODE, Way.OWN_CODE, Way.ROLL_CALL, Way.PAPER, Way.WITNESSED}
        (inspection,) = db.session.scalars(db.select(Inspection).filter_by(class_id=row.id))
        assert (inspection.result, inspection.head_count) == (Result.PASSED, 3)
        assert recompute(db.session.get_one(InspectionDraw, inspection.draw_id)) is True
        entry = entries_of(room.sessions()[made_up].id).popitem()[1]
        with pytest.raises(DBAPIError, match=r"permission denied|never changed"):
            db.session.execute(db.update(AttendanceEntry).where(AttendanceEntry.id == entry.id).values(hours=1))
        db.session.remove()
