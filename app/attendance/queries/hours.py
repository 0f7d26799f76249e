"""Hours and days of a class, with those that somebody brought along from the class they left by a transfer 转班.

The law `law_outcomes_from_records` of the database adds the hours up once more in SQL (`hours_attended`).
"""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Select, func, or_, select

from app.attendance.models import AttendanceEntry
from app.attendance.queries.entries import standing_entries
from app.attendance.rules import CAME
from app.classes.models import ClassSession, Seat
from app.kernel.database import among, db


def planned_hours(class_id: int) -> int:
    """Standard hours of a class's timetable; a make-up 补课 repeats what was planned already."""
    own = (ClassSession.class_id == class_id, ClassSession.makes_up_id.is_(None))
    return int(db.session.scalar(select(func.sum(ClassSession.hours)).where(*own)) or 0)


def earlier_seats(class_id: int) -> dict[int, int]:
    """The seats from which people were moved to this class, at last or on the way: by each its seat here."""
    moved = Seat.moved_from_id.is_not(None)
    rows = db.session.execute(select(Seat.id, Seat.moved_from_id).where(Seat.class_id == class_id, moved))
    frontier = {old: seat_id for seat_id, old in rows if old is not None}
    found: dict[int, int] = {}
    while frontier:
        found |= frontier
        rows = db.session.execute(select(Seat.id, Seat.moved_from_id).where(among(Seat.id, frontier), moved))
        frontier = {old: frontier[seat_id] for seat_id, old in rows if old is not None}
    return found


def later_seats(seat_id: int) -> list[int]:
    """A seat and those to which its person was moved from it, the present one last."""
    found = [seat_id]
    while (after := db.session.scalar(select(Seat.id).where(Seat.moved_from_id == found[-1]))) is not None:
        found.append(after)
    return found


def brought_along(class_id: int) -> dict[int, list[tuple[ClassSession, AttendanceEntry]]]:
    """By seat the half-days with hours that its person attended before the transfer, in order of time."""
    earlier = earlier_seats(class_id)
    if not earlier:
        return {}
    query = (
        select(ClassSession, AttendanceEntry)
        .join(AttendanceEntry, AttendanceEntry.session_id == ClassSession.id)
        .where(among(AttendanceEntry.seat_id, earlier), AttendanceEntry.hours > 0, standing_entries())
        .order_by(ClassSession.starts_at)
    )
    found: dict[int, list[tuple[ClassSession, AttendanceEntry]]] = {}
    for session, entry in db.session.execute(query).unique():
        found.setdefault(earlier[entry.seat_id], []).append((session, entry))
    return found


def brought(own: int, before: int, planned: int) -> int:
    """Of the hours attended before a transfer those that count: as many as the new class's planned hours still lack."""
    return min(before, max(planned - own, 0))


def attended_hours(class_id: int) -> dict[int, int]:
    """Standard hours credited to each seat of a class that has any, with what was brought along by a transfer."""
    query = (
        select(AttendanceEntry.seat_id, func.sum(AttendanceEntry.hours))
        .where(AttendanceEntry.class_id == class_id, standing_entries())
        .group_by(AttendanceEntry.seat_id)
    )
    hours = {seat_id: int(number) for seat_id, number in db.session.execute(query)}
    before = brought_along(class_id)
    planned = planned_hours(class_id) if before else 0
    for seat_id, pairs in before.items():
        own = hours.get(seat_id, 0)
        hours[seat_id] = own + brought(own, sum(entry.hours for _session, entry in pairs), planned)
    return hours


def attended_days(class_id: int) -> dict[int, int]:
    """Local dates on which each seat of a class was there for at least one half-day, here or before a transfer.

    No more days are brought along than the class's own timetable has.
    """
    earlier = earlier_seats(class_id)
    came = (
        select(AttendanceEntry.seat_id, ClassSession.on)
        .join(ClassSession, ClassSession.id == AttendanceEntry.session_id)
        .where(
            AttendanceEntry.presence.in_(CAME),
            or_(AttendanceEntry.hours > 0, ClassSession.hours == 0),
            standing_entries(),
        )
        .distinct()
    )
    here = came.where(AttendanceEntry.class_id == class_id).subquery()
    counted = select(here.c.seat_id, func.count()).group_by(here.c.seat_id)
    days = {seat_id: int(number) for seat_id, number in db.session.execute(counted) if seat_id not in earlier}
    return days | _days_brought(came, earlier, class_id) if earlier else days


def _days_brought(came: Select[int, date], earlier: Mapping[int, int], class_id: int) -> dict[int, int]:
    """The days of those who were moved to a class, with what counts of the days before."""
    found: dict[int, tuple[set[date], set[date]]] = {}
    for seat_id, on in db.session.execute(came.where(among(AttendanceEntry.seat_id, {*earlier, *earlier.values()}))):
        own, before = found.setdefault(earlier.get(seat_id, seat_id), (set(), set()))
        (before if seat_id in earlier else own).add(on)
    planned = _planned_days(class_id)
    return {
        seat_id: len(own) + brought(len(own), len(before - own), planned) for seat_id, (own, before) in found.items()
    }


def _planned_days(class_id: int) -> int:
    own = (ClassSession.class_id == class_id, ClassSession.makes_up_id.is_(None))
    return int(db.session.scalar(select(func.count(ClassSession.on.distinct())).where(*own)) or 0)


def with_earlier(seat_ids: Collection[int]) -> dict[int, int]:
    """These seats and those from which their people were moved: by each the one that was asked about."""
    found = {seat_id: seat_id for seat_id in seat_ids}
    frontier = dict(found)
    while frontier:
        moved = (among(Seat.id, frontier), Seat.moved_from_id.is_not(None))
        rows = db.session.execute(select(Seat.id, Seat.moved_from_id).where(*moved))
        frontier = {old: frontier[seat_id] for seat_id, old in rows if old is not None and old not in found}
        found |= frontier
    return found
