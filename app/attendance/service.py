"""Take the roll of a half-day session, and correct it in the open."""

from collections.abc import Mapping
from typing import Any

from app.attendance import queries
from app.attendance.models import AttendanceEntry
from app.attendance.rules import CORRECTABLE, Method, Presence, hours_of, refuse_marking
from app.audit import service as audit
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import active_seats
from app.enrollments.signals import hours_asked
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_


def mark(
    session: ClassSession,
    presences: Mapping[int, Presence],
    *,
    by: Actor,
    method: Method,
    hours: Mapping[int, int] | None = None,
) -> list[AttendanceEntry]:
    """Record who was there, by seat id; `hours` credits less than the session's (standard hours) to those named in it.

    Raises `Forbidden` for anyone but a teacher of the class or a clerk of its school, `Refused` where the session
    can't be marked now, and `Conflict` naming whom somebody else has marked meanwhile.
    """
    class_ = _held(session.class_id)
    _refuse_others(class_, by)
    refuse_marking(class_.status, session.starts_at, clock.now(), method)
    if not presences:
        raise DomainError(N_("还没有给任何人选出勤情况。"))
    seats = {seat.id: seat for seat in active_seats(class_.id)}
    if not set(presences) <= set(seats):
        raise Refused(N_("名单刚刚有变化：有人已经不在这个班里了。请看现在的名单。"))
    before = queries.entries_of(session.id)
    taken = [seats[seat_id].person.name for seat_id in presences if seat_id in before]
    if taken:
        raise Conflict(_("别人刚刚点过名：%(names)s。下面是现在的记录，要改请用“更正”。", names="、".join(taken)))
    told = hours or {}
    entries = [
        _entry(class_, session, seat_id, presence, hours_of(presence, session.hours, told.get(seat_id)), method, by)
        for seat_id, presence in presences.items()
    ]
    db.session.add_all(entries)
    db.session.flush()
    tally = {str(kind): sum(1 for said in presences.values() if said is kind) for kind in Presence}
    audit.record(class_, "attendance_marked", by=by, facts={"session_id": session.id, "method": str(method), **tally})
    return entries


def correct(
    entry: AttendanceEntry, presence: Presence, *, hours: int | None, reason: str, by: Actor
) -> AttendanceEntry:
    """Correct an entry by a new one that names it; the old one stays to be seen.

    `hours` None credits the session's. Raises `Conflict` where somebody corrected it first, `Refused` after the
    results are confirmed.
    """
    class_ = _held(entry.class_id)
    _refuse_others(class_, by)
    if class_.status not in CORRECTABLE:
        raise Refused(N_("考核结果已经确认，考勤不能再改。"))
    if not reason.strip():
        raise DomainError(N_("请写明更正的原因。"), "reason")
    session = db.session.get_one(ClassSession, entry.session_id)
    now = queries.entries_of(session.id).get(entry.seat_id)
    if now is None or now.id != entry.id:
        raise Conflict(N_("这条记录刚刚被别人更正过，请看现在的记录。"))
    credited = hours_of(presence, session.hours, hours)
    if (presence, credited) == (entry.presence, entry.hours):
        raise DomainError(N_("和原来的记录一样，不用更正。"), "presence")
    new = _entry(class_, session, entry.seat_id, presence, credited, entry.method, by)
    new.corrects_id, new.reason = entry.id, reason.strip()
    db.session.add(new)
    db.session.flush()
    facts = {"session_id": session.id, "seat_id": entry.seat_id, "corrects": entry.id, "entry": new.id}
    audit.record(class_, "attendance_corrected", by=by, note=new.reason, facts=facts)
    return new


@hours_asked.connect
def _on_hours_asked(seat: Seat, **_more: Any) -> int:
    """Somebody leaves mid-course: the hours attended so far are kept."""
    return queries.attended_hours(seat.class_id).get(seat.id, 0)


def _held(class_id: int) -> TrainingClass:
    """The class, kept from ending or being assessed while the roll is written; several teachers may write at once."""
    return db.session.get_one(
        TrainingClass, class_id, with_for_update={"read": True, "of": TrainingClass}, populate_existing=True
    )


def _refuse_others(class_: TrainingClass, by: Actor) -> None:
    if not queries.keeps_roll(by, class_):
        raise Forbidden(N_("只有这个班的授课教师或本校经办人可以点名。"))


def _entry(
    class_: TrainingClass,
    session: ClassSession,
    seat_id: int,
    presence: Presence,
    hours: int,
    method: Method,
    by: Actor,
) -> AttendanceEntry:
    return AttendanceEntry(
        class_id=class_.id,
        session_id=session.id,
        seat_id=seat_id,
        presence=presence,
        method=method,
        hours=hours,
        reason="",
        at=clock.now(),
        by_key=by.key,
    )
