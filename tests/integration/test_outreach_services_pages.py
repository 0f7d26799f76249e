"""The service log as pages: noted, struck out, printed, a whole sheet typed in."""

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.audit.queries import events_of
from app.kernel.access import Role
from app.kernel.database import db
from app.outreach import queries
from app.outreach.rules import How, ServiceKind, ServiceResult
from app.people.models import Person, WorkStatus
from tests.makers import VILLAGE, SignIn, make_user
from tests.making.outreach import OTHER_VILLAGE, in_days, note, village_officer
from tests.making.people import make_person
from tests.pdf_text import pages_of

pytestmark = pytest.mark.usefixtures("session")
K, R = ServiceKind, ServiceResult


def enter(sign_in: SignIn, user: User) -> FlaskClient:
    """Sign in; what the test has made so far stays, whatever a request rolls back."""
    db.session.commit()
    return sign_in(user)


def village() -> User:
    return make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))


def jobless(name: str = "张示例", village_code: str = VILLAGE) -> Person:
    return make_person(name=name, region_code=village_code, work_status=WorkStatus.UNEMPLOYED)


def test_a_persons_page_shows_this_years_311_and_everything_done(sign_in: SignIn) -> None:
    person = jobless()
    note(person, village_officer())
    shown = enter(sign_in, village()).get(f"/people/{person.id}/services").get_data(as_text=True)
    for words in ("今年的 311 服务", "1 / 3", "0 / 1", "示例岗位", "罗示例"):
        assert words in shown


def test_a_service_that_cannot_be_comes_back_with_its_words(sign_in: SignIn) -> None:
    person = jobless()
    page = enter(sign_in, village())
    data = {"kind": "job_recommendation", "result": "accepted", "done_on": in_days(0).isoformat(), "how": "visit"}
    answered = page.post(f"/people/{person.id}/services", data=data)
    assert answered.status_code == 422
    assert "请写明推荐的是哪个岗位" in answered.get_data(as_text=True)
    assert list(queries.services_of(person)) == []


def test_a_form_that_is_pressed_twice_is_noted_once(sign_in: SignIn) -> None:
    person = jobless()
    page = enter(sign_in, village())
    shown = page.get(f"/people/{person.id}/services").get_data(as_text=True)
    assert 'name="submission"' in shown
    data = {"kind": "visit", "result": "done", "done_on": in_days(0).isoformat(), "how": "visit", "submission": "xyz"}
    for _again in range(2):
        assert page.post(f"/people/{person.id}/services", data=data).status_code == 303
    assert len(queries.services_of(person)) == 1


def test_a_wrong_record_is_struck_out_with_a_reason(sign_in: SignIn) -> None:
    record = note(jobless(), village_officer())
    page = enter(sign_in, village())
    assert page.post(f"/services/{record.id}/strike", data={"reason": ""}).status_code == 422
    shown = page.post(f"/services/{record.id}/strike", data={"reason": "记成了别人"}, follow_redirects=True)
    assert "划掉的原因：记成了别人" in shown.get_data(as_text=True)
    assert "已划掉" in page.get("/services").get_data(as_text=True)


def test_a_record_of_another_village_is_not_there(sign_in: SignIn) -> None:
    record = note(jobless(village_code=OTHER_VILLAGE), village_officer(OTHER_VILLAGE))
    assert enter(sign_in, village()).post(f"/services/{record.id}/strike", data={"reason": "x"}).status_code == 404


def test_an_auditor_reads_and_writes_nothing(sign_in: SignIn) -> None:
    person = jobless()
    page = enter(sign_in, make_user(Role.AUDITOR))
    assert "记一次服务" not in page.get(f"/people/{person.id}/services").get_data(as_text=True)
    assert page.post(f"/people/{person.id}/services").status_code == 403


def test_the_log_sheet_of_a_village_is_printed_and_that_is_recorded(sign_in: SignIn) -> None:
    jobless("欧阳示例")
    officer = village()
    page = enter(sign_in, officer)
    printed = page.post("/services/print", data={"village": VILLAGE})
    assert printed.mimetype == "application/pdf"
    words = "".join(pages_of(printed.data))
    assert "欧阳示例" in words
    assert "还没推荐" in words
    assert events_of(officer)[-1].facts["design"] == "service-log"
    assert page.post("/services/print", data={"village": OTHER_VILLAGE}).status_code == 404


def test_a_whole_sheet_is_typed_in_at_once_and_taken_once(sign_in: SignIn) -> None:
    one, two = jobless("甲示例"), jobless("乙示例")
    page = enter(sign_in, village())
    shown = page.get(f"/services/sheet?village={VILLAGE}").get_data(as_text=True)
    assert "甲示例" in shown
    day = in_days(0).isoformat()
    rows = {
        "submission": "abc",
        f"{one.id}-kind": "call",
        f"{one.id}-result": "not_reached",
        f"{one.id}-on": day,
        f"{two.id}-on": day,
    }
    for _again in range(2):
        answered = page.post(f"/services/sheet?village={VILLAGE}", data=rows, follow_redirects=True)
        assert "补录了 1 条服务" in answered.get_data(as_text=True)
    records = queries.services_of(one)
    assert [(record.kind, record.how) for record in records] == [(K.CALL, How.SHEET)]
    assert list(queries.services_of(two)) == []


def test_one_wrong_row_keeps_the_whole_sheet_back(sign_in: SignIn) -> None:
    one, two = jobless("甲示例"), jobless("乙示例")
    page = enter(sign_in, village())
    rows = {
        f"{one.id}-kind": "guidance",
        f"{one.id}-result": "done",
        f"{two.id}-kind": "training_offer",
        f"{two.id}-result": "accepted",
    }
    answered = page.post(f"/services/sheet?village={VILLAGE}", data=rows)
    shown = answered.get_data(as_text=True)
    assert answered.status_code == 422
    assert "有 1 行要改" in shown
    assert "请写明推荐的是哪个岗位" in shown
    assert list(queries.services_of(one)) == []


def test_a_day_that_is_none_is_the_rows_fault(sign_in: SignIn) -> None:
    person = jobless()
    page = enter(sign_in, village())
    rows = {f"{person.id}-kind": "guidance", f"{person.id}-result": "done", f"{person.id}-on": "2026-02-31"}
    answered = page.post(f"/services/sheet?village={VILLAGE}", data=rows)
    assert answered.status_code == 422
    assert "日期写成" in answered.get_data(as_text=True)
