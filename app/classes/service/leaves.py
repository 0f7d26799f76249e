"""Leave 请假: told beforehand, in force at once, shown on the roll; never more than the policy's share of the hours."""

from dataclasses import dataclass
from datetime import date

from app.audit import service as audit
from app.classes.models import Leave, Seat, TrainingClass
from app.classes.queries import mode_of_class, pack_of_class, sessions_of, teaches_in, training_class
from app.classes.queries.leaves import leave_hours, leaves_of_seat
from app.classes.rules import VARIABLE, ClassAct, LeaveKind, SeatStatus
from app.classes.service.seats import hold
from app.classes.service.telling import tell_person, tell_school
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_
from app.people.queries import row_ids
from app.regions.queries import lies_in

LONGEST_NOTE = 120
SHARE = "class.leave_percent"
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class NewLeave:
    """What somebody asks for."""

    first_on: date
    last_on: date
    kind: LeaveKind
    note: str = ""


def ask_leave(seat: Seat, asked: NewLeave, *, by: Actor) -> Leave:
    """Note somebody's leave: by the person, a clerk or teacher, or an officer of their place.

    Nobody approves it. Raises `DomainError` for days gone by or outside the class, `Refused` past the policy's share.
    """
    row = hold(training_class(seat.class_id))
    _answers_for(row, seat, by)
    if row.status not in VARIABLE or seat.status != SeatStatus.FIXED:
        raise Refused(N_("班批准以后、结束以前，名单上的人才能请假。"))
    _check_days(row, asked)
    leave = Leave(
        class_id=row.id,
        seat_id=seat.id,
        first_on=asked.first_on,
        last_on=asked.last_on,
        kind=asked.kind,
        note=asked.note.strip(),
        asked_by=by.key,
        asked_by_name=by.name,
        asked_at=clock.now(),
    )
    _refuse_twice(leave)
    _refuse_too_many(row, seat, leave)
    db.session.add(leave)
    db.session.flush()
    facts = {"leave_id": leave.id, "seat_id": seat.id, "first_on": str(leave.first_on), "last_on": str(leave.last_on)}
    audit.record(row, ClassAct.LEAVE_ASKED, by=by, note=label(leave.kind), facts=facts)
    _tell(row, seat, leave, by)
    return leave


def _answers_for(row: TrainingClass, seat: Seat, by: Actor) -> None:
    own = by.person_id is not None and seat.person_id in row_ids(by.person_id)
    school = by.organization_id == row.school_id or teaches_in(by, row)
    officer = by.may(Can.CLASS_APPROVE) and lies_in(row.region_code, by.area)
    village = by.may(Can.ENROLLMENT_MAKE) and lies_in(seat.person.region_code, by.area)
    if not (own or school or officer or village):
        raise Forbidden(N_("请假由本人、学校、老师或者管这个地方的人来报。"))


def _check_days(row: TrainingClass, asked: NewLeave) -> None:
    if asked.last_on < asked.first_on:
        raise DomainError(N_("最后一天不能早于第一天。"), "last_on")
    if asked.first_on < clock.today():
        raise DomainError(N_("请假要事先说，已经过去的日子不能补。"), "first_on")
    if len(asked.note.strip()) > LONGEST_NOTE:
        raise DomainError(N_("说明最多 120 个字。"), "note")
    days = {session.on for session in sessions_of(row.id)}
    if not any(asked.first_on <= day <= asked.last_on for day in days):
        raise DomainError(N_("这几天没有课，不用请假。"), "first_on")


def _refuse_twice(leave: Leave) -> None:
    held = leaves_of_seat(leave.seat_id)
    if any(one.first_on <= leave.last_on and one.last_on >= leave.first_on for one in held):
        raise Refused(N_("这个人这几天已经请过假了。"))


def _refuse_too_many(row: TrainingClass, seat: Seat, leave: Leave) -> None:
    """Where the policy states a share, leave takes no more of the planned hours."""
    share = pack_of_class(row).count(SHARE) if mode_of_class(row).counts_in_record else None
    if share is None:
        return
    planned = sum(session.hours for session in sessions_of(row.id) if session.makes_up_id is None)
    hours = leave_hours(row.id, seat.id, leave)
    if hours * HUNDRED > share * planned:
        words = {"n": hours, "most": share * planned // HUNDRED, "share": share}
        raise Refused(
            _(
                "请假合计 %(n)s 学时，政策规定请假不超过总学时的 %(share)s%%，最多 %(most)s 学时。可以申请转班。",
                **words,
            )
        )


def take_back(leave: Leave, *, by: Actor) -> None:
    """The person comes after all; only what has not begun yet is taken back."""
    row = hold(training_class(leave.class_id))
    held = audit.hold(leave)
    _answers_for(row, held.seat, by)
    if held.taken_back_at is not None or held.first_on < clock.today():
        raise Refused(N_("这次请假已经开始或者已经销了。"))
    held.taken_back_at, held.taken_back_by = clock.now(), by.key
    facts = {"leave_id": held.id, "seat_id": held.seat_id}
    audit.record(row, ClassAct.LEAVE_TAKEN_BACK, by=by, facts=facts)
    db.session.flush()


def _tell(row: TrainingClass, seat: Seat, leave: Leave, by: Actor) -> None:
    days = {"first": leave.first_on.isoformat(), "last": leave.last_on.isoformat(), "name": row.name}
    if by.person_id is None:
        tell_person(seat, _("“%(name)s”已给您记上请假：%(first)s 到 %(last)s。", **days))
    if by.organization_id != row.school_id:
        who = {**days, "who": seat.person.name, "why": label(leave.kind)}
        tell_school(row, _("“%(name)s”的%(who)s请假：%(first)s 到 %(last)s，%(why)s。", **who))
