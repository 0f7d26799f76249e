"""The pages of inspections, as inspector, school and bureau use them."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.audit.queries import events_of
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import ClassStatus
from app.enrollments.denials.models import Denial
from app.inspections import queries, service
from app.inspections.models import Inspection, PhoneCheck
from app.inspections.rules import InspectionStatus, Way
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.papers.models import FormScan, PrintedForm
from tests.makers import COUNTY, make_user
from tests.making.recordings import photo
from tests.making.results import make_running_class

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


@pytest.fixture
def class_() -> TrainingClass:
    with transaction():
        return make_running_class(3)


@pytest.fixture
def inspector() -> User:
    with transaction():
        return make_user(Role.INSPECTOR)


def planned(class_: TrainingClass, user: User) -> Inspection:
    session = sessions_of(class_.id)[0]
    with transaction(), clock.at(session.starts_at - timedelta(hours=2)):
        return service.plan(session, reason="群众来电", by=user.as_actor())


def there(class_: TrainingClass) -> dict[str, str]:
    return {f"there-{seat.id}": "1" for seat in active_seats(class_.id)}


def test_an_inspector_plans_from_the_class_and_fills_in_the_visit_on_a_phone(
    class_: TrainingClass, inspector: User, sign_in: SignIn
) -> None:
    session = sessions_of(class_.id)[0]
    browser = sign_in(inspector)
    assert f"/inspections/classes/{class_.id}" in browser.get(f"/classes/{class_.id}").text
    with clock.at(session.starts_at - timedelta(hours=1)):
        assert "安排去看哪节课" in browser.get(f"/inspections/classes/{class_.id}").text
        assert browser.post(f"/inspections/sessions/{session.id}", data={"reason": ""}).status_code == 422
        answer = browser.post(f"/inspections/sessions/{session.id}", data={"reason": "来电"}, follow_redirects=True)
        assert "学校不会提前知道" in answer.text
    row = db.session.query(Inspection).one()
    one, two, _three = active_seats(class_.id)
    with clock.at(session.starts_at + timedelta(minutes=20)):
        page = browser.get(f"/inspections/{row.id}/visit").text
        assert page.count('name="there-') == 3
        data = {f"there-{one.id}": "1", f"there-{two.id}": "1", f"agreed-{one.id}": "no", "result": "defects"}
        wrong = browser.post(f"/inspections/{row.id}/visit", data={**data, "head_count": "5", "findings": "少人"})
        assert wrong.status_code == 422
        assert "对不上，请再数一遍" in wrong.text
        assert f'name="there-{one.id}" value="1" checked' in wrong.text
        more = {"head_count": "3", "unlisted": "1", "findings": "一人不在名单上"}
        done = browser.post(f"/inspections/{row.id}/visit", data={**data, **more}, follow_redirects=True)
    assert "一人不在名单上" in done.text
    assert "说没有同意" in done.text
    assert db.session.query(Denial).count() == 1
    again = browser.post(f"/inspections/{row.id}/visit", data={**data, **more})
    assert again.status_code in {409, 422}


def test_a_failed_visit_goes_its_whole_way_over_the_pages(
    class_: TrainingClass, inspector: User, sign_in: SignIn
) -> None:
    row = planned(class_, inspector)
    with transaction():
        clerk = make_user(Role.SCHOOL_CLERK, organization=class_.school)
        first, second = (make_user(Role.TRAINING_OFFICER) for _ in range(2))
    school = sign_in(clerk)
    assert school.get(f"/inspections/{row.id}").status_code == 404
    assert f"/inspections/classes/{class_.id}" not in school.get(f"/classes/{class_.id}").text
    with clock.at(row.session.starts_at):
        data = {"head_count": "0", "unlisted": "0", "result": "failed", "findings": "教室锁着门"}
        sign_in(inspector).post(f"/inspections/{row.id}/visit", data=data)
    assert db.session.get_one(TrainingClass, class_.id).status is ClassStatus.SUSPENDED
    school = sign_in(clerk)
    page = school.get(f"/inspections/{row.id}").text
    assert "教室锁着门" in page
    assert active_seats(class_.id)[0].person.name not in page
    assert "督查发现的问题要答复" in school.get("/home").text
    assert school.post(f"/inspections/{row.id}/answer", data={"text": ""}).status_code == 422
    assert "改好了" in school.post(f"/inspections/{row.id}/answer", data={"text": "改好了"}, follow_redirects=True).text
    officer = sign_in(first)
    assert "督查整改要认可" in officer.get("/home").text
    assert officer.post(f"/inspections/{row.id}/accept", data={"note": ""}).status_code == 422
    officer.post(f"/inspections/{row.id}/accept", data={"note": "复查过"})
    refused = officer.post(f"/classes/{class_.id}/resume")
    assert refused.status_code == 403
    assert "另一个人" in refused.text
    sign_in(second).post(f"/classes/{class_.id}/resume")
    assert db.session.get_one(TrainingClass, class_.id).status is ClassStatus.RUNNING
    assert "已恢复上课" in sign_in(first).get(f"/inspections/{row.id}").text


def test_the_form_on_paper_is_printed_and_typed_in_later_with_its_scan(
    class_: TrainingClass, inspector: User, sign_in: SignIn
) -> None:
    row = planned(class_, inspector)
    browser = sign_in(inspector)
    printed = browser.post(f"/inspections/{row.id}/form")
    assert printed.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(printed.data)) as document:
        assert len(document.pages) == 1
    data: dict[str, Any] = {**there(class_), "head_count": "3", "unlisted": "0", "result": "passed"}
    address = f"/inspections/{row.id}/visit?paper=1"
    with clock.at(row.session.ends_at + timedelta(days=2)):
        assert 'type="time"' in browser.get(address).text
        assert browser.post(address, data=data).status_code == 422
        data |= {"at_time": clock.local(row.session.starts_at + timedelta(minutes=5)).strftime("%H:%M")}
        unreadable = browser.post(address, data={**data, "scan": (io.BytesIO(photo()), "表.jpg")})
        assert unreadable.status_code == 422
        assert "没有读出二维码" in unreadable.text
        from_form = queries.inspection_for(inspector.as_actor(), row.id)
        assert from_form.status is InspectionStatus.PLANNED
        scanned = {**data, "scan": (io.BytesIO(printed.data), "表.pdf"), "code": _code()}
        assert browser.post(address, data=scanned).status_code == 303
    row = db.session.get_one(Inspection, row.id)
    assert row.way is Way.PAPER
    assert db.session.query(FormScan).count() == 1


def _code() -> str:
    """The code as somebody copies it from the paper."""

    return str(db.session.query(PrintedForm).one().code)


def test_a_draw_shows_that_it_comes_out_the_same_again(class_: TrainingClass, inspector: User, sign_in: SignIn) -> None:
    day = sessions_of(class_.id)[0].on
    browser = sign_in(inspector)
    with clock.at(clock.moment_of(day, 7)):
        assert browser.post("/inspections/draws", data={"region": "110000"}).status_code == 422
        data = {"region": COUNTY, "on": day.isoformat(), "want": "1"}
        page = browser.post("/inspections/draws", data=data, follow_redirects=True).text
        draw = queries.draws_query(inspector.as_actor())
        row = db.session.scalars(draw).one()
        assert row.seed_sha256 in page
        assert row.hidden not in page
        twice = browser.post("/inspections/draws", data=data)
        assert twice.status_code == 422
        assert "一天只抽一次" in twice.text
        page = browser.post(f"/inspections/draws/{row.id}", follow_redirects=True).text
    assert "重算的结果一样" in page
    assert row.hidden in page
    assert class_.name in page
    assert "要去督查的课" in browser.get("/home").text


def test_calls_are_made_one_by_one_and_the_number_is_seen_only_by_the_caller(
    class_: TrainingClass, inspector: User, sign_in: SignIn
) -> None:
    browser = sign_in(inspector)
    page = browser.post(f"/inspections/classes/{class_.id}/phone-checks", follow_redirects=True).text
    check = db.session.query(PhoneCheck).one()
    first = next(seat for seat in active_seats(class_.id) if seat.id == check.seats[0])
    address = f"/inspections/phone-checks/{check.id}/calls/{first.id}"
    assert first.person.phone not in page
    assert first.person.phone in browser.post(f"{address}/number").text
    assert [event.action for event in events_of(first.person)].count("unmask") == 1
    assert browser.post(f"{address}", data={"result": "reached"}).status_code == 422
    data = {"result": "reached", "in_class": "yes", "agreed": "yes", "days": "7", "teacher": "周师傅"}
    done = browser.post(address, data=data, follow_redirects=True).text
    assert "打通了，问到了" in done
    assert first.person.phone not in done
    other = check.seats[1]
    assert browser.post(f"/inspections/phone-checks/{check.id}/calls/{other}/number").status_code == 404
    with transaction():
        officer = make_user(Role.TRAINING_OFFICER)
    assert sign_in(officer).get(f"/inspections/phone-checks/{check.id}").status_code == 200
    assert sign_in(officer).post(f"{address}/number").status_code == 403
