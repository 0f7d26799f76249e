"""An enrollment and its first event, by one statement; in a full class the number and the message are part of it.

The number is claimed by the update of the class's row, which is locked from there to the commit; so nothing else is
asked of the database in between. Thousands may stand at this door at once, and each waits for those before: whatever
can be written beforehand is, and the message says where to see the number, not the number itself.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    CursorResult,
    Select,
    bindparam,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app.audit import service as audit
from app.classes import service as classes
from app.classes.models import Seat
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.kernel.access import Actor
from app.kernel.database import LOCKED_BRIEFLY, db
from app.messages import service as messages
from app.people.models import Person

GIVEN = (
    *("class_id", "person_id", "region_code", "made_by", "priority"),
    *("consent", "consent_note", "consent_upload_id", "verdict", "created_at"),
)
"""What is known of a sign-up before the claim."""
BLANK = "row_"
"""Before the names of the blanks: a bare column name would be taken for one to set by the statement's update."""
_COLUMNS = Enrollment.__table__.c


def _blank(name: str) -> BindParameter[Any]:
    return bindparam(f"{BLANK}{name}", type_=_COLUMNS[name].type)


def _made(claimed: Mapping[str, ColumnElement[Any]]) -> CTE:
    """Insert what was claimed and given.

    The person is looked up once more, after the class's row is locked, and held: a merge of two rows of one person
    waits for the commit and sees the sign-up then. Where it came before, there is nobody to insert, and the law that
    every enrollment has its person refuses the whole statement.
    """
    merged_rows = bindparam(f"{BLANK}merged_rows", type_=Person.merged_rows.type)
    alone = (Person.id == _blank("person_id"), Person.merged_into_id.is_(None), Person.merged_rows == merged_rows)
    person = select(Person.id).where(*alone).with_for_update(key_share=True, read=True).scalar_subquery()
    given = (person if name == "person_id" else _blank(name) for name in GIVEN)
    row = insert(Enrollment).from_select([*claimed, *GIVEN], select(*claimed.values(), *given))
    told = ("id", "status", "person_id", "waiting_no", "region_code", "school_id")
    return row.returning(*(_COLUMNS[name] for name in told)).cte("made")


def _numbered() -> Select[Any]:
    """The next number of a full class, with event and message."""
    numbered = classes.next_number(_blank("class_id"))
    status: ColumnElement[str] = literal_column(f"'{EnrollmentStatus.WAITING}'")
    made = _made({"status": status, "waiting_no": numbered.c.waiting_last, "school_id": numbered.c.school_id})
    facts = func.jsonb_build_object("person_id", made.c.person_id, "waiting_no", made.c.waiting_no, type_=JSONB)
    events = audit.born_in(made, Enrollment.__tablename__, facts)
    told = (made.c.id, made.c.waiting_no, made.c.school_id, LOCKED_BRIEFLY.label("durability"))
    return select(*told).add_cte(events, messages.told_in(made))


def _recorded() -> Select[Any]:
    """What was claimed under the lock, with event and message."""
    made = _made({name: _blank(name) for name in _CLAIMED})
    events = audit.born_in(made, Enrollment.__tablename__, bindparam("facts", type_=JSONB))
    return select(made.c.id).add_cte(events, messages.told_in(made))


_CLAIMED = ("status", "seat_id", "waiting_no", "school_id")
_NUMBER, _RECORD = _numbered(), _recorded()


def _asked(
    statement: Select[Any], given: Mapping[str, Any], person: Person, by: Actor, **more: Any
) -> CursorResult[Any]:
    """The statement's answer, as columns only: whoever waits at the class's row waits for nothing else."""
    db.session.flush()
    blanks = {f"{BLANK}{name}": value for name, value in given.items()}
    blanks[f"{BLANK}merged_rows"] = person.merged_rows
    return db.session.connection().execute(statement, {**blanks, **audit.said_by(by), **more})


def inserted(values: Mapping[str, Any], person: Person) -> Enrollment:
    """The row that was just inserted with these values, without reading it again."""
    row = Enrollment(**{**dict.fromkeys(_COLUMNS.keys()), **values})
    make_transient_to_detached(row)
    set_committed_value(row, "person", person)
    db.session.add(row)
    return row


def number(given: Mapping[str, Any], message: Mapping[str, Any], person: Person, *, by: Actor) -> dict[str, Any] | None:
    """Number a newcomer in a class that is full: what `inserted` takes; None where it is not, or not any more.

    `given` is named by `GIVEN`.
    """
    found = _asked(_NUMBER, given, person, by, **message).one_or_none()
    if found is None:
        return None
    classes.forget_counters(given["class_id"])
    told = {"id": found.id, "waiting_no": found.waiting_no, "school_id": found.school_id}
    return {**given, **told, "status": EnrollmentStatus.WAITING}


def record(
    given: Mapping[str, Any], message: Mapping[str, Any], person: Person, got: Seat | int, school_id: int, *, by: Actor
) -> Enrollment:
    """Write down what was claimed under the lock: a seat, or a number."""
    if isinstance(got, Seat):
        claim = {"status": EnrollmentStatus.ENROLLED, "seat_id": got.id, "waiting_no": None}
        facts = {"seat_id": got.id, "place_no": got.place_no}
    else:
        claim = {"status": EnrollmentStatus.WAITING, "seat_id": None, "waiting_no": got}
        facts = {"waiting_no": got}
    values = {**given, **claim, "school_id": school_id}
    found = _asked(_RECORD, values, person, by, **message, facts={"person_id": person.id, **facts})
    return inserted({**values, "id": found.scalar_one()}, person)
