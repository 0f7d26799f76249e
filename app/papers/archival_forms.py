"""Papers that differ in a few characters only are laid out once: the others are the same file with these exchanged.

Two papers are alike when they differ only in common Han characters, all of one width, and in figures, made one width
for a batch. Such characters never change where a line breaks or where anything stands, so the layout of one holds for
all. What differs is laid out as slots (see `archival_fonts`), and filled in afterwards: in the text that is drawn, in
the fonts, in what screen readers say, in the title. Everything else, a longer name or a rare character, is laid out by
itself.
"""

import re
from collections.abc import Iterator, Sequence

from app.papers.archival_fonts import DIGIT_SLOTS, DIGITS, HAN_SLOTS, LIKE_DIGIT, LIKE_HAN

QR = "qr:"
"""Stands before the content of a QR code in an address; it is drawn when the paper is set."""

FIXED = re.compile(r'(<[^>]*?alt=")([^"]*)("[^>]*>)|(<[^>]*>|&[^;\s]*;)')
"""Tags and entities, which are the same in papers that are alike, but for the words of an alternative text."""

CODES = re.compile(r'qr:[^"]*')


class Alike:
    """Tells which papers of a batch are alike; `common` are the Han characters that every font of it has."""

    def __init__(self, common: frozenset[str]) -> None:
        self._kinds = str.maketrans({**dict.fromkeys(common, LIKE_HAN), **dict.fromkeys(DIGITS, LIKE_DIGIT)})

    def shape(self, html: str) -> str:
        """The paper with every exchangeable character as one of its kind: alike papers have the same."""
        return "".join(part.translate(self._kinds) if free else part for part, free in parts(CODES.sub(QR, html)))


def parts(html: str) -> Iterator[tuple[str, bool]]:
    """The paper in pieces, each with whether its characters may be exchanged."""
    at = 0
    for found in FIXED.finditer(html):
        yield html[at : found.start()], True
        if found[4] is not None:
            yield found[4], False
        else:
            yield found[1], False
            yield from ((piece, not piece.startswith("&")) for piece in re.split(r"(&[^;\s]*;)", found[2]))
            yield found[3], False
        at = found.end()
    yield html[at:], True


def slotted(papers: Sequence[str]) -> tuple[str, list[dict[str, str]]] | None:
    """One paper with slots for all of alike papers, and what stands in the slots in each; None where slots run out.

    Places that are the same in every paper stay as they are; those that always change together share a slot.
    """
    plain = [CODES.sub(QR, paper) for paper in papers]
    columns = list(zip(*plain, strict=True))
    han, digits = iter(HAN_SLOTS), iter(DIGIT_SLOTS)
    slots: dict[tuple[str, ...], str] = {}
    for column in columns:
        if column in slots or all(character == column[0] for character in column):
            continue
        slot = next(digits if column[0] in DIGITS else han, None)
        if slot is None:
            return None
        slots[column] = slot
    form = "".join(slots.get(column, column[0]) for column in columns)
    codes = iter(CODES.findall(papers[0]))
    filled = CODES.sub(lambda _found: next(codes), form)
    return filled, [{slot: column[number] for column, slot in slots.items()} for number in range(len(papers))]
