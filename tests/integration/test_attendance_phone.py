"""The code on the teacher's screen, over HTTP: as a trainee's phone and the teacher's page use it."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.attendance import queries
from app.attendance.queries import codes
from app.attendance.rules import Moment, Worry
from app.classes.queries import active_seats
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import transaction
from app.people.sessions import PersonSession
from tests.making.attendance import first_session, into
from tests.making.results import account_of, make_running_class

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]
PLACE = {"latitude": "28.8065", "longitude": "113.0823", "accuracy": "20"}


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


def pressed(client: FlaskClient, token: str) -> str:
    data = {"client_key": str(uuid.uuid4()), **PLACE}
    return client.post(f"/sign/{token}", data=data, follow_redirects=True).text


def test_a_trainee_scans_presses_once_and_reads_that_it_is_done(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    client = sign_in(PersonSession(seat.person))
    with into(session, 0):
        token = codes.token_now(session.id, Moment.IN, clock.now())
        page = client.get(f"/sign/{token}").text
        assert f"您是 {seat.person.name}" in page
    with into(session, 4):  # the code has changed long ago, but this browser opened the page in time
        assert "签到成功" in pressed(client, token)
    assert seat.id in queries.signed_moments(session.id)


def test_the_same_address_opened_elsewhere_later_waits_for_the_teacher(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    client = sign_in(PersonSession(seat.person))
    with into(session, 0):
        token = codes.token_now(session.id, Moment.IN, clock.now())
    with into(session, 2):
        assert "这个码已经换过了" in client.get(f"/sign/{token}").text
        assert "等教师确认" in pressed(client, token)
    assert Worry.OLD_CODE in queries.waiting_of(session.id)[0].worries


def test_somebody_without_a_sign_in_says_the_last_four_and_the_own_code_once(client: FlaskClient) -> None:
    with transaction():
        class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    with into(session, 0):
        token = codes.token_now(session.id, Moment.IN, clock.now())
        assert "先说一下您是谁" in client.get(f"/sign/{token}").text
        wrong = client.post(f"/sign/{token}/who", data={"last_four": "97X9", "code": codes.code_of(seat.id)})
        assert "对不上" in wrong.text
        four = (seat.person.id_number or "")[-4:]
        said = {"last_four": four, "code": codes.code_of(seat.id).lower()}
        assert seat.person.name in client.post(f"/sign/{token}/who", data=said, follow_redirects=True).text
        assert "签到成功" in pressed(client, token)
    with clock.at(session.ends_at):
        out = codes.token_now(session.id, Moment.OUT, clock.now())
        assert seat.person.name in client.get(f"/sign/{out}").text


def test_a_made_up_code_and_a_passer_by_get_plain_words(client: FlaskClient) -> None:
    with transaction():
        class_ = make_running_class(1)
    session = first_session(class_)
    assert "请扫教师屏幕上正在显示的码" in client.get("/sign/1-i1-abc").text
    with into(session, 0):
        token = codes.token_now(session.id, Moment.IN, clock.now())
        assert "请先说明您是谁" in pressed(client, token)


def test_the_teachers_page_shows_a_code_that_changes_and_takes_down_a_typed_own_code(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(2)
        client = sign_in(account_of(first_session(class_).teacher, Role.TEACHER))
    session, seats = first_session(class_), active_seats(class_.id)
    address = f"/attendance/sessions/{session.id}"
    with into(session, 0):
        page = client.get(f"{address}/live")
        assert page.headers["Permissions-Policy"].startswith("camera=(self)")
        assert "中途抽查" not in page.text
        shown: Any = client.get(f"{address}/live/now").json
        with clock.at(clock.now() + timedelta(seconds=20)):
            later: Any = client.get(f"{address}/live/now").json
        assert shown["qr"] != later["qr"]
        done = client.post(f"{address}/own-code", data={"code": codes.code_of(seats[0].id)}, follow_redirects=True)
        assert f"{seats[0].person.name}，记下了" in done.text
        none = client.post(f"{address}/call", data={"way": "roll_call"})
        assert "还没有勾选任何人" in none.text
        client.post(f"{address}/call", data={"way": "roll_call", "seat": [str(seats[1].id)]})
    assert len(queries.signed_moments(session.id)) == 2
    assert re.search(r"2 人已签到，还差 0 人", client.get(f"{address}/live?moment=in").text)
