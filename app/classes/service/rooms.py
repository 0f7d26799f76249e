"""Rooms of half-days: chosen by the school, else the smallest of the place that is free and large enough."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update

from app.classes.models import ClassSession, TrainingClass
from app.classes.models.teaching import ClassMachine
from app.classes.queries.clashes import COUNTING
from app.classes.queries.finding import sessions_of
from app.classes.rules import NewSession, times_of
from app.courses.rules import Delivery
from app.kernel import clock
from app.kernel.database import db
from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.schools.models import Machine, Room
from app.schools.queries import rooms_of

Span = tuple[datetime, datetime]


def with_rooms(row: TrainingClass, sessions: Sequence[NewSession]) -> list[NewSession]:
    """The same half-days, each in a room of the class's place where it has any; raises `DomainError` for another's."""
    rooms = sorted(rooms_of(row.site_id), key=lambda room: room.capacity)
    known = {room.id for room in rooms}
    if any(session.room_id is not None and session.room_id not in known for session in sessions):
        raise DomainError(N_("请选这个培训地点现有的教室。"), "room_id")
    bare = [session for session in sessions if session.room_id is None]
    if not rooms or not bare or row.course.delivery == Delivery.ONLINE:
        return list(sessions)
    taken = _taken(row, known)
    fitting = [room for room in rooms if room.capacity >= row.capacity] or rooms[-1:]
    for_all = next((room for room in fitting if not any(_meets(taken, room, one) for one in bare)), None)
    return [
        session if session.room_id is not None else _in_room(session, for_all, fitting, taken) for session in sessions
    ]


def _in_room(
    session: NewSession, for_all: Room | None, fitting: Sequence[Room], taken: dict[int, list[Span]]
) -> NewSession:
    free = for_all or next((room for room in fitting if not _meets(taken, room, session)), None)
    return replace(session, room_id=free.id) if free is not None else session


def _meets(taken: dict[int, list[Span]], room: Room, session: NewSession) -> bool:
    starts, ends = span_of(session)
    return any(one_starts < ends and one_ends > starts for one_starts, one_ends in taken.get(room.id, ()))


def span_of(session: NewSession) -> Span:
    """When a half-day starts and ends."""
    usual = times_of(session.half, session.hours, session.minutes)
    starts, ends = session.starts or usual[0], session.ends or usual[1]
    return (
        clock.moment_of(session.on, starts.hour, starts.minute),
        clock.moment_of(session.on, ends.hour, ends.minute),
    )


def _taken(row: TrainingClass, rooms: set[int]) -> dict[int, list[Span]]:
    """When other classes use these rooms."""
    query = (
        select(ClassSession.room_id, ClassSession.starts_at, ClassSession.ends_at)
        .join(TrainingClass, TrainingClass.id == ClassSession.class_id)
        .where(ClassSession.room_id.in_(rooms), ClassSession.class_id != row.id, TrainingClass.status.in_(COUNTING))
    )
    found: dict[int, list[Span]] = {}
    for room_id, starts_at, ends_at in db.session.execute(query):
        found.setdefault(room_id or 0, []).append((starts_at, ends_at))
    return found


def settle_rooms(row: TrainingClass) -> None:
    """Give every half-day without a room one of the place, as far as some are free."""
    for session in sessions_of(row.id):
        if session.room_id is None:
            (found,) = with_rooms(row, [_plain(session)])
            session.room_id = found.room_id
    db.session.flush()


def _plain(row: ClassSession) -> NewSession:
    starts, ends = clock.local(row.starts_at).time(), clock.local(row.ends_at).time()
    return NewSession(
        row.on, row.half, row.hours, row.kind, row.topic, row.teacher_id, row.minutes, starts=starts, ends=ends
    )


def leave_site(row: TrainingClass) -> None:
    """The class moves to another place: lessons still to come have no room there yet, machines stay behind.

    Called with the new `site_id` on the row; of a locked class inside its approved variation.
    """
    db.session.flush()
    coming = (ClassSession.class_id == row.id, ClassSession.starts_at > clock.now())
    here = select(Room.id).where(Room.site_id == row.site_id)
    moved = (*coming, ClassSession.room_id.is_not(None), ClassSession.room_id.not_in(here))
    db.session.execute(update(ClassSession).where(*moved).values(room_id=None))
    there = select(Machine.id).where(Machine.site_id == row.site_id)
    gone = (ClassMachine.class_id == row.id, ClassMachine.machine_id.not_in(there))
    db.session.execute(delete(ClassMachine).where(*gone))
