"""The pages of courses: a school's form, the officer's decision, the public page."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.service import declare_interest
from app.courses.models import Course
from app.courses.rules import CourseStatus
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.schools import service as schools
from app.schools.models import School
from tests.makers import COUNTY, OTHER_COUNTY, make_user
from tests.making.courses import make_course, make_listed_course, make_offered_course
from tests.making.orders import occupation_id
from tests.making.schools import make_listed_school, make_school

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "title": "挖掘机驾驶",
        "occupation_id": occupation_id(),
        "level": "5",
        "syllabus": "安全\n操作",
        "benefits": "中餐",
        "trade": "",
        "theory_hours": "35",
        "practice_hours": "70",
        "delivery": "both",
        "mode": "order_training",
        "base_mode": "",
        "then": "keep",
        **changes,
    }


def clerk_client(sign_in: SignIn, school: School | None = None) -> FlaskClient:
    with transaction():
        school = school or make_listed_school()
        user = make_user(Role.SCHOOL_CLERK, organization=school.organization)
    return sign_in(user)


def officer_client(sign_in: SignIn, area: str = COUNTY) -> FlaskClient:
    with transaction():
        user = make_user(Role.TRAINING_OFFICER, area=(area,))
    return sign_in(user)


def made(maker: Callable[..., Course], *args: Any, **facts: Any) -> tuple[Course, School]:
    with transaction():
        school = make_listed_school()
        return maker(*args, school=school, **facts), school


def only_course() -> Course:
    db.session.expire_all()
    return db.session.query(Course).order_by(Course.id.desc()).first() or pytest.fail("no course")


def text_of(answer: TestResponse, status: int = 200) -> str:
    assert answer.status_code == status, answer.text
    return answer.text


def test_a_school_keeps_a_draft_and_offers_it(sign_in: SignIn) -> None:
    client = clerk_client(sign_in)
    assert "新建课程" in text_of(client.get("/courses"))
    page = text_of(client.get("/courses/new"))
    assert "稻虾共作、林下经济等" in page
    assert "已存为草稿" in text_of(client.post("/courses/new", data=typed(), follow_redirects=True))
    course = only_course()
    assert course.status == CourseStatus.DRAFT
    data = typed(theory_hours="36", then="offer", version=str(course.version))
    page = text_of(client.post(f"/courses/{course.id}/edit", data=data, follow_redirects=True))
    assert "等培训管理员审核" in page
    assert "共 106" in page
    assert "最少学时、实操比例都够了" in page


@pytest.mark.parametrize(
    ("change", "fields", "words"),
    [
        ({"theory_hours": "20", "practice_hours": "20"}, ["theory_hours", "practice_hours"], "至少 105 个标准学时"),
        ({"practice_hours": "好多"}, ["practice_hours"], "请填整数"),
        ({"title": " "}, ["title"], "请填写“课程名称”"),
        ({"mode": "online", "delivery": "online"}, ["base_mode"], "本来的培训模式"),
        ({"delivery": "online"}, ["delivery"], "只有线上培训"),
        ({"mode": ""}, ["mode"], "请在“培训模式”里选一项"),
        ({"occupation_id": "0"}, ["occupation_id"], "请选职业（工种）"),
    ],
)
def test_a_wrong_form_names_each_field_and_keeps_what_was_typed(
    sign_in: SignIn, change: dict[str, str], fields: list[str], words: str
) -> None:
    data = typed(syllabus="第一课 点火", then="offer", **change)
    page = text_of(clerk_client(sign_in).post("/courses/new", data=data), 422)
    assert words in page
    assert "第一课 点火" in page
    for field in fields:
        assert f'href="#{field}"' in page


def test_a_draft_may_still_have_too_few_hours_and_is_told_so_when_offered(sign_in: SignIn) -> None:
    course, school = made(make_course, theory_hours=10)
    client = clerk_client(sign_in, school)
    assert "至少 105 个标准学时" in text_of(client.get(f"/courses/{course.id}/record"))
    page = text_of(client.post(f"/courses/{course.id}/offer", data={}), 422)
    assert "请再加 25 个标准学时" in page
    assert only_course().status == CourseStatus.DRAFT


def test_a_school_that_is_not_listed_is_told_so(sign_in: SignIn) -> None:
    with transaction():
        school = make_school()
    client = clerk_client(sign_in, school)
    assert "还不在目录内" in text_of(client.get("/courses"))
    assert "不在目录内" in text_of(client.post("/courses/new", data=typed(then="offer")), 409)


def test_an_officer_lists_a_course_and_anybody_reads_it(sign_in: SignIn, client: FlaskClient) -> None:
    course, _school = made(make_offered_course)
    assert client.get(f"/courses/{course.id}").status_code == 404
    officer_client(sign_in)
    page = text_of(client.get(f"/courses/{course.id}/record"))
    assert "照着另建一门" not in page
    assert "照政策推定：现代化产业重点职业类" in page
    data = {"list-version": course.version, "list-rate_class": "", "list-note": "同意"}
    assert "已上菜单" in text_of(client.post(f"/courses/{course.id}/list", data=data, follow_redirects=True))
    with client.session_transaction() as cookie:
        cookie.clear()
    page = text_of(client.get(f"/courses/{course.id}"))
    for words in (
        "学员不交学费",
        "示例标准",
        "订单培训",
        "105 学时（理论 35，实操 70），约 15 天",
        "6-30-05-05",
        "大典 2022",
    ):
        assert words in page
    assert "课程档案" not in page


def test_the_page_of_a_taster_says_that_nothing_is_paid_or_counted(client: FlaskClient) -> None:
    course, _school = made(make_listed_course, "taster", title="插花体验")
    page = text_of(client.get(f"/courses/{course.id}"))
    assert "不占享受补贴的次数" in page
    assert "参加证明" in page


def test_a_suspended_schools_course_says_that_nobody_can_sign_up(client: FlaskClient) -> None:
    course, school = made(make_listed_course)
    with transaction():
        schools.suspend(school, by=SYSTEM, note="整改")
    assert "暂停办班" in text_of(client.get(f"/courses/{course.id}"))


def test_an_officer_returns_with_a_reason_and_never_without(sign_in: SignIn) -> None:
    course, school = made(make_offered_course)
    client = officer_client(sign_in)
    assert "请填写“原因”" in text_of(client.post(f"/courses/{course.id}/return", data={}), 422)
    data = {"return-reason": "大纲太粗", "return-version": course.version}
    assert "大纲太粗" in text_of(client.post(f"/courses/{course.id}/return", data=data, follow_redirects=True))
    assert "改好再提交" in text_of(clerk_client(sign_in, school).get(f"/courses/{course.id}/record"))


def test_the_second_of_two_officers_sees_what_changed(sign_in: SignIn) -> None:
    course, _school = made(make_offered_course)
    seen = course.version
    officer_client(sign_in).post(f"/courses/{course.id}/list", data={"list-version": seen, "list-rate_class": ""})
    data = {"return-reason": "x", "return-version": seen}
    assert "上菜单" in text_of(officer_client(sign_in).post(f"/courses/{course.id}/return", data=data), 409)
    assert only_course().status == CourseStatus.LISTED


def test_an_officer_with_a_tie_can_not_decide(sign_in: SignIn) -> None:
    course, school = made(make_offered_course)
    with transaction():
        user = make_user(Role.TRAINING_OFFICER)
        declare_interest(school.id, nature="原股东", by=SYSTEM, user_id=user.id)
    client = sign_in(user)
    page = text_of(client.get(f"/courses/{course.id}/record"))
    assert "请别的同事办理" in page
    assert "原股东" in page
    assert client.post(f"/courses/{course.id}/list", data={"list-rate_class": ""}).status_code == 403


def test_a_school_copies_and_withdraws_a_listed_course(sign_in: SignIn) -> None:
    course, school = made(make_listed_course)
    client = clerk_client(sign_in, school)
    assert text_of(client.post(f"/courses/{course.id}/withdraw", data={}), 422)
    assert "改好再提交" in text_of(client.post(f"/courses/{course.id}/copy", follow_redirects=True))
    assert (only_course().title, only_course().status) == (course.title, CourseStatus.DRAFT)
    client.post(f"/courses/{course.id}/withdraw", data={"withdraw-reason": "不再开"})
    db.session.expire_all()
    assert course.status == CourseStatus.WITHDRAWN


def test_a_course_elsewhere_is_not_found(sign_in: SignIn) -> None:
    course, _school = made(make_offered_course)
    for client in (clerk_client(sign_in), officer_client(sign_in, OTHER_COUNTY)):
        assert client.get(f"/courses/{course.id}/record").status_code == 404
        assert client.get(f"/courses/{course.id}").status_code == 404
    assert clerk_client(sign_in).post(f"/courses/{course.id}/edit", data=typed()).status_code == 404


def test_a_reader_sees_the_file_but_no_button(sign_in: SignIn) -> None:
    course, _school = made(make_offered_course)
    with transaction():
        auditor = make_user(Role.AUDITOR)
    client = sign_in(auditor)
    assert f"/courses/{course.id}/return" not in text_of(client.get(f"/courses/{course.id}/record"))
    assert client.post(f"/courses/{course.id}/list", data={}).status_code == 403


def test_the_list_is_filtered_by_its_form(sign_in: SignIn) -> None:
    made(make_offered_course, title="装载机驾驶")
    made(make_listed_course, "farm_skills", title="稻虾共作")
    client = officer_client(sign_in)
    page = text_of(client.get("/courses?q=dao xia&mode=farm_skills&status=listed"))
    assert "稻虾共作" in page
    assert "装载机驾驶" not in page
    assert "换个条件再找" in text_of(client.get("/courses?q=没有这个"))
