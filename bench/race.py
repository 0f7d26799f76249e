"""2,000 people race for 40 seats over HTTP, four server processes under `serve.py`; a bare page raced the same way.

The bare page is Flask, Jinja and SQLAlchemy and nothing else, one query over an index, on as many waitress processes
with the same settings. Before a race each server has answered some hundred requests of the same kind, as one has that
runs for longer than a minute: connections are open and statements are known. In both races every connection stands
open before the first request goes out.
"""

import asyncio
import http.client
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from app import create_app
from app.classes.models import Seat, TrainingClass
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.kernel.database import db, transaction
from app.people.models import SubsidyUse
from app.people.sessions import PersonSession
from bench.ground import free_port, fresh_database, served, table, wait_for
from bench.menu import bare_app
from config import ROOT, Config
from tests.making.classes import make_class, make_person

PEOPLE, SEATS, PROCESSES, ROUNDS = 2000, 40, 4, 3
BEFORE = 400
"""Requests of the same kind that each server has answered before the race, the product for another class."""
LEAST = 0.3
"""Of the bare page's answers a second."""
PATIENCE = 300
"""Seconds until the slowest answer."""


@dataclass
class Raced:
    """What a race brought: statuses of all answers, and how long it took."""

    statuses: Counter[int]
    seconds: float
    median_ms: float
    slowest_ms: float

    @property
    def a_second(self) -> float:
        """Answers a second."""
        return sum(self.statuses.values()) / self.seconds


@contextmanager
def serving(settings: Config) -> Iterator[int]:
    """The port of the product as it really runs: supervisor, web processes, worker."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": settings.DATABASE_URL or "",
        "SIDAN_VAR": str(settings.VAR),
        "SIDAN_DEMO": "0",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_PROCESSES": str(PROCESSES),
    }
    fonts = Config.from_environment().VAR / "fonts"
    if fonts.is_dir():
        shutil.copytree(fonts, settings.VAR / "fonts", dirs_exist_ok=True)
    server = subprocess.Popen([sys.executable, "serve.py"], cwd=ROOT, env=environment)
    try:
        wait_for(port, "/healthz", PATIENCE)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def prepare(app: Flask, people: int) -> tuple[int, list[bytes]]:
    """A class with 40 seats, and the request of each of so many people who are signed in with the confirm page open."""
    with transaction():
        row = make_class(capacity=SEATS)
        keys = [PersonSession(make_person()).get_id() for _number in range(people)]
    return row.id, [_request(app, row.id, key) for key in keys]


def _request(app: Flask, class_id: int, key: str) -> bytes:
    """The button pressed, with the session and the form's token as the confirm page gives them."""
    with app.test_request_context():
        g.pop("csrf_token", None)  # Flask-WTF keeps one for the application's context, which is the same for all here
        session.update({"_user_id": key, "_fresh": True})
        body = urlencode({"csrf_token": generate_csrf(), "agree": "y"})
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own sessions
        cookie = serializer.dumps(dict(session))
    kind = "application/x-www-form-urlencoded"
    head = f"POST /classes/{class_id}/enroll HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: {kind}"
    return f"{head}\r\nContent-Length: {len(body)}\r\nCookie: sidan={cookie}\r\n\r\n{body}".encode()


BARE_REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def race(port: int, requests: Sequence[bytes]) -> Raced:
    """Open a connection for everybody, then send everything at once and wait for every answer."""
    return asyncio.run(_race(port, requests))


async def _race(port: int, requests: Sequence[bytes]) -> Raced:
    gate = asyncio.Event()
    opened: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    for _request in requests:
        opened.append(await asyncio.open_connection("127.0.0.1", port))  # noqa: PERF401  # one after the other

    async def one(number: int) -> tuple[int, float]:
        reader, writer = opened[number]
        await gate.wait()
        started = time.perf_counter()
        writer.write(requests[number])
        answer = await reader.read()
        writer.close()
        return int(answer.split(b" ", 2)[1]), (time.perf_counter() - started) * 1000

    everybody = [asyncio.create_task(one(number)) for number in range(len(requests))]
    await asyncio.sleep(0)
    started = time.perf_counter()
    gate.set()
    answers = await asyncio.wait_for(asyncio.gather(*everybody), PATIENCE)
    took = time.perf_counter() - started
    times = [milliseconds for _status, milliseconds in answers]
    return Raced(Counter(status for status, _ms in answers), took, statistics.median(times), max(times))


def check(class_id: int) -> dict[str, Any]:
    """What the database says; raises `AssertionError` where a seat or a person is lost or doubled."""
    rows = db.session.scalars(select(Enrollment).where(Enrollment.class_id == class_id)).all()
    counted = Counter(row.status for row in rows)
    numbers = sorted(row.waiting_no for row in rows if row.status == EnrollmentStatus.WAITING and row.waiting_no)
    seats = db.session.scalars(select(Seat).where(Seat.class_id == class_id)).all()
    uses = set(db.session.scalars(select(SubsidyUse.person_id)))
    assert counted == {EnrollmentStatus.ENROLLED: SEATS, EnrollmentStatus.WAITING: PEOPLE - SEATS}, counted
    assert numbers == list(range(1, PEOPLE - SEATS + 1)), "the waiting list has gaps"
    assert sorted(seat.place_no for seat in seats) == list(range(1, SEATS + 1)), "places are not 1 to 40"
    assert len({row.person_id for row in rows}) == PEOPLE, "somebody is lost or twice there"
    assert uses.issuperset(seat.person_id for seat in seats), "a seat without a use of the record"
    assert db.session.get_one(TrainingClass, class_id).seats_taken == SEATS
    return {"seats": counted[EnrollmentStatus.ENROLLED], "waiting": len(numbers)}


def compare(settings: Config, app: Flask) -> tuple[list[Raced], list[Raced], dict[str, Any]]:
    """Race for seats and for the bare page in turn, each round with a new class and new people."""
    ours, bare, found = [], [], {}
    for _round in range(ROUNDS):
        (_other, before), (class_id, requests) = prepare(app, BEFORE), prepare(app, PEOPLE)
        db.session.remove()
        with serving(settings) as port:
            race(port, before)
            ours.append(race(port, requests))
        assert ours[-1].statuses == {http.client.SEE_OTHER: PEOPLE}, ours[-1].statuses
        found = check(class_id)
        db.session.remove()
        with served(partial(bare_app, settings), PROCESSES) as port:
            race(port, [BARE_REQUEST] * BEFORE)
            bare.append(race(port, [BARE_REQUEST] * PEOPLE))
        assert bare[-1].statuses == {http.client.OK: PEOPLE}, bare[-1].statuses
    return ours, bare, found


def run() -> dict[str, Any]:
    """Race, check, print, and give the figures; raises `AssertionError` below the goal."""
    with fresh_database() as settings:
        app = create_app(settings)
        with app.app_context():
            ours, bare, found = compare(replace(settings, DEMO=False), app)
            db.engine.dispose()
    shares = [mine.a_second / other.a_second for mine, other in zip(ours, bare, strict=True)]
    middle = shares.index(statistics.median_low(shares))
    mine, other = ours[middle], bare[middle]
    figures = {
        "people": PEOPLE,
        "processes": PROCESSES,
        **found,
        "seconds": round(mine.seconds, 2),
        "a_second": round(mine.a_second, 1),
        "bare_a_second": round(other.a_second, 1),
        "of_bare": round(shares[middle], 3),
        "of_bare_each_round": [round(share, 3) for share in shares],
        "median_ms": round(mine.median_ms),
        "slowest_ms": round(mine.slowest_ms),
    }
    table(
        f"{PEOPLE} people for {SEATS} seats over HTTP, {PROCESSES} server processes",
        ("what", "figure"),
        [*figures.items()],
    )
    return figures if shares[middle] >= LEAST else {**figures, "missed": f"the goal is {LEAST} of the bare page"}
