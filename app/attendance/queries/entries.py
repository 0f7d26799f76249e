"""Read the entries that count: of a half-day, of a seat, hours and days of a class."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.attendance.models import AttendanceEntry
from app.attendance.rules import CAME
from app.classes.models import ClassSession, Leave, MakeupSeat, Seat, TrainingClass
from app.classes.queries import ACTIVE, active_seats, class_for, visible_to
from app.classes.queries.leaves import on_leave
from app.classes.rules import ClassStatus
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.models import Person
from app.schools.models import Instructor

IN_PROGRESS = (ClassStatus.RUNNING, ClassStatus.SUSPENDED, ClassStatus.ENDED)
RATE_KEY = "result.attendance_percent"


def user_ids(by: Actor) -> list[int]:
    """The accounts this person acts for: the own one and, for a deputy, the one stood for."""
    return [int(key.partition(":")[2]) for key in by.keys if key.startswith("user:")]


def standing_entries() -> ColumnElement[bool]:
    """Entries that nothing corrects."""
    later = aliased(AttendanceEntry)
    return ~exists().where(later.corrects_id == AttendanceEntry.id)


def _taught_by(by: Actor) -> Select[int]:
    """The classes in which this person teaches a session."""
    return (
        select(ClassSession.class_id)
        .join(Instructor, Instructor.id == ClassSession.teacher_id)
        .where(Instructor.user_id.in_(user_ids(by)), Instructor.teaches)
    )


def session_for(by: Actor, session_id: int) -> tuple[ClassSession, TrainingClass]:
    """A session with its class, within this person's reach; raises `NotFound`."""
    session = db.session.get(ClassSession, session_id)
    if session is None:
        raise NotFound
    return session, class_for(by, session.class_id)


def entry_for(by: Actor, entry_id: int) -> tuple[AttendanceEntry, ClassSession, TrainingClass]:
    """An entry with its session and class; raises `NotFound`."""
    entry = db.session.get(AttendanceEntry, entry_id)
    if entry is None:
        raise NotFound
    return entry, *session_for(by, entry.session_id)


def keeps_roll(by: Actor, class_: TrainingClass) -> bool:
    """Whether this person may take the roll: a teacher of the class, or a clerk of its school."""
    if by.has(Role.SCHOOL_CLERK) and by.organization_id == class_.school_id:
        return True
    return by.has(Role.TEACHER) and class_.id in set(db.session.scalars(_taught_by(by)))


def sessions_between(by: Actor, first: date, last: date) -> Sequence[tuple[ClassSession, TrainingClass]]:
    """Sessions of classes in progress on these local dates that this person may mark or see, in order of time."""
    query = (
        select(ClassSession, TrainingClass)
        .join(TrainingClass, TrainingClass.id == ClassSession.class_id)
        .where(ClassSession.on.between(first, last), TrainingClass.status.in_(IN_PROGRESS), visible_to(by))
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    return [(session, class_) for session, class_ in db.session.execute(query).unique()]


def unmarked_before(by: Actor, day: date) -> Sequence[tuple[ClassSession, TrainingClass]]:
    """Sessions before a local date, of classes in progress, in which some active seat was never marked."""
    marked = exists().where(AttendanceEntry.session_id == ClassSession.id, AttendanceEntry.seat_id == Seat.id)
    unmarked = ~marked.correlate_except(AttendanceEntry)
    here = or_(Seat.moved_from_id.is_(None), Seat.created_at < ClassSession.ends_at)
    gap = exists().where(Seat.class_id == ClassSession.class_id, Seat.status.in_(ACTIVE), here, unmarked)
    query = (
        select(ClassSession, TrainingClass)
        .join(TrainingClass, TrainingClass.id == ClassSession.class_id)
        .where(ClassSession.on < day, TrainingClass.status.in_(IN_PROGRESS), visible_to(by), gap)
        .order_by(ClassSession.starts_at.desc(), ClassSession.id)
        .limit(30)
    )
    return [(session, class_) for session, class_ in db.session.execute(query).unique()]


def counts(session_ids: Sequence[int]) -> dict[int, int]:
    """How many seats of each session are marked."""
    query = (
        select(AttendanceEntry.session_id, func.count())
        .where(AttendanceEntry.session_id.in_(session_ids), AttendanceEntry.corrects_id.is_(None))
        .group_by(AttendanceEntry.session_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def entries_of(session_id: int) -> dict[int, AttendanceEntry]:
    """The entry that counts of each seat in a session."""
    query = select(AttendanceEntry).where(AttendanceEntry.session_id == session_id, standing_entries())
    return {entry.seat_id: entry for entry in db.session.scalars(query)}


def seats_of_session(session: ClassSession) -> Sequence[Seat]:
    """Who is expected in a half-day, by place: the class, or those who make up for one they missed."""
    seats = [seat for seat in active_seats(session.class_id) if not came_later(seat, session)]
    if session.makes_up_id is None:
        return seats
    expected = set(db.session.scalars(select(MakeupSeat.seat_id).where(MakeupSeat.session_id == session.id)))
    return [seat for seat in seats if seat.id in expected]


def leaves_of_session(session: ClassSession) -> dict[int, Leave]:
    """Who is on leave on a half-day, by seat; a make-up session is set at a time that suits those who come."""
    return on_leave(session.class_id, session.on) if session.makes_up_id is None else {}


def made_up_elsewhere(session: ClassSession) -> dict[int, int]:
    """Standard hours that other make-up sessions for the same missed one gave back, by seat."""
    query = (
        select(AttendanceEntry.seat_id, func.sum(AttendanceEntry.hours))
        .join(ClassSession, ClassSession.id == AttendanceEntry.session_id)
        .where(ClassSession.makes_up_id == session.makes_up_id, ClassSession.id != session.id, standing_entries())
        .group_by(AttendanceEntry.seat_id)
    )
    return {seat_id: int(hours) for seat_id, hours in db.session.execute(query)}


def lacking(session: ClassSession) -> dict[int, int] | None:
    """Of a make-up session: what each seat lacks of the one it missed; None for an ordinary one.

    What another make-up session for the same one gave back already is lacking no more.
    """
    if session.makes_up_id is None:
        return None
    lacks = missed_hours(db.session.get_one(ClassSession, session.makes_up_id))
    given = made_up_elsewhere(session)
    return {seat_id: max(hours - given.get(seat_id, 0), 0) for seat_id, hours in lacks.items()}


def most_hours(session: ClassSession, seat_id: int) -> int:
    """The most that a seat can have of a half-day: with its make-up sessions never more than the one missed had."""
    lacks = lacking(session)
    if lacks is not None:
        return min(session.hours, lacks.get(seat_id, 0))
    made = (
        select(func.sum(AttendanceEntry.hours))
        .join(ClassSession, ClassSession.id == AttendanceEntry.session_id)
        .where(ClassSession.makes_up_id == session.id, AttendanceEntry.seat_id == seat_id, standing_entries())
    )
    return max(session.hours - int(db.session.scalar(made) or 0), 0)


def came_later(seat: Seat, session: ClassSession) -> bool:
    """Whether somebody was moved to the class after a half-day was over: they sat in another class then."""
    return seat.moved_from_id is not None and seat.created_at >= session.ends_at


def missed_hours(session: ClassSession) -> dict[int, int]:
    """Standard hours that each active seat lacks of a half-day that is over."""
    entries = entries_of(session.id)
    credited = {seat_id: entry.hours for seat_id, entry in entries.items()}
    lacks = {seat.id: session.hours - credited.get(seat.id, 0) for seat in active_seats(session.class_id)}
    return {seat_id: hours for seat_id, hours in lacks.items() if hours > 0}


def history_of(session_id: int, seat_id: int) -> Sequence[AttendanceEntry]:
    """Every entry of a seat in a session, corrected ones too, oldest first."""
    query = select(AttendanceEntry).where(AttendanceEntry.session_id == session_id, AttendanceEntry.seat_id == seat_id)
    return db.session.scalars(query.order_by(AttendanceEntry.id)).all()


def person_of_seat(seat_id: int) -> Person:
    """Whose seat it is."""
    return db.session.get_one(Seat, seat_id).person


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """The names of accounts by their keys, for saying who recorded something."""
    ids = {int(key.partition(":")[2]) for key in keys if key.startswith("user:")}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {f"user:{user_id}": name for user_id, name in rows}


def seats_that_came() -> Select[int]:
    """The seats that were there in at least one session, of all classes, for a query above."""
    return select(AttendanceEntry.seat_id).where(AttendanceEntry.presence.in_(CAME), standing_entries())


def came(class_id: int) -> set[int]:
    """The seats that were there in at least one session."""
    return set(db.session.scalars(seats_that_came().where(AttendanceEntry.class_id == class_id)))


def weeks_of(sessions: Iterable[ClassSession]) -> list[list[ClassSession]]:
    """Sessions in order of time, a list for each calendar week."""
    return [list(week) for _key, week in groupby(sessions, lambda session: session.on.isocalendar()[:2])]
