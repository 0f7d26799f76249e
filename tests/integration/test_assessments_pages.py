"""The pages of assessments, as school, assessor and officer use them."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.assessments import queries
from app.assessments import service as assessments
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import ClassStatus
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db, transaction
from tests.makers import COUNTY, OTHER_COUNTY, make_organization, make_user
from tests.making.classes import make_approved_class
from tests.making.results import (
    account_of,
    after_all,
    announce,
    assessor_of,
    end_class,
    make_assessed_class,
    make_running_class,
    mark_all,
    points,
    seat_at,
)
from tests.pdf_text import text_of_page

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


def assessor(class_: TrainingClass) -> User:
    assert class_.assessor is not None
    return account_of(class_.assessor, Role.ASSESSOR)


def clerk(class_: TrainingClass) -> User:
    return make_user(Role.SCHOOL_CLERK, organization=class_.course.organization)


def ended(people: int) -> TrainingClass:
    with transaction():
        class_ = make_running_class(people)
        mark_all(class_)
        announce(class_)
        return end_class(class_)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def shown(page: str, *seats: Seat) -> dict[str, str]:
    """What the page remembers of these rows as it showed them."""
    names = [f"{word}-{seat.id}" for seat in seats for word in ("seen", "was")]
    return {name: hidden(page, name) for name in names}


def test_an_assessor_enters_marks_and_confirms(sign_in: SignIn) -> None:
    class_ = ended(2)
    client = sign_in(assessor(class_))
    first, second = active_seats(class_.id)
    address = f"/assessments/classes/{class_.id}"
    with after_all(class_):
        assert class_.name in client.get("/assessments").text
        given = {f"points-{first.id}-1": "80", f"points-{first.id}-2": "90"}
        assert "成绩已保存" in client.post(address, data=given, follow_redirects=True).text
        early = client.post(f"{address}/confirm")
        assert early.status_code == 409
        assert second.person.name in early.text
        page = client.post(address, data={f"absent-{second.id}": "1"}, follow_redirects=True).text
        assert "1 人可以补考" in page
        waived = client.post(f"{address}/waive/{second.id}", data={"reason": "外出"}, follow_redirects=True)
        assert "1 人合格，1 人未达到" in waived.text
        done = client.post(f"{address}/confirm", follow_redirects=True)
    assert "考核结果已确认" in done.text
    assert "没有参加考核" in done.text
    db.session.expire_all()
    assert class_.status is ClassStatus.ASSESSED
    assert queries.passed_seats(class_.id) == {first.id}


def test_a_figure_that_is_none_is_told_at_its_field_and_kept_as_typed(sign_in: SignIn) -> None:
    class_ = ended(1)
    client, seat = sign_in(assessor(class_)), seat_at(class_, 1)
    data = {f"points-{seat.id}-1": "八十", f"points-{seat.id}-2": "101"}
    with after_all(class_):
        answer = client.post(f"/assessments/classes/{class_.id}", data=data)
    assert answer.status_code == 422
    assert answer.text.count("分数请填 0 到 100 的整数") >= 2
    assert f'aria-describedby="wrong-{seat.id}-2"' in answer.text
    assert 'value="八十"' in answer.text
    assert 'value="101"' in answer.text
    assert queries.marks_of(class_.id) == {}


def test_two_assessors_at_once_see_both_rows_beside_each_other_and_decide(sign_in: SignIn) -> None:
    class_ = ended(2)
    first, second = active_seats(class_.id)
    client, address = sign_in(assessor(class_)), f"/assessments/classes/{class_.id}"
    with after_all(class_):
        page = client.get(address).text
        mine = shown(page, first, second)
        with transaction():
            assessments.mark(class_, {first.id: points(75, 76)}, by=assessor_of(class_))
        mine |= {f"points-{first.id}-1": "88", f"points-{first.id}-2": "89"}
        both = client.post(address, data=mine)
        assert both.status_code == 409
        assert re.search(r"\d\d:\d\d 存的是：\S+ 75、\S+ 76", both.text)
        assert 'value="88"' in both.text
        assert client.post(address, data=mine | shown(both.text, first)).status_code == 303
    db.session.expire_all()
    assert queries.marks_of(class_.id)[first.id][0].theory == 88


def test_rows_nobody_touched_stay_as_somebody_else_left_them(sign_in: SignIn) -> None:
    class_ = ended(2)
    first, second = active_seats(class_.id)
    client, address = sign_in(assessor(class_)), f"/assessments/classes/{class_.id}"
    with after_all(class_):
        page = client.get(address).text
        mine = shown(page, first, second)
        with transaction():
            assessments.mark(class_, {first.id: points(75, 76)}, by=assessor_of(class_))
        saved = client.post(address, data=mine | {f"points-{second.id}-1": "64", f"points-{second.id}-2": "65"})
        assert saved.status_code == 303
    db.session.expire_all()
    marks = queries.marks_of(class_.id)
    assert (marks[first.id][0].theory, marks[second.id][0].theory) == (75, 64)


def test_the_school_sends_the_list_and_the_officer_sees_it(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_approved_class(2)
        officer = make_user(Role.TRAINING_OFFICER, area=(COUNTY,))
        by = clerk(class_)
    client, address = sign_in(by), f"/assessments/classes/{class_.id}/announce/1"
    day = max(session.on for session in sessions_of(class_.id)).isoformat()
    assert class_.name in client.get("/assessments").text
    assert all(seat.person.name in client.get(address).text for seat in active_seats(class_.id))
    late = client.post(address, data={"on": clock.today().isoformat()})
    assert late.status_code == 422
    assert "考核名单要提前报送" in late.text
    assert "名单已报送" in client.post(address, data={"on": day}, follow_redirects=True).text
    assert day in sign_in(officer).get("/assessments").text


def test_a_class_that_waits_for_a_resit_is_listed_for_school_and_assessor_until_nobody_may_sit_again(
    sign_in: SignIn,
) -> None:
    class_ = ended(2)
    short = seat_at(class_, 2)
    address = f'href="/assessments/classes/{class_.id}"'
    with after_all(class_):
        with transaction():
            by = assessor_of(class_)
            assessments.mark(class_, {seat_at(class_, 1).id: points(80, 80), short.id: points(48, 80)}, by=by)
        for user, button in ((clerk(class_), True), (assessor(class_), False)):
            page = sign_in(user).get("/assessments").text
            waiting = page.split("等补考的班", 1)[1].split("已确认的结果")[0]
            assert f"{address}>{class_.name}</a>" in waiting
            assert "还没有安排" in waiting
            assert (f"/assessments/classes/{class_.id}/announce/2" in waiting) is button
        day = clock.today() + timedelta(days=9)
        with transaction():
            assessments.announce(class_, 2, on=day, place="", by=clerk(class_).as_actor())
        waiting = sign_in(clerk(class_)).get("/assessments").text.split("等补考的班", 1)[1]
        assert "announce/2" not in waiting.split("已确认的结果")[0]
        ahead = waiting.split("已报送名单、还没考的", 1)[1]
        assert f"{address}>{class_.name}</a>" in ahead
        with transaction():
            assessments.waive_resit(class_, short.id, reason="不考了", by=by)
        assert "等补考的班" not in sign_in(clerk(class_)).get("/assessments").text


def test_the_result_sheet_is_printed_with_a_code_and_its_scan_is_tied_to_it(sign_in: SignIn) -> None:
    class_ = ended(2)
    client, address = sign_in(assessor(class_)), f"/assessments/classes/{class_.id}"
    with after_all(class_):
        with transaction():
            assessments.mark(class_, {seat_at(class_, 1).id: points(71, 72)}, by=assessor_of(class_))
        printed = client.post(f"{address}/sheets/1", follow_redirects=True)
        assert printed.mimetype == "application/pdf"
        with pikepdf.open(io.BytesIO(printed.data)) as document:
            said = text_of_page(document.pages[0])
        assert "考核成绩单" in said
        assert "71" in said
        code = re.findall(r"编码 ([0-9A-Z]{10})", client.get(address).text)[0]
        file = (io.BytesIO(printed.data), "signed.pdf")
        back = client.post(f"{address}/sheets/1/scans", data={"scan": file, "code": code}, follow_redirects=True)
        assert "签字的成绩单已收到" in back.text
        assert "和系统一致" in back.text
        with transaction():
            assessments.mark(class_, {seat_at(class_, 1).id: points(91, 92)}, by=assessor_of(class_))
        file = (io.BytesIO(printed.data + b"\n"), "signed.pdf")
        changed = client.post(f"{address}/sheets/1/scans", data={"scan": file, "code": code}, follow_redirects=True)
        assert "打印后又改过" in changed.text
        shown = re.findall(rf"{address}/sheets/1/scans/\d+", changed.text)
        assert client.get(shown[0]).data.startswith(b"%PDF")


def test_clones_are_shown_as_a_doubt_and_stop_nothing(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_assessed_class(6, marks={6: (90, 61)})
        officer = make_user(Role.TRAINING_OFFICER, area=(COUNTY,))
    client = sign_in(officer)
    assert class_.status is ClassStatus.ASSESSED
    page = client.get(f"/assessments/classes/{class_.id}").text
    assert "6 人里有 5 人每一项的分数完全一样（80、85）" in page
    assert class_.name in client.get("/assessments/doubts").text


def test_the_school_reads_the_results_and_marks_nothing(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_assessed_class(2, marks={2: (10, 90)})
        client = sign_in(clerk(class_))
    page = client.get(f"/assessments/classes/{class_.id}").text
    assert "理论 10 分，不到 60 分。" in page
    assert "本人放弃补考：本人签字不再补考" in page
    assert "保存成绩" not in page
    assert client.post(f"/assessments/classes/{class_.id}", data={}).status_code == 403


@pytest.mark.parametrize("path", ["", "/announce/1", "/sheets/1", "/sheets/1/scans/1"])
def test_nobody_from_elsewhere_finds_the_class(sign_in: SignIn, path: str) -> None:
    with transaction():
        class_ = make_running_class(1)
        roles = (Role.ASSESSOR, Role.SCHOOL_CLERK)
        client = sign_in(make_user(*roles, organization=make_organization(), area=(OTHER_COUNTY,)))
    assert client.get(f"/assessments/classes/{class_.id}{path}").status_code == 404


def test_a_list_that_can_not_be_sent_again_has_no_button_for_it_and_says_why(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_assessed_class(1)
        by = clerk(class_)
    page = sign_in(by).get(f"/assessments/classes/{class_.id}/announce/1").text
    assert "重新报送" not in page
    assert "考核结果确认以前，才能报送考核名单" in page


def test_a_sheet_is_reprinted_from_the_store(sign_in: SignIn) -> None:
    class_ = ended(2)
    client = sign_in(assessor(class_))
    with after_all(class_):
        printed = client.post(f"/assessments/classes/{class_.id}/sheets/1", follow_redirects=True)
        again = client.get(f"/assessments/classes/{class_.id}/sheets/1")
    assert again.data == printed.data
