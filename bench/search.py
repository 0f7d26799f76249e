"""Searching the register among 1,000,000 people beside 10,000, page for page, in one run.

The 10,000 are invented by the simulation; a copy of that database grows to a million, the same names, villages and
groups in the same shares. Only what no search reads is not real: everybody's sealed values open to the same text, at
the cost of opening a real one.
"""

import http.client
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app import create_app
from app.accounts.models import User
from app.demo.simulating import simulate
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.sealing import Sealer, blind_index, load_key
from bench.ground import fresh_database, served, table
from config import Config
from tests.makers import make_user

FEW, MANY = 10_000, 1_000_000
ROUNDS, PAUSE = 15, 3
MOST = 1.2
"""Of the time among the few."""
FOURS = 11_000
"""So many different last fours of identity numbers there are."""
AREAS = {"village": "430681107225", "township": "430681107", "county": "430681", "city": "430600"}
WORDS = {
    "initials, two": "zs",
    "initials, three": "wxl",
    "pinyin": "zhang xiu",
    "surname read as such": "zeng",
    "surname": "张",
    "given name": "美英",
    "name": "李小梅",
    "village and initials": "湄江村 lx",
}

INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
 WHERE tablename = 'people' AND indexname NOT LIKE 'pk_%' AND indexname <> 'uq_people_seal_id'
"""
SPREAD = "UPDATE people SET last_four_index = :fours[1 + (id * 7919) % :number]"
GROW = """
WITH base AS (SELECT *, row_number() OVER (ORDER BY id) AS place FROM people),
     many AS (SELECT b.*, n, given.name AS other, given.pinyin AS other_pinyin, given.initials AS other_initials
                FROM generate_series(1, :times) n CROSS JOIN base b
                JOIN base given ON given.place = 1 + (b.place * 31 + n * 977) % :few)
INSERT INTO people (name, pinyin, initials, id_number_sealed, id_number_index, last_four_index, birth_on, sex,
                    ethnic_group, phone_sealed, phone_index, region_code, payee_bank, education, work_status,
                    wish_trade, session_version, created_at, updated_at, seal_id)
SELECT substr(name, 1, 1) || substr(other, 2),
       split_part(pinyin, ' ', 1) || substr(other_pinyin, strpos(other_pinyin, ' ')),
       substr(initials, 1, 1) || substr(other_initials, 2), id_number_sealed, decode(md5(n || ' ' || id), 'hex'),
       :fours[1 + (id * 31 + n * 7919) % :number], birth_on, sex, ethnic_group, phone_sealed,
       CASE WHEN phone_index IS NOT NULL THEN decode(md5('phone' || n || ' ' || id), 'hex') END, region_code,
       payee_bank, education, work_status, wish_trade, 1, created_at, updated_at, gen_random_uuid()
  FROM many WHERE length(name) < 4 AND length(other) < 4 LIMIT :missing
"""


class AllAlike(Sealer):
    """A sealer with the product's own indexes that opens one and the same seal for everybody."""

    def open(self, sealed: bytes, place: str) -> str:  # noqa: ARG002  # the product's own signature
        """Open a seal of the same length as a real one, wherever it is asked for."""
        return super().open(self.one, "bench")

    @classmethod
    def of(cls, settings: Config) -> "AllAlike":
        """With the installation's key."""
        found = cls(load_key(settings.KEY, settings.VAR))
        found.one = found.seal("430681198001010001", "bench")
        return found

    one: bytes


def app_of(settings: Config) -> Flask:
    """The product, but for the seals."""
    app = create_app(settings)
    app.extensions["sealer"] = AllAlike.of(settings)
    return app


@dataclass(frozen=True)
class Search:
    """What is asked, by whom, under which name it stands in the table."""

    name: str
    path: str
    cookie: str


def spread_last_fours() -> dict[str, Any]:
    """Invented numbers all end alike; give them last fours as they are spread in life, under their real indexes."""
    fours = [blind_index(f"{number // 11:03d}{'0123456789X'[number % 11]}", "last_four") for number in range(FOURS)]
    return {"fours": fours, "number": FOURS}


@contextmanager
def grown(settings: Config) -> Iterator[Config]:
    """A copy of a database that nobody is connected to, to be grown; dropped afterwards."""
    url = make_url(settings.DATABASE_URL or "")
    name = f"{url.database}_many"
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"'))
    try:
        yield replace(settings, DATABASE_URL=url.set(database=name).render_as_string(hide_password=False))
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def fill(app: Flask) -> list[Search]:
    """The few, and the officers who search."""
    with app.app_context():
        with transaction():
            simulate(FEW, seed=1, tick=lambda _written: None)
            db.session.execute(text(SPREAD), spread_last_fours())
            officers = {where: make_user(Role.TOWNSHIP_OFFICER, area=(code,)) for where, code in AREAS.items()}
        searches = [found for where, user in officers.items() for found in _searches(app, where, user)]
        as_owner("VACUUM (ANALYZE)")
        db.session.remove()
        db.engine.dispose()
    return searches


def grow(app: Flask) -> int:
    """The many."""
    with app.app_context():
        kept = db.session.execute(text(INDEXES)).all()
        db.session.remove()
        for name, _made in kept:
            as_owner(f'DROP INDEX "{name}"')
        as_owner(GROW, times=MANY // FEW + 9, few=FEW, missing=MANY - FEW, **spread_last_fours())
        for _name, made in kept:
            as_owner(made)
        as_owner("VACUUM (ANALYZE)")
        counted: int = db.session.execute(text("SELECT count(*) FROM people")).scalar_one()
        db.session.remove()
        db.engine.dispose()
    return counted


def as_owner(statement: str, **given: Any) -> None:
    """Run a statement that the product's own role may not."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET ROLE NONE"))
        connection.execute(text(statement), given)
        connection.invalidate()


def _searches(app: Flask, where: str, user: User) -> Iterator[Search]:
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own sessions
    cookie = serializer.dumps({"_user_id": user.get_id(), "_fresh": True})
    village = AREAS[where] if where == "village" else AREAS["village"]
    person = "SELECT name FROM people WHERE region_code = :code ORDER BY id LIMIT 1"
    somebody = db.session.execute(text(person), {"code": village}).scalar_one()
    words = {**WORDS, "one person": somebody, "last four": "012X", "phone": "19900000077", "number": "1" * 17 + "X"}
    for name, typed in words.items():
        yield Search(f"{where}: {name}", f"/people?q={quote(typed)}", cookie)
    yield Search(f"{where}: everybody", "/people", cookie)


def ask(connection: http.client.HTTPConnection, search: Search) -> float:
    """One page, in milliseconds."""
    started = time.perf_counter()
    connection.request("GET", search.path, headers={"Cookie": f"sidan={search.cookie}"})
    answer = connection.getresponse()
    page = answer.read()
    took = (time.perf_counter() - started) * 1000
    assert answer.status == http.client.OK, (search.name, answer.status)
    assert b'name="q"' in page, search.name
    return took


def measure(few: Config, many: Config, searches: list[Search]) -> dict[str, tuple[float, float]]:
    """The median of each search among the few and among the many, asked in turn."""
    with served(lambda: app_of(few)) as first, served(lambda: app_of(many)) as second:
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port in (first, second)]
        times: dict[str, tuple[list[float], list[float]]] = {search.name: ([], []) for search in searches}
        for turn in range(ROUNDS + PAUSE):
            for search in searches:
                for connection, kept in zip(connections, times[search.name], strict=True):
                    took = ask(connection, search)
                    if turn >= PAUSE:
                        kept.append(took)
    return {name: (statistics.median(one), statistics.median(other)) for name, (one, other) in times.items()}


def run() -> dict[str, Any]:
    """Measure, print, and give the figures; raises `AssertionError` above the goal."""
    with fresh_database() as few:
        searches = fill(create_app(few))
        with grown(few) as many:
            people = grow(create_app(many))
            found = measure(few, many, searches)
    assert people == MANY, people
    ratios = {name: second / first for name, (first, second) in found.items()}
    rows = [[name, f"{one:.1f}", f"{two:.1f}", f"{ratios[name]:.2f}"] for name, (one, two) in found.items()]
    table("searching the register", ["search", f"{FEW:,} ms", f"{MANY:,} ms", "ratio"], rows)
    whole = sum(two for _one, two in found.values()) / sum(one for one, _two in found.values())
    worst = max(ratios, key=lambda name: ratios[name])
    print(f"\nall together {whole:.2f}; the slowest beside its own: {worst} {ratios[worst]:.2f}; the goal {MOST}")
    assert whole < MOST, f"{whole:.2f} of the time among {FEW}"
    return {
        "few": FEW,
        "many": MANY,
        "median_ms_few": round(statistics.median(one for one, _two in found.values()), 1),
        "median_ms_many": round(statistics.median(two for _one, two in found.values()), 1),
        "ratio": round(whole, 3),
        "worst": {worst: round(ratios[worst], 3)},
        "goal": MOST,
    }
