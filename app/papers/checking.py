"""Check designs: each is printed with its sample and with long names and rare characters, and every fault is named."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from app.kernel.errors import DomainError
from app.papers import layouts
from app.papers.designs import Design, DesignBroken, FactsRefused
from app.papers.finishing import Finish
from app.papers.fonts import EVERYDAY
from app.papers.helping import helping
from app.papers.printing import Printer
from app.papers.samples import SAMPLE, WITH_RARE, facts_of_sample, substituted, variants_of

BOLD = re.compile(r"font-weight\s*:\s*(bold|[5-9]00)|<(b|strong)\b", re.IGNORECASE)
LETTERS = re.compile(r"<text\b")


class _Pictures(HTMLParser):
    """Collects the pictures that say nothing to those who can't see them."""

    def __init__(self) -> None:
        super().__init__()
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a picture's alternative text."""
        found = dict(attrs)
        if tag == "img" and not (found.get("alt") or "").strip():
            self.silent.append((found.get("src") or "")[:40])


def silent_pictures(html: str) -> list[str]:
    """The addresses of pictures without an alternative text."""
    parser = _Pictures()
    parser.feed(html)
    return parser.silent


def faults(press: Printer, design: Design) -> list[str]:
    """What is wrong with a design, each fault in a sentence; the first look that finds any is told."""
    try:
        found: list[str] = []
        for variant in variants_of(design):
            found = found or list(_look(press, design, variant))
        if not found and design.binding:
            finish = Finish(marks=True, duplex=True)
            press.render(design.name, [facts_of_sample(design)], strict=True, finish=finish)
        found += _written(design)
    except (DesignBroken, FactsRefused, DomainError) as error:
        return [str(error)]
    return found


def _look(press: Printer, design: Design, variant: str) -> Iterator[str]:
    """Print one variant; the sample alone must do without any font from outside."""
    told = "" if variant == SAMPLE else f"{variant}: "
    facts = facts_of_sample(design, variant)
    if variant != SAMPLE:
        facts = substituted(facts, "".join(lacking(press, facts)))
    silent = silent_pictures(press.page(design, press.checked(design, facts)))
    yield from (f"{told}the picture {source} has no alternative text" for source in silent)
    if silent:
        return
    pages: list[Any] = []
    try:
        press.render(design.name, [facts], strict=True, look=pages.extend)
    except (DomainError, DesignBroken) as error:
        yield f"{told}{error}"
        return
    missing = press.fonts.missing(layouts.text_of(pages))
    yield from (f"{told}no glyph for “{one}” (U+{ord(one):04X}); {_helps(one)}" for one in missing)
    yield from (f"{told}{fault}" for fault in layouts.faults_of(pages))


def _written(design: Design) -> Iterator[str]:
    """Faults that stand in the files themselves."""
    if BOLD.search(design.read("style.css") + design.read("template.html")):
        yield "asks for a bold face, which would be faked"
    for drawing in sorted(design.folder.glob("*.svg")):
        if LETTERS.search(drawing.read_text(encoding="utf-8")):
            yield f"{drawing.name} holds letters that depend on the fonts of a machine: draw them as paths"


def lacking(press: Printer, facts: Any) -> list[str]:
    """The characters of some facts that no font of ours has."""
    return press.fonts.missing("".join(_strings(facts)))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def notes(press: Printer, design: Design) -> list[str]:
    """What this machine lacks to print the long and rare names, and which font would help."""
    looks = [facts_of_sample(design, variant) for variant in variants_of(design)]
    asked = dict.fromkeys(one for facts in looks for one in lacking(press, facts))
    return [f"this machine has no glyph for “{one}” (U+{ord(one):04X}); {_helps(one)}" for one in asked]


def _helps(character: str) -> str:
    package = helping(character)
    return f"{package} brings it" if package else "no font that we know of brings it"


def drawn(press: Printer) -> list[str]:
    """Which font draws each of the rare characters that we look at designs with, in 宋 and in 楷."""
    found = []
    for one in dict.fromkeys("".join(WITH_RARE)):
        if ord(one) in EVERYDAY:
            continue
        song, kai = (press.fonts.drawn_by(one, family) for family in ("Sidan Song", "Sidan Kai"))
        found.append(f"{one}  U+{ord(one):04X}  宋 {song.stem if song else 'none'}  楷 {kai.stem if kai else 'none'}")
    return found
