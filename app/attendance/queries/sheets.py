"""A class's attendance sheet: people by half-days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.attendance.models import AttendanceEntry
from app.attendance.queries.entries import RATE_KEY, standing_entries
from app.attendance.queries.hours import brought, brought_along
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
    brought: tuple[tuple[ClassSession, AttendanceEntry], ...] = ()
    """The half-days attended in the class from which the person was moved."""
    brought_hours: int = 0
    """Of their hours those that count here, within `hours`."""


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
    before = brought_along(class_id)
    of_class = _OfClass(sessions, planned, due, least)
    rows = tuple(_row(seat, by_seat.get(seat.id, {}), before.get(seat.id, ()), of_class) for seat in seats.unique())
    corrected = frozenset(entry.id for entry in entries if entry.corrects_id is not None)
    return Sheet(class_, sessions, rows, planned, due, least, corrected)


@dataclass(frozen=True, slots=True)
class _OfClass:
    """What all rows share."""

    sessions: tuple[ClassSession, ...]
    planned: int
    due: int
    least: int | None


def _row(
    seat: Seat,
    entries: Mapping[int, AttendanceEntry],
    before: Sequence[tuple[ClassSession, AttendanceEntry]],
    all_: _OfClass,
) -> SheetRow:
    own = sum(entry.hours for entry in entries.values())
    counted = brought(own, sum(entry.hours for _session, entry in before), all_.planned)
    hours = own + counted
    still = standing(hours, due=all_.due, planned=all_.planned, least=all_.least)
    of_sessions = tuple(entries.get(session.id) for session in all_.sessions)
    return SheetRow(seat, of_sessions, hours, rate(hours, all_.due), still, tuple(before), counted)
