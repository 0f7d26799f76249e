"""The one clock: UTC inside, Asia/Shanghai at the edge. Tests and the demo story may set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
_set: ContextVar[datetime | None] = ContextVar("clock", default=None)
_ahead = timedelta(0)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set.get() or datetime.now(UTC) + _ahead


def run_ahead(by: timedelta) -> None:
    """Let this process's clock run ahead of the true one; only demo mode does this."""
    global _ahead  # noqa: PLW0603  # one process has one clock
    _ahead = by


def today() -> date:
    """The local date, which is what policy speaks of."""
    return now().astimezone(LOCAL).date()


def local(moment: datetime) -> datetime:
    """A moment as the wall clock in the county shows it."""
    return moment.astimezone(LOCAL)


def moment_of(day: date, hour: int, minute: int = 0) -> datetime:
    """A local wall-clock time as an aware UTC moment."""
    return datetime.combine(day, time(hour, minute), LOCAL).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block the clock stands at `moment` (aware)."""
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
