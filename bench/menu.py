"""The menu with 200 courses and 1,000 classes beside a bare page, on the same server, in one run.

The bare page is Flask, Jinja and SQLAlchemy and nothing else: one query over an index, twenty rows.
"""

import statistics
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import String, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app import create_app, database_url
from app.kernel.database import db, transaction
from bench.ground import Load, fresh_database, load, served, table
from config import Config
from tests.making.classes import make_class, make_course, make_school_set, occupation_id

COURSES, CLASSES, OPEN, SCHOOLS = 200, 1000, 800, 10
SECONDS, ROUNDS = 3.0, 3
KEPT, ANEW, SEARCHES, NOTHING = (
    "menu",
    "menu, classes and seats asked anew",
    "menu, 16 searches in turn",
    "menu, nothing kept at all",
)
"""As visitors get it; each time with the classes as they are now, in parts kept for seconds; and with no memory."""
LEAST = {KEPT: 0.5, ANEW: 0.25, SEARCHES: 0.5}
"""Of the bare page's requests a second."""

WORDS = [quote(word) for word in ("稻虾", "养殖", "学校", "果树")]
MANY = [
    *("/", "/?page=2", "/?page=3", "/?page=4", "/?page=5", "/?free=1", "/?free=1&page=2", "/?mode=farm_skills"),
    *("/?place=430681", "/?place=430681&page=2", "/?place=430681107", "/?place=430681&free=1"),
    *(f"/?word={word}" for word in WORDS),
]
"""Sixteen searches, by word, place and page."""


class Base(DeclarativeBase):
    """The bare page's own base."""


class Row(Base):
    """What the bare page knows of a class."""

    __tablename__ = "classes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(40))
    capacity: Mapped[int]
    seats_taken: Mapped[int]


BARE = """<!doctype html><html lang="zh"><head><title>班级</title></head><body><h1>班级</h1><table>
{% for row in rows %}
<tr><td><a href="/classes/{{ row.id }}">{{ row.name }}</a></td><td>{{ row.capacity - row.seats_taken }}</td></tr>
{% endfor %}
</table></body></html>"""


def bare_app(settings: Config) -> Flask:
    """The page to compare with."""
    app, engine = Flask("bare"), create_engine(database_url(settings), pool_size=10)
    app.jinja_loader = DictLoader({"page.html": BARE})

    @app.get("/")
    def page() -> str:
        with Session(engine) as session:
            rows = session.scalars(select(Row).where(Row.status == "open").order_by(Row.id).limit(20)).all()
            return render_template("page.html", rows=rows)

    return app


def own_app(settings: Config, **kept: bool) -> Flask:
    """This product, with its memory, without that of whole pages (`MENU_PAGE_KEPT`), or with none (`MENU_KEPT`)."""
    app = create_app(settings)
    app.config.update(kept)
    return app


COPY = """
WITH made AS (
  INSERT INTO classes (status, name, school_id, course_id, mode, paid, region_code, site_id, direction_note,
                       capacity, seats_taken, waiting_last, start_on, end_on, fix_version,
                       opened_at, created_by, created_at, version)
  SELECT CASE WHEN n <= :open THEN 'open' WHEN n % 2 = 0 THEN 'draft' ELSE 'cancelled' END,
         co.title || '第' || n || '班', co.school_id, co.id, c.mode, c.paid,
         r.code, s.id, c.direction_note,
         40, n % 41, 0, c.start_on + n % 90, c.end_on + n % 90, 0,
         now(), 'bench', now(), 1
    FROM generate_series(1, :classes) n
    JOIN LATERAL (SELECT * FROM courses ORDER BY id OFFSET n % :courses LIMIT 1) co ON true
    JOIN LATERAL (SELECT * FROM sites WHERE school_id = co.school_id LIMIT 1) s ON true
    JOIN LATERAL (SELECT code FROM regions WHERE level = 5 ORDER BY code OFFSET (n * 37) % 1500 LIMIT 1) r ON true
    CROSS JOIN (SELECT * FROM classes LIMIT 1) c
  RETURNING id, status
)
INSERT INTO audit_events (at, actor_key, actor_name, subject_type, subject_id, action, status_after, note, facts)
SELECT now(), 'bench', 'bench', 'classes', id, 'created', status, '', '{}' FROM made
"""


def fill() -> None:
    """Courses by the services; classes copied from one that the services made, spread over villages and weeks."""
    farm = occupation_id("5-01-02-01")
    with transaction():
        schools = [make_school_set() for _number in range(SCHOOLS)]
        for number in range(COURSES):
            title = f"{['稻虾养殖', '林下养殖', '果树栽培', '家禽养殖'][number % 4]}{number}期"
            first = make_course(schools[number % SCHOOLS], "farm_skills", occupation_id=farm, title=title)
        make_class(schools[(COURSES - 1) % SCHOOLS], first)
        figures = {"classes": CLASSES - 1, "courses": COURSES, "open": OPEN}
        db.session.execute(text(COPY), figures)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("RESET ROLE"))
        connection.execute(text("ANALYZE"))
        connection.invalidate()


def measure(settings: Config) -> dict[str, Load]:
    """Each way in turn, several rounds; of each the round with the median rate."""
    ways: dict[str, tuple[Callable[[], Flask], list[str]]] = {
        "bare page": (partial(bare_app, settings), ["/"]),
        KEPT: (partial(own_app, settings), ["/"]),
        SEARCHES: (partial(own_app, settings), MANY),
        ANEW: (partial(own_app, settings, MENU_PAGE_KEPT=False), ["/"]),
        NOTHING: (partial(own_app, settings, MENU_KEPT=False), ["/"]),
    }
    rounds: dict[str, list[Load]] = {name: [] for name in ways}
    for _round in range(ROUNDS):
        for name, (make, paths) in ways.items():
            with served(make) as port:
                load(port, paths, SECONDS / 3)
                rounds[name].append(load(port, paths, SECONDS))
    return {name: _median(loads) for name, loads in rounds.items()}


def _median(loads: list[Load]) -> Load:
    middle = statistics.median_low([one.a_second for one in loads])
    return next(one for one in loads if one.a_second == middle)


def run() -> dict[str, Any]:
    """Measure, print, and give the figures; raises `AssertionError` below the goal."""
    with fresh_database() as settings:
        with create_app(settings).app_context():
            fill()
            counted = db.session.execute(text("SELECT (SELECT count(*) FROM courses), count(*) FROM classes")).one()
            assert tuple(counted) == (COURSES, CLASSES), counted
            db.session.remove()
            db.engine.dispose()
        found = measure(replace(settings, DEMO=False))
    base = found["bare page"].a_second
    rows = [
        (name, f"{one.a_second:.0f}", f"{one.median_ms:.1f}", f"{one.slow_ms:.1f}", f"{one.a_second / base:.0%}")
        for name, one in found.items()
    ]
    heads = ("page", "requests/s", "median ms", "95th ms", "of the bare page")
    table(f"Menu: {COURSES} courses, {CLASSES} classes, one waitress process, 8 connections", heads, rows)
    figures: dict[str, Any] = {
        name: {**asdict(one), "of_bare": round(one.a_second / base, 3)} for name, one in found.items()
    }
    missed = [
        f"{name}: the goal is {least:.0%}" for name, least in LEAST.items() if found[name].a_second < least * base
    ]
    return {**figures, "missed": "; ".join(missed)} if missed else figures
