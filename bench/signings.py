"""Trainees sign in over HTTP at 300 a second for one minute; then as fast as the server goes, beside a bare INSERT.

Everybody is signed in, has the page of the code open on a phone of their own, and presses the button once; of every
hundred one presses twice. Arrivals are on a schedule that does not wait for answers, so a slow server shows in the
times of everybody behind. The bare page is Flask and one INSERT, on as many waitress processes with the same settings.
"""

import asyncio
import http.client
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlencode

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import String, create_engine, func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app import create_app, database_url
from app.attendance.models import Signing
from app.attendance.queries.codes import token_now
from app.attendance.rules import Moment
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import sessions_of
from app.classes.rules import Half
from app.demo.simulating import simulate
from app.kernel import clock
from app.kernel.database import db, transaction
from bench.ground import fresh_database, served, table
from bench.race import PROCESSES, serving
from config import Config
from tests.making.classes import clerk_of, make_class, make_course, make_school_set, one_session

A_SECOND, SECONDS = 300, 60
SLOWEST_99 = 1.0
"""Seconds in which 99 of 100 are answered."""
SEATS = 500
AGAIN = 100
"""Every so-manieth presses twice."""
FLAT_OUT, AT_ONCE = 6000, 32
"""Signings that are sent as fast as answers come, over so many connections at once."""
WARM = 400
PATIENCE = 600
CUT = 0
"""In place of a status: the connection was reset."""
PRESSES, PRESSED_AGAIN = 10, 1.0
"""How often somebody presses whose line is cut, and seconds until the next time."""
BUTTON_SOON = 120
"""Pages are opened so many seconds before the button, on paper: all requests are prepared before the first is sent."""

PUT_SEATS = """
WITH put AS (
  INSERT INTO seats (status, class_id, person_id, place_no, livelihood, created_at)
  SELECT 'held', :class, p.id, row_number() OVER (ORDER BY p.id), '', now()
    FROM (SELECT id FROM people ORDER BY id OFFSET :first LIMIT :seats) p
  RETURNING id, person_id
), told AS (
  INSERT INTO audit_events (at, actor_key, actor_name, subject_type, subject_id, action, status_after, note, facts)
  SELECT now(), 'system', 'system', 'seats', id, 'made', 'held', '', '{}' FROM put
)
SELECT id, person_id FROM put
"""


Answer: TypeAlias = tuple[int, int, float]
"""Status, how often the line was cut before it came, seconds."""


@dataclass
class Took:
    """How a load went: statuses of all answers, seconds each took from when it was due, cuts, seconds altogether."""

    statuses: Counter[int]
    times: list[float]
    cuts: int
    seconds: float

    def of_hundred(self, share: int) -> int:
        """Milliseconds within which so many of a hundred were answered."""
        return round(sorted(self.times)[len(self.times) * share // 100 - 1] * 1000)

    @property
    def a_second(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds


def prepare(app: Flask, people: int) -> list[bytes]:
    """Classes that are being held right now, and the request of each person in them, arriving and leaving."""
    requests: list[bytes] = []
    for first in range(0, people, SEATS):
        with transaction():
            class_id = _class_now()
            rows = db.session.execute(text(PUT_SEATS), {"class": class_id, "first": first, "seats": SEATS}).all()
        with transaction():
            row = db.session.get_one(TrainingClass, class_id, populate_existing=True)
            classes.begin(row, by=clerk_of(row))
        lesson = sessions_of(class_id)[0].id
        for moment in (Moment.IN, Moment.OUT):
            token = token_now(lesson, moment, clock.now())
            requests += [_request(app, token, f"person:{found.person_id}:1") for found in rows]
    return requests


def _class_now() -> int:
    """A taster with room for everybody, held at this very hour."""
    at = make_school_set()
    at.site.capacity = SEATS
    course = make_course(at, "taster", title="插花体验", theory_hours=0, practice_hours=1, level=0)
    row = make_class(at, course, capacity=SEATS)
    now = clock.local(clock.now())
    begins, ends = now - timedelta(minutes=20), now + timedelta(minutes=50)
    assert begins.date() == ends.date(), "no class is held across midnight: wait an hour"
    lesson = replace(one_session(at, now.date(), Half.MORNING, hours=1), starts=begins.time(), ends=ends.time())
    classes.set_sessions(row, [lesson], by=at.by)
    return row.id


def _request(app: Flask, token: str, who: str) -> bytes:
    """The button pressed on the page of the code, as the phone sends it."""
    device = uuid.uuid4().hex
    with app.test_request_context():
        g.pop("csrf_token", None)
        opened = clock.now().timestamp() + BUTTON_SOON
        session.update({"_user_id": who, "_fresh": True, "seen_code": [token, opened]})
        body = urlencode(
            {
                "csrf_token": generate_csrf(),
                "client_key": str(uuid.uuid4()),
                "latitude": "28.8065",
                "longitude": "113.0823",
                "accuracy": "20",
            }
        )
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own sessions
        cookie = serializer.dumps(dict(session))
    head = f"POST /sign/{token} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close"
    kind = "application/x-www-form-urlencoded"
    cookies = f"Cookie: sidan={cookie}; sidan_device={device}"
    return f"{head}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{cookies}\r\n\r\n{body}".encode()


async def _send(port: int, request: bytes) -> int:
    """The status of the answer, or `CUT` where the server's queue was full and the line was cut."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
    except ConnectionError:
        return CUT
    return int(answer.split(b" ", 2)[1]) if answer else CUT


async def _press(port: int, request: bytes) -> tuple[int, int]:
    """Press, and press again as a person does where the line was cut: the status, and how often it was cut."""
    for cuts in range(PRESSES):
        status = await _send(port, request)
        if status != CUT:
            return status, cuts
        await asyncio.sleep(PRESSED_AGAIN)
    return CUT, PRESSES


async def _on_schedule(port: int, requests: Sequence[bytes], a_second: float) -> Took:
    """Send each when it is due, whether or not the earlier ones are answered."""
    started = time.perf_counter()

    async def one(number: int) -> Answer:
        due = started + number / a_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        status, cuts = await _press(port, requests[number])
        return status, cuts, time.perf_counter() - due

    answers = await asyncio.wait_for(asyncio.gather(*(one(number) for number in range(len(requests)))), PATIENCE)
    return _took(answers, started)


async def _flat_out(port: int, requests: Sequence[bytes]) -> Took:
    """Send the next as soon as an answer has come, over `AT_ONCE` connections."""
    started, left = time.perf_counter(), iter(requests)

    async def client() -> list[Answer]:
        answers = []
        for request in left:
            sent = time.perf_counter()
            status, cuts = await _press(port, request)
            answers.append((status, cuts, time.perf_counter() - sent))
        return answers

    found = await asyncio.wait_for(asyncio.gather(*(client() for _number in range(AT_ONCE))), PATIENCE)
    return _took([answer for answers in found for answer in answers], started)


def _took(answers: Sequence[Answer], started: float) -> Took:
    seconds = time.perf_counter() - started
    statuses, cuts = Counter(status for status, _cuts, _time in answers), sum(cuts for _status, cuts, _time in answers)
    return Took(statuses, [took for _status, _cuts, took in answers], cuts, seconds)


class Base(DeclarativeBase):
    """The bare page's own base."""


class Row(Base):
    """What the bare page writes."""

    __tablename__ = "bare_signings"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    who: Mapped[int]


def bare_app(settings: Config) -> Flask:
    """Flask and one INSERT."""
    app = Flask("bare")
    engine = create_engine(database_url(settings), pool_size=8)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS bare_signings (key varchar(40) PRIMARY KEY, who integer)"))

    @app.get("/")
    def up() -> str:
        return "up"

    @app.post("/")
    def sign() -> str:
        with Session(engine) as found, found.begin():
            found.execute(insert(Row).values(key=str(uuid.uuid4()), who=1))
        return "signed"

    return app


BARE_REQUEST = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def check(sent: int) -> None:
    """None lost, none twice; raises `AssertionError`."""
    one = select(Signing.session_id, Signing.seat_id, Signing.moment, func.count().label("times"))
    found = one.group_by(Signing.session_id, Signing.seat_id, Signing.moment).subquery()
    there, most = db.session.execute(select(func.count(), func.max(found.c.times)).select_from(found)).one()
    waiting = db.session.scalar(select(func.count()).where(Signing.waits))
    assert (there, most) == (sent, 1), f"{there} signings for {sent} people and moments, {most} of one at most"
    assert waiting == 0, f"{waiting} wait for a teacher who has nothing to look at"


def run() -> dict[str, Any]:
    """Sign in, check, print, and give the figures."""
    wanted = A_SECOND * SECONDS
    with fresh_database() as settings:
        app = create_app(settings)
        with app.app_context():
            people = (wanted + FLAT_OUT + WARM) // 2
            simulate(people + SEATS, seed=7, tick=lambda _done: None)
            requests = prepare(app, people)
            db.session.remove()
            db.engine.dispose()
            warm, minute, rest = requests[:WARM], requests[WARM : WARM + wanted], requests[WARM + wanted :]
            minute = [one for place, one in enumerate(minute) for _time in range(1 if place % AGAIN else 2)]
            with serving(replace(settings, DEMO=False)) as port:
                asyncio.run(_flat_out(port, warm))
                steady = asyncio.run(_on_schedule(port, minute, A_SECOND))
                most = asyncio.run(_flat_out(port, rest[:FLAT_OUT]))
            check(WARM + wanted + min(FLAT_OUT, len(rest)))
            db.session.remove()
            db.engine.dispose()
        with served(partial(bare_app, settings), PROCESSES) as port:
            asyncio.run(_flat_out(port, [BARE_REQUEST] * WARM))
            bare = asyncio.run(_flat_out(port, [BARE_REQUEST] * FLAT_OUT))
    for load in (steady, most):
        assert load.statuses == {http.client.SEE_OTHER: len(load.times)}, load.statuses
    return _told(steady, most, bare)


def _told(steady: Took, most: Took, bare: Took) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "asked_a_second": A_SECOND,
        "seconds": SECONDS,
        "processes": PROCESSES,
        "sent": len(steady.times),
        "a_second": round(steady.a_second, 1),
        "median_ms": steady.of_hundred(50),
        "p99_ms": steady.of_hundred(99),
        "slowest_ms": steady.of_hundred(100),
        "lines_cut": steady.cuts,
        "most_a_second": round(most.a_second, 1),
        "bare_a_second": round(bare.a_second, 1),
        "of_bare": round(most.a_second / bare.a_second, 3),
    }
    title = f"{A_SECOND} sign-ins a second for {SECONDS} seconds over HTTP, {PROCESSES} server processes"
    table(title, ("what", "figure"), [*figures.items()])
    if steady.cuts or steady.of_hundred(99) > SLOWEST_99 * 1000:
        figures["missed"] = f"99 of 100 within {SLOWEST_99} s and no line cut"
    return figures
