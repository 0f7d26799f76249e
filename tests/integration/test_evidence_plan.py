"""What a class's filing promises as evidence rules its lessons, where it is stricter than the policy."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.attendance import queries
from app.attendance import service as attendance
from app.attendance.rules import Moment, Presence, Way, Worry
from app.attendance.service import signing
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.queries.filing import checklist
from app.classes.queries.teaching import evidence_plan_of
from app.classes.rules.teaching import EvidenceWay
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import transaction
from app.kernel.errors import Refused
from app.recordings.queries import photos_missing, photos_wanted
from tests.making.attendance import first_session, into, press
from tests.making.classes import approve_class, begin_class, clerk_of, make_class
from tests.making.recordings import keep, photo
from tests.making.results import account_of, after, enroll, teacher_of

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]


def running(people: int = 1, **evidence: Any) -> TrainingClass:
    """A running class whose filing promised this."""
    row = make_class()
    plan = evidence_plan_of(row.id)
    assert plan is not None
    classes.set_evidence(row, replace(plan, **evidence), by=clerk_of(row))
    enroll(row, people)
    classes.propose_posts(row, by=clerk_of(row))
    classes.file(row, by=clerk_of(row))
    return begin_class(approve_class(row))


def test_only_the_ways_of_the_filing_are_taken() -> None:
    class_ = running(ways=(EvidenceWay.ROLL_CALL,))
    session, seat, by = first_session(class_), active_seats(class_.id)[0], teacher_of(class_)
    with into(session, -5):
        with pytest.raises(Refused, match="签到办法里没有"):
            press(seat)
        with pytest.raises(Refused, match="签到办法里没有"):
            attendance.take_own_code(session, seat.id, Moment.IN, uuid.uuid4(), by=by)
    with into(session, 5):
        with pytest.raises(Refused, match="签到办法里没有"):
            attendance.call(session, [seat.id], Moment.IN, attendance.How(Way.WITNESSED, "村支书"), by=by)
        assert attendance.call(session, [seat.id], Moment.IN, attendance.How(Way.ROLL_CALL), by=by) == 1
    second = sessions_of(class_.id)[1]
    with after(second):
        with pytest.raises(Refused, match="签到办法里没有"):
            attendance.mark(second, {seat.id: Presence.PRESENT}, by=by, method=Way.PAPER)
        attendance.mark(second, {seat.id: Presence.PRESENT}, by=by, method=Way.ROLL_CALL)
    assert queries.entries_of(second.id)[seat.id].method is Way.ROLL_CALL


def test_the_pages_offer_only_the_ways_of_the_filing(sign_in: SignIn, client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    with transaction():
        class_ = running(ways=(EvidenceWay.ROLL_CALL, EvidenceWay.OWN_CODE))
        teacher = account_of(sessions_of(class_.id)[0].teacher, Role.TEACHER)
        session = first_session(class_)
    with into(session, 5):
        page = sign_in(teacher).get(f"/attendance/sessions/{session.id}/live").text
    assert "shown-code" not in page
    assert "读学员自己的码" in page
    assert 'value="roll_call"' in page
    assert 'value="witnessed"' not in page
    with after(session):
        page = sign_in(teacher).get(f"/attendance/sessions/{session.id}").text
    assert 'value="roll_call"' in page
    assert 'value="paper"' not in page


def test_a_filing_that_promises_the_place_asks_for_it_where_the_policy_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asking, silent = running(place_asked=True), running(place_asked=False)
    monkeypatch.setattr(signing, "_pack", lambda _found: SimpleNamespace(yes=lambda _key: False))
    for class_, worries in ((asking, (Worry.NO_PLACE,)), (silent, ())):
        with into(first_session(class_), -5):
            assert press(active_seats(class_.id)[0], place=None).worries == worries


def test_a_lesson_that_is_over_with_fewer_photos_than_were_promised_is_named(
    sign_in: SignIn, client: FlaskClient
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    with transaction():
        class_ = running(photos_a_session=3)
        by = clerk_of(class_)
        teacher = account_of(sessions_of(class_.id)[0].teacher, Role.TEACHER)
        first, second = sessions_of(class_.id)[:2]
    assert photos_wanted(class_) == 3
    assert photos_missing(class_) == []
    with clock.at(first.ends_at + timedelta(minutes=1)):
        with transaction():
            keep(first, photo(1), by)
        assert [(one.id, missing) for one, missing in photos_missing(class_)] == [(first.id, 2)]
        assert "还少 2 张" in sign_in(teacher).get(f"/recordings/classes/{class_.id}").text
        with transaction():
            keep(first, photo(2), by)
            keep(first, photo(3), by)
        assert photos_missing(class_) == []
    with after(second):
        assert [(one.id, missing) for one, missing in photos_missing(class_)] == [(second.id, 3)]


def test_the_meter_says_where_checks_are_promised_that_nobody_draws() -> None:
    row = make_class()
    plan = evidence_plan_of(row.id)
    assert plan is not None
    assert plan.mid_checks
    classes.set_evidence(row, replace(plan, mid_checks=False), by=clerk_of(row))
    said = [sentence for point in checklist(row) for sentence in point.sentences]
    assert any("方案里写的是不抽查" in sentence for sentence in said)
