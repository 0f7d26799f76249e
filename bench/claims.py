"""A claim of 5,000 lines: compiled, submitted, reviewed clean twice, signed; then approved, requested and exported.

One class is held, assessed and certified by the services for one trainee; the others are made beside it by SQL, with
everything the claim reads of them. The claim itself goes through the product's own services from its first line on.
Papers (notice, request) are not set into PDF here: they are printed apart and have their own measures.
A class has at most 32,767 places, so a claim of more lines is one of several classes. `SIDAN_BENCH_LINES` may name
other sizes; the cost of a line must stay within a fifth from the least to the most.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app import create_app
from app.funding import service
from app.kernel import clock, garbage
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.ledger import service as ledger
from app.papers.printing import Printer
from bench.ground import fresh_database, table
from config import Config
from tests.making import funding as made

LINES, MOST_SECONDS, FLAT = 5_000, 10.0, 0.20
SIZES = tuple(int(word) for word in os.environ.get("SIDAN_BENCH_LINES", "1000,5000,30000,100000").split(","))
FAR = 10_000_000
"""Numbers of the made rows begin here."""
LARGEST_CLASS = 30_000
COPIED: dict[str, dict[str, str]] = {
    "people": {
        "id": f"{FAR} + g",
        "id_number_index": "decode(md5('i' || g) || md5('j' || g), 'hex')",
        "phone_index": "decode(md5('p' || g) || md5('q' || g), 'hex')",
        "payee_account_index": "decode(md5('a' || g) || md5('b' || g), 'hex')",
    },
    "group_memberships": {"id": f"{FAR} + g * 10 + n", "person_id": f"{FAR} + g"},
    "seats": {"id": f"{FAR} + g", "person_id": f"{FAR} + g", "place_no": "g - CAST(:first AS bigint) + 2"},
    "enrollments": {"id": f"{FAR} + g", "person_id": f"{FAR} + g", "seat_id": f"{FAR} + g"},
    "subsidy_uses": {"id": f"{FAR} + g", "person_id": f"{FAR} + g", "reference": f"'enrollment:' || ({FAR} + g)"},
    "attendance_entries": {"id": f"{FAR} + g * 100 + n", "seat_id": f"{FAR} + g"},
    "outcomes": {"seat_id": f"{FAR} + g"},
    "certificates": {
        "id": f"{FAR} + g",
        "seat_id": f"{FAR} + g",
        "person_id": f"{FAR} + g",
        "number": "s.number || g",
        "serial": "g - CAST(:first AS bigint) + 2",
        "token": "md5('t' || g)",
    },
    "placements": {"id": f"{FAR} + g", "seat_id": f"{FAR} + g", "person_id": f"{FAR} + g"},
    "class_places": {"number": "g - CAST(:first AS bigint) + 2"},
}
"""What is copied of the one trainee for every other, and what is different in each copy."""


OF_PERSON = ("people", "group_memberships", "seats", "enrollments", "subsidy_uses")
OF_CLASS = ("class_places",)
"""Tables whose rows are found by the trainee, and by the class; the others by the seat."""


def copy_rows(name: str, story: made.Story, numbers: range) -> None:
    """A copy for each number of every row of a table that belongs to the story's one trainee."""
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = :name AND is_generated = 'NEVER'"
    columns = list(db.session.scalars(text(query), {"name": name}))
    values = ", ".join(COPIED[name].get(column, f's."{column}"') for column in columns)
    seat = story.seats[0]
    key, owner = ("seat_id", seat.id)
    if name in OF_PERSON:
        key, owner = ("id" if name == "people" else "person_id"), seat.person_id
    elif name in OF_CLASS:
        key, owner = "class_id", story.row.id
    source = f"(SELECT *, row_number() OVER () AS n FROM {name} WHERE {key} = :owner) s"  # noqa: S608  # our own tables
    into = ", ".join(f'"{column}"' for column in columns)
    made_of = f"SELECT {values} FROM generate_series(CAST(:first AS bigint), :last) g, {source}"  # noqa: S608  # as above
    statement = text(f"INSERT INTO {name} ({into}) OVERRIDING SYSTEM VALUE {made_of}")
    db.session.execute(statement, {"owner": owner, "first": numbers[0], "last": numbers[-1]})


def fill(stories: list[made.Story], lines: int) -> None:
    """Make the other trainees of each class; only the owner of the database can, with its laws put aside."""
    db.session.execute(text("SET LOCAL ROLE NONE"))
    for name in COPIED:
        db.session.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        db.session.execute(text(f"ALTER TABLE {name} DROP CONSTRAINT IF EXISTS uq_{name}_seal_id"))
    others, first = lines - len(stories), 1
    for left, story in zip(range(len(stories), 0, -1), stories, strict=True):
        count = others // left
        for name in COPIED:
            copy_rows(name, story, range(first, first + count))
        others, first = others - count, first + count
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for name in COPIED:
        db.session.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def make_classes(lines: int) -> list[made.Story]:
    """As many classes of one school as so many lines need, each held for one trainee."""
    whole, stories = 10_000_000_000, list[made.Story]()  # fen: the places of all others, in one movement
    for _class in range(-(-lines // LARGEST_CLASS)):
        beside = stories[-1] if stories else None
        story = made.make_class_story(people_count=1, absent=0, money_fen=100_000_000_000, beside=beside)
        ledger.reserve(story.budget.id, whole, reference=f"class:{story.row.id}", by=SYSTEM)
        stories.append(story)
    return stories


def measure(lines: int, settings: Config) -> dict[str, float]:
    """Seconds of each part for a claim of so many lines, in the database of these settings."""
    app = create_app(settings)
    garbage.settle()
    took: dict[str, float] = {}
    with app.app_context():
        with transaction():
            stories = make_classes(lines)
        fill(stories, lines)
        story = stories[-1]
        school, first, second = story.at.by, story.first.as_actor(), story.second.as_actor()
        signer = story.signer.as_actor()

        def part(name: str, days: int, act: Callable[[], Any]) -> Any:
            since = time.perf_counter()
            with clock.at(made.day(story.claimed + timedelta(days=days))), transaction():
                found = act()
            took[name] = time.perf_counter() - since
            return found

        claim = part("compile", 0, lambda: service.compile_claim(*(each.row for each in stories), by=school))
        assert len(claim.lines) == lines
        part("submit", 0, lambda: service.submit(claim, by=school))

        def review(by: Any, finish: Callable[..., object]) -> None:
            assert service.pass_clean(claim, by=by) == lines
            finish(claim, by=by)

        part("first review", 1, lambda: review(first, service.finish_first_review))
        part("second review", 2, lambda: review(second, service.finish_second_review))
        part("sign", 2, lambda: service.sign(claim, by=signer))
        notice = part("publish", 3, lambda: service.publish_notice(claim, by=second))
        days = (notice.until_on - story.claimed).days + 1
        part("approve", days, lambda: service.close_notice(notice, by=second))
        batch = part("request", 20, lambda: service.request_funds([claim], by=story.finance.as_actor()))
        part("check", 20, lambda: service.check_batch(batch, by=story.checker.as_actor()))
        part("export", 20, lambda: service.export_list(batch, "finance-list", by=story.treasury.as_actor()))
        db.session.remove()
        db.engine.dispose()
    return took


GOAL = ("compile", "submit", "first review", "second review", "sign", "export")


def run() -> dict[str, object]:
    """Measure each size in a database of its own."""
    render = Printer.render
    Printer.render = lambda *_args, **_more: b"%PDF-1.7 not set here"  # type: ignore[method-assign]  # papers have their own measures
    found: dict[int, dict[str, float]] = {}
    try:
        for lines in SIZES:
            with fresh_database() as settings:
                found[lines] = measure(lines, settings)
    finally:
        Printer.render = render  # type: ignore[method-assign]  # put back
    rows = [
        (f"{lines:,}", *(f"{took[name]:.2f}" for name in took), f"{sum(took.values()) / lines * 1000:.2f}")
        for lines, took in found.items()
    ]
    table("A claim, seconds", ("lines", *next(iter(found.values())), "ms a line"), rows)
    results: dict[str, object] = {str(lines): took for lines, took in found.items()}
    missed = _missed(found)
    return {**results, "missed": missed} if missed else results


def _missed(found: dict[int, dict[str, float]]) -> str:
    """What is slower than it should be."""
    words = []
    if LINES in found:
        seconds = sum(found[LINES][name] for name in GOAL)
        if seconds > MOST_SECONDS:
            words.append(f"{seconds:.1f} s for {LINES:,} lines, {MOST_SECONDS:.0f} wanted")
    costs = {lines: sum(took.values()) / lines for lines, took in found.items()}
    middle = sorted(costs.values())[len(costs) // 2]
    words += [
        f"a line of {lines:,} costs {cost / middle:.2f} of the middle"
        for lines, cost in costs.items()
        if abs(cost / middle - 1) > FLAT
    ]
    return "; ".join(words)


if __name__ == "__main__":
    print(run())
