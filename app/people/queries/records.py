"""Each person's record of subsidies used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Label, Row, Select, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db, one_of
from app.kernel.errors import NotFound
from app.people.models import COUNTING, OutsideTraining, Person, RecordImport, SubsidyUse
from app.people.queries.history import of_person, row_ids
from app.people.records.rules import Fault, PastOutcome
from app.policies.queries import pack_for
from app.policies.rules.facts import RecordFacts, Use
from app.regions.models import Region
from app.regions.queries import in_area


@dataclass(frozen=True, slots=True)
class Reach:
    """Up to when the records of other systems are known in a place: each system with its day, and the earliest one.

    Before any of them was imported there is nothing but our own record, and `until` is None.
    """

    systems: tuple[tuple[str, date], ...] = ()

    @property
    def until(self) -> date | None:
        """The day up to which every known system's record is complete: what came later may be missing."""
        return min((until for _system, until in self.systems), default=None)


@dataclass(frozen=True, slots=True)
class Told:
    """What another system said of a training: its name, the school, and whether it was finished."""

    system: str
    school: str
    taken_on: date
    outcome: PastOutcome


@dataclass(frozen=True, slots=True)
class Standing:
    """How many subsidised trainings a person has taken and has left under the policy in force where they live.

    `cap` and `left` are None where the policy states no cap or none is in force; `reach` says what they are based on.
    """

    taken: int
    cap: int | None
    left: int | None
    reach: Reach


def uses_of(person_id: int) -> Sequence[SubsidyUse]:
    """A person's whole record of subsidies used, newest first, with what was given back."""
    query = select(SubsidyUse).where(of_person(SubsidyUse.person_id, person_id))
    return db.session.scalars(query.order_by(SubsidyUse.year.desc(), SubsidyUse.id.desc())).all()


def record_columns() -> tuple[Label[Any], Label[Any]]:
    """Two columns for any statement: the uses that count, and up to when other systems' records are known.

    The statement is executed with `record_blanks` among its parameters, and its row read by `record_in`.
    """
    systems = (
        select(func.max(RecordImport.until_on).label("until"))
        .join(Region, Region.path.contains(RecordImport.region_code + "/"))
        .join(Person, Person.region_code == Region.code)
        .where(Person.id == bindparam("person_id", type_=BigInteger))
        .group_by(RecordImport.system)
        .subquery()
    )
    columns = (
        SubsidyUse.taken_on,
        SubsidyUse.created_at,
        SubsidyUse.year,
        SubsidyUse.occupation_code,
        SubsidyUse.level,
    )
    one = func.jsonb_build_array(*columns)
    uses = select(func.jsonb_agg(aggregate_order_by(one, SubsidyUse.year, SubsidyUse.id), type_=JSONB)).where(
        SubsidyUse.person_id == any_(bindparam("rows", type_=ARRAY(BigInteger))),
        one_of(SubsidyUse.status, COUNTING),
        SubsidyUse.reference != bindparam("without", type_=SubsidyUse.reference.type),
    )
    known = select(func.min(systems.c.until))
    return uses.scalar_subquery().label("record_uses"), known.scalar_subquery().label("record_until")


def record_blanks(person_id: int, *, without: str = "") -> dict[str, Any]:
    """What `record_columns` leave blank: the person's rows, and the reference of a use that is not to count."""
    return {"person_id": person_id, "rows": list(row_ids(person_id)), "without": without}


def record_in(row: Row[*tuple[Any, ...]]) -> RecordFacts:
    """The record that a row of a statement with `record_columns` holds, as the policy's rules want it."""
    taken = tuple(
        Use(date.fromisoformat(on) if on else _taken_on(datetime.fromisoformat(at), year), occupation, level or None)
        for on, at, year, occupation, level in row.record_uses or ()
    )
    return RecordFacts(taken, known_until=row.record_until)


_RECORD = select(*record_columns())


def record_of(person_id: int, *, without: str = "") -> RecordFacts:
    """The uses that count now as the policy's rules want them, without the one held by the reference `without`."""
    return record_in(db.session.execute(_RECORD, record_blanks(person_id, without=without)).one())


def reach_of(region_code: str) -> Reach:
    """Up to when the records of other systems are known for the people of a place."""
    query = (
        select(RecordImport.system, func.max(RecordImport.until_on))
        .join(Region, Region.path.contains(RecordImport.region_code + "/"))
        .where(Region.code == region_code)
        .group_by(RecordImport.system)
    )
    return Reach(tuple(sorted((system, until) for system, until in db.session.execute(query))))


def told_of(person_id: int) -> dict[int, list[Told]]:
    """What other systems said of each of a person's uses, by the use's id."""
    columns = (RecordImport.system, OutsideTraining.school, OutsideTraining.taken_on, OutsideTraining.outcome)
    query = (
        select(SubsidyUse.id, *columns)
        .join(OutsideTraining, OutsideTraining.use_id == SubsidyUse.id)
        .join(RecordImport, RecordImport.id == OutsideTraining.import_id)
        .where(of_person(OutsideTraining.person_id, person_id))
    )
    found: dict[int, list[Told]] = {}
    for use_id, system, school, taken_on, outcome in db.session.execute(query.order_by(OutsideTraining.id)):
        found.setdefault(use_id, []).append(Told(system, school, taken_on, outcome))
    return found


def record_imports_for(by: Actor) -> Select[RecordImport]:
    """The imports of other systems' records in the actor's area, newest first."""
    return select(RecordImport).where(in_area(RecordImport.region_code, by.area)).order_by(RecordImport.id.desc())


def record_systems(by: Actor) -> Sequence[str]:
    """The names of the systems whose records were imported in the actor's area, to be written the same again."""
    query = select(RecordImport.system).where(in_area(RecordImport.region_code, by.area))
    return db.session.scalars(query.distinct().order_by(RecordImport.system)).all()


def record_import_for(by: Actor, import_id: int) -> RecordImport:
    """One import in the actor's area; raises `NotFound`."""
    row = db.session.scalars(record_imports_for(by).where(RecordImport.id == import_id)).first()
    if row is None:
        raise NotFound
    return row


def waiting_of(import_id: int) -> int:
    """How many trainings of an import wait for their person to be registered."""
    waiting = (OutsideTraining.import_id == import_id, OutsideTraining.person_id.is_(None))
    return db.session.scalar(select(func.count()).select_from(OutsideTraining).where(*waiting)) or 0


def refused_rows(row: RecordImport) -> list[tuple[int, list[Fault]]]:
    """The rows that were refused, each with everything that is wrong with it."""
    return [(int(str(number)), [Fault(str(fault)) for fault in faults]) for number, *faults in row.faults]


def _taken_on(at: datetime, year: int) -> date:
    """The day a use counts on: the day it was claimed, or the first of the year it counts in where that is another."""
    claimed = clock.local(at).date()
    return claimed if claimed.year == year else date(year, 1, 1)


def standing_of(row: Person) -> Standing:
    """Uses taken and left today under the policy in force where the person lives (R09)."""
    today = clock.today()
    record, reach = record_of(row.id), reach_of(row.region_code)
    try:
        pack = pack_for(row.region_code, today)
    except NotFound:
        return Standing(len(record.uses), None, None, reach)
    since, cap = pack.day("record.lifetime_since"), pack.count("record.lifetime_cap")
    taken = sum(since is None or use.taken_on >= since for use in record.uses)
    return Standing(taken, cap, None if cap is None else max(0, cap - taken), reach)
