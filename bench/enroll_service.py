"""Sign-up without HTTP, on one hot class with 16 connections, beside bare psycopg issuing the same statements.

The statements are listened to while the service signs one person up as the phone's page does, then issued again for
others by psycopg alone, each with the new person's number and seal in its blanks, and committed where the service
commits: what is read together, the claim by itself. The class is full, as it is for all but the first 40 of a
race, so that everybody stands at the same row. Four processes with four connections each, as the product is served.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import uuid4

import psycopg
from flask import Flask
from sqlalchemy import event, func, make_url, select

from app import APP_ROLE, create_app
from app.accounts.sessions import _load as load_session
from app.enrollments import service
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.kernel.database import by_one_statement, db, transaction
from app.kernel.garbage import settle
from app.people.sessions import PersonSession
from bench.ground import FORK, fresh_database, table
from config import Config
from serve import GIVE_WAY
from tests.making.classes import enter, make_class, make_person

PEOPLE, ROUNDS, PROCESSES, THREADS = 800, 3, 4, 4
LEAST = 0.5
"""Of what bare psycopg does a second."""
Statement = tuple[bool, str, dict[str, Any]]
"""Whether it is its own transaction, its text, its parameters."""
Door = Callable[[int, str], None]
"""Signs the person with this session's key up for a class."""


def sign_up(app: Flask, class_id: int, key: str) -> None:
    """One person by the service, from the session's key to the commit."""
    with app.app_context():
        known = load_session(key)
        with by_one_statement():
            made = service.enroll_self(class_id, known.person, by=known.as_actor(), consent_note="")
        assert made is not None, "the class is full"


@contextmanager
def heard() -> Iterator[list[Statement]]:
    """The statements that are executed meanwhile."""
    found: list[Statement] = []

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        found.append((connection.connection.driver_connection.autocommit, statement, dict(parameters)))

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def filled(parameters: dict[str, Any], class_id: int, person_id: int) -> dict[str, Any]:
    """The parameters of a statement for another person and class."""
    own = {
        **dict.fromkeys(("person_id", "row_person_id"), person_id),
        **dict.fromkeys(("class_id", "row_class_id"), class_id),
        **dict.fromkeys(("event_actor_key", "row_made_by", "message_recipient"), f"person:{person_id}"),
        "message_seal_id": uuid4(),
    }
    rows = {name: person_id for name in parameters if name.startswith("rows")}
    lists = {name: [person_id] for name, value in parameters.items() if isinstance(value, list)}
    return {name: {**own, **rows, **lists}.get(name, value) for name, value in parameters.items()}


def issue(connection: psycopg.Connection[Any], statements: Sequence[Statement], class_id: int, key: str) -> None:
    """One person by psycopg alone: the same statements, in the same transactions."""
    person_id = int(key.split(":")[1])
    for alone, group in groupby(statements, itemgetter(0)):
        with nullcontext() if alone else connection.transaction():
            for _alone, statement, parameters in group:
                connection.execute(statement, filled(parameters, class_id, person_id)).fetchall()  # each gives rows


def at_once(make: Callable[[], Iterator[Door]], class_id: int, keys: Sequence[str], warm: int) -> float:
    """Everybody through so many processes and connections; how many a second, from the first to the last.

    Each connection has signed one person up for another class before, so that nothing is done for the first time.
    """
    gate = FORK.Barrier(PROCESSES + 1)
    parts = [keys[number::PROCESSES] for number in range(PROCESSES)]
    running = [FORK.Process(target=_part, args=(make, class_id, part, warm, gate)) for part in parts]
    for process in running:
        process.start()
    gate.wait()
    started = time.perf_counter()
    for process in running:
        process.join()
    assert all(process.exitcode == 0 for process in running), "a process failed"
    return len(keys) / (time.perf_counter() - started)


def _part(make: Callable[[], Iterator[Door]], class_id: int, keys: Sequence[str], warm: int, gate: Any) -> None:
    sys.setswitchinterval(GIVE_WAY)
    ways = make()
    doors = [next(ways) for _thread in range(THREADS)]
    settle()

    def walk(number: int) -> None:
        for key in keys[number::THREADS]:
            doors[number](class_id, key)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda door, key: door(warm, key), doors, keys))
        gate.wait()
        list(pool.map(walk, range(THREADS)))
    os._exit(0)


def by_service(settings: Config) -> Iterator[Door]:
    """Doors through the service."""
    app = create_app(settings)
    while True:
        yield partial(sign_up, app)


def by_psycopg(settings: Config, statements: Sequence[Statement]) -> Iterator[Door]:
    """Doors through bare connections."""
    url = make_url(settings.DATABASE_URL or "").set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        yield partial(issue, psycopg.connect(url, autocommit=True, options=f"-c role={APP_ROLE}"), statements)


def _full_class() -> int:
    with transaction():
        row = make_class(capacity=1)
        enter(row)
    return row.id


def _numbered(class_id: int) -> int:
    waiting = (Enrollment.class_id == class_id, Enrollment.status == EnrollmentStatus.WAITING)
    query = select(func.count(), func.max(Enrollment.waiting_no)).where(*waiting)
    count, last = db.session.execute(query).one()
    db.session.remove()
    assert count == last, "the waiting list has gaps"
    return int(count)


def run() -> dict[str, Any]:
    """Measure in turn, print, and give the figures; raises `AssertionError` below the goal."""
    with fresh_database() as settings:
        app, ours, bare = create_app(settings), [], []
        with app.app_context():
            with transaction():
                keys = [PersonSession(make_person()).get_id() for _number in range(PEOPLE + 1)]
            probed = _full_class()
            sign_up(app, probed, keys[-1])
            again = _full_class()
            with heard() as statements:
                sign_up(app, again, keys[-1])
            classes = [[_full_class() for _class in range(4)] for _round in range(ROUNDS)]
            db.session.remove()
            db.engine.dispose()
            for first, second, warm, other in classes:
                ours.append(at_once(partial(by_service, settings), first, keys[:-1], warm))
                bare.append(at_once(partial(by_psycopg, settings, statements), second, keys[:-1], other))
                assert (_numbered(first), _numbered(second)) == (PEOPLE, PEOPLE)
                db.engine.dispose()
    shares = [mine / other for mine, other in zip(ours, bare, strict=True)]
    middle = shares.index(statistics.median_low(shares))
    figures = {
        "people": PEOPLE,
        "connections": PROCESSES * THREADS,
        "statements": len(statements),
        "a_second": round(ours[middle], 1),
        "bare_a_second": round(bare[middle], 1),
        "of_bare": round(shares[middle], 3),
        "of_bare_each_round": [round(share, 3) for share in shares],
    }
    table("sign-up without HTTP, one hot class", ("what", "figure"), [*figures.items()])
    return figures if shares[middle] >= LEAST else {**figures, "missed": f"the goal is {LEAST} of bare psycopg"}
