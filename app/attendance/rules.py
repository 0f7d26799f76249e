"""Whether a session may be marked now, and what an entry is worth. Pure."""

from datetime import datetime
from enum import StrEnum

from app.classes.rules import ClassStatus
from app.kernel.errors import Refused
from app.kernel.marking import N_


class Presence(StrEnum):
    """What an entry says."""

    PRESENT = "present"
    LATE = "late"
    LEAVE = "leave"
    ABSENT = "absent"


class Method(StrEnum):
    """How presence was taken."""

    ROLL_CALL = "roll_call"
    PAPER = "paper"
    WITNESSED = "witnessed"
    ONLINE = "online"


CAME = frozenset({Presence.PRESENT, Presence.LATE})
"""What counts as having been there."""
CORRECTABLE = frozenset({ClassStatus.RUNNING, ClassStatus.SUSPENDED, ClassStatus.ENDED})
"""Statuses in which an entry may still be corrected: until the results are confirmed."""
HUNDRED = 100


def refuse_marking(status: ClassStatus, starts_at: datetime, now: datetime, method: Method) -> None:
    """Raise `Refused` where this session can't be marked: not begun, in the future, stopped or over.

    Paper that was signed in the room may still be entered after the last lesson, until the results are confirmed.
    """
    if status is ClassStatus.ENDED and method is Method.PAPER:
        return
    if status is ClassStatus.ENDED:
        raise Refused(N_("培训已经结束，只能把课堂上签过的纸质签到表补录进来。请把方式选成“纸质签到补录”。"))
    if status is ClassStatus.SUSPENDED:
        raise Refused(N_("这个班现在暂停了，恢复以后才能点名。"))
    if status is not ClassStatus.RUNNING:
        raise Refused(N_("只有正在培训的班才能点名。"))
    if starts_at > now:
        raise Refused(N_("这节课还没有开始，上课以后再点名。"))


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
