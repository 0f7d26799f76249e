"""Makes and signs archival files in several processes; each has its own fonts, press and open key."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context

from app.kernel.errors import DomainError
from app.papers.archival_binding import Binder
from app.papers.archival_filling import Sheet
from app.papers.designs import DesignBroken, design_of
from app.papers.fonts import Fonts
from app.papers.printing import Printer
from app.papers.signing import Signatory
from config import ROOT, Config

AHEAD = 2
"""So many pieces of work wait for each process: enough that none is idle, few enough that memory stays flat."""

_worker: "Worker | None" = None


@dataclass(frozen=True)
class Chunk:
    """A piece of work: papers of one design, to be signed at one moment."""

    design: str
    sheets: Sequence[Sheet]
    at: datetime


class Worker:
    """What one process works with."""

    def __init__(self, binder: Binder, signatory: Signatory) -> None:
        self._binder = binder
        self._signatory = signatory

    def made(self, chunk: Chunk) -> Iterator[bytes]:
        """The signed files of a chunk, in order; raises what printing and signing raise."""
        design = design_of(self._binder.printer.folder, chunk.design)
        for pdf in self._binder.set(design, chunk.sheets):
            yield self._signatory.sign_pdf(pdf, chunk.at)


def made_by_many(worker: Worker, chunks: Iterable[Chunk], settings: Config, processes: int) -> Iterator[bytes]:
    """The files of all chunks in order, from so many processes.

    What a process could not make is made here once more, so that it is told as if there were one process only.
    """
    with _pool(settings, processes) as pool:
        waiting: deque[tuple[Chunk, Future[list[bytes] | None]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, pool.submit(_made, chunk)))
            if len(waiting) >= AHEAD * processes:
                yield from _taken(worker, *waiting.popleft())
        while waiting:
            yield from _taken(worker, *waiting.popleft())


def _taken(worker: Worker, chunk: Chunk, future: "Future[list[bytes] | None]") -> Iterator[bytes]:
    try:
        found = future.result()
    except BrokenProcessPool:
        found = None
    yield from worker.made(chunk) if found is None else found


@contextmanager
def _pool(settings: Config, processes: int) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes, that share no connection with this one; what waits is dropped when nobody takes it."""
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (settings,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(settings: Config) -> None:
    global _worker  # noqa: PLW0603  # one process is one worker
    printer = Printer(ROOT / "certificates", Fonts(settings.FONTS or settings.VAR / "fonts"))
    _worker = Worker(Binder(printer), Signatory(settings))


def _made(chunk: Chunk) -> list[bytes] | None:
    """The files of a chunk; None where something is wrong, which is told by whoever asked."""
    if _worker is None:
        return None
    try:
        return list(_worker.made(chunk))
    except (DomainError, DesignBroken, OSError):
        return None
