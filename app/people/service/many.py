"""The wide door: many people registered at once, by the same rules and from the same values as one by one.

Each is a row and an event, as `find_or_register` writes them; only the way into the tables differs (COPY). The numbers
are taken in the order of their index, in every import alike, so that two imports of the same people wait for each
other instead of locking each other out. Who was registered by somebody else in the meantime is left as they are.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.kernel.access import Actor
from app.kernel.copying import copy_rows, next_ids
from app.kernel.database import constraint_of, db
from app.kernel.sealing import Sealed, Sealer, blind_index, sealer
from app.people.models import Person
from app.people.queries.numbers import known_numbers
from app.people.rules import IdNumber
from app.people.service.attaching import attach_waiting
from app.people.service.facts import NewPerson
from app.people.service.persons import check_region, values_of

CHUNK = 5000
ONE_PERSON = "uq_people_id_number"
SEALED = tuple(name for name, kind in vars(Person).items() if isinstance(kind, Sealed))
INDEXED = frozenset(name for name in SEALED if vars(Person)[name].indexed and name != "id_number")
"""Sealed values with a blind index, except the identity number, whose index is known by then."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One who is to be registered: what is told of them, and their number, read and found right."""

    facts: NewPerson
    number: IdNumber


def register_many(
    people: Sequence[Arrival],
    *,
    by: Actor,
    told: Mapping[str, object] | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> set[int]:
    """Register people without groups and wishes, all in the caller's transaction; `told` goes into every event.

    Returns the places (in `people`) of those whom somebody registered in the meantime: they are left unchanged.
    `progress` hears how many are done. Raises `DomainError` for a village that does not exist or is not the actor's,
    and for a value that `find_or_register` would refuse.
    """
    for code in {person.facts.region_code for person in people}:
        check_region(code, by=by)
    order = sorted((blind_index(person.number.number, "id_number"), place) for place, person in enumerate(people))
    known: set[int] = set()
    for start in range(0, len(order), CHUNK):
        chunk = order[start : start + CHUNK]
        known |= _register_chunk(people, chunk, by=by, told=told or {})
        progress(start + len(chunk))
    return known


def _register_chunk(
    people: Sequence[Arrival], chunk: list[tuple[bytes, int]], *, by: Actor, told: Mapping[str, object]
) -> set[int]:
    """Write one chunk; when somebody was faster with one of the numbers, write the others."""
    known: set[int] = set()
    while True:
        left = [(index, place) for index, place in chunk if place not in known]
        try:
            with db.session.begin_nested():
                _write([(people[place], index) for index, place in left], by=by, told=told)
        except IntegrityError as error:
            if constraint_of(error) != ONE_PERSON:
                raise
            found = known_numbers([index for index, _place in left])
            met = {place for index, place in left if index in found}
            if not met:
                raise
            known |= met
        else:
            return known


def _write(people: Sequence[tuple[Arrival, bytes]], *, by: Actor, told: Mapping[str, object]) -> None:
    """Write people and their events; rows are made while the database takes in those before them."""
    ids = next_ids(Person.__tablename__, len(people))
    rows = _rows(people, ids)
    first = next(rows, None)
    if first is None:
        return
    columns = tuple(first)
    copy_rows(Person.__tablename__, columns, ([row[name] for name in columns] for row in chain([first], rows)))
    fresh = zip(ids, (person.facts.region_code for person, _index in people), strict=True)
    audit.record_many(Person.__tablename__, fresh, "registered", by=by, facts=told)
    attach_waiting(ids, by=by)


def _rows(people: Sequence[tuple[Arrival, bytes]], ids: Sequence[int]) -> Iterator[dict[str, object]]:
    """The people as rows of the table: what is personal sealed, every row with the same columns."""
    seal = sealer()
    for (person, index), number in zip(people, ids, strict=True):
        row = {**DEFAULTS, **values_of(person.facts, person.number), "id": number, "seal_id": (own := _fresh_seal_id())}
        for name in SEALED:
            _seal(row, name, own, seal)
        row["id_number_index"] = index
        yield row


def _seal(row: dict[str, object], name: str, seal_id: str, seal: Sealer) -> None:
    value = row.pop(name, None)
    text = None if value is None else str(value)
    row[f"{name}_sealed"] = None if text is None else seal.seal(text, f"people.{name}.{seal_id}")
    if name in INDEXED:
        row[f"{name}_index"] = None if text is None else seal.index(text, name)


def _fresh_seal_id() -> str:
    """A random UUID as text (the long way round through `uuid` takes five times as long)."""
    digits = os.urandom(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _defaults() -> dict[str, object]:
    """What the columns of a new row hold that nobody spoke of."""
    found: dict[str, object] = {}
    for column in Person.__table__.columns:
        default = column.default
        if default is not None and default.is_scalar:
            found[column.key] = default.arg
        elif default is not None and default.is_callable:
            found[column.key] = []
    return found


DEFAULTS = _defaults()
