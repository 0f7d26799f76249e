"""An enrollment and its first event, by one statement; in a full class the number and the message are part of it.

The number is claimed by the update of the class's row, which is locked from there to the commit; so nothing else is
asked of the database in between. Thousands may stand at this door at once, and each waits for those before: whatever
can be written beforehand is, and the message says where to see the number, not the number itself.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CTE, BindParameter, ColumnElement, Select, bindparam, func, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from app.audit import service as audit
from app.classes import service as classes
from app.classes.models import Seat
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.kernel.access import Actor
from app.kernel.database import db
from app.messages import service as messages

GIVEN = (
    *("class_id", "person_id", "region_code", "made_by", "priority"),
    *("consent", "consent_note", "consent_upload_id", "verdict", "created_at"),
)
"""What is known of a sign-up before the claim."""
BLANK = "row_"
"""Before the names of the blanks: a bare column name would be taken for one to set by the statement's update."""


def _blank(name: str) -> BindParameter[Any]:
    return bindparam(f"{BLANK}{name}", type_=Enrollment.__table__.c[name].type)


def _recorded(claimed: Mapping[str, ColumnElement[Any]], facts: ColumnElement[Any] | None = None) -> Select[Any]:
    """Insert what was claimed and given, with its event and message, and give the row back."""
    source = select(*claimed.values(), *(_blank(name) for name in GIVEN))
    made: CTE = (
        insert(Enrollment).from_select([*claimed, *GIVEN], source).returning(*Enrollment.__table__.c).cte("made")
    )
    said = func.jsonb_build_object("person_id", made.c.person_id, "waiting_no", made.c.waiting_no, type_=JSONB)
    events = audit.born_in(made, Enrollment.__tablename__, said if facts is None else facts)
    return select(Enrollment).from_statement(select(made).add_cte(events, messages.told_in(made)))  # type: ignore[return-value]  # read the same way


def _numbered() -> Select[Any]:
    numbered = classes.next_number(_blank("class_id"))
    status = literal(EnrollmentStatus.WAITING.value)
    return _recorded({"status": status, "waiting_no": numbered.c.waiting_last, "school_id": numbered.c.school_id})


_NUMBER = _numbered()
_PLAIN = ("status", "seat_id", "waiting_no", "school_id")
_RECORD = _recorded({name: _blank(name) for name in _PLAIN}, bindparam("facts", type_=JSONB))


def _filled(given: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    return {**{f"{BLANK}{name}": value for name, value in given.items()}, **audit.said_by(by)}


def number(given: Mapping[str, Any], message: Mapping[str, Any], *, by: Actor) -> Enrollment | None:
    """Number a newcomer in a class that is full; None where it is not, or not any more. `given` is named by `GIVEN`."""
    row: Enrollment | None = db.session.scalars(_NUMBER, {**_filled(given, by), **message}).one_or_none()
    if row is not None:
        classes.forget_counters(row.class_id)
    return row


def record(
    given: Mapping[str, Any], message: Mapping[str, Any], got: Seat | int, school_id: int, *, by: Actor
) -> Enrollment:
    """Write down what was claimed under the lock: a seat, or a number."""
    if isinstance(got, Seat):
        claim = {"status": EnrollmentStatus.ENROLLED, "seat_id": got.id, "waiting_no": None}
        facts = {"seat_id": got.id, "place_no": got.place_no}
    else:
        claim = {"status": EnrollmentStatus.WAITING, "seat_id": None, "waiting_no": got}
        facts = {"waiting_no": got}
    blanks = {**_filled({**given, **claim, "school_id": school_id}, by), **message}
    row: Enrollment = db.session.scalars(_RECORD, {**blanks, "facts": {"person_id": given["person_id"], **facts}}).one()
    return row
