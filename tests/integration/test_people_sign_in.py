"""Laborers sign in by phone and code, and say who they are where a family shares the phone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.throttles import forget
from app.messages.models import Message
from app.people.models import Person
from tests.making.people import make_person

PHONE = "13800000321"
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def fresh_throttles(session: Any) -> None:  # noqa: ARG001  # wants an app context
    """Throttles count in transactions of their own, which no rollback takes back."""
    forget("code", PHONE)
    forget("laborer-code", "127.0.0.1")
    forget("code-try", f"person-sign-in:{PHONE}")


def registered(**given: Any) -> Person:
    with transaction():
        return make_person(**{"phone": PHONE, **given})


def ask_code(client: FlaskClient) -> str:
    answer = client.post("/me/sign-in", data={"phone": "138 0000 0321"})
    assert answer.headers["Location"] == "/me/sign-in/code"
    page = client.get("/me/sign-in/code").text
    assert "138****0321" in page
    newest = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert newest is not None
    found = re.search(r"\d{6}", str(newest.text))
    assert found is not None
    return found.group()


def signed_in_as(client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie.get("_user_id", ""))


def test_a_laborer_signs_in_by_phone_and_code(client: FlaskClient) -> None:
    person = registered()
    answer = client.post("/me/sign-in/code", data={"code": ask_code(client)})
    assert answer.status_code == 303
    assert signed_in_as(client) == f"person:{person.id}:1"
    assert events_of(person)[-1].action == "signed in"
    assert client.get("/me").status_code == 200


def test_a_family_that_shares_a_phone_chooses_who_signs_in(client: FlaskClient) -> None:
    mother, son = registered(name="周大力"), registered(name="周小力")
    answer = client.post("/me/sign-in/code", data={"code": ask_code(client)})
    assert answer.headers["Location"] == "/me/sign-in/who"
    assert signed_in_as(client) == ""
    page = client.get("/me/sign-in/who").text
    assert "周大力" in page
    assert "周小力" in page
    stranger = registered(phone="13800000999")
    for wrong in ({}, {"person": str(stranger.id)}):
        refused = client.post("/me/sign-in/who", data=wrong)
        assert refused.status_code == 422
    client.post("/me/sign-in/who", data={"person": str(son.id)})
    assert signed_in_as(client) == f"person:{son.id}:1"
    assert mother.id != son.id


def test_a_wrong_or_old_code_is_refused_on_its_field(client: FlaskClient) -> None:
    registered()
    code = ask_code(client)
    wrong = client.post("/me/sign-in/code", data={"code": "000000" if code != "000000" else "111111"})
    assert wrong.status_code == 422
    assert 'id="code-error"' in wrong.text
    with clock.at(clock.now() + timedelta(hours=1)):
        assert client.post("/me/sign-in/code", data={"code": code}).status_code == 422
    assert signed_in_as(client) == ""


def test_a_phone_that_is_no_phone_is_named(client: FlaskClient) -> None:
    answer = client.post("/me/sign-in", data={"phone": "12"})
    assert answer.status_code == 422
    assert 'id="phone-error"' in answer.text


def test_a_phone_nobody_registered_leads_its_holder_and_nobody_else_to_the_number(client: FlaskClient) -> None:
    answer = client.post("/me/sign-in/code", data={"code": ask_code(client)}, follow_redirects=True)
    assert answer.request.path == "/me/who"
    assert "还没有登记过" in answer.text
    assert 'name="phone"' not in answer.text
    assert signed_in_as(client) == ""


def test_the_steps_cannot_be_skipped(client: FlaskClient) -> None:
    registered()
    for path in ("/me/sign-in/code", "/me/sign-in/who"):
        assert client.get(path).headers["Location"] == "/me/sign-in"
        assert client.post(path, data={"code": "1", "person": "1"}).headers["Location"] == "/me/sign-in"


@pytest.mark.parametrize(("wanted", "reached"), [("/me", "/me"), ("https://example.com", ""), ("//example.com", "")])
def test_after_signing_in_the_laborer_is_where_they_wanted_to_be(
    client: FlaskClient, wanted: str, reached: str
) -> None:
    registered()
    client.get(f"/me/sign-in?next={wanted}")
    answer = client.post("/me/sign-in/code", data={"code": ask_code(client)})
    assert "example.com" not in answer.headers["Location"]
    assert answer.headers["Location"].startswith(reached)
