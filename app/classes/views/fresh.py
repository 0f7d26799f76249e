"""What was drawn a moment ago and may be shown again: an honest memory of less than a second, in this process only.

Nothing with a number of seats in it is kept for longer.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")
SECONDS = 0.8
"""Counted from before the question is put to the database, so that what is shown is never older than one second."""

KEPT = 128
PATIENCE = 0.1
"""Seconds to wait for another thread that is drawing the same thing."""


@dataclass
class _Slot(Generic[T]):
    """One thing, when it goes stale, and who is making it."""

    making: threading.Lock = field(default_factory=threading.Lock)
    stale_at: float = 0.0
    value: T | None = None

    def fresh(self) -> T | None:
        return self.value if monotonic() < self.stale_at else None


class Fresh(Generic[T]):
    """Keeps what `make` gave for a key for `seconds`; the oldest keys are forgotten first."""

    def __init__(self, seconds: float = SECONDS, kept: int = KEPT) -> None:
        self.seconds, self.kept = seconds, kept
        self._slots: OrderedDict[Hashable, _Slot[T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under the key if it is fresh, else made now; threads that want the same wait for one of them."""
        slot = self._slot(key)
        value = slot.fresh()
        if value is not None:
            return value
        waited = slot.making.acquire(timeout=PATIENCE)
        try:
            value = slot.fresh()
            return self._fill(slot, make) if value is None else value
        finally:
            if waited:
                slot.making.release()

    def _slot(self, key: Hashable) -> _Slot[T]:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            if len(self._slots) > self.kept:
                self._slots.popitem(last=False)
            return slot

    def _fill(self, slot: _Slot[T], make: Callable[[], T]) -> T:
        asked_at = monotonic()
        value = make()
        slot.value, slot.stale_at = value, asked_at + self.seconds
        return value
