"""Signing up by oneself: from a class, over who I am, to what I agree to; whoever is new registers on the way."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.classes.models import TrainingClass
from app.enrollments import service
from app.enrollments.models import Enrollment
from app.enrollments.words import NOTICE_VERSION, PURPOSES
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.kernel.remembered import PLACE, SIZE
from app.kernel.throttles import forget
from app.messages.models import Message, MessageKind
from app.people.models import Group, Person, PhoneClaim
from app.people.queries import person_by_number
from app.people.service import NewGroup
from app.people.sessions import PersonSession
from app.regions.queries import region
from tests.makers import TOWNSHIP, VILLAGE, make_user
from tests.making.classes import make_class
from tests.making.enrollments import enroll_people
from tests.making.people import id_number, make_person

PHONE, OTHER_PHONE = "13800000421", "13800000422"
NEW = id_number(date(1979, 7, 7))
HERE = "430000/430600/430681/430681107/430681107225"
SAID = {"name": "周新来", "education": "primary", "work_status": "farming", "groups": ["rural_transfer"]}
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def fresh_throttles(session: Any) -> None:  # noqa: ARG001  # wants an app context
    for phone in (PHONE, OTHER_PHONE):
        forget("code", phone)
        forget("self-register", phone)
        forget("code-try", f"person-sign-in:{phone}")
    forget("laborer-code", "127.0.0.1")


@pytest.fixture
def row() -> TrainingClass:
    made = make_class(capacity=2)
    db.session.commit()
    return made


@pytest.fixture
def phone(client: FlaskClient) -> FlaskClient:
    """A phone that remembers its village."""
    client.set_cookie(PLACE, HERE)
    return client


def code() -> str:
    newest = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert newest is not None
    found = re.search(r"\d{6}", str(newest.text))
    assert found is not None
    return found.group()


def come(phone: FlaskClient, number: str, *, at: str = PHONE, to: TrainingClass | None = None) -> str:
    """Say a number and prove a phone; where that leads."""
    started = phone.get(f"/classes/{to.id}/sign-up" if to else "/me/who?next=/my/enrollments")
    assert started.status_code in {200, 303}
    sent = phone.post("/me/who", data={"id_number": number, "phone": at})
    assert sent.headers["Location"] == "/me/sign-in/code", sent.text
    return phone.post("/me/sign-in/code", data={"code": code()}).headers["Location"]


def known(**given: Any) -> Person:
    group = NewGroup(Group.RURAL_TRANSFER, "户口簿")
    with transaction():
        return make_person(group, **{"phone": PHONE, **given})


def signed_in(client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie.get("_user_id", ""))


def told(user: User) -> list[str]:
    found = db.session.scalars(select(Message).where(Message.recipient == f"user:{user.id}"))
    return [str(message.text) for message in found if message.kind == MessageKind.REGISTER]


def claims() -> list[PhoneClaim]:
    return list(db.session.scalars(select(PhoneClaim).order_by(PhoneClaim.id.desc()).limit(1)))


def test_the_class_survives_the_way_to_the_seat(phone: FlaskClient, row: TrainingClass) -> None:
    person = known()
    assert row.name in phone.get(f"/classes/{row.id}/sign-up", follow_redirects=True).text
    assert come(phone, person.id_number, to=row) == f"/classes/{row.id}/enroll"
    page = phone.get(f"/classes/{row.id}/enroll").text
    assert person.name in page
    assert all(str(purpose.how_long) in page and str(purpose.kinds) in page for purpose in PURPOSES)
    assert "记录" in page
    phone.post(f"/classes/{row.id}/enroll", data={"agree": "y"})
    made = db.session.scalars(select(Enrollment).where(Enrollment.person_id == person.id)).one()
    assert (made.class_id, made.made_by) == (row.id, f"person:{person.id}")
    assert NOTICE_VERSION in made.consent_note


def test_on_a_shared_phone_the_number_says_who_it_is(phone: FlaskClient) -> None:
    mother, son = known(name="周大力"), known(name="周小力")
    assert come(phone, son.id_number) == "/my/enrollments"
    assert signed_in(phone) == f"person:{son.id}:1"
    assert mother.phone == son.phone


def test_whoever_is_not_in_the_register_registers_on_the_way(phone: FlaskClient, row: TrainingClass) -> None:
    officer = make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))
    assert come(phone, NEW, to=row) == "/me/register"
    assert "湄江村" in phone.get("/me/register").text
    assert phone.post("/me/register", data=SAID).headers["Location"] == f"/classes/{row.id}/enroll"
    person = person_by_number(NEW)
    assert person is not None
    assert (person.name, person.phone, person.region_code) == ("周新来", PHONE, VILLAGE)
    assert [(held.group, held.evidence) for held in person.groups] == [(Group.RURAL_TRANSFER, "")]
    assert phone.post(f"/classes/{row.id}/enroll", data={"agree": "y"}).status_code == 303
    assert told(officer) == ["周新来 自己在手机上登记到了汨罗市弼时镇湄江村，请核对情况对不对。"]


def test_a_known_number_with_another_phone_changes_and_shows_nothing(phone: FlaskClient) -> None:
    officer = make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,), name="彭信息")
    officer.phone = "13700000001"
    person = known(phone=OTHER_PHONE, name="张三丰")
    assert come(phone, NEW) == "/me/register"
    of_unknown = phone.get("/me/register").text
    assert come(phone, person.id_number) == "/me/register"
    of_known = phone.get("/me/register").text
    hidden = re.compile(r'value="[^"]{40,}"')
    assert hidden.sub("", of_known) == hidden.sub("", of_unknown)
    answer = phone.post("/me/register", data=SAID, follow_redirects=True)
    assert answer.request.path == "/me/ask-officer"
    assert "彭信息" in answer.text
    assert "13700000001" in answer.text
    assert "张三丰" not in answer.text
    assert signed_in(phone) == ""
    db.session.refresh(person)
    assert (person.name, person.phone, person.session_version) == ("张三丰", OTHER_PHONE, 1)
    assert [(claim.person_id, claim.phone, claim.name) for claim in claims()] == [(person.id, PHONE, "周新来")]
    assert len(told(officer)) == 1
    assert PHONE not in told(officer)[0]


def test_a_person_without_a_phone_is_not_given_to_the_first_who_names_the_number(phone: FlaskClient) -> None:
    person = known(phone="")
    assert come(phone, person.id_number) == "/me/register"
    assert phone.post("/me/register", data=SAID).headers["Location"] == "/me/ask-officer"
    db.session.refresh(person)
    assert person.phone is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"id_number": "123", "phone": PHONE}, "id_number"),
        ({"id_number": "", "phone": PHONE}, "id_number"),
        ({"id_number": NEW[:17] + ("1" if NEW[17] != "1" else "2"), "phone": PHONE}, "id_number"),
        ({"id_number": NEW, "phone": "12"}, "phone"),
        ({"id_number": NEW, "phone": ""}, "phone"),
    ],
)
def test_what_cannot_be_read_is_named_and_kept(phone: FlaskClient, given: dict[str, str], field: str) -> None:
    answer = phone.post("/me/who", data=given)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert given["id_number"] in answer.text


@pytest.mark.parametrize("missing", ["name", "education", "work_status"])
def test_a_missing_answer_is_named(phone: FlaskClient, missing: str) -> None:
    come(phone, NEW)
    answer = phone.post("/me/register", data={**SAID, missing: ""})
    assert answer.status_code == 422
    assert f'id="{missing}-error"' in answer.text
    assert person_by_number(NEW) is None


def test_nobody_registers_without_the_code_nor_long_after_it(phone: FlaskClient) -> None:
    assert phone.get("/me/register").headers["Location"] == "/me/who"
    phone.post("/me/who", data={"id_number": NEW, "phone": PHONE})
    assert phone.post("/me/register", data=SAID).headers["Location"] == "/me/register"
    come(phone, NEW)
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert phone.post("/me/register", data=SAID).headers["Location"] == "/me/register"
        assert phone.get("/me/register").headers["Location"] == "/me/who"
    assert person_by_number(NEW) is None


def test_a_person_lives_in_a_village_and_nowhere_larger(client: FlaskClient) -> None:
    client.set_cookie(PLACE, HERE.rpartition("/")[0])
    come(client, NEW)
    assert client.get("/me/register").headers["Location"].startswith("/place?")
    client.set_cookie(PLACE, "430000/1/999999999999")
    assert client.get("/me/register").headers["Location"].startswith("/place?")


def test_a_phone_cannot_try_a_list_of_numbers(phone: FlaskClient) -> None:
    answers = []
    for day in range(1, 8):
        come(phone, id_number(date(1972, 8, day)))
        forget("code", PHONE)
        forget("code-try", f"person-sign-in:{PHONE}")
        answers.append(phone.post("/me/register", data=SAID).status_code)
        with phone.session_transaction() as cookie:
            cookie.pop("_user_id", None)
    assert answers == [303] * 6 + [429]


def test_the_elder_view_asks_one_question_a_page(phone: FlaskClient) -> None:
    phone.set_cookie(SIZE, "elder")
    asked = re.compile(r'<(?:input|select|textarea)[^>]* name="(?!csrf_token|size|lang|next)([a-z_]+)"')
    assert set(asked.findall(phone.get("/me/who?next=/my/enrollments").text)) == {"id_number"}
    assert phone.post("/me/who", data={"id_number": NEW}).headers["Location"] == "/me/who/phone"
    assert set(asked.findall(phone.get("/me/who/phone").text)) == {"phone"}
    assert phone.post("/me/who/phone", data={"phone": "1"}).status_code == 422
    phone.post("/me/who/phone", data={"phone": PHONE})
    assert phone.post("/me/sign-in/code", data={"code": code()}).headers["Location"] == "/me/register"
    ways = []
    for question, answer in SAID.items():
        assert set(asked.findall(phone.get("/me/register").text)) == {question}
        ways.append(phone.post("/me/register", data={question: answer}).headers["Location"])
    assert ways == [*["/me/register"] * 3, "/my/enrollments"]
    assert person_by_number(NEW) is not None


def test_the_elder_view_reads_one_part_a_page_before_the_tick(phone: FlaskClient, row: TrainingClass) -> None:
    phone.set_cookie(SIZE, "elder")
    person = known()
    phone.get(f"/classes/{row.id}/sign-up")
    phone.post("/me/who", data={"id_number": person.id_number})
    phone.post("/me/who/phone", data={"phone": PHONE})
    phone.post("/me/sign-in/code", data={"code": code()})
    parts = [phone.get(f"/classes/{row.id}/enroll?part={part}").text for part in ("when", "after", "data", "agree")]
    assert [('name="agree"' in part) for part in parts] == [False, False, False, True]
    assert row.site.address in parts[0]
    assert str(PURPOSES[0].kinds) in parts[2]
    refused = phone.post(f"/classes/{row.id}/enroll", data={})
    assert refused.status_code == 422
    assert 'id="agree-error"' in refused.text
    assert str(PURPOSES[0].kinds) not in refused.text


def test_another_of_the_family_takes_over_on_the_way_to_the_same_class(phone: FlaskClient, row: TrainingClass) -> None:
    person, other = known(), known()
    come(phone, person.id_number, to=row)
    target = f"/classes/{row.id}/enroll"
    assert phone.post("/me/somebody-else", data={"next": target}).headers["Location"].startswith("/me/sign-in")
    assert signed_in(phone) == ""
    phone.post("/me/sign-in", data={"phone": PHONE})
    phone.post("/me/sign-in/code", data={"code": code()})
    assert phone.post("/me/sign-in/who", data={"person": str(other.id)}).headers["Location"] == target


def test_the_village_is_found_by_walking_down_the_tree_and_remembered(client: FlaskClient) -> None:
    assert "汨罗市" in client.get("/place").text
    assert "弼时镇" in client.get("/place?at=430681").text
    assert "湄江村" in client.get(f"/place?at={TOWNSHIP}").text
    answer = client.post("/place", data={"place": VILLAGE, "next": "//example.com"})
    assert answer.headers["Location"] == "/"
    found = region(VILLAGE)
    assert found is not None
    kept = client.get_cookie(PLACE)
    assert kept is not None
    assert f"{kept.value}/" == found.path
    assert "湄江村" in client.get("/").text
    client.post("/place", data={"place": ""})
    assert client.get_cookie(PLACE) is None
    assert client.get("/place?at=999").status_code == 404


def test_the_elder_view_is_one_press_away_and_kept_through_signing_in(phone: FlaskClient) -> None:
    assert "长辈版" in phone.get("/").text
    phone.post("/view", data={"size": "elder"})
    page = phone.get("/").text
    assert 'data-size="elder"' in page
    assert 'href="/me/sign-in"' in page
    person = known()
    phone.post("/me/sign-in", data={"phone": PHONE})
    phone.post("/me/sign-in/code", data={"code": code()})
    assert signed_in(phone) == f"person:{person.id}:1"
    assert 'data-size="elder"' in phone.get("/my/enrollments").text
    phone.post("/view", data={"size": "huge"})
    assert "data-size" not in phone.get("/").text


@pytest.fixture
def offered(client: FlaskClient) -> Enrollment:
    """Somebody of the waiting list whose turn has come, at their phone."""
    first, second = enroll_people(make_class(capacity=1), 2)
    with transaction():
        service.withdraw(first, by=SYSTEM)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = PersonSession(second.person).get_id()
    return second


@pytest.mark.parametrize(
    ("answer", "status", "words"), [("accept", "enrolled", "报上了"), ("decline", "withdrawn", "不占您的")]
)
def test_whose_turn_has_come_says_yes_or_no(
    client: FlaskClient, offered: Enrollment, answer: str, status: str, words: str
) -> None:
    page = f"/my/enrollments/{offered.id}"
    assert page in client.get("/home").text
    assert "晚上 12 点" in client.get("/home").text
    assert "轮到您了" in client.get(page).text
    assert words in client.post(f"{page}/{answer}", follow_redirects=True).text
    db.session.refresh(offered)
    assert offered.status == status


def test_a_yes_that_comes_too_late_is_told_so(client: FlaskClient, offered: Enrollment) -> None:
    assert offered.offer_until is not None
    with clock.at(offered.offer_until + timedelta(minutes=1)):
        answer = client.post(f"/my/enrollments/{offered.id}/accept")
    assert answer.status_code == 409
    assert "答复的时间已经过了" in answer.text


def test_nobody_answers_for_another(client: FlaskClient, offered: Enrollment) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = PersonSession(known()).get_id()
    for answer in ("accept", "decline"):
        assert client.post(f"/my/enrollments/{offered.id}/{answer}").status_code == 404


@pytest.mark.parametrize(
    "page",
    ["/", "/place", "/me/sign-in", "/me/who", "/notices", "/verify", "/training-schools", "/sign-in", "/nothing"],
)
def test_the_way_into_the_elder_view_stands_on_every_public_page(client: FlaskClient, page: str) -> None:
    assert "长辈版" in client.get(page).text


def test_after_signing_in_near_means_near_the_own_village(client: FlaskClient) -> None:
    person = known()
    come(client, person.id_number)
    kept = client.get_cookie(PLACE)
    assert kept is not None
    assert kept.value == HERE
    for page in ("/my/enrollments", "/me", "/my/certificates", "/"):
        assert "长辈版" in client.get(page).text
