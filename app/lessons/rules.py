"""What a watched second is worth, when an answer leads back, how hours follow. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_A_BEAT = 30
"""Seconds that one heartbeat can bring at most: two of them, so that one lost on the way costs nothing."""
SECONDS_A_MINUTE = 60


class LessonKind(StrEnum):
    """What a lesson is made of."""

    TEXT = "text"
    FILE = "file"
    VIDEO = "video"


class Turn(StrEnum):
    """The two roll-calls of a group viewing."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Stop:
    """A question in a lesson, at so many seconds; `passed` once it was answered rightly."""

    number: int
    at: int
    passed: bool


def credited(told: int, before: datetime | None, now: datetime, *, left_today: int, left_here: int, mine: bool) -> int:
    """Seconds that a heartbeat brings: what the page says it showed, but never more than passed on the clock.

    `before` is the person's last heartbeat in any lesson, `left_today` what the day's cap leaves, `left_here` what the
    lesson has until its end or the next question. Whoever watches elsewhere meanwhile (`mine` False) gets none.
    """
    if before is None or not mine:
        return 0
    passed = int((now - before) / timedelta(seconds=1))
    return max(min(told, passed, MOST_A_BEAT, left_today, left_here), 0)


def stop_at(stops: Sequence[Stop], length: int) -> int:
    """How far one may watch now: to the first question that was not passed, else to the end."""
    return min([stop.at for stop in stops if not stop.passed], default=length)


def back_to(stops: Sequence[Stop], number: int) -> int:
    """Where a wrong answer leads back to: the question before, or the beginning."""
    at = next(stop.at for stop in stops if stop.number == number)
    return max([stop.at for stop in stops if stop.at < at], default=0)


def hours_of(seconds: int, minutes_an_hour: int, most: int) -> int:
    """Standard hours of watched seconds, rounded down, at most those of the session."""
    return min(seconds // (minutes_an_hour * SECONDS_A_MINUTE), most)
