"""Whether a half-day may be marked now, and how a person's hours stand. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.attendance.rules.kinds import CAME, Moment, Presence, Way
from app.classes.rules import ClassStatus
from app.kernel.errors import Refused
from app.kernel.marking import N_

CORRECTABLE = frozenset({ClassStatus.RUNNING, ClassStatus.SUSPENDED, ClassStatus.ENDED})
"""Statuses in which an entry may still be corrected: until the results are confirmed."""
HUNDRED = 100
EARLY = timedelta(hours=1)
LATE = timedelta(hours=2)
"""How long before and after a half-day people may sign for themselves."""


def refuse_marking(status: ClassStatus, starts_at: datetime, now: datetime, method: Way) -> None:
    """Raise `Refused` where this session can't be marked: not begun, in the future, stopped or over.

    Paper that was signed in the room may still be entered after the last lesson, until the results are confirmed.
    """
    if status is ClassStatus.ENDED and method is Way.PAPER:
        return
    if status is ClassStatus.ENDED:
        raise Refused(N_("培训已经结束，只能把课堂上签过的纸质签到表补录进来。请把方式选成“纸质签到补录”。"))
    refuse_standing_still(status)
    if starts_at > now:
        raise Refused(N_("这节课还没有开始，上课以后再点名。"))


def refuse_standing_still(status: ClassStatus) -> None:
    """Raise `Refused` unless the class is being taught."""
    if status is ClassStatus.SUSPENDED:
        raise Refused(N_("这个班现在暂停了，恢复以后才能点名。"))
    if status is not ClassStatus.RUNNING:
        raise Refused(N_("只有正在培训的班才能点名。"))


def refuse_unfinished(ends_at: datetime, now: datetime) -> None:
    """Raise `Refused` for a roll of the whole half-day before it is over."""
    if now < ends_at:
        raise Refused(N_("这节课还没有下课。现在只记签到，下课时再记签退。"))


def refuse_signing(status: ClassStatus, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raise `Refused` where nobody can sign for themselves: long before or after the half-day, or no class."""
    refuse_standing_still(status)
    if now < starts_at - EARLY:
        raise Refused(N_("还没有到签到的时间，上课前一小时开始签到。"))
    if now > ends_at + LATE:
        raise Refused(N_("这节课的签到已经结束了。没有签上的，请找教师补记。"))


def moment_now(starts_at: datetime, ends_at: datetime, now: datetime) -> Moment:
    """What a teacher most likely wants to take down now: arrivals in the first half, departures in the second."""
    return Moment.IN if now < starts_at + (ends_at - starts_at) / 2 else Moment.OUT


def hours_of(presence: Presence, session_hours: int, told: int | None) -> int:
    """Standard hours credited: the session's unless told otherwise, none for leave and absence.

    Raises `Refused` for more than the session has.
    """
    if presence not in CAME:
        return 0
    if told is None:
        return session_hours
    if not 0 <= told <= session_hours:
        raise Refused(N_("学时不能多于这节课的学时，也不能是负数。"), "hours")
    return told


def rate(attended_hours: int, planned_hours: int) -> int:
    """Attendance in whole percent, rounded down; nothing planned is nothing missed."""
    return attended_hours * HUNDRED // planned_hours if planned_hours else HUNDRED


class Standing(StrEnum):
    """How a person's hours stand against the least attendance, while the class may still go on."""

    REACHED = "reached"
    ON_COURSE = "on_course"
    BEHIND = "behind"
    OUT_OF_REACH = "out_of_reach"
    UNASKED = "unasked"


def standing(hours: int, *, due: int, planned: int, least: int | None) -> Standing:
    """Hours credited against the least percent of the planned; `due` are the hours called so far."""
    if least is None:
        return Standing.UNASKED
    if hours * HUNDRED >= least * planned:
        return Standing.REACHED
    if (hours + planned - due) * HUNDRED < least * planned:
        return Standing.OUT_OF_REACH
    return Standing.ON_COURSE if hours * HUNDRED >= least * due else Standing.BEHIND
