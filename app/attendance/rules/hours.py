"""How many standard hours the signings of one person in one half-day support, and why. Pure.

The law `law_attendance_supported` of the database says the same in SQL; a test holds the two together.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.attendance.rules.kinds import Presence
from app.kernel.errors import Refused
from app.kernel.marking import N_

HUNDRED = 100
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A half-day: aware moments and standard hours; a taster has no hours."""

    starts_at: datetime
    ends_at: datetime
    hours: int


@dataclass(frozen=True, slots=True)
class Proofs:
    """The moments at which somebody was proved to be there; `check_at` is when the class was checked, where it was."""

    in_at: datetime | None = None
    mid_at: datetime | None = None
    out_at: datetime | None = None
    check_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """The policy's figures: grace in minutes, and the percent of the hours left to whom the check did not find."""

    grace_minutes: int = 0
    missed_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason in words, with its parameters."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Supported:
    """What the signings support: standard hours, what the person's presence is called, and why."""

    hours: int
    presence: Presence
    grounds: tuple[Ground, ...] = ()


def hours_supported(lesson: Lesson, proofs: Proofs, measures: Measures) -> Supported:
    """Standard hours from the first proof to the last, rounded down, the grace forgiven at both ends.

    One proof alone supports none. Raises `Refused` where the check did not find the person and the policy does not say
    what that costs.
    """
    moments = [moment for moment in (proofs.in_at, proofs.mid_at, proofs.out_at) if moment is not None]
    if not moments:
        return Supported(0, Presence.ABSENT, (Ground(N_("没有签到记录。")),))
    grounds = _missing(proofs)
    if len(moments) == 1:
        return Supported(0, _came(0, lesson), (*grounds, Ground(N_("只有一次记录，看不出上了多久。"))))
    begin, end = _span(lesson, moments, measures.grace_minutes)
    hours = int(lesson.hours * max(end - begin, timedelta(0)) // (lesson.ends_at - lesson.starts_at))
    grounds += _cut(lesson, begin, end)
    if proofs.mid_at is None and proofs.check_at is not None and begin < proofs.check_at < end:
        if measures.missed_percent is None and lesson.hours:
            raise Refused(N_("政策包里“抽查不在时还计的学时占比”没有填写，不能往下办。请先补上这个标准。"))
        share = measures.missed_percent or 0
        hours = hours * share // HUNDRED
        grounds += (Ground(N_("中途抽查时不在，按政策只计 %(share)s%%。"), {"share": share}),)
    return Supported(hours, _came(hours, lesson), grounds)


def _came(hours: int, lesson: Lesson) -> Presence:
    return Presence.PRESENT if hours >= lesson.hours else Presence.LATE


def _missing(proofs: Proofs) -> tuple[Ground, ...]:
    grounds: tuple[Ground, ...] = ()
    if proofs.in_at is None:
        grounds += (Ground(N_("没有签到，从抽查时算起。") if proofs.mid_at else N_("没有签到。")),)
    if proofs.out_at is None:
        grounds += (Ground(N_("没有签退，算到抽查时为止。") if proofs.mid_at else N_("没有签退。")),)
    return grounds


def _span(lesson: Lesson, moments: list[datetime], grace_minutes: int) -> tuple[datetime, datetime]:
    """From the first to the last proof, within the half-day; who came within the grace came in time."""
    first, last, grace = min(moments), max(moments), grace_minutes * MINUTE
    begin = lesson.starts_at if first <= lesson.starts_at + grace else first
    end = lesson.ends_at if last >= lesson.ends_at - grace else last
    return begin, end


def _cut(lesson: Lesson, begin: datetime, end: datetime) -> tuple[Ground, ...]:
    grounds: tuple[Ground, ...] = ()
    if begin > lesson.starts_at:
        grounds += (Ground(N_("晚到 %(n)s 分钟。"), {"n": _minutes(begin - lesson.starts_at)}),)
    if end < lesson.ends_at:
        grounds += (Ground(N_("早走 %(n)s 分钟。"), {"n": _minutes(lesson.ends_at - end)}),)
    return grounds


def _minutes(length: timedelta) -> int:
    """Whole minutes, a begun one counted."""
    return -(-length // MINUTE)


def arrival_for(lesson: Lesson, hours: int) -> datetime:
    """The latest arrival, in whole minutes, that still supports so many hours until the end; the start for all."""
    if hours >= lesson.hours or not lesson.hours:
        return lesson.starts_at
    needed = (lesson.ends_at - lesson.starts_at) * hours / lesson.hours
    return lesson.ends_at - MINUTE * _minutes(needed)
