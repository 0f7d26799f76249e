"""A supervisor of forked children: keeps them running, and ends them all when told to stop."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from types import FrameType, TracebackType
from typing import Final, NoReturn, Self

STOP_SIGNALS: Final = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
WAITED_FOR: Final = {*STOP_SIGNALS, signal.SIGCHLD}
GRACE: Final = 3.5
"""Seconds that children get to finish what is under way."""

LONG_LIFE: Final = 30.0
"""Seconds after which a child's death is an accident and no longer a habit."""

FORK: Final = get_context("fork")


@dataclass
class Child:
    """Something that must run: how to run it, and how it fared."""

    name: str
    work: Callable[[], object]
    forever: bool
    process: BaseProcess | None = None
    started: float = 0.0
    quick_deaths: int = 0
    due: float = 0.0
    """When to start it next, on the monotonic clock."""

    def ended(self) -> int | None:
        """Its exit code if it ended since the last look; sets when it starts again, later after each quick death."""
        if self.process is None or self.process.exitcode is None:
            return None
        code, self.process = self.process.exitcode, None
        now = time.monotonic()
        self.quick_deaths = self.quick_deaths + 1 if now - self.started < LONG_LIFE else 0
        self.due = now + min(30.0, 0.25 * (2**self.quick_deaths - 1))
        return code


@dataclass
class Condition:
    """Something that must be so, and a child that makes it so."""

    name: str
    holds: Callable[[], bool]
    make: Callable[[], object]


@dataclass
class Supervisor:
    """Use it as a context: stop signals are heard from the beginning, and no child is left at the end.

    The process must have no threads and no open connections when it starts children: they are forks of it.
    """

    tell: Callable[[str], object]
    """How to say that something ended unexpectedly."""
    children: list[Child] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    lifeline: tuple[int, int] = field(default_factory=os.pipe)
    """A pipe that nobody writes to: its end tells the children that the parent is gone."""

    def __enter__(self) -> Self:
        signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def once(self, name: str, work: Callable[[], object]) -> int | None:
        """Run something in a child and wait for it: its exit code, or None when told to stop meanwhile."""
        child = Child(name, work, forever=False)
        self.children.append(child)
        self._start(child)
        while (code := child.ended()) is None:
            if self._told_to_stop():
                return None
        self.children.remove(child)
        return code

    def keep(self, name: str, work: Callable[[], object]) -> None:
        """Have something run all the time, from now on."""
        child = Child(name, work, forever=True)
        self.children.append(child)
        self._start(child)

    def keep_true(self, name: str, holds: Callable[[], bool], make: Callable[[], object]) -> None:
        """Look every second whether something is so; where it is not, a child makes it so."""
        self.conditions.append(Condition(name, holds, make))

    def run(self) -> None:
        """Tend everything until told to stop."""
        while not self._told_to_stop():
            self._tend()

    def _told_to_stop(self) -> bool:
        """Wait up to a second for a signal; whether it says stop."""
        told = signal.sigtimedwait(WAITED_FOR, 1.0)
        return told is not None and told.si_signo in STOP_SIGNALS

    def _tend(self) -> None:
        for condition in self.conditions:
            under_way = any(child.name == condition.name for child in self.children)
            if not under_way and not condition.holds():
                self.tell(f"{condition.name} is gone, bringing it back")
                self.children.append(Child(condition.name, condition.make, forever=False))
        for child in list(self.children):
            code = child.ended()
            if code is not None and child.forever:
                self.tell(f"{child.name} ended ({code}), starting it again")
            elif code is not None:
                self.children.remove(child)
                continue
            if child.process is None and time.monotonic() >= child.due:
                self._start(child)

    def _start(self, child: Child) -> None:
        child.started = time.monotonic()
        child.process = FORK.Process(target=self._become, args=(child,), name=child.name)
        child.process.start()

    def _become(self, child: Child) -> None:
        """Be that child: TERM ends it, the terminal is the parent's business, and it never outlives the parent."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, _leave)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WAITED_FOR)
        reading, writing = self.lifeline
        os.close(writing)
        threading.Thread(target=_leave_with_parent, args=(reading,), daemon=True).start()
        child.work()

    def _end(self) -> None:
        """End every child: first asked, then forced."""
        processes = [child.process for child in self.children if child.process is not None]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in processes:
            process.join(max(0.0, deadline - time.monotonic()))
            if process.exitcode is None:
                process.kill()
                process.join()


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """End this process the ordinary way, so that servers put their threads away."""
    sys.exit(0)


def _leave_with_parent(lifeline: int) -> None:
    """Wait until the parent is gone, then ask this process to end."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
