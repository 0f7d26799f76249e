"""The timetable: set as a whole, session by session, or shifted, until the class is filed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE, Range
from sqlalchemy.dialects.postgresql.ranges import MultiRange
from sqlalchemy.orm import aliased

from app.audit import service as audit
from app.classes import signals
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import ACTIVE, pack_of_class, sessions_of
from app.classes.queries.openings import teacher_taken
from app.classes.rules import EDITABLE, ClassAct, NewSession, Pattern, SessionKind, lay_out, times_of
from app.classes.service.planning import own, same_person
from app.classes.service.rooms import with_rooms
from app.classes.service.seats import hold
from app.classes.service.teaching import keep_assessment_after, propose_plan, shift_assessment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.workdays import is_working_day
from app.schools.models import Duty, Instructor


def set_sessions(class_: TrainingClass, sessions: Sequence[NewSession], *, by: Actor) -> None:
    """Replace the whole timetable; the class's dates follow it, and the seats' times follow by the database.

    Raises `DomainError` for a teacher who does not fit, `Refused` where seated people would be in two rooms at once.
    """
    row = _editable(class_, by)
    check_teachers(row, sessions)
    refuse_clashes(row, sessions)
    sessions = with_rooms(row, sessions)
    db.session.execute(delete(ClassSession).where(ClassSession.class_id == row.id))
    db.session.add_all([made(row.id, session) for session in sessions])
    follow(row, [session.on for session in sessions])
    keep_assessment_after(row, row.end_on)
    hours = sum(session.hours for session in sessions)
    audit.record(row, ClassAct.TIMETABLE_SET, by=by, facts={"sessions": len(sessions), "hours": hours})
    db.session.flush()
    db.session.expire(row, ["sessions"])


def generate(
    class_: TrainingClass,
    pattern: Pattern,
    *,
    skip_holidays: bool,
    by: Actor,
    rooms: Mapping[SessionKind, int | None] = MappingProxyType({}),
) -> None:
    """Lay the course's hours out over half-days and set that as the timetable; what else a filing needs is proposed.

    `rooms` are those chosen for theory and practice; where none was chosen the smallest free one is taken.
    """
    pack = pack_of_class(class_)
    free = (lambda day: not is_working_day(day, pack.workdays)) if skip_holidays else (lambda _day: False)
    laid_out = [replace(one, room_id=rooms.get(one.kind)) for one in lay_out(pattern, free)]
    set_sessions(class_, laid_out, by=by)
    if class_.paid:
        propose_plan(class_, by=by)


def put_session(class_: TrainingClass, session: NewSession, *, by: Actor, instead_of: int | None = None) -> None:
    """Add one half-day, or put it in place of another."""
    kept = [as_new(row) for row in sessions_of(class_.id) if row.id != instead_of]
    if any((other.on, other.half) == (session.on, session.half) for other in kept):
        raise DomainError(N_("这一天的这个半天已经排了课。"), "half")
    set_sessions(class_, [*kept, session], by=by)


def drop_session(class_: TrainingClass, session_id: int, *, by: Actor) -> None:
    """Take one half-day out."""
    set_sessions(class_, [as_new(row) for row in sessions_of(class_.id) if row.id != session_id], by=by)


def postpone(class_: TrainingClass, days: int, *, by: Actor, reason: str) -> None:
    """Move the whole class so many days later before it is filed; afterwards it takes a variation."""
    row = _editable(class_, by)
    if days < 1:
        raise DomainError(N_("延期至少 1 天。"), "days")
    later = [shift(session, days) for session in sessions_of(row.id)]
    shift_assessment(row, days)
    row.start_on += timedelta(days=days)
    row.end_on += timedelta(days=days)
    set_sessions(row, later, by=by)
    audit.record(row, ClassAct.POSTPONED, by=by, note=reason, facts={"days": days})
    signals.class_postponed.send(row, days=days, by=by)


def _editable(class_: TrainingClass, by: Actor) -> TrainingClass:
    row = hold(class_)
    own(row, by)
    if row.status not in EDITABLE:
        raise Refused(N_("申报以后不能直接改课程表。要改，请等退回，或者批准以后申请变更。"))
    return row


def made(class_id: int, session: NewSession) -> ClassSession:
    """The row of a half-day."""
    starts, ends = times_of(session.half, session.hours, session.minutes)
    starts, ends = session.starts or starts, session.ends or ends
    if ends <= starts:
        raise DomainError(N_("下课时间要晚于上课时间。"), "ends")
    return ClassSession(
        class_id=class_id,
        on=session.on,
        half=session.half,
        starts_at=clock.moment_of(session.on, starts.hour, starts.minute),
        ends_at=clock.moment_of(session.on, ends.hour, ends.minute),
        hours=session.hours,
        minutes=session.minutes,
        kind=session.kind,
        topic=session.topic,
        teacher_id=session.teacher_id,
        room_id=session.room_id,
    )


def as_new(row: ClassSession) -> NewSession:
    """A half-day as plain facts, with the times it has."""
    return NewSession(
        on=row.on,
        half=row.half,
        hours=row.hours,
        kind=row.kind,
        topic=row.topic,
        teacher_id=row.teacher_id,
        minutes=row.minutes,
        starts=clock.local(row.starts_at).time(),
        ends=clock.local(row.ends_at).time(),
        room_id=row.room_id,
    )


def shift(row: ClassSession, days: int) -> NewSession:
    """The same half-day so many days later."""
    return replace(as_new(row), on=row.on + timedelta(days=days))


def follow(row: TrainingClass, days: Sequence[date]) -> None:
    """Let the class's first and last day be those of its timetable."""
    if days:
        row.start_on, row.end_on = min(days), max(days)


def check_teachers(row: TrainingClass, sessions: Sequence[NewSession]) -> None:
    """Every teacher belongs to the school, still teaches on the day, and does not assess the class (考培分离)."""
    assessor = db.session.get(Instructor, row.assessor_id) if row.assessor_id else None
    days: dict[int, set[date]] = {}
    for session in sessions:
        days.setdefault(session.teacher_id, set()).add(session.on)
    for teacher_id, taught in days.items():
        teacher = db.session.get(Instructor, teacher_id)
        if teacher is None or teacher.school_id != row.school_id or not teacher.teaches or teacher.ended_at is not None:
            raise DomainError(N_("请选本校在册的授课教师。"), "teacher_id")
        if assessor is not None and same_person(teacher, assessor):
            words = {"name": teacher.name}
            raise DomainError(_("%(name)s 是本班的考评员，不能再上本班的课（考培分离）。", **words), "teacher_id")
        unqualified = [on for on in sorted(taught) if not teacher.is_qualified(Duty.TEACHING, on)]
        if unqualified:
            words = {"name": teacher.name, "day": unqualified[0].isoformat()}
            raise DomainError(
                _("%(name)s 的授课资质在 %(day)s 不在有效期内，这一天不能排他的课。", **words), "teacher_id"
            )


def refuse_taken_teachers(row: TrainingClass, sessions: Sequence[NewSession]) -> None:
    """Refuse a teacher who stands in another class at the same time, and say which."""
    for session in sessions:
        one = made(row.id, session)
        found = teacher_taken(session.teacher_id, one.starts_at, one.ends_at, without=row.id)
        if found is not None:
            words = {"day": session.on.isoformat(), "other": found}
            raise DomainError(_("这位老师 %(day)s 同一时间要上“%(other)s”的课。", **words), "teacher_id")


def refuse_clashes(row: TrainingClass, sessions: Sequence[NewSession], seats: Collection[int] | None = None) -> None:
    """Refuse times at which seated people (or only those in `seats`) sit in another class; say how many (I2)."""
    rows = [made(row.id, session) for session in sessions]
    if not rows:
        return
    wanted = MultiRange(Range(one.starts_at, one.ends_at) for one in rows)
    other = aliased(Seat)
    clashing = (
        select(func.count(Seat.person_id.distinct()))
        .join(other, (other.person_id == Seat.person_id) & (other.class_id != Seat.class_id))
        .where(Seat.class_id == row.id, Seat.status.in_(ACTIVE))
        .where(other.status.in_(ACTIVE), other.sessions.op("&&")(literal(wanted, TSTZMULTIRANGE)))
    )
    if seats is not None:
        clashing = clashing.where(Seat.id.in_(seats))
    people = db.session.scalar(clashing) or 0
    if people:
        raise Refused(_("名单里有 %(n)s 个人在这些时间已经有别的课，课程表不能这样排。请换个时间。", n=people))
