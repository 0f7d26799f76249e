"""Two senders at once: no piece is counted twice, no pair of alike pictures slips by, no limit is passed."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.classes.models import ClassSession
from app.classes.queries import sessions_of
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound, Refused
from app.recordings import service, store
from app.recordings.models import IncomingFile, Recording, RecordingDoubt
from app.recordings.service import WrongOffset
from tests.making.classes import clerk_of
from tests.making.recordings import photo, saved_again
from tests.making.results import make_running_class
from tests.racing import committed, race


@pytest.fixture(scope="module")
def places(raced: Flask) -> list[tuple[ClassSession, Actor]]:
    """Half-days of two classes, with who may send."""

    def make() -> list[tuple[ClassSession, Actor]]:
        rows = [make_running_class(1) for _ in range(2)]
        return [(sessions_of(row.id)[number], clerk_of(row)) for row in rows for number in (0, 1)]

    found: list[tuple[ClassSession, Actor]] = committed(raced, make)
    return found


def later(session: ClassSession, act: Callable[[], Any]) -> Callable[[], Any]:
    """Do it right after a half-day, in whichever thread."""

    def then() -> Any:
        with clock.at(session.ends_at):
            return act()

    return then


def finish(row: IncomingFile, by: Actor) -> Any:
    """What was kept; None where somebody else had finished it."""
    try:
        return service.finish(row, by=by)
    except NotFound:
        return None


def test_one_piece_sent_by_two_tabs_at_once_is_counted_once(
    raced: Flask, places: list[tuple[ClassSession, Actor]]
) -> None:
    session, by = places[0]
    content = photo(31)
    row = committed(raced, later(session, lambda: service.begin(session, len(content), by=by)))
    came = race(raced, [lambda: service.append(row, 0, content[:3000]) for _ in range(4)])
    assert sorted(str(type(one)) for one in came) == sorted(map(str, [int, WrongOffset, WrongOffset, WrongOffset]))
    committed(raced, lambda: service.append(row, 3000, content[3000:]))
    kept = race(raced, [lambda: finish(row, by) for _ in range(3)])
    assert sum(one is not None for one in kept) == 1
    with raced.app_context():
        found = db.session.scalars(select(Recording).where(Recording.session_id == session.id)).one()
        assert store.Stored(found.store_no, found.pieces).read(0, found.size) == content


def test_two_alike_pictures_that_come_at_once_are_a_doubt(
    raced: Flask, places: list[tuple[ClassSession, Actor]]
) -> None:
    (one, first), (other, second) = places[1], places[3]
    take = service.take_in
    acts = [
        later(one, lambda: take(one, io.BytesIO(photo(41)), by=first)),
        later(other, lambda: take(other, io.BytesIO(saved_again(photo(41))), by=second)),
    ]
    race(raced, acts)
    with raced.app_context():
        sessions = {one.id, other.id}
        doubts = db.session.scalars(select(RecordingDoubt)).unique().all()
        assert [{doubt.first.session_id, doubt.second.session_id} for doubt in doubts] == [sessions]


def test_the_last_place_of_a_half_day_is_taken_once(
    raced: Flask, places: list[tuple[ClassSession, Actor]], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, by = places[2]
    few = service.Limits(photo=10**6, film=10**6, a_session=2)
    monkeypatch.setattr("app.recordings.service.incoming.limits", lambda: few)
    came = race(raced, [later(session, lambda: service.begin(session, 10, by=by)) for _ in range(5)])
    assert sum(isinstance(one, Refused) for one in came) == 3
    with raced.app_context():
        query = select(func.count()).where(IncomingFile.session_id == session.id)
        assert db.session.scalar(query) == 2
