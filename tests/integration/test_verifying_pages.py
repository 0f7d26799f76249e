"""Checking a certificate as anyone may: what the public page tells, what it keeps, and what it leads to (nothing)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import event

from app.audit import service as audit
from app.certificates import queries
from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.certificates.rules import CERTIFICATE_FLOW, CertificateStep, RevokedBecause, certificate_number, grouped
from app.certificates.views import public
from app.classes.queries import training_class
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from app.kernel.throttles import forget
from tests.making.classes import clerk_of, make_person, officer
from tests.making.results import issue, make_assessed_class

pytestmark = pytest.mark.usefixtures("session")
NOBODYS = certificate_number("430681", 2026, "9999", 99999, 1)


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


@pytest.fixture(autouse=True)
def untried(app: object) -> Iterator[None]:  # noqa: ARG001  # throttles stand in the app's database
    """Tries are counted outside the test's transaction: forget them."""
    yield
    forget("verify", "127.0.0.1")
    forget("verify_number", NOBODYS)


@pytest.fixture
def one() -> Iterator[Certificate]:
    """A certificate that stands."""
    with transaction():
        found = issued()
    forget("verify", "127.0.0.1")
    yield found
    forget("verify_number", found.number)


def issued(people: int = 1) -> Certificate:
    class_ = make_assessed_class(people)
    issue(class_)
    return queries.certificates_of(class_.id)[0]


def born(certificate: Certificate) -> date:
    assert certificate.person.birth_on is not None
    return certificate.person.birth_on


def asked(client: FlaskClient, number: str, birth_on: date) -> tuple[int, str]:
    """The status and the page for a number and a birth date, without what was typed and the form's own marks."""
    answer = client.post("/verify", data={"number": number, "birth_on": birth_on.isoformat()})
    page = answer.text.replace(number, "").replace(birth_on.isoformat(), "")
    return answer.status_code, re.sub(r'name="csrf_token"[^>]*', "", page)


def whole_id(certificate: Certificate) -> str:
    found: str | None = certificate.person.id_number
    assert found is not None
    return found


# --- what it shows --------------------------------------------------------------------------------------------------


def test_the_qr_shows_the_frozen_content_with_the_name_masked(client: FlaskClient, one: Certificate) -> None:
    one.person.name = "改名以后"
    db.session.flush()
    answer = client.get(f"/verify/{one.token}")
    page = " ".join(html.fromstring(answer.text).text_content().split())
    assert "这张证书有效" in page
    name = one.facts["name"]
    assert name not in page
    assert name[0] + "*" in page
    assert "改名" not in page
    for key in ("course", "school", "issued_on", "result"):
        assert one.facts[key] in page
    assert answer.headers["Cache-Control"] == "no-store"


def told(page: str, one: Certificate) -> str:
    """A page's source without what is drawn by lot: the number, tokens, the file's print."""
    return re.sub(r"[0-9A-Za-z_-]{22,}", "", page.replace(one.number, "").replace(grouped(one.number), ""))


def test_no_public_page_shows_enough_to_piece_an_identity_number_together(
    client: FlaskClient, one: Certificate
) -> None:
    pages = [
        client.get(f"/verify/{one.token}").text,
        client.post(f"/verify/{one.token}", data={"birth_on": born(one).isoformat()}).text,
        client.post("/verify", data={"number": one.number, "birth_on": born(one).isoformat()}).text,
    ]
    for page in pages:
        assert whole_id(one)[:6] + "*" * 12 in page
        assert one.facts["identity"] not in page
        assert whole_id(one)[-4:] not in told(page, one)


def test_the_whole_name_is_shown_to_whoever_knows_the_birth_date_and_no_date_is_in_any_address(
    client: FlaskClient, one: Certificate
) -> None:
    page = client.get(f"/verify/{one.token}").text
    form = html.fromstring(page).xpath("//form[.//input[@name='birth_on']]")[0]
    assert form.get("method") == "post"
    assert one.facts["name"] not in page
    shown = client.post(f"/verify/{one.token}", data={"birth_on": born(one).isoformat()})
    assert shown.status_code == 200
    assert one.facts["name"] in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert born(one).isoformat() not in shown.text
    by_number = client.post("/verify", data={"number": one.number, "birth_on": born(one).isoformat()})
    assert one.facts["name"] in by_number.text


def test_a_wrong_birth_date_at_the_qr_keeps_the_name(client: FlaskClient, one: Certificate) -> None:
    wrong = born(one) + timedelta(days=1)
    answer = client.post(f"/verify/{one.token}", data={"birth_on": wrong.isoformat()})
    assert answer.status_code == 404
    assert "出生日期对不上" in answer.text
    assert one.facts["name"] not in answer.text
    empty = client.post(f"/verify/{one.token}", data={})
    assert empty.status_code == 422
    assert one.facts["name"] not in empty.text


def test_the_birth_date_of_a_person_registered_twice_is_right_by_either_row(
    client: FlaskClient, one: Certificate
) -> None:
    kept = make_person()
    kept.birth_on = born(one) + timedelta(days=3)
    db.session.flush()
    one.person.merged_into_id = kept.id
    db.session.flush()
    for day in (born(one), kept.birth_on):
        assert client.post(f"/verify/{one.token}", data={"birth_on": day.isoformat()}).status_code == 200
    wrong = born(one) + timedelta(days=1)
    assert client.post(f"/verify/{one.token}", data={"birth_on": wrong.isoformat()}).status_code == 404


def test_a_revoked_one_says_since_when_and_of_what_kind_and_keeps_the_officers_words(
    client: FlaskClient, one: Certificate
) -> None:
    with transaction(), clock.at(clock.moment_of(date(2027, 3, 9), 10)):
        certificates.revoke(one, reason="张某代考，见卷宗", because=RevokedBecause.IMPERSONATION, by=officer())
    for page in (
        client.get(f"/verify/{one.token}").text,
        client.post("/verify", data={"number": one.number, "birth_on": born(one).isoformat()}).text,
    ):
        assert "这张证书已撤销" in page
        assert "2027年3月9日" in page
        assert "参加培训的不是持证人" in page
        assert "卷宗" not in page
        assert "这张证书有效" not in page


def test_one_revoked_before_kinds_were_asked_for_leads_to_the_school(client: FlaskClient, one: Certificate) -> None:
    with transaction():
        held = audit.hold(one)
        held.reason = "考勤造假"
        audit.take(held, CERTIFICATE_FLOW, CertificateStep.REVOKE, by=officer(), note=held.reason)
    page = client.get(f"/verify/{one.token}").text
    assert "原因请向发证的学校询问" in page
    assert "考勤造假" not in page


@pytest.mark.parametrize(("lost", "said"), [(False, "内容更正"), (True, "遗失补发")])
def test_a_replaced_one_says_why_and_when_and_never_by_which(
    client: FlaskClient, one: Certificate, *, lost: bool, said: str
) -> None:
    with transaction(), clock.at(clock.moment_of(one.issued_on + timedelta(days=40), 9)):
        by = clerk_of(training_class(one.class_id))
        if lost:
            new = certificates.reissue(one, reason="搬家时丢了", by=by)
        else:
            one.person.name = "更正以后"
            db.session.flush()
            new = certificates.correct(one, reason="姓名写错", by=by)
    page = client.get(f"/verify/{one.token}").text
    day = one.issued_on + timedelta(days=40)
    assert "这张证书已换发" in page
    assert said in page
    assert f"{day.year}年{day.month}月{day.day}日" in page
    for secret in (new.token, new.number, grouped(new.number), "丢了", "写错", "更正以后"):
        assert secret not in page
    assert "这张证书有效" in client.get(f"/verify/{new.token}").text


# --- what it leads to -----------------------------------------------------------------------------------------------


def links_of(page: str) -> set[str]:
    """Every address inside the content of a page."""
    (main,) = html.fromstring(page).xpath("//main")
    return {
        value.split("#")[0].split("?")[0]
        for name in ("href", "action", "src", "data-src")
        for value in main.xpath(f".//@{name}")
    }


def test_no_public_page_opens_another_paper(client: FlaskClient, one: Certificate) -> None:
    tasks.run_pending()
    own = f"/verify/{one.token}"
    pages = [
        client.get(own).text,
        client.post(own, data={"birth_on": born(one).isoformat()}).text,
        client.post("/verify", data={"number": one.number, "birth_on": born(one).isoformat()}).text,
        client.get("/verify").text,
        client.get("/verify/nobodys").text,
    ]
    allowed = {"", own, "/verify", "/verify/certificate.pem", "/verify/revocations.json", "/verify/revocations.p7s"}
    for page in pages:
        strange = {link for link in links_of(page) - allowed if not link.startswith("/static/")}
        assert strange == set()
    for page in pages[2:]:
        assert one.token not in page, "a number and a birth date must not yield the QR's token"


def test_the_page_tells_the_hash_of_the_file_kept_and_nothing_before_there_is_one(
    client: FlaskClient, one: Certificate
) -> None:
    assert "还在生成" in client.get(f"/verify/{one.token}").text
    tasks.run_pending()
    db.session.expire_all()
    assert one.paper is not None
    page = client.get(f"/verify/{one.token}").text
    assert f'data-compare="{one.paper.sha256}"' in page
    assert one.facts_sha256 not in page, "from the hash of the facts a masked name can be tried out"


# --- nobody walks ---------------------------------------------------------------------------------------------------


def test_an_unknown_token_says_so_and_no_more(client: FlaskClient) -> None:
    for answer in (
        client.get("/verify/abcdefghijklmnopqrstuvwx"),
        client.post("/verify/abcdefghijklmnopqrstuvwx", data={"birth_on": "1990-01-01"}),
    ):
        assert answer.status_code == 404
        assert "没有这张证书" in answer.text


def test_no_such_number_and_a_wrong_birth_date_are_answered_alike_until_the_throttle_and_in_it(
    client: FlaskClient, one: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "ADDRESS_TRIES", 1000)
    wrong = born(one) + timedelta(days=1)
    for _try in range(public.NUMBER_TRIES):
        there, nowhere = asked(client, one.number, wrong), asked(client, NOBODYS, wrong)
        assert there == nowhere
        assert there[0] == 404
        assert "没有查到" in there[1]
    there, nowhere = asked(client, one.number, wrong), asked(client, NOBODYS, wrong)
    assert there == nowhere
    assert there[0] == 429


def test_no_such_number_and_a_wrong_birth_date_cost_the_same_queries(client: FlaskClient, one: Certificate) -> None:
    wrong = born(one) + timedelta(days=1)
    seen: list[list[Any]] = []

    def note(*given: object) -> None:
        seen[-1].append(given[2])

    asked(client, NOBODYS, wrong)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for number in (one.number, NOBODYS):
            seen.append([])
            asked(client, number, wrong)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert seen[0] == seen[1]
    assert len(seen[0]) > 2


def test_a_certificate_is_tried_so_often_a_day_by_whichever_door(
    client: FlaskClient, one: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "ADDRESS_TRIES", 1000)
    wrong = (born(one) + timedelta(days=1)).isoformat()
    data = {"number": one.number, "birth_on": wrong}
    doors = ("/verify", f"/verify/{one.token}")
    statuses = [client.post(doors[n % 2], data=data).status_code for n in range(public.NUMBER_TRIES + 2)]
    assert statuses == [404] * public.NUMBER_TRIES + [429] * 2
    right = client.post(f"/verify/{one.token}", data={"birth_on": born(one).isoformat()})
    assert right.status_code == 429, "the right date must not be found out after the tries are used up"
    assert client.get(f"/verify/{one.token}").status_code == 200, "the status stays open to everybody"
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert client.post(f"/verify/{one.token}", data={"birth_on": born(one).isoformat()}).status_code == 200


def test_an_address_tries_so_often_whatever_it_tries(client: FlaskClient, one: Certificate) -> None:
    numbers = [certificate_number("430681", 2026, "9998", 88888, n) for n in range(1, public.ADDRESS_TRIES + 1)]
    statuses = [asked(client, number, born(one))[0] for number in numbers]
    assert statuses == [404] * public.ADDRESS_TRIES
    assert asked(client, NOBODYS, born(one))[0] == 429
    assert client.post(f"/verify/{one.token}", data={"birth_on": born(one).isoformat()}).status_code == 429
    elsewhere = {"REMOTE_ADDR": "127.0.0.9"}
    data = {"number": one.number, "birth_on": born(one).isoformat()}
    assert client.post("/verify", data=data, environ_overrides=elsewhere).status_code == 200
    forget("verify", "127.0.0.9")
    for number in numbers:
        forget("verify_number", number)


def test_a_mistyped_number_is_a_422_at_its_field_whatever_was_issued(client: FlaskClient, one: Certificate) -> None:
    answer = client.post("/verify", data={"number": "123", "birth_on": "1990-01-01"})
    assert answer.status_code == 422
    assert "对照证书再看一遍" in answer.text
    last = "0" if one.number[-1] != "0" else "1"
    near = client.post("/verify", data={"number": one.number[:-1] + last, "birth_on": "1990-01-01"})
    assert near.status_code == 422
    empty = client.post("/verify", data={})
    assert empty.status_code == 422
    assert "请填写“证书编号”" in empty.text
