"""Papers that prove themselves: PDF/A-3 with the facts attached, signed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import current_app

from app.kernel import clock
from app.papers.archival_binding import Binder
from app.papers.archival_filling import Sheet
from app.papers.archival_workers import Chunk, Worker, made_by_many
from app.papers.signing import signatory

Item = tuple[Mapping[str, Any], bytes]
"""The facts that are printed, and the bytes that are attached."""

FACTS, CERTIFICATE = "facts.json", "certificate.json"
"""What the attached file is called."""

BATCH = 100
"""So many papers are written, and share fonts and forms, at a time; memory stays flat however many there are."""


def proof(design: str, facts: Mapping[str, Any], payload: bytes, *, name: str = FACTS) -> bytes:
    """A PDF/A-3 file of one paper with `payload` attached under `name`, signed by the installation.

    Raises what printing raises, and `SigningKeyAway` where nothing can be signed.
    """
    return next(iter(proofs(design, [(facts, payload)], name=name)))


def proofs(design: str, items: Sequence[Item], *, processes: int = 1, name: str = CERTIFICATE) -> Iterator[bytes]:
    """The same for many papers of one design, in order; each is there as soon as it is made.

    Nothing is drawn before it is known that something can be signed. Whoever stops midway goes on with the items that
    are left.
    """
    signatory().chain()
    worker = Worker(_binder(), signatory())
    chunks = (Chunk(design, sheets, clock.now()) for sheets in _sheets(design, items, name))
    if processes == 1:
        for chunk in chunks:
            yield from worker.made(chunk)
    else:
        yield from made_by_many(worker, chunks, current_app.config["SETTINGS"], processes)


def unsigned(design: str, items: Sequence[Item], *, name: str = CERTIFICATE) -> Iterator[bytes]:
    """The files before they are signed."""
    for sheets in _sheets(design, items, name):
        yield from _binder().set(_binder().printer.design(design), sheets)


def _sheets(design: str, items: Sequence[Item], name: str) -> Iterator[list[Sheet]]:
    binder = _binder()
    drawn = binder.printer.design(design)
    for start in range(0, len(items), BATCH):
        yield [binder.sheet(drawn, facts, payload, name) for facts, payload in items[start : start + BATCH]]


def _binder() -> Binder:
    found: Binder = current_app.extensions["papers.binder"]
    return found
