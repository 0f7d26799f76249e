"""Hours that were found to be wrong after the results: against whom, and what was found."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.attendance.models import AttendanceEntry, Correction, EmergencyFinding
from app.attendance.queries.hours import with_earlier
from app.attendance.queries.unratified import seats_of_change
from app.attendance.rules import CorrectionStatus
from app.classes.models import Seat, Variation
from app.kernel.database import among, db


@dataclass(frozen=True, slots=True)
class FoundWrong:
    """What was found true of a seat's hours; `source` names the row that says so."""

    source: str
    note: str


def found_wrong(seat_ids: Collection[int]) -> dict[int, FoundWrong]:
    """Those of these seats whose hours were found to be wrong, here or before a transfer."""
    asked = with_earlier(seat_ids)
    if not asked:
        return {}
    said = (
        select(AttendanceEntry.seat_id, Correction.id, Correction.note)
        .join(Correction, Correction.entry_id == AttendanceEntry.id)
        .where(among(AttendanceEntry.seat_id, asked), Correction.status == CorrectionStatus.UPHELD)
        .order_by(Correction.id)
    )
    found = {asked[row.seat_id]: FoundWrong(f"correction:{row.id}", row.note) for row in db.session.execute(said)}
    return found | _changed({*seat_ids}, list(asked))


def _changed(seat_ids: set[int], with_their_earlier: Collection[int]) -> dict[int, FoundWrong]:
    """The same for half-days that were changed without being ratified."""
    classes = select(Seat.class_id).where(among(Seat.id, with_their_earlier))
    upheld = select(EmergencyFinding).where(EmergencyFinding.class_id.in_(classes), EmergencyFinding.upheld)
    found: dict[int, FoundWrong] = {}
    for row in db.session.scalars(upheld.order_by(EmergencyFinding.variation_id)):
        seats = seats_of_change(db.session.get_one(Variation, row.variation_id))
        found |= {
            number: FoundWrong(f"variation:{row.variation_id}", row.note) for number in seats if number in seat_ids
        }
    return found
