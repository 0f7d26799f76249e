"""Look at a design as it prints: a variant of its sample, as a PDF and as pictures of its pages."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pypdfium2

from app.papers.checking import lacking
from app.papers.designs import Design
from app.papers.finishing import PLAIN, Finish
from app.papers.printing import Printer
from app.papers.samples import SAMPLE, facts_of_sample, substituted

DOTS = 96
"""Dots an inch of a page's picture on screen."""
MOST_PAGES = 6
POINTS = 72


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


def pictures(pdf: bytes, dots: int = DOTS, most: int = MOST_PAGES) -> list[bytes]:
    """The first pages of a PDF as PNG pictures."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_picture(document[number], dots) for number in range(min(len(document), most))]
    finally:
        document.close()


def _picture(page: pypdfium2.PdfPage, dots: int) -> bytes:
    """One page, in few colors: papers are line work and text."""
    file = io.BytesIO()
    page.render(scale=dots / POINTS).to_pil().convert("RGB").quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()
