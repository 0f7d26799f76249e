"""How a timetable is laid out over half-days. Pure: dates come in, wall-clock times come out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from app.classes.rules.flows import Half, SessionKind
from app.kernel.errors import DomainError
from app.kernel.marking import N_

STARTS = {Half.MORNING: time(8, 30), Half.AFTERNOON: time(14, 0), Half.EVENING: time(19, 0)}
MINUTES_AN_HOUR = 45
BREAK_MINUTES = 15
HOURS_WITHOUT_BREAK = 2
LONGEST_DAYS = 400
ORDER = tuple(Half)


@dataclass(frozen=True, slots=True)
class NewSession:
    """One half-day to be; `hours` are standard hours, `minutes` only for a taster, times are local wall-clock."""

    on: date
    half: Half
    hours: int
    kind: SessionKind
    topic: str
    teacher_id: int
    minutes: int = 0
    starts: time | None = None
    ends: time | None = None
    room_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a timetable is generated from: since when, which half-days, how long, by whom; theory comes first."""

    start_on: date
    halves: tuple[Half, ...]
    hours_a_half: int
    theory_hours: int
    practice_hours: int
    theory_teacher_id: int
    practice_teacher_id: int
    theory_topic: str
    practice_topic: str
    hours_a_day: int | None = None
    minutes: int = 0
    """For a taster: one short session instead of hours."""


def times_of(half: Half, hours: int, minutes: int = 0) -> tuple[time, time]:
    """When a half-day starts and ends, with a break once it is longer than two standard hours."""
    length = minutes or hours * MINUTES_AN_HOUR + (BREAK_MINUTES if hours > HOURS_WITHOUT_BREAK else 0)
    start = STARTS[half]
    end = datetime.combine(date.min, start) + timedelta(minutes=length)
    return start, end.time()


def lay_out(pattern: Pattern, is_free: Callable[[date], bool] = lambda _day: False) -> list[NewSession]:
    """Spread the hours over half-days from the first day on, leaving out days that are free; raises `DomainError`."""
    if not pattern.halves:
        raise DomainError(N_("请至少选一个上课的半天。"), "halves")
    if pattern.minutes:
        return [_session(pattern, pattern.start_on, min(pattern.halves, key=ORDER.index), SessionKind.PRACTICE, 0)]
    return list(_fill(pattern, is_free))


def _fill(pattern: Pattern, is_free: Callable[[date], bool]) -> Iterator[NewSession]:
    left = {SessionKind.THEORY: pattern.theory_hours, SessionKind.PRACTICE: pattern.practice_hours}
    day = pattern.start_on
    for _try in range(LONGEST_DAYS):
        today = 0
        for half in sorted(pattern.halves, key=ORDER.index) if not is_free(day) else ():
            kind = SessionKind.THEORY if left[SessionKind.THEORY] else SessionKind.PRACTICE
            room = pattern.hours_a_half if pattern.hours_a_day is None else pattern.hours_a_day - today
            hours = min(pattern.hours_a_half, left[kind], room)
            if hours > 0:
                left[kind] -= hours
                today += hours
                yield _session(pattern, day, half, kind, hours)
        if not any(left.values()):
            return
        day += timedelta(days=1)
    raise DomainError(N_("这样排，一年也排不完。请多选几个半天，或者每个半天多排几个学时。"), "hours_a_half")


def _session(pattern: Pattern, day: date, half: Half, kind: SessionKind, hours: int) -> NewSession:
    theory = kind is SessionKind.THEORY
    return NewSession(
        on=day,
        half=half,
        hours=hours,
        kind=kind,
        topic=pattern.theory_topic if theory else pattern.practice_topic,
        teacher_id=pattern.theory_teacher_id if theory else pattern.practice_teacher_id,
        minutes=0 if hours else pattern.minutes,
    )


def shifted(sessions: Sequence[NewSession], days: int) -> list[NewSession]:
    """The same timetable so many days later."""
    return [replace(session, on=session.on + timedelta(days=days)) for session in sessions]
