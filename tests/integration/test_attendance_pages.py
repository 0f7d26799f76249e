"""The pages of attendance, marks and results, as teacher, assessor and reader use them."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.attendance import queries
from app.attendance.rules import Presence
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.kernel.access import Role
from app.kernel.database import transaction
from tests.makers import OTHER_COUNTY, make_user
from tests.making.results import account_of, after, make_running_class, mark_all

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


def teacher(class_: TrainingClass) -> User:
    return account_of(sessions_of(class_.id)[0].teacher, Role.TEACHER)


def account_of_clerk(class_: TrainingClass) -> User:
    return make_user(Role.SCHOOL_CLERK, organization=class_.school)


def test_a_teacher_takes_the_roll_row_by_row(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(3)
        client = sign_in(teacher(class_))
    lesson, (first, second, third) = sessions_of(class_.id)[0], active_seats(class_.id)
    address = f"/attendance/sessions/{lesson.id}"
    with after(lesson):
        page = client.get(address).text
        assert page.count('value="present"') >= 3
        assert page.count(" checked") == 1  # only the method, by default
        rows = {f"presence-{first.id}": "present", f"presence-{second.id}": "late", f"hours-{second.id}": "2"}
        answer = client.post(address, data={**rows, "method": "paper"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "已记下 2 人。还有 1 人没有点。" in answer.text
    assert queries.attended_hours(class_.id) == {first.id: 4, second.id: 2}
    assert third.id not in queries.entries_of(lesson.id)


def test_everyone_present_without_javascript_only_ticks_and_saves_nothing(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(2)
        client = sign_in(teacher(class_))
    lesson, first = sessions_of(class_.id)[0], active_seats(class_.id)[0]
    with after(lesson):
        data = {"fill": "present", f"presence-{first.id}": "absent"}
        page = client.post(f"/attendance/sessions/{lesson.id}", data=data).text
    assert page.count(" checked") == 3  # one absent, one filled, the method
    assert queries.entries_of(lesson.id) == {}


def test_what_is_wrong_on_the_roll_is_said_and_what_was_ticked_stays(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(2)
        client = sign_in(teacher(class_))
    lesson, (first, second) = sessions_of(class_.id)[0], active_seats(class_.id)
    rows = {f"presence-{first.id}": "late", f"hours-{first.id}": "99", f"presence-{second.id}": "present"}
    with after(lesson):
        answer = client.post(f"/attendance/sessions/{lesson.id}", data={**rows, "method": "roll_call"})
        nothing = client.post(f"/attendance/sessions/{lesson.id}", data={"method": "roll_call"})
    assert answer.status_code == 422
    assert f"{first.person.name}的学时请填 0 到 4 的整数" in answer.text
    assert 'value="99"' in answer.text
    assert answer.text.count(" checked") == 3
    assert nothing.status_code == 422
    assert "还没有给任何人选出勤情况" in nothing.text
    assert queries.entries_of(lesson.id) == {}


def test_the_second_to_mark_sees_what_stands_now(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(1)
        client = sign_in(teacher(class_))
    lesson, seat = sessions_of(class_.id)[0], active_seats(class_.id)[0]
    rows = {f"presence-{seat.id}": "present", "method": "roll_call"}
    with after(lesson):
        client.post(f"/attendance/sessions/{lesson.id}", data=rows)
        answer = client.post(f"/attendance/sessions/{lesson.id}", data={**rows, f"presence-{seat.id}": "absent"})
    assert answer.status_code == 409
    assert "别人刚刚点过名" in answer.text
    assert "已经点的 1 人" in answer.text
    assert queries.entries_of(lesson.id)[seat.id].presence is Presence.PRESENT


def test_a_future_session_shows_why_it_cannot_be_marked(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(1)
        client = sign_in(teacher(class_))
    lesson = sessions_of(class_.id)[1]
    with after(sessions_of(class_.id)[0]):
        page = client.get(f"/attendance/sessions/{lesson.id}")
        day = client.get("/attendance")
    assert "这节课还没有开始" in page.text
    assert "记下来" not in page.text
    assert class_.name in day.text


def test_a_correction_asks_for_a_reason_and_shows_both_records(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(1)
        mark_all(class_, {1: 1})
        client = sign_in(teacher(class_))
    lesson, seat = sessions_of(class_.id)[0], active_seats(class_.id)[0]
    address = f"/attendance/entries/{queries.entries_of(lesson.id)[seat.id].id}"
    bare = client.post(address, data={"presence": "present"})
    assert bare.status_code == 422
    assert "请填写“更正原因”" in bare.text
    done = client.post(address, data={"presence": "present", "reason": "在门口登记"}, follow_redirects=True)
    assert "要由另一个人确认" in done.text
    assert queries.entries_of(lesson.id)[seat.id].presence is Presence.ABSENT
    asked = queries.open_corrections(teacher(class_).as_actor())[0]
    refused = client.post(f"/attendance/corrections/{asked.id}/confirm")
    assert "要由另一个人来确认" in refused.text
    client = sign_in(account_of_clerk(class_))
    client.post(f"/attendance/corrections/{asked.id}/confirm")
    now = queries.entries_of(lesson.id)[seat.id]
    page = client.get(f"/attendance/entries/{now.id}").text
    assert "在门口登记" in page
    assert "已被更正" in page


def test_the_sheet_prints_one_page_a_half_day(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(2)
        client = sign_in(teacher(class_))
    lesson = sessions_of(class_.id)[0]
    one = client.get(f"/attendance/sessions/{lesson.id}/sheet.pdf")
    assert one.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(one.data)) as paper:
        assert len(paper.pages) == 1
    week = client.get(f"/attendance/classes/{class_.id}/sheet.pdf?week=1")
    with pikepdf.open(io.BytesIO(week.data)) as paper:
        assert len(paper.pages) == len(queries.weeks_of(sessions_of(class_.id))[0])
    assert client.get(f"/attendance/classes/{class_.id}/sheet.pdf?week=99").status_code == 404
    page = client.get(f"/attendance/classes/{class_.id}")
    assert page.status_code == 200
    assert "最低出勤率" in page.text


def test_readers_see_the_roll_without_buttons_and_strangers_see_nothing(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_running_class(1)
        mark_all(class_)
        client = sign_in(make_user(Role.AUDITOR))
    lesson = sessions_of(class_.id)[0]
    page = client.get(f"/attendance/sessions/{lesson.id}")
    assert page.status_code == 200
    assert "更正" not in page.text
    assert client.post(f"/attendance/sessions/{lesson.id}", data={}).status_code == 403


@pytest.mark.parametrize("address", ["/attendance/sessions/{0}", "/attendance/classes/{1}"])
def test_another_countys_reader_gets_a_404(sign_in: SignIn, address: str) -> None:
    with transaction():
        class_ = make_running_class(1)
        client = sign_in(make_user(Role.AUDITOR, area=(OTHER_COUNTY,)))
    assert client.get(address.format(sessions_of(class_.id)[0].id, class_.id)).status_code == 404
