"""Half-days held otherwise than approved, by an emergency that nobody ratified in time: their hours are in doubt."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.attendance.models import AttendanceEntry, EmergencyFinding
from app.attendance.queries.entries import standing_entries
from app.attendance.queries.hours import later_seats, with_earlier
from app.classes.models import Seat, Variation
from app.classes.queries.openings import unratified_sessions
from app.kernel.database import among, db


@dataclass(frozen=True, slots=True)
class Unratified:
    """One such half-day: the change, and what the bureau found out, once it did."""

    session_id: int
    variation: Variation
    finding: EmergencyFinding | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether its hours speak against the claim line: not looked into yet, or not believed."""
        return self.finding is None or self.finding.upheld


def unratified_of(class_id: int) -> dict[int, Unratified]:
    """The half-days of a class that were changed without anybody ratifying it, by session."""
    changed = unratified_sessions(class_id)
    if not changed:
        return {}
    ids = [one.id for one in changed.values()]
    query = select(EmergencyFinding).where(EmergencyFinding.variation_id.in_(ids))
    found = {row.variation_id: row for row in db.session.scalars(query)}
    return {number: Unratified(number, one, found.get(one.id)) for number, one in changed.items()}


def doubtful_sessions(class_id: int) -> set[int]:
    """Those of them whose hours are in doubt."""
    return {number for number, one in unratified_of(class_id).items() if one.in_doubt}


def seats_in_doubt(seat_ids: Collection[int]) -> set[int]:
    """Those of these seats that were credited hours of such a half-day, here or before a transfer."""
    asked = with_earlier(seat_ids)
    if not asked:
        return set()
    classes = db.session.scalars(select(Seat.class_id).where(among(Seat.id, asked)).distinct())
    sessions = {number for class_id in classes for number in doubtful_sessions(class_id)}
    return {asked[seat_id] for seat_id in _credited(sessions) if seat_id in asked}


def seats_of_change(variation: Variation) -> list[int]:
    """The present seats of everybody credited hours of the half-day that was changed."""
    return sorted({later_seats(seat_id)[-1] for seat_id in _credited({int(variation.after["session_id"])})})


def _credited(session_ids: Collection[int]) -> set[int]:
    query = select(AttendanceEntry.seat_id).where(
        AttendanceEntry.session_id.in_(list(session_ids)), AttendanceEntry.hours > 0, standing_entries()
    )
    return set(db.session.scalars(query)) if session_ids else set()
