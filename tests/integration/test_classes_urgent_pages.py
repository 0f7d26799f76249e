"""The pages of what changes: buttons, forms, decisions, versions, leave, as each person walks them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.classes import queries
from app.classes import service as classes
from app.classes.forms.variations import KINDS
from app.classes.models import Leave, TrainingClass, Variation
from app.classes.rules import LeaveKind, VariationKind, VariationStatus
from app.enrollments.queries import of_seat
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db
from app.people.sessions import PersonSession
from tests.makers import COUNTY, SignIn, make_user
from tests.making.classes import begin_class, clerk_of, make_approved_class
from tests.making.locked import Two, change, first_seat, two_locked

pytestmark = pytest.mark.usefixtures("session")
K = VariationKind


def clerk_user(row: TrainingClass) -> User:
    """An account of the school's clerk."""
    found = db.session.get_one(User, int(clerk_of(row).key[5:]))
    db.session.commit()
    return found


def officer_user() -> User:
    """An account of the training officer."""
    found = make_user(Role.TRAINING_OFFICER, area=(COUNTY,))
    db.session.commit()
    return found


def teacher_user(row: TrainingClass) -> User:
    """An account of the class's teacher."""
    user = make_user(Role.TEACHER, area=())
    queries.sessions_of(row.id)[0].teacher.user_id = user.id
    db.session.commit()
    return user


def only_variation(row: TrainingClass) -> Variation:
    return next(iter(queries.variations_of(row.id)))


def morning(row: TrainingClass) -> Any:
    """Half an hour before the class's third session."""
    return clock.at(queries.sessions_of(row.id)[2].starts_at - timedelta(minutes=30))


def test_the_school_finds_every_ordinary_change_as_a_button(sign_in: SignIn) -> None:
    pair = two_locked()
    client = sign_in(clerk_user(pair.one))
    page = client.get(f"/classes/{pair.one.id}").text
    for words in ("紧急变更", "请假", "调课", "代课", "补课", "换地点", "整班延期"):
        assert words in page
    for words in ("退出", "转班", "换岗位", "并班", "补员", "换定向"):
        assert words in page
    for kind in KINDS:
        assert client.get(f"/classes/{pair.one.id}/variations/{kind.value}").status_code == 200


def asked_by_school(pair: Two, sign_in: SignIn) -> Variation:
    """A transfer that the school asked for on its page."""
    form = {"seat_id": first_seat(pair.one).id, "class_id": pair.two.id, "reason": "十二月要收油茶"}
    address = f"/classes/{pair.one.id}/variations/transfer"
    assert sign_in(clerk_user(pair.one)).post(address, data=form).status_code == 303
    return only_variation(pair.one)


def test_a_transfer_is_asked_for_on_one_page_and_decided_side_by_side_on_another(sign_in: SignIn) -> None:
    pair = two_locked()
    variation = asked_by_school(pair, sign_in)
    client = sign_in(officer_user())
    page = client.get(f"/class-variations/{variation.id}").text
    assert pair.one.start_on.isoformat() in page
    assert pair.two.start_on.isoformat() in page
    assert client.post(f"/class-variations/{variation.id}/approve").status_code == 303
    assert variation.status == VariationStatus.APPROVED
    assert f"/classes/{pair.two.id}" in client.get(f"/class-variations/{variation.id}").text


def test_any_two_versions_stand_side_by_side(sign_in: SignIn) -> None:
    pair = two_locked()
    seat = first_seat(pair.one)
    change(pair.one, K.CHANGE_POST, seat_id=seat.id, livelihood="岳父家鱼塘")
    change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=pair.two.id)
    client = sign_in(officer_user())
    assert "比较两版" in client.get(f"/classes/{pair.one.id}/history").text
    page = client.get(f"/classes/{pair.one.id}/versions?old=1&new=3").text
    assert seat.person.name in page
    assert queries.fixes_of(pair.one.id)[0].sha256 in page
    assert "岳父家鱼塘" in client.get(f"/classes/{pair.one.id}/versions?old=1&new=2").text
    assert client.get(f"/classes/{pair.one.id}/versions?old=9&new=8").status_code == 200


def test_a_teacher_reports_an_emergency_with_three_taps_and_the_officer_ratifies(sign_in: SignIn) -> None:
    row = begin_class(make_approved_class(1))
    lesson, teacher = queries.sessions_of(row.id)[2], teacher_user(row)
    with morning(row):
        client = sign_in(teacher)
        page = client.get(f"/classes/{row.id}/emergency").text
        instead = page.split('value="move:')[1].split('"')[0]
        form = {"session_id": lesson.id, "why": "weather", "instead": f"move:{instead}"}
        assert client.post(f"/classes/{row.id}/emergency", data=form).status_code == 303
        variation = only_variation(row)
        assert (variation.status, variation.reason) == (VariationStatus.IN_FORCE, "下雨、大风或者高温")
        assert lesson.on.isoformat() == instead.split(":")[0]
        client = sign_in(officer_user())
        assert "紧急变更要追认" in client.get("/home").text
        assert "待追认" in client.get("/class-variations").text
        assert "追认" in client.get(f"/class-variations/{variation.id}").text
        assert client.post(f"/class-variations/{variation.id}/ratify").status_code == 303
        assert variation.status == VariationStatus.APPROVED


def test_an_emergency_reported_too_late_is_refused_on_the_page(sign_in: SignIn) -> None:
    row = begin_class(make_approved_class(1))
    lesson = queries.sessions_of(row.id)[2]
    client = sign_in(clerk_user(row))
    with clock.at(lesson.starts_at + timedelta(minutes=1)):
        form = {"session_id": lesson.id, "why": "weather", "instead": "teach:1"}
        assert client.post(f"/classes/{row.id}/emergency", data=form).status_code == 422


def test_one_not_ratified_is_shown_plainly(sign_in: SignIn) -> None:
    row = begin_class(make_approved_class(1))
    lesson = queries.sessions_of(row.id)[2]
    with morning(row):
        after = {"session_id": lesson.id, "on": (row.end_on + timedelta(days=1)).isoformat(), "half": "morning"}
        variation = classes.report_emergency(row, K.MOVE_SESSION, after, "下雨", by=clerk_of(row))
        client = sign_in(officer_user())
        assert client.post(f"/class-variations/{variation.id}/reject", data={"reason": ""}).status_code == 422
        assert client.post(f"/class-variations/{variation.id}/reject", data={"reason": "没有下雨"}).status_code == 303
    assert "学时有疑点" in client.get(f"/class-variations/{variation.id}").text
    assert "没有追认" in client.get(f"/classes/{row.id}/variations").text


def test_the_make_up_page_asks_which_session_then_who(sign_in: SignIn) -> None:
    row = begin_class(make_approved_class(2))
    missed = queries.sessions_of(row.id)[0]
    client = sign_in(clerk_user(row))
    with clock.at(missed.ends_at + timedelta(hours=1)):
        assert f"session_id={missed.id}" in client.get(f"/classes/{row.id}/variations/make_up").text
        address = f"/classes/{row.id}/variations/make_up?session_id={missed.id}"
        assert "还缺" in client.get(address).text
        on = (row.end_on + timedelta(days=1)).isoformat()
        form = {"session_id": missed.id, "seat_ids": [first_seat(row).id], "on": on, "half": "morning", "hours": 2}
        form |= {"teacher_id": missed.teacher_id, "reason": "生病缺课"}
        assert client.post(address, data={**form, "hours": 9}).status_code == 422
        assert client.post(address, data=form).status_code == 303
    assert only_variation(row).kind == K.MAKE_UP


# leave


def test_leave_is_noted_by_the_school_and_taken_back(sign_in: SignIn) -> None:
    row = make_approved_class(1)
    seat, day = first_seat(row), row.start_on.isoformat()
    client = sign_in(clerk_user(row))
    form = {"seat_id": seat.id, "first_on": day, "last_on": day, "kind": "farming"}
    assert client.post(f"/classes/{row.id}/leaves", data={**form, "last_on": "2020-01-01"}).status_code == 422
    assert client.post(f"/classes/{row.id}/leaves", data=form).status_code == 303
    assert "农忙" in client.get(f"/classes/{row.id}/leaves").text
    leave = db.session.scalars(select(Leave)).unique().one()
    assert client.post(f"/leaves/{leave.id}/take-back").status_code == 303
    assert leave.taken_back_at is not None


def test_a_laborer_asks_for_leave_on_the_phone(sign_in: SignIn) -> None:
    row = make_approved_class(1)
    seat = first_seat(row)
    client = sign_in(PersonSession(seat.person))
    assert f"/my/seats/{seat.id}/leave" in client.get(f"/my/enrollments/{of_seat(seat.id).id}").text
    day = row.start_on.isoformat()
    form = {"first_on": day, "last_on": day, "kind": "illness", "note": "要去县医院"}
    assert client.post(f"/my/seats/{seat.id}/leave", data=form).status_code == 303
    leave = db.session.scalars(select(Leave)).unique().one()
    assert (leave.kind, leave.asked_by) == (LeaveKind.ILLNESS, f"person:{seat.person_id}")
    assert client.get(f"/my/seats/{first_seat(make_approved_class(1)).id}/leave").status_code == 404


def test_a_teacher_of_another_class_reports_nothing_here(sign_in: SignIn) -> None:
    row = make_approved_class(1)
    assert sign_in(make_user(Role.TEACHER, area=())).get(f"/classes/{row.id}/emergency").status_code == 404
