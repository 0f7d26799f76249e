"""What a person's row was before: changes, former numbers, merges; which rows are one person."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, or_, select
from sqlalchemy.orm.util import identity_key

from app.kernel.access import Actor
from app.kernel.database import among, db
from app.kernel.errors import DomainError, NotFound
from app.kernel.marking import N_
from app.kernel.sealing import blind_index
from app.people.models import FormerNumber, Person, PersonChange, PersonMerge
from app.people.queries.people import is_within, person_by_number, person_for
from app.people.rules import normalize_id_number


def changes_of(person_id: int) -> Select[PersonChange]:
    """The query of everything that changed on a person, newest first; page it or limit it."""
    return select(PersonChange).where(PersonChange.person_id == person_id).order_by(PersonChange.id.desc())


def changes_since(person_id: int, version: int) -> Sequence[PersonChange]:
    """What changed after a version of the person's row, oldest first."""
    query = select(PersonChange).where(PersonChange.person_id == person_id, PersonChange.version > version)
    return db.session.scalars(query.order_by(PersonChange.id)).all()


def change_for(by: Actor, person_id: int, change_id: int) -> PersonChange:
    """One change of a person in the actor's area; raises `NotFound`."""
    row = db.session.get(PersonChange, change_id)
    if row is None or row.person_id != person_for(by, person_id).id:
        raise NotFound
    return row


def is_former_number(number: str) -> bool:
    """Whether somebody had this identity number before."""
    index = blind_index(normalize_id_number(number), "id_number")
    return bool(db.session.scalar(select(exists().where(FormerNumber.id_number_index == index))))


def former_numbers_of(person_id: int) -> Sequence[FormerNumber]:
    """The identity numbers a person had before, the last one first."""
    query = select(FormerNumber).where(FormerNumber.person_id == person_id)
    return db.session.scalars(query.order_by(FormerNumber.id.desc())).all()


def merges_of(person_id: int) -> Sequence[PersonMerge]:
    """The merges a person's row took part in, kept or dropped, newest first."""
    query = select(PersonMerge).where(or_(PersonMerge.kept_id == person_id, PersonMerge.dropped_id == person_id))
    return db.session.scalars(query.order_by(PersonMerge.id.desc())).all()


def other_by_number(by: Actor, person: Person, number: str) -> Person:
    """Another person of the actor's area with this identity number; raises `DomainError` on field `id_number`."""
    found = person_by_number(number)
    if found is None or found.id == person.id or not is_within(by, found):
        raise DomainError(N_("没有找到另一条用这个号码的登记，或者不在您负责的范围内。"), "id_number")
    return found


def merge_for(by: Actor, merge_id: int) -> PersonMerge:
    """One merge of two people in the actor's area; raises `NotFound`."""
    row = db.session.get(PersonMerge, merge_id)
    if row is None:
        raise NotFound
    person_for(by, row.kept_id)
    person_for(by, row.dropped_id)
    return row


_MERGED = select(Person.merged_into_id, Person.merged_rows).where(Person.id == bindparam("person"))


def row_ids(person_id: int) -> tuple[int, ...]:
    """The ids of all rows that are one person, the one that stands for them first; nearly always just the one given."""
    known = db.session.identity_map.get(identity_key(Person, person_id))
    found = known if known is not None else db.session.execute(_MERGED, {"person": person_id}).first()
    if found is None or (found.merged_into_id is None and not found.merged_rows):
        return (person_id,)
    return rows_behind(found.merged_into_id or person_id)


def rows_of(people: Collection[int]) -> dict[int, int]:
    """Every row of these people, each with whose it is: one question for all of them, however many."""
    merged = select(Person.id).where(
        among(Person.id, people), or_(Person.merged_into_id.is_not(None), Person.merged_rows > 0)
    )
    found = {person_id: person_id for person_id in people}
    for person_id in db.session.scalars(merged) if people else ():
        for row_id in row_ids(person_id):
            found.setdefault(row_id, person_id)
    return found


def rows_behind(kept_id: int) -> tuple[int, ...]:
    """The id of a row and of all that were merged into it."""
    others = select(Person.id).where(Person.merged_into_id == kept_id).order_by(Person.id)
    return (kept_id, *db.session.scalars(others))


def of_person(column: Any, person_id: int) -> ColumnElement[bool]:
    """The condition that a person column names this person, by whichever of their rows."""
    rows = row_ids(person_id)
    return column == rows[0] if len(rows) == 1 else column.in_(rows)  # type: ignore[no-any-return]  # a column's own comparison


def standing_for(person: Person) -> Person:
    """The person's row that stands for them: itself, or the one it was merged into."""
    return person if person.merged_into_id is None else db.session.get_one(Person, person.merged_into_id)
