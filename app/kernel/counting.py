"""How far long work is, told to whoever listens; where nobody does, as in every short request, it costs nothing.

Loops say what they go through: `for row in counted(rows, "draw"): …`. A job that runs such work listens.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
Listener = Callable[[str, int, int], None]
"""Is told the part of the work, how many of its items are done, and of how many."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def counted(rows: Collection[T], part: str) -> Iterable[T]:
    """The rows themselves, each told to the listener when it is done with."""
    listener = _listener.get()
    return rows if listener is None else _told(rows, part, listener)


def _told(rows: Collection[T], part: str, listener: Listener) -> Iterator[T]:
    total = len(rows)
    listener(part, 0, total)
    for done, row in enumerate(rows, start=1):
        yield row
        listener(part, done, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have `listener` told of everything that is counted inside."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
