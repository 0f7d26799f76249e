"""The pages of recordings: sending from a phone, looking on, serving only what a person may have."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from app.audit.queries import events_of
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import sessions_of
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.recordings import queries
from app.recordings.models import OPENED, IncomingFile, Recording
from tests.makers import OTHER_COUNTY, make_organization, make_user
from tests.making.classes import clerk_of
from tests.making.recordings import MILUO, exif_of, film, keep, photo
from tests.making.results import account_of, make_running_class

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


@pytest.fixture
def class_() -> TrainingClass:
    with transaction():
        return make_running_class(2)


@pytest.fixture
def lesson(class_: TrainingClass) -> ClassSession:
    return sessions_of(class_.id)[0]


@pytest.fixture
def teacher(lesson: ClassSession, sign_in: SignIn) -> FlaskClient:
    with transaction():
        return sign_in(account_of(lesson.teacher, Role.TEACHER))


def after(lesson: ClassSession) -> Any:
    return clock.at(lesson.ends_at + timedelta(minutes=5))


def kept(lesson: ClassSession, content: bytes, class_: TrainingClass) -> Recording:
    with transaction():
        return keep(lesson, content, clerk_of(class_)).row


def test_photos_go_up_by_a_plain_form_and_a_bad_one_stops_no_other(teacher: FlaskClient, lesson: ClassSession) -> None:
    address = f"/recordings/sessions/{lesson.id}"
    files = [
        (io.BytesIO(photo(1)), "../../etc/a.jpg"),
        (io.BytesIO(b"<html>"), "页面.jpg"),
        (io.BytesIO(photo(2)), "b"),
    ]
    with after(lesson):
        assert 'enctype="multipart/form-data"' in teacher.get(address).text
        answer = teacher.post(address, data={"files": files, "note": "实操"}, content_type="multipart/form-data")
        again = teacher.post(address, data={"files": [(io.BytesIO(photo(1)), "a.jpg")]}, follow_redirects=True)
        nothing = teacher.post(address, data={"note": "x"})
    assert answer.status_code == 422
    assert "页面.jpg：只收手机拍的照片" in answer.text
    assert [row.note for row in queries.of_session(lesson.id)] == ["实操", "实操"]
    assert "以前传过，不重复存" in again.text
    assert "请先选照片或录像" in nothing.text
    assert db.session.query(IncomingFile).count() == 0


def open_file(browser: FlaskClient, lesson: ClassSession, size: int) -> str:
    answer = browser.post(f"/recordings/sessions/{lesson.id}/incoming", data={"size": size})
    assert answer.status_code == 201, answer.text
    return str(json.loads(answer.text)["address"])


def send(browser: FlaskClient, address: str, offset: object, content: bytes) -> Any:
    return browser.patch(address, data=content, headers={"Upload-Offset": str(offset)})


def test_a_film_goes_up_piece_by_piece_over_a_lost_line(teacher: FlaskClient, lesson: ClassSession) -> None:
    content = film(lesson.starts_at, data=b"frame" * 1000)
    with after(lesson):
        address = open_file(teacher, lesson, len(content))
        assert send(teacher, address, 0, content[:2000]).json["received"] == 2000
        wrong = send(teacher, address, 0, content[:2000])
        assert (wrong.status_code, wrong.headers["Upload-Offset"]) == (409, "2000")
        assert "接着传" in wrong.json["error"]
        told = teacher.head(address)
        assert (told.headers["Upload-Offset"], told.headers["Upload-Length"]) == ("2000", str(len(content)))
        done = send(teacher, address, 2000, content[2000:])
    assert done.json["done"] is True
    assert queries.of_session(lesson.id)[0].id == done.json["recording"]
    assert teacher.head(address).status_code == 404


def test_offsets_that_are_no_numbers_and_pieces_too_long_are_refused(
    teacher: FlaskClient, lesson: ClassSession
) -> None:
    with after(lesson):
        address = open_file(teacher, lesson, 100)
        for offset in ("", "x", "-1", "1e3", "9" * 40):
            assert send(teacher, address, offset, b"abc").status_code == 409
        assert send(teacher, address, 0, b"x" * 101).status_code == 422
        assert teacher.head(address).headers["Upload-Offset"] == "0"
        for size in ("", "x", "0", "-3", "9" * 14):
            assert teacher.post(f"/recordings/sessions/{lesson.id}/incoming", data={"size": size}).status_code == 422


def test_a_piece_that_arrives_shorter_than_it_says_is_not_counted(teacher: FlaskClient, lesson: ClassSession) -> None:
    with after(lesson):
        address = open_file(teacher, lesson, 100)
        short = teacher.patch(
            address, data=b"only this", headers={"Upload-Offset": "0"}, environ_overrides={"CONTENT_LENGTH": "50"}
        )
    assert short.status_code == 400
    assert teacher.head(address).headers["Upload-Offset"] == "0"


def test_an_answer_lost_after_the_last_piece_is_asked_for_by_an_empty_one(
    teacher: FlaskClient, lesson: ClassSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = photo()
    with after(lesson):
        address = open_file(teacher, lesson, len(content))
        with monkeypatch.context() as killed:
            killed.setattr("app.recordings.views.incoming._finished", lambda _row: ("", 503))
            assert send(teacher, address, 0, content).status_code == 503
        assert teacher.head(address).headers["Upload-Offset"] == str(len(content))
        assert send(teacher, address, len(content), b"").json["done"] is True


def test_a_file_that_is_none_of_ours_is_refused_at_its_end_and_forgotten(
    teacher: FlaskClient, lesson: ClassSession
) -> None:
    with after(lesson):
        address = open_file(teacher, lesson, 20)
        answer = send(teacher, address, 0, b"<svg onload=alert(1)")
    assert answer.status_code == 422
    assert "只收手机拍的照片" in answer.json["error"]
    assert teacher.head(address).status_code == 404


def test_another_persons_unfinished_file_is_not_found(
    teacher: FlaskClient, lesson: ClassSession, class_: TrainingClass, sign_in: SignIn
) -> None:
    with after(lesson):
        address = open_file(teacher, lesson, 100)
        with transaction():
            stranger = make_user(Role.TEACHER, organization=make_organization())
            colleague = make_user(Role.SCHOOL_CLERK, organization=class_.school)
        for user in (stranger, colleague):
            browser = sign_in(user)
            assert browser.head(address).status_code == 404
            assert send(browser, address, 0, b"abc").status_code == 404


def test_a_school_gets_the_copy_without_the_place_and_an_officer_the_original(
    teacher: FlaskClient, lesson: ClassSession, class_: TrainingClass, sign_in: SignIn
) -> None:
    content = photo(exif=exif_of(lesson.starts_at, MILUO, Model="SECRET-P60"), comment=b"<script>alert(1)</script>")
    row = kept(lesson, content, class_)
    page, view = teacher.get(f"/recordings/{row.id}"), teacher.get(f"/recordings/{row.id}/view.jpg")
    assert "113.067" not in page.text
    assert "SECRET-P60" not in page.text
    assert (view.status_code, view.mimetype) == (200, "image/jpeg")
    assert b"SECRET" not in view.data
    assert b"<script" not in view.data
    with Image.open(io.BytesIO(view.data)) as picture:
        assert not picture.getexif()
    assert teacher.post(f"/recordings/{row.id}/original").status_code == 404
    with transaction():
        inspector = make_user(Role.INSPECTOR)
    browser = sign_in(inspector)
    assert "113.06700" in browser.get(f"/recordings/{row.id}").text
    original = browser.post(f"/recordings/{row.id}/original")
    assert original.data == content
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in original.headers["Content-Security-Policy"]
    assert [one.actor_key for one in events_of(row) if one.action == OPENED] == [f"user:{inspector.id}"]


def test_a_film_is_played_in_parts_without_its_place(
    teacher: FlaskClient, lesson: ClassSession, class_: TrainingClass
) -> None:
    content = film(lesson.starts_at, "+28.8060+113.0670/", data=b"frame" * 500_000)
    row = kept(lesson, content, class_)
    whole = teacher.get(f"/recordings/{row.id}/film")
    assert (whole.status_code, len(whole.data)) == (200, len(content))
    assert b"+28.8060" not in whole.data
    assert whole.mimetype == "video/mp4"
    part = teacher.get(f"/recordings/{row.id}/film", headers={"Range": "bytes=1000000-1099999"})
    assert (part.status_code, part.data) == (206, content[1_000_000:1_100_000])
    assert part.headers["Content-Range"] == f"bytes 1000000-1099999/{len(content)}"
    assert teacher.get(f"/recordings/{row.id}/film", headers={"Range": "bytes=99999999-"}).status_code == 416
    assert teacher.get(f"/recordings/{row.id}/view.jpg").status_code == 404


def test_nobody_else_sees_the_pictures(class_: TrainingClass, lesson: ClassSession, sign_in: SignIn) -> None:
    row = kept(lesson, photo(), class_)
    with transaction():
        users = [
            make_user(Role.SCHOOL_CLERK, organization=make_organization()),
            make_user(Role.TEACHER, organization=make_organization()),
            make_user(Role.TRAINING_OFFICER, area=(OTHER_COUNTY,)),
            make_user(Role.INSPECTOR, area=(OTHER_COUNTY,)),
        ]
    for user in users:
        browser = sign_in(user)
        for tail in ("", "/thumb.jpg", "/view.jpg", "/film"):
            assert browser.get(f"/recordings/{row.id}{tail}").status_code == 404
        assert browser.get(f"/recordings/sessions/{lesson.id}").status_code == 404
    with transaction():
        village = make_user(Role.VILLAGE_OFFICER)
    assert sign_in(village).get(f"/recordings/{row.id}/view.jpg").status_code == 403


def test_two_alike_pictures_stand_side_by_side_and_a_school_sees_only_its_own(
    class_: TrainingClass, lesson: ClassSession, sign_in: SignIn
) -> None:
    kept(lesson, photo(), class_)
    with transaction():
        other = make_running_class(1)
    new = kept(sessions_of(other.id)[0], photo(), other)
    (doubt,) = queries.doubts_of([new.id])[new.id]
    with transaction():
        inspector, clerk = make_user(Role.INSPECTOR), make_user(Role.SCHOOL_CLERK, organization=other.school)
    officer = sign_in(inspector)
    page = officer.get(f"/recordings/doubts/{doubt.id}").text
    assert class_.name in page
    assert other.name in page
    assert officer.get(f"/recordings/doubts/{doubt.id}/first.jpg").status_code == 200
    school = sign_in(clerk)
    assert "别的培训机构的班，照片不在这里显示" in school.get(f"/recordings/doubts/{doubt.id}").text
    assert school.get(f"/recordings/doubts/{doubt.id}/first.jpg").status_code == 404
    assert school.get(f"/recordings/doubts/{doubt.id}/second.jpg").status_code == 200
    assert "疑点 1 个" in school.get(f"/classes/{other.id}").text
    assert "看疑点" in school.get(f"/recordings/classes/{other.id}").text
    assert school.post(f"/recordings/doubts/{doubt.id}", data={"step": "clear", "reason": "x"}).status_code == 403
    officer = sign_in(inspector)
    assert officer.post(f"/recordings/doubts/{doubt.id}", data={"step": "uphold", "reason": ""}).status_code == 422
    answer = officer.post(
        f"/recordings/doubts/{doubt.id}", data={"step": "uphold", "reason": "同一张照片用了两次"}, follow_redirects=True
    )
    assert "同一张照片用了两次" in answer.text
    assert "查实有问题" in officer.get("/recordings/doubts").text
