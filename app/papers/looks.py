"""Look at a design as it prints: a variant of its sample, as a PDF and as pictures of its pages."""

import io
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image

from app.papers.checking import lacking
from app.papers.designs import Design
from app.papers.finishing import PLAIN, Finish
from app.papers.printing import Printer
from app.papers.samples import SAMPLE, facts_of_sample, substituted

DOTS = 96
"""Dots an inch of a page's picture on screen."""
MOST_PAGES = 6
POINTS = 72

_DRAWING = Lock()
"""PDFium may be used by one thread at a time: two end the whole process."""


@dataclass(frozen=True, slots=True)
class Look:
    """A printed sample, and the characters this machine has no font for (they show as 〓)."""

    pdf: bytes
    missing: list[str] = field(default_factory=list)


def look_at(
    press: Printer,
    design: Design,
    variant: str = SAMPLE,
    words: Mapping[str, Any] | None = None,
    finish: Finish = PLAIN,
) -> Look:
    """Print a design with one of its samples, and with words and seals over it; raises as `Printer.render` does."""
    facts = facts_of_sample(design, variant) | dict(words or {})
    missing = lacking(press, facts)
    shown = substituted(facts, "".join(missing)) if missing else facts
    return Look(press.render(design.name, [shown], finish=finish), missing)


def page_count(pdf: bytes) -> int:
    """How many pages of a PDF are looked at: all, up to `MOST_PAGES`."""
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        return min(len(document.pages), MOST_PAGES)


def picture(pdf: bytes, number: int = 1, dots: int = DOTS) -> bytes:
    """One page of a PDF, counted from one, as a PNG picture; in few colors, since papers are line work and text."""
    with _DRAWING:
        drawn = _drawn(pdf, number, dots)
    file = io.BytesIO()
    drawn.convert("RGB").quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _drawn(pdf: bytes, number: int, dots: int) -> Image.Image:
    """The page in memory of our own: nothing of PDFium's is left for whichever thread would free it later."""
    with (
        closing(pypdfium2.PdfDocument(pdf)) as document,
        closing(document[number - 1]) as page,
        closing(page.render(scale=dots / POINTS)) as bitmap,
    ):
        ours: Image.Image = bitmap.to_pil().copy()
        return ours
