"""Write invented people in batches by COPY: all or nothing, in bounded memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text

from app.kernel import clock
from app.kernel.database import Model, db
from app.kernel.sealing import sealer
from app.people.models import Person
from app.people.simulation.inventing import Inventor, Marks
from app.people.simulation.rows import TABLES, Batch, Place, Row, Scene, family

BATCH = 2_000
"""People a batch."""
SIZES = {1: 14, 2: 24, 3: 26, 4: 20, 5: 10, 6: 6}
"""How many households in a hundred have so many members on the register."""
WIDTH = 0.6
"""How much villages differ in size."""


@dataclass(frozen=True, slots=True)
class Officer:
    """Who registers the people of a village."""

    key: str
    name: str
    villages: tuple[str, ...]


def fill(
    people: int,
    officers: Sequence[Officer],
    *,
    seed: int,
    marks: Marks | None = None,
    tick: Callable[[int], object],
) -> None:
    """Add so many invented people, spread over the officers' villages; `tick` is told how many are written.

    With `marks` of one's own, sealing can be left out where only speed is measured. Nothing is committed here.
    """
    taken = set(db.session.scalars(select(Person.id_number_index)))
    inventor = Inventor(seed, clock.today(), after=len(taken))
    places = [Place(code, officer.key, officer.name) for officer in officers for code in officer.villages]
    marks = marks or Marks(sealer().seal, sealer().index)
    scene = Scene(inventor, marks, _Ids().take, taken)
    batch, written = Batch(), 0
    for place, size in _families(inventor, places, people):
        family(batch, scene, place, size)
        if len(batch.rows["people"]) >= BATCH:
            written += _write(batch)
            batch = Batch()
            tick(written)
    tick(written + _write(batch))


def _families(inventor: Inventor, places: Sequence[Place], people: int) -> Iterator[tuple[Place, int]]:
    """Households, village by village, large villages with more of them, until there are just so many people."""
    weights = [inventor.chance.lognormvariate(0, WIDTH) for _place in places]
    whole, given = sum(weights), 0
    reached = 0.0
    for place, weight in zip(places, weights, strict=True):
        reached += weight
        wanted = round(people * reached / whole)
        while given < wanted:
            size = min(int(inventor.of([str(size) for size in SIZES], list(SIZES.values()))), people - given)
            given += size
            yield place, size


class _Ids:
    """Ids from the tables' own sequences, fetched many at a time."""

    def __init__(self) -> None:
        self._waiting: dict[str, Iterator[int]] = {}

    def take(self, table: str) -> int:
        """The next id of a table."""
        found = next(self._waiting.get(table, iter(())), None)
        if found is None:
            query = text(f"SELECT nextval('{table}_id_seq') FROM generate_series(1, {BATCH})")  # noqa: S608  # names of our own tables
            self._waiting[table] = iter(db.session.scalars(query).all())
            found = next(self._waiting[table])
        return found


def _write(batch: Batch) -> int:
    """COPY a batch's rows; the heads are named once their rows are there."""
    for table in TABLES:
        rows = batch.rows[table]
        if table == "heads":
            _name_heads(rows)
        elif rows:
            _copy(table, rows)
    return len(batch.rows["people"])


def _copy(table: str, rows: Sequence[Row]) -> None:
    columns = list(rows[0])
    quote = db.engine.dialect.identifier_preparer.quote
    known = Model.metadata.tables[table].columns
    names = ", ".join(quote(known[name].name) for name in columns)
    with _cursor() as cursor, cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[name] for name in columns])


def _name_heads(rows: Sequence[Row]) -> None:
    query = "UPDATE households SET head_id = h.head_id FROM unnest(%s::bigint[], %s::bigint[]) AS h (id, head_id)"
    with _cursor() as cursor:
        given = ([row["id"] for row in rows], [row["head_id"] for row in rows])
        cursor.execute(f"{query} WHERE households.id = h.id", given)


def _cursor() -> Any:
    return db.session.connection().connection.cursor()
