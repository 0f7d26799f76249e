"""Changes of the timetable: a session moved 调课, taught by another 代课, made up for by those who missed it 补课."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.classes import signals
from app.classes.models import ClassSession, MakeupSeat, TrainingClass, Variation
from app.classes.queries import active_seats, pack_of_class, session_of, sessions_of
from app.classes.queries.openings import missed_hours, site_taken
from app.classes.rules import Half, NewSession, times_of
from app.classes.service.planning import same_person
from app.classes.service.refilling import Change, Facts
from app.classes.service.rooms import span_of, with_rooms
from app.classes.service.teaching import keep_assessment_after
from app.classes.service.telling import tell_seated
from app.classes.service.timetable import (
    as_new,
    check_teachers,
    follow,
    made,
    refuse_clashes,
    refuse_taken_teachers,
)
from app.courses.rules import Delivery
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_
from app.schools.models import Instructor
from app.schools.queries import rooms_of

SAME_HALF = N_("这一天的这个半天已经排了课。")


def _session(row: TrainingClass, session_id: object) -> ClassSession:
    try:
        return session_of(row.id, int(str(session_id or 0)))
    except (NotFound, ValueError):
        raise DomainError(N_("请选课程表上的一节课。"), "session_id") from None


def coming(row: TrainingClass, session_id: object) -> ClassSession:
    """A session that has not begun; raises `DomainError` for another."""
    session = _session(row, session_id)
    if session.starts_at <= clock.now():
        raise DomainError(N_("这节课已经开始了，不能再改。"), "session_id")
    return session


def refuse_used(sessions: Sequence[ClassSession]) -> None:
    """Refuse to touch a session into which somebody signed already."""
    for session in sessions:
        if any(used for _receiver, used in signals.session_used.send(session)):
            words = {"day": session.on.isoformat(), "half": label(session.half)}
            raise Refused(_("%(day)s %(half)s这节课已经有人签到了，不能再调。", **words))


def _day(asked: Mapping[str, Any]) -> tuple[date, Half]:
    on, half = date.fromisoformat(str(asked["on"])), Half(str(asked["half"]))
    starts, _ends = times_of(half, 1)
    if clock.moment_of(on, starts.hour, starts.minute) <= clock.now():
        raise DomainError(N_("新的上课时间已经过了。"), "on")
    return on, half


def _refuse_full_day(row: TrainingClass, new: NewSession, others: Sequence[ClassSession]) -> None:
    """One session a half-day, and no more hours a day than the policy lets."""
    if any((other.on, other.half) == (new.on, new.half) for other in others):
        raise DomainError(SAME_HALF, "half")
    most = pack_of_class(row).count("class.hours_a_day")
    hours = new.hours + sum(other.hours for other in others if other.on == new.on)
    if most is not None and hours > most:
        raise DomainError(_("这一天就有 %(n)s 学时了，政策规定每天最多 %(most)s 学时。", n=hours, most=most), "on")


def _roomed(row: TrainingClass, new: NewSession) -> NewSession:
    """The half-day in a room that is free then, its own where that is; raises `DomainError` where none is."""
    if row.course.delivery == Delivery.ONLINE:
        return new
    if rooms_of(row.site_id):
        (found,) = with_rooms(row, [replace(new, room_id=None)])
        if found.room_id is None:
            raise DomainError(N_("这个时间教室都有别的班在用，请换个时间。"), "half")
        return found
    taken = site_taken(row, *span_of(new))
    if taken is not None:
        raise DomainError(_("这个时间“%(other)s”在用这个场地，请换个时间。", other=taken), "half")
    return new


def _check_move(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    session, (on, half) = coming(row, asked.get("session_id")), _day(asked)
    refuse_used([session])
    starts, ends = times_of(half, session.hours, session.minutes)
    moved = _roomed(row, replace(as_new(session), on=on, half=half, starts=starts, ends=ends))
    _refuse_full_day(row, moved, [other for other in sessions_of(row.id) if other.id != session.id])
    check_teachers(row, [moved])
    refuse_taken_teachers(row, [moved])
    refuse_clashes(row, [moved])
    facts = {"session_id": session.id, "on": on.isoformat(), "half": half.value, "topic": session.topic}
    return {**facts, "room_id": moved.room_id}


def _session_before(row: TrainingClass, after: Facts) -> Facts:
    session = session_of(row.id, after["session_id"])
    return {"on": session.on.isoformat(), "half": session.half.value, "topic": session.topic}


def _move(row: TrainingClass, after: Facts, variation: Variation, _by: Actor) -> None:
    checked, session = _check_move(row, after), coming(row, after["session_id"])
    session.on, session.half = date.fromisoformat(after["on"]), Half(after["half"])
    session.room_id = checked["room_id"]
    starts, ends = times_of(session.half, session.hours, session.minutes)
    session.starts_at = clock.moment_of(session.on, starts.hour, starts.minute)
    session.ends_at = clock.moment_of(session.on, ends.hour, ends.minute)
    follow(row, [other.on for other in sessions_of(row.id)])
    keep_assessment_after(row, row.end_on)
    words = {"name": row.name, "was": _when(variation.before), "now": _when(after)}
    seats = [one.seat_id for one in makers_up(session.id)] if session.makes_up_id else None
    tell_seated(row, _("“%(name)s”%(was)s的课改到 %(now)s上，请记好时间。", **words), seats)


def _when(facts: Mapping[str, Any]) -> str:
    return f"{facts['on']} {label(Half(facts['half']))}"


def makers_up(session_id: int) -> Sequence[MakeupSeat]:
    """Who comes to a make-up session."""
    query = db.select(MakeupSeat).where(MakeupSeat.session_id == session_id).order_by(MakeupSeat.seat_id)
    return db.session.scalars(query).all()


def _check_teacher(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    teacher = db.session.get(Instructor, asked.get("teacher_id") or 0)
    if teacher is None:
        raise DomainError(N_("请选本校在册的授课教师。"), "teacher_id")
    touched = _touched(row, asked.get("session_id"))
    refuse_used(touched)
    if all(same_person(session.teacher, teacher) for session in touched):
        raise DomainError(N_("这些课本来就是这位老师上。"), "teacher_id")
    taught = [replace(as_new(session), teacher_id=teacher.id) for session in touched]
    check_teachers(row, taught)
    refuse_taken_teachers(row, taught)
    facts: Facts = {"teacher_id": teacher.id, "teacher": teacher.name, "sessions": len(touched)}
    if not asked.get("session_id"):
        return {**facts, "session_id": None}
    (one,) = touched
    return {**facts, "session_id": one.id, "on": one.on.isoformat(), "half": one.half.value, "topic": one.topic}


def _touched(row: TrainingClass, session_id: object) -> list[ClassSession]:
    if session_id:
        return [coming(row, session_id)]
    later = [session for session in sessions_of(row.id) if session.starts_at > clock.now()]
    if not later:
        raise Refused(N_("课已经上完了，没有课可以换老师。"))
    return later


def _teacher_before(row: TrainingClass, after: Facts) -> Facts:
    names = {session.teacher.name for session in _touched(row, after["session_id"])}
    same: Facts = {key: after[key] for key in ("on", "half", "topic", "sessions") if key in after}
    return {"teacher": "、".join(sorted(names)), "session_id": after["session_id"], **same}


def _teach(row: TrainingClass, after: Facts, _variation: Variation, _by: Actor) -> None:
    _check_teacher(row, after)
    for session in _touched(row, after["session_id"]):
        session.teacher_id = after["teacher_id"]


def _check_make_up(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    missed, (on, half) = _session(row, asked.get("session_id")), _day(asked)
    if missed.makes_up_id is not None or missed.ends_at > clock.now():
        raise DomainError(N_("请选已经上过的一节课。"), "session_id")
    hours, seats = int(asked.get("hours") or 0), _makers_up(row, asked.get("seat_ids"))
    left = missed_hours(missed)
    short = [seat.person.name for seat in seats if left.get(seat.id, 0) < hours]
    if hours < 1 or short:
        names = {"n": max((left.get(seat.id, 0) for seat in seats), default=0), "names": "、".join(short)}
        wrong = _("补课的学时不能多于缺的学时：%(names)s没有缺这么多，最多能补 %(n)s 学时。", **names)
        raise DomainError(wrong if short else N_("补课至少 1 个学时。"), "hours")
    teacher_id = int(asked.get("teacher_id") or missed.teacher_id)
    starts, ends = times_of(half, hours)
    new = replace(as_new(missed), on=on, half=half, hours=hours, teacher_id=teacher_id, starts=starts, ends=ends)
    new = _roomed(row, new)
    _refuse_full_day(row, new, sessions_of(row.id))
    check_teachers(row, [new])
    refuse_taken_teachers(row, [new])
    refuse_clashes(row, [new], [seat.id for seat in seats])
    teacher = db.session.get_one(Instructor, teacher_id)
    facts = {"session_id": missed.id, "on": on.isoformat(), "half": half.value, "hours": hours, "topic": missed.topic}
    facts |= {"teacher_id": teacher_id, "teacher": teacher.name, "room_id": new.room_id}
    return {**facts, "seat_ids": [seat.id for seat in seats]}


def _makers_up(row: TrainingClass, seat_ids: object) -> list[Any]:
    wanted = {int(str(one)) for one in (seat_ids if isinstance(seat_ids, list) else [])}
    seats = [seat for seat in active_seats(row.id) if seat.id in wanted]
    if not seats or len(seats) != len(wanted):
        raise DomainError(N_("请选名单上来补课的人。"), "seat_ids")
    return seats


def _missed_before(row: TrainingClass, after: Facts) -> Facts:
    missed = session_of(row.id, after["session_id"])
    facts = {"on": missed.on.isoformat(), "half": missed.half.value, "hours": missed.hours}
    return {**facts, "topic": missed.topic, "teacher": missed.teacher.name}


def _make_up(row: TrainingClass, after: Facts, _variation: Variation, _by: Actor) -> None:
    """The new session with those who come; the class may end later by it."""
    checked = _check_make_up(row, after)
    missed = session_of(row.id, after["session_id"])
    on, half, hours = date.fromisoformat(after["on"]), Half(after["half"]), after["hours"]
    starts, ends = times_of(half, hours)
    plan = replace(as_new(missed), on=on, half=half, hours=hours, teacher_id=after["teacher_id"])
    topic = _("补课：%(topic)s", topic=missed.topic)[:120]
    session = made(row.id, replace(plan, starts=starts, ends=ends, topic=topic, room_id=checked["room_id"]))
    session.makes_up_id = missed.id
    follow(row, [on, *(other.on for other in sessions_of(row.id))])
    keep_assessment_after(row, row.end_on)
    db.session.add(session)
    db.session.flush()
    db.session.add_all([MakeupSeat(session_id=session.id, seat_id=seat_id) for seat_id in after["seat_ids"]])
    db.session.flush()
    words = {"name": row.name, "was": missed.on.isoformat(), "now": _when(after), "n": hours}
    text = _("“%(name)s”给您安排了补课：%(now)s，%(n)s 学时，补 %(was)s 缺的课。", **words)
    tell_seated(row, text, after["seat_ids"])


RESCHEDULING = Change(_check_move, _session_before, _move)
TEACHING = Change(_check_teacher, _teacher_before, _teach)
MAKING_UP = Change(_check_make_up, _missed_before, _make_up)
