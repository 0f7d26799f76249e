"""Requests on screen: an officer asks, a laborer asks on the phone, a school reads the map, a teacher goes."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.classes.models import TrainingClass
from app.classes.rules import ClassStatus
from app.courses.models import Course
from app.kernel.access import Role
from app.kernel.database import db
from app.outreach.models import VillageRequest
from app.outreach.rules.requests import RequestStatus
from app.people.sessions import PersonSession
from tests.makers import OTHER_COUNTY, TOWNSHIP, VILLAGE, SignIn, make_user
from tests.making.classes import SchoolSet, make_person, make_school_set
from tests.making.requests import (
    ADDRESS,
    FAR_VILLAGE,
    NEXT_VILLAGE,
    arranged,
    ask,
    ask_home,
    make_farm_course,
    weeks,
)

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def at(session: object) -> SchoolSet:
    assert session is not None
    return make_school_set()


@pytest.fixture
def course(at: SchoolSet) -> Course:
    return make_farm_course(at)


def enter(sign_in: SignIn, user: Any) -> FlaskClient:
    """Sign in; what the test has made so far stays, whatever a request rolls back."""
    db.session.commit()
    return sign_in(user)


def township() -> User:
    return make_user(Role.TOWNSHIP_OFFICER, area=(TOWNSHIP,))


def page(client: FlaskClient, path: str) -> str:
    answered = client.get(path)
    assert answered.status_code == 200, path
    return answered.get_data(as_text=True)


def typed(client: FlaskClient, path: str, **data: Any) -> tuple[int, str]:
    answered = client.post(path, data=data, follow_redirects=True)
    return answered.status_code, answered.get_data(as_text=True)


def days() -> dict[str, str]:
    first, last = weeks()
    return {"from_on": first.isoformat(), "until_on": last.isoformat()}


def requests_of(course: Course) -> list[VillageRequest]:
    query = select(VillageRequest).where(VillageRequest.course_id == course.id).order_by(VillageRequest.id)
    return list(db.session.scalars(query).unique())


def test_an_officer_asks_for_people_by_name_and_for_a_number_and_sees_what_became_of_it(
    sign_in: SignIn, course: Course
) -> None:
    person = make_person("欧阳试点")
    client = enter(sign_in, township())
    assert course.title in page(client, f"/requests/new?course={course.id}")
    wish = {"course": course.id, "village": VILLAGE, "names": "1. 欧阳试点", "others": "4", **days()}
    status, shown = typed(client, "/requests/new", **wish)
    assert status == 200
    assert "还差 5 人" in shown
    assert [(row.person_id, row.headcount) for row in requests_of(course)] == [(person.id, 1), (None, 4)]
    listed = page(client, "/requests")
    assert "欧阳试点" in listed
    assert "已点单" in listed
    again, shown = typed(client, "/requests/new", **wish)
    assert again == 422
    assert "已经点过这门课了" in shown


def test_a_name_that_means_nobody_is_said_by_its_line(sign_in: SignIn, course: Course) -> None:
    client = enter(sign_in, township())
    wish = {"course": course.id, "village": VILLAGE, "names": "\n查无此人", "others": "", **days()}
    status, shown = typed(client, "/requests/new", **wish)
    assert status == 422
    assert "第 2 行找不准是谁" in shown
    assert requests_of(course) == []


def test_from_a_persons_page_one_asks_for_that_person_without_their_number_on_the_page(
    sign_in: SignIn, course: Course
) -> None:
    person = make_person()
    client = enter(sign_in, township())
    assert f"/requests/new?person={person.id}" in page(client, f"/people/{person.id}")
    form = page(client, f"/requests/new?person={person.id}")
    assert person.name in form
    assert person.id_number not in form
    typed(client, f"/requests/new?person={person.id}", course=course.id, village=VILLAGE, **days())
    assert [row.person_id for row in requests_of(course)] == [person.id]


def test_an_officer_takes_a_request_back_and_no_stranger_sees_it(sign_in: SignIn, course: Course) -> None:
    (row,) = ask(course, others=3)
    stranger = enter(sign_in, make_user(Role.TOWNSHIP_OFFICER, area=(OTHER_COUNTY,)))
    assert stranger.get(f"/requests/{row.id}").status_code == 404
    assert stranger.post(f"/requests/{row.id}/withdraw").status_code == 404
    client = enter(sign_in, township())
    _status, shown = typed(client, f"/requests/{row.id}/withdraw", reason="大家出门了")
    assert "点单撤回了" in shown
    assert "大家出门了" in shown
    assert row.status is RequestStatus.WITHDRAWN


def test_a_laborer_asks_from_the_course_page_and_takes_it_back(sign_in: SignIn, course: Course) -> None:
    me, other = make_person(), make_person()
    client = enter(sign_in, PersonSession(me))
    assert f"/courses/{course.id}/request" in page(client, f"/courses/{course.id}")
    status, shown = typed(client, f"/my/requests/new/{course.id}", **days())
    assert status == 200
    assert course.title in shown
    (row,) = requests_of(course)
    assert (row.person_id, row.region_code) == (me.id, me.region_code)
    status, _shown = typed(client, f"/my/requests/new/{course.id}", **days())
    assert status in (409, 422)
    assert enter(sign_in, PersonSession(other)).get(f"/my/requests/{row.id}").status_code == 404
    typed(enter(sign_in, PersonSession(me)), f"/my/requests/{row.id}/withdraw")
    assert row.status is RequestStatus.WITHDRAWN


def test_a_passer_by_who_wants_a_course_is_asked_who_they_are_first(client: FlaskClient, course: Course) -> None:
    db.session.commit()
    assert "点这门课" in page(client, f"/courses/{course.id}")
    answered = client.get(f"/courses/{course.id}/request")
    assert answered.status_code == 303
    assert "/my/requests" not in answered.location


def test_a_school_sees_the_demand_as_a_list_a_map_and_a_table_that_say_the_same(
    sign_in: SignIn, course: Course, at: SchoolSet
) -> None:
    person = make_person("欧阳保密")
    ask(course, others=6)
    ask(course, NEXT_VILLAGE, others=4, people=(person,))
    ask(course, FAR_VILLAGE, others=2)
    client = enter(sign_in, at.clerk)
    shown = page(client, f"/requests/demand?course={course.id}")
    assert "人数够了" in shown
    assert "还差 8 人" in shown
    assert "欧阳保密" not in shown
    drawing = re.search(r'<svg class="sketch".*?</svg>', shown, re.DOTALL)
    assert drawing is not None
    svg = ET.fromstring(drawing.group())  # noqa: S314  # our own page
    numbers = sorted(node.text or "" for node in svg.iter("text") if node.get("class") == "sketch-number")
    assert numbers == ["2", "5", "6"]
    assert svg.find("title") is not None
    assert "13 人" in (svg.findtext("desc") or "")
    table = shown[shown.index('id="villages"') :]
    assert [table.count(f"稻虾共作 {number} 人") for number in (2, 5, 6)] == [1, 1, 1]
    assert "style=" not in shown


def test_the_demand_is_narrowed_by_course_county_and_weeks(sign_in: SignIn, course: Course, at: SchoolSet) -> None:
    (row,) = ask(course, others=6, days=(20, 40))
    client = enter(sign_in, at.clerk)
    found = f"/requests/pools/{row.id}"
    assert found in page(client, f"/requests/demand?course={course.id}&county=430681")
    assert found not in page(client, f"/requests/demand?course={course.id}&county={OTHER_COUNTY}")
    late, _last = weeks(41, 60)
    assert found not in page(client, f"/requests/demand?course={course.id}&from_on={late.isoformat()}")
    early, until = weeks(1, 19)
    span = f"from_on={early.isoformat()}&until_on={until.isoformat()}"
    assert found not in page(client, f"/requests/demand?course={course.id}&{span}")


def test_a_school_answers_a_pool_with_a_draft_class(sign_in: SignIn, course: Course, at: SchoolSet) -> None:
    (row,) = ask(course, others=12)
    client = enter(sign_in, at.clerk)
    assert "我们来开班" in page(client, f"/requests/pools/{row.id}")
    plan = {
        "course_id": course.id,
        "site_id": at.site.id,
        "teacher_id": at.teacher.id,
        "capacity": "15",
        "direction_note": "自家田",
    }
    wrong, shown = typed(client, f"/requests/pools/{row.id}", start_on=weeks(70)[0].isoformat(), **plan)
    assert wrong == 422
    assert "请在这里面选" in shown
    status, shown = typed(client, f"/requests/pools/{row.id}", start_on=weeks(30)[0].isoformat(), **plan)
    assert status == 200
    assert "班排好了" in shown
    assert row.status is RequestStatus.PROPOSED
    asked_for = f"/requests?class_id={row.class_id}"
    assert asked_for in shown
    assert f'/requests/{row.id}"' in page(client, asked_for)
    assert db.session.get_one(TrainingClass, row.class_id).status is ClassStatus.DRAFT
    assert at.school.organization.name in page(enter(sign_in, township()), f"/requests/{row.id}")


def test_a_school_sees_neither_name_nor_village_nor_address_of_a_home_before_the_village_says_yes(
    sign_in: SignIn, course: Course, at: SchoolSet
) -> None:
    person = make_person("欧阳保密")
    home = ask_home(course, person)
    client = enter(sign_in, at.clerk)
    hidden = (person.name, ADDRESS, "湄江村")
    shown = [page(client, "/requests/homes"), page(client, f"/requests/{home.id}/visit")]
    assert "弼时镇" in shown[0]
    _status, offered = typed(
        client, f"/requests/{home.id}/visit", teacher_id=at.teacher.id, visit_on=home.from_on.isoformat()
    )
    shown += [offered, page(client, "/requests"), page(client, f"/requests/{home.id}")]
    main = [re.sub(r"<header.*?</header>|<nav.*?</nav>", "", one, flags=re.DOTALL) for one in shown]
    assert [word for word in hidden for one in main if word in one] == []
    assert client.get(f"/requests/homes/{home.id}").status_code == 404
    assert home.status is RequestStatus.PROPOSED
    _status, agreed = typed(enter(sign_in, township()), f"/requests/{home.id}/accept")
    assert "约好了" in agreed
    client = enter(sign_in, at.clerk)
    before = page(client, f"/requests/homes/{home.id}")
    assert person.name in before
    assert ADDRESS not in before
    assert ADDRESS in typed(client, f"/requests/homes/{home.id}/address")[1]


def test_the_teacher_who_goes_there_sees_the_address_and_no_other_teacher_the_page(
    sign_in: SignIn, course: Course, at: SchoolSet
) -> None:
    goes, stays = (make_user(Role.TEACHER, organization=at.school.organization) for _ in range(2))
    at.teacher.user_id = goes.id
    home = arranged(ask_home(course, make_person()), at)
    client = enter(sign_in, goes)
    assert f"/requests/homes/{home.id}" in page(client, "/requests/homes")
    assert ADDRESS in typed(client, f"/requests/homes/{home.id}/address")[1]
    other = enter(sign_in, stays)
    assert f"/requests/homes/{home.id}" not in page(other, "/requests/homes")
    assert other.post(f"/requests/homes/{home.id}/address").status_code == 404


def test_the_bureau_reads_a_home_without_the_address_and_cannot_look_at_it(
    sign_in: SignIn, course: Course, at: SchoolSet
) -> None:
    home = arranged(ask_home(course, make_person()), at)
    auditor = enter(sign_in, make_user(Role.AUDITOR, area=("430681",)))
    shown = page(auditor, f"/requests/{home.id}")
    assert "只给约好上门的学校和老师看" in shown
    assert ADDRESS not in shown
    assert auditor.post(f"/requests/{home.id}/address").status_code == 403
