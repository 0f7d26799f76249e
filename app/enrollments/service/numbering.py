"""The hot door: in a full class a newcomer gets a number, a row and its event by one statement.

The number is claimed by the update of the class's row, which is locked from there to the commit; so nothing else is
asked of the database in between but the message to the person. Thousands may stand at this door at once.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, func, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from app.audit import service as audit
from app.classes import service as classes
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.kernel.access import Actor
from app.kernel.database import db

GIVEN = (
    *("class_id", "person_id", "region_code", "made_by", "priority"),
    *("consent", "consent_note", "consent_upload_id", "verdict", "created_at"),
)
"""What is known of a sign-up before the claim; the class's row gives the number and the school."""

BLANK = "row_"
"""Before the names of the blanks: a bare column name would be taken for one to set by the statement's update."""


def _statement() -> Any:
    columns = Enrollment.__table__.c
    blanks = {name: bindparam(f"{BLANK}{name}", type_=columns[name].type) for name in GIVEN}
    numbered = classes.next_number(blanks["class_id"])
    claimed = [literal(EnrollmentStatus.WAITING.value), numbered.c.waiting_last, numbered.c.school_id]
    names = ["status", "waiting_no", "school_id", *GIVEN]
    row = insert(Enrollment).from_select(names, select(*claimed, *blanks.values()))
    made = row.returning(*columns).cte("made")
    facts = func.jsonb_build_object("person_id", made.c.person_id, "waiting_no", made.c.waiting_no, type_=JSONB)
    events = audit.born_in(made, Enrollment.__tablename__, facts)
    return select(Enrollment).from_statement(select(made).add_cte(events))


_NUMBER = _statement()


def number(given: Mapping[str, Any], *, by: Actor) -> Enrollment | None:
    """Number a newcomer in a class that is full; None where it is not, or not any more. `given` is named by `GIVEN`."""
    blanks = {f"{BLANK}{name}": given[name] for name in GIVEN}
    row = db.session.scalars(_NUMBER, {**blanks, **audit.said_by(by)}).one_or_none()
    if row is not None:
        classes.forget_counters(row.class_id)
    return row
