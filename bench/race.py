"""400 people race for 40 seats over HTTP, with two server processes under `serve.py`."""

import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from app import create_app
from app.classes.models import Seat, TrainingClass
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.kernel.database import db, transaction
from app.people.models import SubsidyUse
from app.people.sessions import PersonSession
from bench.ground import free_port, fresh_database, table, wait_for
from config import ROOT, Config
from tests.making.classes import make_class, make_person

PEOPLE, SEATS, PROCESSES = 400, 40, 2
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Runner:
    """One laborer's browser, signed in, with the confirm page open."""

    cookie: str
    token: str = ""
    status: int = 0
    took_ms: float = 0.0


@contextmanager
def serving(settings: Config) -> Iterator[int]:
    """The port of the product as it really runs: supervisor, two web processes, worker."""
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
    server = subprocess.Popen([sys.executable, "serve.py"], cwd=ROOT, env=environment)
    try:
        wait_for(port, "/healthz")
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def prepare(app: Flask) -> tuple[int, list[Runner]]:
    """A class with 40 seats and 400 people of whom each is signed in; the class's id and the runners."""
    with transaction():
        row = make_class(capacity=SEATS)
        people = [make_person() for _number in range(PEOPLE)]
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own sessions
    keys = [PersonSession(person).get_id() for person in people]
    return row.id, [Runner(serializer.dumps({"_user_id": key, "_fresh": True})) for key in keys]


def read_page(port: int, class_id: int, runner: Runner) -> None:
    """Open the confirm page as a browser does, for its token and the cookie that goes with it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", f"/classes/{class_id}/enroll", headers={"Cookie": f"sidan={runner.cookie}"})
    answer = connection.getresponse()
    page = answer.read().decode()
    assert answer.status == http.client.OK, answer.status
    runner.token = TOKEN.findall(page)[-1]
    runner.cookie = re.search(r"sidan=([^;]+)", answer.headers["Set-Cookie"])[1]  # type: ignore[index]  # it is there
    connection.close()


def confirm(port: int, class_id: int, runner: Runner, gate: Barrier) -> None:
    """Press the button, all at once."""
    body = urlencode({"csrf_token": runner.token, "agree": "y"})
    headers = {"Cookie": f"sidan={runner.cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.connect()
    gate.wait()
    started = time.perf_counter()
    connection.request("POST", f"/classes/{class_id}/enroll", body, headers)
    answer = connection.getresponse()
    answer.read()
    runner.status, runner.took_ms = answer.status, (time.perf_counter() - started) * 1000
    connection.close()


def check(class_id: int) -> dict[str, Any]:
    """What the database says; raises `AssertionError` where a seat or a person is lost or doubled."""
    rows = db.session.scalars(select(Enrollment).where(Enrollment.class_id == class_id)).all()
    counted = Counter(row.status for row in rows)
    numbers = sorted(row.waiting_no for row in rows if row.status == EnrollmentStatus.WAITING and row.waiting_no)
    seats = db.session.scalars(select(Seat).where(Seat.class_id == class_id)).all()
    uses = db.session.scalars(select(SubsidyUse)).all()
    assert counted == {EnrollmentStatus.ENROLLED: SEATS, EnrollmentStatus.WAITING: PEOPLE - SEATS}, counted
    assert numbers == list(range(1, PEOPLE - SEATS + 1)), "the waiting list has gaps"
    assert sorted(seat.place_no for seat in seats) == list(range(1, SEATS + 1)), "places are not 1 to 40"
    assert len({row.person_id for row in rows}) == PEOPLE, "somebody is lost or twice there"
    assert {seat.person_id for seat in seats} == {use.person_id for use in uses}, "uses and seats differ"
    assert db.session.get_one(TrainingClass, class_id).seats_taken == SEATS
    return {"seats": counted[EnrollmentStatus.ENROLLED], "waiting": len(numbers)}


def run() -> dict[str, Any]:
    """Race, check, print, and give the figures."""
    with fresh_database() as settings:
        app = create_app(settings)
        with app.app_context():
            class_id, runners = prepare(app)
            db.session.remove()
            with serving(settings) as port, ThreadPoolExecutor(PEOPLE) as pool:
                gate = Barrier(PEOPLE)
                with ThreadPoolExecutor(8) as readers:
                    list(readers.map(lambda runner: read_page(port, class_id, runner), runners))
                started = time.perf_counter()
                list(pool.map(lambda runner: confirm(port, class_id, runner, gate), runners))
                took = time.perf_counter() - started
            found = check(class_id)
            db.session.remove()
            db.engine.dispose()
    statuses = Counter(runner.status for runner in runners)
    assert statuses == {http.client.SEE_OTHER: PEOPLE}, statuses
    times = sorted(runner.took_ms for runner in runners)
    figures = {
        "people": PEOPLE,
        "processes": PROCESSES,
        **found,
        "seconds": round(took, 2),
        "a_second": round(PEOPLE / took, 1),
        "median_ms": round(statistics.median(times)),
        "slowest_ms": round(times[-1]),
    }
    table(
        f"{PEOPLE} people for {SEATS} seats over HTTP, {PROCESSES} server processes",
        ("what", "figure"),
        [*figures.items()],
    )
    return figures
