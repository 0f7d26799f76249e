"""A whole roster judged: every row by form, then its numbers against the register."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import current_app

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.kernel.sealing import blind_index
from app.people.imports import queries
from app.people.imports.reading import Sheets
from app.people.imports.rules.carrying import Carry
from app.people.imports.rules.headers import Heading
from app.people.imports.rules.judging import Judge, Judged
from app.people.imports.rules.kinds import PLACES, Cell, Fault, Field, Mend, Outcome
from app.people.imports.rules.repairs import as_text
from app.people.queries.numbers import Known, known_numbers

MOST_ROWS = 200_000
EVERY = 2000
"""Rows after which progress is told."""
LOOKED_UP = 5000
"""Numbers looked up at a time."""
SHOWN = (Field.NAME, Field.ID_NUMBER, Field.PHONE, Field.VILLAGE, Field.ADDRESS)
"""What of a row stands beside its findings."""
GOOD_SHOWN = 100
"""Good rows of which the words are kept, as examples."""


@dataclass(slots=True)
class Judgement:
    """Every row of a roster with its outcome; `excerpts` holds the words of rows that people look at."""

    rows: list[Judged] = field(default_factory=list)
    excerpts: dict[int, list[str]] = field(default_factory=dict)
    claims: list[Judged] = field(default_factory=list)
    """Known people who arrived with another phone: the village officer calls first."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome, and good rows that were repaired."""
        found = Counter(str(row.outcome) for row in self.rows)
        repaired = sum(1 for row in self.rows if row.outcome == Outcome.OK and row.mends)
        return {**{str(outcome): found[outcome] for outcome in Outcome}, "repaired": repaired, "rows": len(self.rows)}

    @property
    def good(self) -> list[Judged]:
        """The rows that can be registered."""
        return [row for row in self.rows if row.outcome == Outcome.OK]

    @property
    def spotless(self) -> bool:
        """Whether no row is held up."""
        return not any(row.outcome in (Outcome.ERROR, Outcome.INELIGIBLE) for row in self.rows)


def judge(
    sheets: Sheets,
    sheet: int,
    heading: Heading,
    *,
    by: Actor,
    default_village: str = "",
    progress: Callable[[int], None] = lambda _done: None,
) -> Judgement:
    """Judge every row below the heading; raises `DomainError` for a list that is too long."""
    today = clock.today()
    one = Judge(
        heading,
        queries.places_of(by),
        today,
        queries.least_ages(today),
        allow_synthetic=bool(current_app.config["DEMO"]),
        default_village=default_village,
    )
    judgement = Judgement()
    carry = _carry(sheets, sheet, heading)
    shown = [heading.columns.get(name) for name in SHOWN]
    good = last = 0
    for row, cells in sheets.rows(sheet):
        if row <= heading.last:
            continue
        found = one.judge(row, carry.fill(row, cells) if carry else cells)
        judgement.rows.append(found)
        if any(cells):
            last = row
        if found.outcome != Outcome.OK or found.mends or good < GOOD_SHOWN:
            judgement.excerpts[row] = _excerpt(cells, shown)
            good += found.outcome == Outcome.OK and not found.mends
        if len(judgement.rows) % EVERY == 0:
            progress(len(judgement.rows))
            if len(judgement.rows) > MOST_ROWS:
                raise DomainError(N_("名单太长了，一次最多 20 万行，请分成几个文件。"), "file")
    judgement.rows = [found for found in judgement.rows if found.row <= last]
    meet_register(judgement, judgement.good, by=by)
    return judgement


def meet_register(judgement: Judgement, rows: Sequence[Judged], *, by: Actor) -> None:
    """Compare numbers with the register: the same person is skipped, another name or another area is an error."""
    own = None if by.key == "system" else frozenset(queries.village_codes(by))
    for start in range(0, len(rows), LOOKED_UP):
        chunk = {blind_index(row.number, "id_number"): row for row in rows[start : start + LOOKED_UP]}
        for index, known in known_numbers(chunk).items():
            _meet(judgement, chunk[index], known, own)


def _meet(judgement: Judgement, row: Judged, known: Known, own: frozenset[str] | None) -> None:
    draft = row.draft
    if draft is None:
        return
    if own is not None and known.region_code not in own:
        row.outcome, fault = Outcome.ERROR, Fault.ELSEWHERE
        row.faults.append((Field.ID_NUMBER, fault, None))
    elif known.name != draft.name:
        row.outcome = Outcome.ERROR
        row.faults.append((Field.ID_NUMBER, Fault.OTHER_NAME, None))
    else:
        row.outcome = Outcome.SKIP
        row.mends = [(Field.ID_NUMBER, Mend.KNOWN)]
        if draft.phone and blind_index(draft.phone, "phone") != known.phone_index:
            judgement.claims.append(row)


def _carry(sheets: Sheets, sheet: int, heading: Heading) -> Carry | None:
    placed = {heading.columns[name] for name in PLACES if name in heading.columns}
    spans = {column: found for column, found in sheets.spans(sheet).items() if column in placed}
    return Carry(spans) if spans else None


def _excerpt(cells: Sequence[Cell], shown: Sequence[int | None]) -> list[str]:
    return [as_text(cells[column])[:60] if column is not None and column < len(cells) else "" for column in shown]
