"""An officer signs up several people in one go: those who may, the others listed with why, consent proved."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app.accounts.models import User
from app.classes.models import TrainingClass
from app.enrollments.denials import queries as denials
from app.enrollments.queries import active_in, active_of
from app.kernel.database import db
from app.messages.models import Message
from app.people.models import Person
from tests.making.classes import make_class, make_person
from tests.making.denials import phoneless, village_officer
from tests.making.enrollments import enroll

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]
WITNESSED = {"consent": "witnessed", "note": "村部，李某在场"}


@pytest.fixture
def row() -> TrainingClass:
    """A class with five seats."""
    return make_class(capacity=5)


@pytest.fixture
def officer() -> User:
    """The village officer."""
    return village_officer()


@pytest.fixture
def desk(sign_in: SignIn, officer: User) -> FlaskClient:
    """The officer, signed in."""
    db.session.commit()
    return sign_in(officer)


def address(row: TrainingClass, *people: Person) -> str:
    chosen = "&".join(f"person={person.id}" for person in people)
    return f"/classes/{row.id}/enroll-others/consent?{chosen}"


def barred(name: str) -> Person:
    person = make_person(name)
    person.groups.clear()
    db.session.flush()
    return person


def test_those_who_may_are_sent_in_one_go_and_the_others_are_listed_with_why(
    desk: FlaskClient, row: TrainingClass
) -> None:
    good, also, bad, known = make_person("甲能报"), make_person("乙能报"), barred("丙不能"), make_person("丁已报")
    enroll(row, known)
    db.session.commit()
    page = desk.get(address(row, good, also, bad, known)).text
    assert "这次报 2 人" in page
    assert "这次报不上的 2 人" in page
    assert "没有登记为补贴对象" in page
    answer = desk.post(address(row, good, also, bad, known), data=WITNESSED)
    assert answer.status_code == 303
    assert {one.person_id for one in active_in(row.id)} == {good.id, also.id, known.id}
    page = desk.get(answer.location).text
    assert "丙不能" in page
    assert "甲能报" not in page
    assert "还有 2 人没有报上" in page
    assert 'name="consent"' not in page


def test_when_nobody_of_them_may_nothing_is_sent(desk: FlaskClient, row: TrainingClass) -> None:
    bad = barred("丙不能")
    db.session.commit()
    assert desk.post(address(row, bad), data=WITNESSED).status_code == 422
    assert active_in(row.id) == []


def test_one_slip_with_all_signatures_proves_the_consent_of_each(desk: FlaskClient, row: TrainingClass) -> None:
    people = [make_person() for _number in range(3)]
    db.session.commit()
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    picture.seek(0)
    data = {"consent": "signed_slip", "slip": (picture, "单子.png")}
    assert desk.post(address(row, *people), data=data).status_code == 303
    made = active_in(row.id)
    assert {one.person_id for one in made} == {person.id for person in people}
    assert len({one.consent_upload_id for one in made}) == 1
    assert all(desk.get(f"/enrollments/{one.id}/slip").status_code == 200 for one in made)


def test_each_gets_the_message_and_who_has_no_phone_is_to_be_asked(
    desk: FlaskClient, officer: User, row: TrainingClass
) -> None:
    with_phone, without = make_person("有手机"), phoneless("没手机")
    db.session.commit()
    assert "第一次上课时还要当面问一次" in desk.get(address(row, with_phone, without)).text
    desk.post(address(row, with_phone, without), data=WITNESSED)
    query = select(Message).where(Message.recipient == f"person:{with_phone.id}")
    assert any("/no/" in str(message.text) for message in db.session.scalars(query))
    asked = [one.person_id for one in db.session.scalars(denials.to_ask(officer.as_actor())).unique()]
    assert asked == [without.id]


def test_two_who_share_a_phone_each_get_a_link_of_their_own(desk: FlaskClient, row: TrainingClass) -> None:
    first, second = make_person(), make_person()
    second.phone = first.phone
    db.session.commit()
    desk.post(address(row, first, second), data=WITNESSED)
    hashes = set()
    for person in (first, second):
        made = active_of(row.id, person.id)
        assert made is not None
        link = denials.link_of(made.id)
        assert link is not None
        hashes.add(bytes(link.token_hash))
    assert len(hashes) == 2


def test_under_guardianship_the_code_goes_to_the_guardian(desk: FlaskClient, row: TrainingClass) -> None:
    ward = make_person("受监护")
    ward.guardian_name, ward.guardian_relation, ward.guardian_phone = "父亲某", "父亲", "13700000008"
    db.session.commit()
    page = desk.get(address(row, ward)).text
    assert "由监护人同意" in page
    assert "137****0008" in page
    assert desk.post(f"/classes/{row.id}/enroll-others/{ward.id}/code").status_code == 303
    message = db.session.scalars(select(Message).where(Message.recipient == "phone")).one()
    assert message.phone == "13700000008"
    words = str(message.text).replace("，", " ").split()
    code = next(word for word in words if word.isdigit())
    answer = desk.post(address(row, ward), data={"consent": "own_code", "code": code})
    assert answer.status_code == 303
    made = active_of(row.id, ward.id)
    assert made is not None
    assert made.consent_note == "监护人 父亲某（父亲）同意"


def test_thirty_at_once_fill_the_seats_and_the_rest_wait(desk: FlaskClient) -> None:
    row, people = make_class(capacity=28), [make_person() for _number in range(30)]
    db.session.commit()
    assert "名额不够" in desk.get(address(row, *people)).text
    page = desk.post(address(row, *people), data=WITNESSED, follow_redirects=True).text
    assert "已报上 28 人，候补 2 人" in page


def test_several_people_have_no_code_to_read_out(desk: FlaskClient, row: TrainingClass) -> None:
    people = [make_person(), make_person()]
    db.session.commit()
    page = desk.get(address(row, *people)).text
    assert "own_code" not in page
    refused = desk.post(address(row, *people), data={"consent": "own_code", "code": "123456"})
    assert refused.status_code == 422
    assert active_in(row.id) == []
