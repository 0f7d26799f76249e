"""Fonts cut to the characters of one batch, in memory, and cut again to those of one file.

A character has the same glyph number in every font of a batch, and some numbers are kept open as slots: characters that
stand in for what differs from paper to paper. Figures are as wide as one another, so that any may take another's place.
"""

import io
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

from app.papers.fonts import MADE, Face, measure, rename

DIGITS = "0123456789"
HAN_SLOTS = [chr(code) for code in range(0x3400, 0x3400 + 400)]
"""Rare characters that break lines as all others of their script do."""
DIGIT_SLOTS = [chr(code) for code in range(0x1D7CE, 0x1D800)]
"""Figures of mathematics, which break lines as the common ones do."""
FIRST_HAN, LAST_HAN = "一", "鿿"
LIKE_HAN, LIKE_DIGIT = "一", "0"


@dataclass(frozen=True)
class Cut:
    """One family's common characters of a batch."""

    face: Face
    data: bytes
    order: Sequence[str]
    """The character of each glyph number; the first has none."""

    @cached_property
    def tables(self) -> dict[str, bytes]:
        """The tables a reader needs of a font whose glyphs are called by number."""
        count = struct.unpack(">H", self.data[4:6])[0]
        found = {}
        for number in range(count):
            tag, _sum, start, length = struct.unpack(">4sLLL", self.data[12 + 16 * number : 28 + 16 * number])
            found[tag.decode()] = self.data[start : start + length]
        return found

    @cached_property
    def outlines(self) -> list[bytes]:
        """The outline of each glyph."""
        wide = struct.unpack(">h", self.tables["head"][50:52])[0]
        loca = self.tables["loca"]
        at = list(struct.unpack(f">{len(loca) // 4}L" if wide else f">{len(loca) // 2}H", loca))
        at = at if wide else [2 * place for place in at]
        return [self.tables["glyf"][start:end] for start, end in pairwise(at)]

    @cached_property
    def widths(self) -> list[int]:
        """The width of each glyph, in units of the font."""
        many = struct.unpack(">H", self.tables["hhea"][34:36])[0]
        pairs = struct.unpack(f">{'Hh' * many}", self.tables["hmtx"][: 4 * many])
        found = list(pairs[::2])
        return found + [found[-1]] * (len(self.outlines) - many)

    @property
    def em(self) -> int:
        """Units of the font to its size."""
        return int(struct.unpack(">H", self.tables["head"][18:20])[0])

    @cached_property
    def thousandths(self) -> list[int]:
        """The width of each glyph but the slots, in thousandths of the size."""
        return [round(width * 1000 / self.em) for width in self.widths[: self.order.index(HAN_SLOTS[0])]]

    @cached_property
    def full_width(self) -> frozenset[str]:
        """Its common Han characters that are as wide as the font is large."""
        pairs = zip(self.order, self.widths, strict=True)
        return frozenset(each for each, width in pairs if FIRST_HAN <= each <= LAST_HAN and width == self.em)

    def smaller(self, numbers: Collection[int]) -> bytes:
        """The font with the outlines of these glyphs alone, for a PDF that calls glyphs by number."""
        last = max(numbers)
        drawn, at, pieces = 0, [0], []
        for number in range(last + 1):
            piece = self.outlines[number] if number in numbers or not number else b""
            piece += bytes(len(piece) % 2)
            pieces.append(piece)
            drawn += len(piece)
            at.append(drawn)
        metrics = b"".join(
            struct.pack(">Hh", self.widths[number], self._bearing(number) if number in numbers else 0)
            for number in range(last + 1)
        )
        head = bytearray(self.tables["head"])
        short = drawn < 2**17
        head[8:12], head[50:52] = bytes(4), struct.pack(">h", 0 if short else 1)
        hhea, maxp = bytearray(self.tables["hhea"]), bytearray(self.tables["maxp"])
        hhea[34:36] = maxp[4:6] = struct.pack(">H", last + 1)
        return _packed(
            {
                "glyf": b"".join(pieces),
                "head": bytes(head),
                "hhea": bytes(hhea),
                "hmtx": metrics,
                "loca": struct.pack(f">{len(at)}H", *(place // 2 for place in at))
                if short
                else struct.pack(f">{len(at)}L", *at),
                "maxp": bytes(maxp),
            }
        )

    def _bearing(self, number: int) -> int:
        outline = self.outlines[number]
        return int(struct.unpack(">h", outline[2:4])[0]) if outline else 0


def _packed(tables: Mapping[str, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    start = 12 + 16 * count
    directory, body = [], []
    for tag, content in sorted(tables.items()):
        padded = content + bytes(-len(content) % 4)
        directory.append(struct.pack(">4sLLL", tag.encode(), _sum(padded), start, len(content)))
        body.append(padded)
        start += len(padded)
    top = struct.pack(">LHHHH", 0x00010000, count, 16 << power, power, 16 * (count - (1 << power)))
    whole = bytearray(top + b"".join(directory) + b"".join(body))
    at = whole.index(tables["head"])
    whole[at + 8 : at + 12] = struct.pack(">L", (0xB1B0AFBA - _sum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)


def _sum(padded: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) & 0xFFFFFFFF


@lru_cache(maxsize=8)
def _opened(path: Path) -> TTFont:
    return TTFont(path, lazy=True)


def cut(faces: Sequence[Face], text: Collection[str]) -> list[Cut]:
    """The faces of everyday use, cut to these characters and the slots."""
    order = ["", *sorted({*text, LIKE_HAN, *DIGITS}), *HAN_SLOTS, *DIGIT_SLOTS]
    return [Cut(face, _cut(face, order), order) for face in faces if is_everyday(face)]


def is_everyday(face: Face) -> bool:
    """Whether a face has what most papers need, and is cut; those of rare characters are small and stay whole."""
    return face.name == face.family


def _cut(face: Face, order: Sequence[str]) -> bytes:
    source = _opened(face.path)
    cmap, outlines, metrics = source.getBestCmap(), source["glyf"], source["hmtx"].metrics
    widest = max((metrics[cmap[ord(digit)]][0] for digit in DIGITS if ord(digit) in cmap), default=0)
    em = source["head"].unitsPerEm
    names = [".notdef", *(f"g{number}" for number in range(1, len(order)))]
    drawn = {".notdef": (outlines[".notdef"], metrics[".notdef"][0])}
    codes = {}
    slots = {**dict.fromkeys(HAN_SLOTS, em), **dict.fromkeys(DIGIT_SLOTS, widest)}
    for name, character in zip(names[1:], order[1:], strict=True):
        found = cmap.get(ord(character))
        if character in slots:
            drawn[name] = (Glyph(), slots[character])
        elif found is None:
            drawn[name] = (Glyph(), 0)
            continue
        elif character in DIGITS:
            drawn[name] = (_moved(outlines, found, (widest - metrics[found][0]) // 2), widest)
        else:
            drawn[name] = (outlines[found], metrics[found][0])
        codes[ord(character)] = name
    return _built(source, face.name, names, drawn, codes)


def _moved(outlines: Any, name: str, by: int) -> Any:
    pen = TTGlyphPen(None)
    outlines[name].draw(pen, outlines, offset=by)
    return pen.glyph()


def _built(
    source: TTFont, name: str, order: list[str], drawn: Mapping[str, tuple[Any, int]], codes: dict[int, str]
) -> bytes:
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(codes)
    builder.setupGlyf({each: outline for each, (outline, _width) in drawn.items()})
    glyf = builder.font["glyf"]
    builder.setupHorizontalMetrics({each: (drawn[each][1], getattr(glyf[each], "xMin", 0)) for each in order})
    measure(builder, source)
    rename(builder, name)
    builder.font["head"].created = builder.font["head"].modified = MADE
    builder.font.recalcTimestamp = False
    file = io.BytesIO()
    builder.font.save(file)
    return file.getvalue()
