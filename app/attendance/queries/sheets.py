"""A class's attendance sheet: people by half-days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.attendance.models import AttendanceEntry
from app.attendance.queries.entries import RATE_KEY, standing_entries
from app.attendance.rules import Standing, rate, standing
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import ACTIVE, pack_of_class, sessions_of
from app.kernel.database import db


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One trainee's line: the entry of each session (in the sheet's order), hours credited and the rate in percent."""

    seat: Seat
    entries: tuple[AttendanceEntry | None, ...]
    hours: int
    rate: int
    """Of the hours due until now."""
    standing: Standing


@dataclass(frozen=True, slots=True)
class Sheet:
    """A class's attendance: people by sessions. Hours are standard hours."""

    class_: TrainingClass
    sessions: tuple[ClassSession, ...]
    rows: tuple[SheetRow, ...]
    planned: int
    due: int
    """Hours of the sessions whose roll was taken."""
    least: int | None
    corrected: frozenset[int]
    """Entries that correct an earlier one."""


def sheet(class_id: int) -> Sheet:
    """Everything recorded of a class's attendance, as it counts now; seats that left with entries are shown too."""
    class_ = db.session.get_one(TrainingClass, class_id)
    sessions = tuple(sessions_of(class_id))
    entries = db.session.scalars(
        select(AttendanceEntry).where(AttendanceEntry.class_id == class_id, standing_entries())
    ).all()
    by_seat: dict[int, dict[int, AttendanceEntry]] = {}
    for entry in entries:
        by_seat.setdefault(entry.seat_id, {})[entry.session_id] = entry
    seats = db.session.scalars(
        select(Seat)
        .where(Seat.class_id == class_id, or_(Seat.status.in_(ACTIVE), Seat.id.in_(list(by_seat))))
        .order_by(Seat.place_no, Seat.id)
    )
    planned = sum(session.hours for session in sessions if session.makes_up_id is None)
    called = {entry.session_id for entry in entries}
    due = sum(one.hours for one in sessions if one.id in called and one.makes_up_id is None)
    least = pack_of_class(class_).count(RATE_KEY)
    rows = tuple(_row(seat, by_seat.get(seat.id, {}), sessions, due, least) for seat in seats.unique())
    corrected = frozenset(entry.id for entry in entries if entry.corrects_id is not None)
    return Sheet(class_, sessions, rows, planned, due, least, corrected)


def _row(
    seat: Seat,
    entries: Mapping[int, AttendanceEntry],
    sessions: Sequence[ClassSession],
    due: int,
    least: int | None,
) -> SheetRow:
    hours = sum(entry.hours for entry in entries.values())
    planned = sum(session.hours for session in sessions if session.makes_up_id is None)
    still = standing(hours, due=due, planned=planned, least=least)
    return SheetRow(seat, tuple(entries.get(session.id) for session in sessions), hours, rate(hours, due), still)
