"""The pages of lessons: learners with and without JavaScript, the school, the keeper of a room, a film in parts."""

import io
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.attendance import queries as attendance
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.lessons import queries
from app.lessons import service as lessons
from app.lessons.rules import LessonKind
from app.lessons.service import watching
from app.people.models import Person
from app.people.sessions import PersonSession
from tests.makers import VILLAGE, make_user
from tests.making.classes import clerk_of, make_class, make_course, make_school_set
from tests.making.lessons import learner, make_lesson, make_online_class, online_of
from tests.making.results import PICTURE, make_taster

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08moov" + bytes(range(200))


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


def clerk(class_: TrainingClass) -> Any:
    return make_user(Role.SCHOOL_CLERK, organization=class_.course.organization)


def enter(sign_in: SignIn, *, question: bool = False) -> tuple[FlaskClient, TrainingClass, str]:
    """A signed-in learner, the class, the address of the lesson."""
    with transaction():
        class_ = make_online_class(1, question=question)
        seat, _by = learner(class_)
        lesson = queries.lessons_by_session(class_.id)[online_of(class_).id][0]
        client = sign_in(PersonSession(db.session.get_one(Person, seat.person_id)))
    return client, class_, f"/my/lessons/{seat.id}/{lesson.id}"


def test_a_learner_opens_a_lesson_and_the_page_tells_its_heartbeats(sign_in: SignIn) -> None:
    client, class_, address = enter(sign_in)
    begins = online_of(class_).starts_at
    with clock.at(begins):
        assert address in client.get("/my/lessons").text
        page = client.post(address).text
        token = re.findall(r'data-token="([^"]+)"', page)[0]
        assert "先看水源" in page
    beat = {"token": token, "key": str(uuid.uuid4()), "told": "15"}
    with clock.at(begins + timedelta(seconds=15)):
        told = client.post(f"{address}/beat", data=beat).get_json()
        assert (told["reached"], told["done"]) == (15, False)
        other = {**beat, "token": str(uuid.uuid4()), "key": str(uuid.uuid4())}
        assert client.post(f"{address}/beat", data=other).status_code == 409
        assert client.post(f"{address}/beat", data={"token": "no"}).status_code == 422


def test_at_the_cap_of_the_day_the_page_is_told_why_nothing_counts_any_more(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, class_, address = enter(sign_in)
    monkeypatch.setattr(watching, "_cap_of", lambda _class: 15)
    begins = online_of(class_).starts_at
    with clock.at(begins):
        token = re.findall(r'data-token="([^"]+)"', client.post(address).text)[0]
    with clock.at(begins + timedelta(seconds=15)):
        beat = {"token": token, "key": str(uuid.uuid4()), "told": "15"}
        told = client.post(f"{address}/beat", data=beat).get_json()
        assert told["capped"]
        assert told["message"].startswith("今天已经学满 ")
        assert told["message"] in client.get(address).text
    with clock.at(begins + timedelta(days=1)):
        assert "今天已经学满" not in client.get(address).text


def test_without_javascript_a_text_is_read_to_its_end_and_the_question_is_answered(sign_in: SignIn) -> None:
    client, class_, address = enter(sign_in, question=True)
    begins = online_of(class_).starts_at
    with clock.at(begins):
        client.post(address)
    with clock.at(begins + timedelta(minutes=95)):
        assert "已经记下 90 分钟" in client.post(f"{address}/read", follow_redirects=True).text
        assert "环沟多宽" in client.get(address).text
        right = client.post(f"{address}/answers", data={"question": "1", "choice": "1"}, follow_redirects=True)
        assert "答对了" in right.text
        client.post(address)
    with clock.at(begins + timedelta(minutes=200)):
        assert "这一课学完了" in client.post(f"{address}/read", follow_redirects=True).text
    seat = active_seats(class_.id)[0]
    assert attendance.attended_hours(class_.id)[seat.id] == online_of(class_).hours


def test_a_lesson_of_somebody_else_is_not_found(sign_in: SignIn) -> None:
    client, _class, _address = enter(sign_in)
    with transaction():
        other = make_online_class(1)
        lesson = queries.lessons_by_session(other.id)[online_of(other).id][0]
    strange = f"/my/lessons/{active_seats(other.id)[0].id}/{lesson.id}"
    assert [client.get(strange).status_code, client.post(strange).status_code] == [404, 404]
    assert client.post(f"{strange}/beat").status_code == 404
    assert client.get(f"/lessons/{lesson.id}").status_code == 403


def test_the_school_adds_a_film_asks_a_question_and_says_which_half_day_is_online(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_class()
        client = sign_in(clerk(class_))
    course, first = f"/courses/{class_.course_id}/lessons", sessions_of(class_.id)[0]
    form = {"title": "看片学虾", "kind": "video", "minutes": "180"}
    assert "请选择文件" in client.post(course, data=form).text
    wrong = client.post(course, data={**form, "file": (io.BytesIO(b"<html>"), "a.mp4")})
    assert wrong.status_code == 422
    assert "这种文件不能上传" in wrong.text
    added = client.post(course, data={**form, "file": (io.BytesIO(FILM), "虾.mp4")}, follow_redirects=True)
    assert "看片学虾" in added.text
    lesson = queries.lessons_of(class_.course_id)[0]
    asked = {"at_minutes": "60", "text": "虾苗几月放？", "choices": "三月\n八月", "answer": "1"}
    assert "虾苗几月放" in client.post(f"/lessons/{lesson.id}", data=asked, follow_redirects=True).text
    assert "问题要在课件的时长以内" in client.post(f"/lessons/{lesson.id}", data={**asked, "at_minutes": "999"}).text
    address = f"/classes/{class_.id}/lessons"
    done = client.post(address, data={f"session-{first.id}": str(lesson.id)}, follow_redirects=True)
    assert "线上课已安排" in done.text
    assert queries.lessons_by_session(class_.id) == {first.id: [lesson]}


def test_a_film_is_served_in_the_parts_a_player_asks_for(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_class()
        new = lessons.NewLesson(LessonKind.VIDEO, "虾", 10, "", io.BytesIO(FILM), "a.mp4")
        lesson = lessons.add_lesson(class_.course, new, by=clerk_of(class_))
        client = sign_in(clerk(class_))
    address = f"/lessons/{lesson.id}/file"
    assert client.get(address).data == FILM
    part = client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, FILM[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(FILM)}"
    assert client.get(address, headers={"Range": f"bytes={len(FILM)}-"}).status_code == 416


def test_a_village_officer_keeps_a_group_viewing_on_a_phone(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_online_class(2)
        client = sign_in(make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)))
    session, seats = online_of(class_), active_seats(class_.id)
    with clock.at(session.starts_at + timedelta(minutes=5)):
        assert "开始集中学" in client.get(f"/classes/{class_.id}/lessons").text
        begun = client.post(f"/classes/{class_.id}/sessions/{session.id}/viewing", data={"place": "农民夜校"})
        address = begun.headers["Location"]
        roll = {"turn": "in", "seat": [str(seat.id) for seat in seats]}
        assert "记下 2 人" in client.post(f"{address}/roll", data=roll, follow_redirects=True).text
        photo = {"photo": (io.BytesIO(PICTURE), "room.png")}
        assert "照片已保存" in client.post(f"{address}/photos", data=photo, follow_redirects=True).text
        assert client.get(f"{address}/photos/1").mimetype == "image/png"
        assert "开始和结束都要点名" in client.post(f"{address}/end").text
    with clock.at(session.ends_at):
        client.post(f"{address}/roll", data={**roll, "turn": "out"})
        assert "集中学结束了" in client.post(f"{address}/end", follow_redirects=True).text
    assert attendance.came(class_.id) == {seat.id for seat in seats}


def test_a_taster_leads_on_by_one_press(sign_in: SignIn) -> None:
    with transaction():
        taster = make_taster(2)
        client = sign_in(clerk(taster))
        make_lesson(taster, 30)
    page = client.get(f"/tasters/{taster.id}").text
    assert all(seat.person.name in page for seat in active_seats(taster.id))
    assert client.post(f"/tasters/{taster.id}/invite/class/{taster.id}").status_code == 404


def test_a_taster_that_is_still_to_come_says_who_signed_up_and_not_who_came(sign_in: SignIn) -> None:
    with transaction():
        held = make_taster(2)
        at = make_school_set()
        ahead = make_class(at, make_course(at, "taster", title="插花体验", theory_hours=0, practice_hours=1, level=0))
        client, other = sign_in(clerk(held)), clerk(ahead)
    assert "来了 2 人" in client.get(f"/tasters/{held.id}").text
    page = sign_in(other).get(f"/tasters/{ahead.id}").text
    assert "来了" not in page
    assert "报了名 0 人，还没有上课" in page
