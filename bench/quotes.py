"""How many claim lines one core quotes in a second, in memory: every pack of the product, lines of every kind.

Facts differ from line to line in course, hours, group, result and dates, so that nothing can be remembered from the
line before. The product's own entry point is measured, `line_amount`, and beside it the plain data that a claim keeps.
"""

import random
import time
from datetime import date, timedelta
from pathlib import Path

from app.policies.rules.amounts import line_amount
from app.policies.rules.facts import CourseFacts, LineFacts
from app.policies.rules.facts_io import as_json, from_json
from app.policies.service import load_folder
from bench.ground import table

ROWS, LEAST = 30_000, 20_000
PACKS = Path(__file__).parents[1] / "policies"
GROUPS = ("rural_transfer", "disabled", "registered_unemployed", "watched_household", "graduate")


def line(modes: list[str], chance: random.Random, n: int) -> LineFacts:
    """A line of nobody: mostly payable, with everything that a formula may ask."""
    hours = chance.choice((49, 63, 70, 84, 105))
    ended = date(2026, 3, 1) + timedelta(days=n % 200)
    employed = ended + timedelta(days=chance.randrange(1, 240)) if n % 3 else None
    course = CourseFacts(
        mode=chance.choice(modes),
        occupation_code=chance.choice(("5-01-02-01", "6-18-02-04", "4-10-01-06", "6-30-05-05")),
        level=chance.choice((5, 5, 5, 4, 3)),
        theory_hours=hours // 3,
        practice_hours=hours - hours // 3,
    )
    return LineFacts(
        course=course,
        groups=(chance.choice(GROUPS),),
        planned_hours=hours,
        attended_hours=hours - n % 7,
        planned_days=hours // 7,
        attended_days=hours // 7 - n % 2,
        passed=n % 50 != 0,
        certificate_on=ended + timedelta(days=3),
        ended_on=ended,
        employed_on=employed,
        placement="hiring" if employed else "",
        claimed_on=ended + timedelta(days=20),
    )


def measure(folder: Path) -> tuple[int, int, int]:
    """Lines a second quoted, quotes a second written and facts read back as plain data, and how many were payable."""
    _content, pack = load_folder(folder)
    chance = random.Random(4306)  # noqa: S311  # examples, no secrets
    modes = [key for key in pack.modes if pack.modes[key].has_claim and not pack.modes[key].as_course_mode]
    lines = [line(modes, chance, n) for n in range(ROWS)]
    since = time.process_time()
    quotes = [line_amount(pack, one) for one in lines]
    quoted = time.process_time() - since
    since = time.process_time()
    kept = [(quote.as_json(), as_json(one)) for quote, one in zip(quotes, lines, strict=True)]
    written = time.process_time() - since
    assert all(line_amount(pack, from_json(facts)).as_json() == told for told, facts in kept[:500])
    return round(ROWS / quoted), round(ROWS / written), sum(quote.is_payable for quote in quotes)


def run() -> dict[str, object]:
    """Measure every pack of the product; the slowest counts."""
    rows, slowest = [], 0
    found: dict[str, object] = {}
    for folder in sorted(path.parent for path in PACKS.glob("*/pack.toml")):
        quoted, written, payable = measure(folder)
        rows.append((folder.name, f"{quoted:,}", f"{written:,}", f"{payable / ROWS:.0%}"))
        found[folder.name] = {"quotes_a_second": quoted, "written_a_second": written, "payable": payable}
        slowest = min(slowest or quoted, quoted)
    table("Quotes, one core, in memory", ("pack", "lines/s", "written/s", "payable"), rows)
    if slowest < LEAST:
        found["missed"] = f"{slowest:,} lines a second, {LEAST:,} wanted"
    return found


if __name__ == "__main__":
    run()
