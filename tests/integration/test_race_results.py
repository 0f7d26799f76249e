"""Two people at once: the roll, the results and the certificates, with real threads on committed rows."""

from typing import Any

import pytest
from flask import Flask

from app.attendance import queries as attendance_queries
from app.attendance import service as attendance
from app.attendance.rules import Method, Presence
from app.attendance.service import rollcall
from app.attendance.service.writing import write
from app.certificates import queries
from app.certificates import service as certificates
from app.certificates.models import CertificateBatch
from app.classes.models import ClassSession
from app.classes.queries import active_seats, sessions_of, training_class
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, Refused
from app.placements import queries as placements
from tests.making.classes import clerk_of
from tests.making.results import after, make_assessed_class, make_running_class
from tests.racing import committed, race


def test_issuing_twice_at_once_gives_one_set_of_certificates(raced: Flask) -> None:
    def ready() -> tuple[int, list[Actor]]:
        class_ = make_assessed_class(5)
        return class_.id, [clerk_of(class_) for _number in range(4)]

    class_id, clerks = committed(raced, ready)
    got = race(raced, [lambda by=by: certificates.issue(training_class(class_id), by=by) for by in clerks])  # type: ignore[misc]  # lambda
    assert len([one for one in got if isinstance(one, CertificateBatch)]) == 1
    assert len([one for one in got if isinstance(one, Refused)]) == 3
    with raced.app_context():
        issued = queries.certificates_of(class_id)
        assert [one.serial for one in issued] == [1, 2, 3, 4, 5]
        assert len({one.number for one in issued}) == 5
        assert len(placements.placements_of(class_id)) == 5


def test_two_teachers_marking_the_same_people_at_once_leave_one_roll(raced: Flask) -> None:
    def ready() -> tuple[int, int, list[Actor]]:
        class_ = make_running_class(3)
        return class_.id, sessions_of(class_.id)[0].id, [clerk_of(class_) for _number in range(3)]

    class_id, session_id, clerks = committed(raced, ready)

    def mark(by: Actor, presence: Presence) -> object:
        session = db.session.get_one(ClassSession, session_id)
        with after(session):
            said = {seat.id: presence for seat in active_seats(class_id)}
            return attendance.mark(session, said, by=by, method=Method.ROLL_CALL)

    kinds = (Presence.PRESENT, Presence.ABSENT, Presence.LEAVE)
    got = race(raced, [lambda by=by, kind=kind: mark(by, kind) for by, kind in zip(clerks, kinds, strict=True)])  # type: ignore[misc]  # lambda
    refused = [one for one in got if isinstance(one, Refused)]
    assert len(refused) == 2
    assert all("点过名" in str(one) for one in refused)
    with raced.app_context(), clock.at(clock.now()):
        entries = attendance_queries.entries_of(session_id)
        assert len(entries) == 3
        assert len({entry.presence for entry in entries.values()}) == 1


def test_who_ticks_present_while_another_marks_absent_is_told_so(raced: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def ready() -> tuple[int, int, Actor, Actor]:
        class_ = make_running_class(2)
        return class_.id, sessions_of(class_.id)[0].id, clerk_of(class_), clerk_of(class_)

    class_id, session_id, one, other = committed(raced, ready)

    def mark(by: Actor, presence: Presence) -> object:
        session = db.session.get_one(ClassSession, session_id)
        with after(session):
            said = {seat.id: presence for seat in active_seats(class_id)}
            return attendance.mark(session, said, by=by, method=Method.ROLL_CALL)

    def write_late(*given: Any, **more: Any) -> object:
        monkeypatch.undo()
        race(raced, [lambda: mark(other, Presence.ABSENT)])
        return write(*given, **more)

    monkeypatch.setattr(rollcall, "write", write_late)
    (told,) = race(raced, [lambda: mark(one, Presence.PRESENT)])
    assert isinstance(told, Conflict)
    assert "点过名" in str(told)
    with raced.app_context(), clock.at(clock.now()):
        entries = attendance_queries.entries_of(session_id)
        assert {entry.presence for entry in entries.values()} == {Presence.ABSENT}
        assert attendance_queries.signings_of(session_id) == []
