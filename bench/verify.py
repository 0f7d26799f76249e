"""The public page of a certificate among 5,000,000 of them beside 5,000, door for door, in one run.

One certificate is issued by the services, printed, and looked up; its row is multiplied inside the database, as are
its holder (one person for five certificates), its paper and, for each hundredth, the event of a revocation. The laws of
the tables rest meanwhile, and their indexes are built again at the end.
"""

import hashlib
import http.client
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import text
from stdnum.iso7064 import mod_11_2

from app import create_app
from app.certificates.queries import certificates_of
from app.certificates.verifying.service import list_revocations
from app.certificates.views import public
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from bench.ground import fresh_database, served, table
from bench.search import grown
from config import Config
from tests.making.results import issue, make_assessed_class

FEW, MANY = 5_000, 5_000_000
EACH = 5
"""Certificates of one person."""
REVOKED = 100
"""Each so many-th is revoked."""
ROUNDS, PAUSE = 200, 20
MOST = 1.2
"""Of the time among the few."""
BASE = 10_000_000
"""Numbers of rows begin here."""
FIRST, DAYS = date(1950, 1, 1), 18_000
"""Birth dates go round these."""
PEOPLE = """
INSERT INTO people ({columns}, id, id_number_index, seal_id, birth_on)
SELECT {columns}, :base + n, decode(md5('person ' || n), 'hex'), gen_random_uuid(), CAST(:born AS date) + n % :days
  FROM people, generate_series(CAST(:first AS int), CAST(:last AS int)) n WHERE people.id = :person
"""
PAPERS = """
INSERT INTO papers ({columns}, id, sha256, facts)
SELECT {columns}, :base + n, md5('paper ' || n) || md5('file ' || n), '{}'
  FROM papers, generate_series(CAST(:first AS int), CAST(:last AS int)) n WHERE papers.id = :paper
"""
CERTIFICATES = """
INSERT INTO certificates ({columns}, id, number, token, serial, seat_id, class_id, person_id, paper_id, status)
SELECT {columns}, :base + n, '43068120260001' || (:base + n / 50) || lpad(CAST(n % 50 + 1 AS text), 3, '0') || '0',
       substr(md5('token ' || n), 1, 24), n % 50 + 1, :base + n, :base + n / 50, :base + (n + :each - 1) / :each,
       :base + n,
       CASE WHEN n % :revoked = 0 THEN 'revoked' ELSE 'valid' END
  FROM certificates, generate_series(CAST(:first AS int), CAST(:last AS int)) n WHERE certificates.id = :certificate
"""
EVENTS = """
INSERT INTO audit_events (at, actor_key, actor_name, subject_type, subject_id, action, status_before, status_after,
                          note, facts)
SELECT now(), 'user:1', '-', 'certificates', :base + n, 'revoke', 'valid', 'revoked', '', '{}'
  FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n WHERE n % :revoked = 0
"""
GROWN = {
    "people": (PEOPLE, "id id_number_index seal_id birth_on"),
    "papers": (PAPERS, "id sha256 facts"),
    "certificates": (CERTIFICATES, "id number token serial seat_id class_id person_id paper_id status"),
    "audit_events": (EVENTS, ""),
}
COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name = :name AND column_name <> ALL(:own)
"""
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), c.conname, pg_get_constraintdef(c.oid)
  FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u'
 WHERE i.indrelid = CAST(:name AS regclass) AND NOT i.indisprimary
   AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.conindid = i.indexrelid AND f.contype = 'f')
"""


@dataclass(frozen=True)
class Door:
    """One way to a page: what is asked for, what must come."""

    name: str
    status: int
    words: str


DOORS = (
    Door("the QR's token", 200, "这张证书有效"),
    Door("the QR of a revoked one", 200, "这张证书已撤销"),
    Door("a token that nobody has", 404, "没有这张证书"),
    Door("number and birth date", 200, "这张证书有效"),
    Door("number and a wrong date", 404, "没有查到"),
)


def request_of(door: Door, number: int) -> tuple[str, str, str]:
    """Method, path and body for the certificate with this number among the multiplied."""
    token = hashlib.md5(f"token {number}".encode(), usedforsecurity=False).hexdigest()[:24]
    if "number" not in door.name:
        return "GET", f"/verify/{token if door.status == http.client.OK else f'{token}x'}", ""
    day = FIRST + timedelta(days=-(-number // EACH) % DAYS + ("wrong" in door.name))
    return "POST", "/verify", urlencode({"number": body_of(number) + "0", "birth_on": day.isoformat()})


def body_of(number: int) -> str:
    """A certificate's number, without its check character."""
    return f"43068120260001{BASE + number // 50}{number % 50 + 1:03d}"


def numbers_of(size: int, *, revoked: bool) -> list[int]:
    """Some of the multiplied that can be asked for: those whose check character is the 0 that all were given."""
    found: list[int] = []
    chance = random.Random(size)  # noqa: S311  # which are looked up
    while len(found) < ROUNDS + PAUSE:
        number = chance.randrange(1, size)
        if (number % REVOKED == 0) == revoked and mod_11_2.calc_check_digit(body_of(number)) == "0":
            found.append(number)
    return found


def one_certificate(app: Flask) -> dict[str, int]:
    """One certificate as the product makes it: the numbers of its rows."""
    with app.app_context():
        with transaction():
            class_ = make_assessed_class(1)
            issue(class_)
        tasks.run_pending()
        (row,) = certificates_of(class_.id)
        assert row.paper_id is not None
        found = {"certificate": row.id, "person": row.person_id, "paper": row.paper_id}
        leave()
    return found


def leave() -> None:
    """Let the database go, to be copied."""
    db.session.remove()
    db.engine.dispose()


def grow(app: Flask, rows: dict[str, int], first: int, last: int) -> None:
    """The certificates with these numbers, and what hangs on them."""
    with app.app_context(), db.engine.connect() as connection:
        owner = connection.execution_options(isolation_level="AUTOCOMMIT")
        owner.execute(text("SET ROLE NONE"))
        owner.execute(text("SET session_replication_role = replica"))
        dropped = [statement for name in ("people", "papers", "certificates") for statement in _drop(owner, name)]
        given = {**rows, "base": BASE, "each": EACH, "revoked": REVOKED, "born": FIRST, "days": DAYS}
        for name, (statement, own) in GROWN.items():
            each = EACH if name == "people" else 1
            span = {"first": -(-first // each), "last": -(-last // each)}
            columns = owner.execute(text(COLUMNS), {"name": name, "own": own.split()}).scalar_one()
            words = text(statement.replace("{columns}", columns))
            owner.execute(words, {**given, **span})
        for statement in dropped:
            owner.execute(text(statement))
        for name in GROWN:
            owner.execute(text(f"VACUUM (ANALYZE) {name}"))
        connection.invalidate()
        leave()


def _drop(owner: Any, name: str) -> Iterator[str]:
    """Drop the indexes that slow the growing down; how to build again those that a look-up could use."""
    for index, made, constraint, told in owner.execute(text(INDEXES), {"name": name}).all():
        if constraint:
            owner.execute(text(f"ALTER TABLE {name} DROP CONSTRAINT {constraint}"))
        else:
            owner.execute(text(f"DROP INDEX {index}"))
        if name == "certificates":
            yield f"ALTER TABLE {name} ADD CONSTRAINT {constraint} {told}" if constraint else made


def open_app(settings: Config) -> Flask:
    """The product, but for the form's token and the throttle, which a bench would use up."""
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    public.ADDRESS_TRIES = public.NUMBER_TRIES = 10**9
    return app


def ask(connection: http.client.HTTPConnection, door: Door, number: int) -> float:
    """One page, in milliseconds."""
    method, path, body = request_of(door, number)
    headers = {"Accept-Language": "zh", "Content-Type": "application/x-www-form-urlencoded"}
    started = time.perf_counter()
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    took = (time.perf_counter() - started) * 1000
    assert answer.status == door.status, (door.name, number, answer.status)
    assert door.words in page, (door.name, number)
    return took


def measure(few: Config, many: Config) -> dict[str, tuple[float, float]]:
    """The median of each door among the few and among the many, asked in turn."""
    with served(lambda: open_app(few)) as first, served(lambda: open_app(many)) as second:
        sides = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port in (first, second)]
        asked = {door: [numbers_of(size, revoked="revoked" in door.name) for size in (FEW, MANY)] for door in DOORS}
        times: dict[str, tuple[list[float], list[float]]] = {door.name: ([], []) for door in DOORS}
        for turn in range(ROUNDS + PAUSE):
            for door in DOORS:
                for side, numbers, kept in zip(sides, asked[door], times[door.name], strict=True):
                    took = ask(side, door, numbers[turn])
                    if turn >= PAUSE:
                        kept.append(took)
    return {name: (statistics.median(one), statistics.median(other)) for name, (one, other) in times.items()}


def listing(app: Flask) -> dict[str, Any]:
    """What a list of all that were revoked costs to put together and to sign, and how large it is."""
    with app.app_context():
        started = time.perf_counter()
        with transaction():
            row = list_revocations()
        took = time.perf_counter() - started
        assert row is not None
        found = {"entries": row.entries, "seconds": round(took, 2), "packed_mb": round(len(row.packed) / 1e6, 2)}
        leave()
    return found


def run() -> dict[str, Any]:
    """Measure, print, and give the figures; raises `AssertionError` above the goal."""
    with fresh_database() as few:
        app = create_app(few)
        rows = one_certificate(app)
        grow(app, rows, 1, FEW)
        with grown(few) as many:
            large = create_app(many)
            grow(large, rows, FEW + 1, MANY)
            found = measure(few, many)
            listed = listing(large)
    ratios = {name: two / one for name, (one, two) in found.items()}
    told = [[name, f"{one:.2f}", f"{two:.2f}", f"{ratios[name]:.2f}"] for name, (one, two) in found.items()]
    table("the public page of a certificate", ["door", f"{FEW:,} ms", f"{MANY:,} ms", "ratio"], told)
    worst = max(ratios, key=lambda name: ratios[name])
    print(
        f"\nthe list of {listed['entries']:,} revoked: {listed['seconds']} s, {listed['packed_mb']} MB; the goal {MOST}"
    )
    assert ratios[worst] < MOST, f"{worst}: {ratios[worst]:.2f} of the time among {FEW:,}"
    return {
        "few": FEW,
        "many": MANY,
        "median_ms": {name: [round(one, 2), round(two, 2)] for name, (one, two) in found.items()},
        "ratio": {name: round(ratio, 3) for name, ratio in ratios.items()},
        "list": listed,
        "goal": MOST,
    }
