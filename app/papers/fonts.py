"""The characters we can print, and the font files that hold them.

The families are Noto Serif SC (宋, "Sidan Song") and Noto Sans SC (黑, "Sidan Hei"). Their outlines are cubic (CFF); a
PDF with a cut of such a font is nine times larger and shows no text in some readers. So the characters of everyday use
are converted once to TrueType, and a block of 256 rarer ones when a paper first needs it. Slices are kept by the hash
of their source, beside the other data of the installation.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

RECIPE = "3"
"""Part of a slice's name: raise it when slices are made in another way."""

TOLERANCE = 1.0
"""How far, in font units of a thousand an em, a converted outline may lie from the original."""

MADE = 3_786_825_600
"""2024-01-01 in the seconds of font files: a slice is the same whenever it is made."""

WENKAI = Path("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf")
KAI = (WENKAI,)
"""The 楷 of names and certificates, where it is installed (Debian: fonts-lxgw-wenkai, OFL); else they are set in 宋."""

RARE = (
    Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
    WENKAI,
)
"""Fonts that are used where they are installed, for characters Noto lacks (`helping` says which has what)."""


def _everyday() -> frozenset[int]:
    """GB 2312 with Latin letters and general punctuation: what papers of one county need on all but a few days."""
    codes = {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2050)}
    for high in range(0xA1, 0xF8):
        row = b"".join(bytes([high, low]) for low in range(0xA1, 0xFF)).decode("gb2312", errors="ignore")
        codes.update(ord(character) for character in row)
    return frozenset(codes)


EVERYDAY = _everyday()
SPACES = frozenset({0x20, 0xA0, 0x3000})
"""In every slice: the text library sets a space beside a rare character with that character's font."""


@dataclass(frozen=True)
class Source:
    """A font file as it came."""

    path: Path

    @cached_property
    def digest(self) -> str:
        """What the slices made from this file are named after."""
        with self.path.open("rb") as file:
            return f"{hashlib.file_digest(file, 'sha256').hexdigest()[:12]}-{RECIPE}"

    @cached_property
    def codes(self) -> frozenset[int]:
        """The code points it can draw."""
        with TTFont(self.path, lazy=True) as font:
            return frozenset(font.getBestCmap())


@dataclass(frozen=True)
class Face:
    """A slice that a paper needs: whose family it is a part of, its own name and its TrueType file.

    Every slice has a name of its own, because WeasyPrint tells fonts apart by name: two slices of one name would be
    taken for one font, and the text of one drawn with the shapes of the other. No name ends in a bare number, which
    pango would read as a size.
    """

    family: str
    name: str
    path: Path


class Fonts:
    """The families with their slices under `folder`."""

    def __init__(self, folder: Path, rare: tuple[Path, ...] = RARE, kai: tuple[Path, ...] = KAI) -> None:
        self.folder = folder
        extra = tuple(Source(path) for path in rare if path.is_file())
        self.families = {
            "Sidan Song": (Source(pylopdf_fonts_zh_cn.serif_path()), *extra),
            "Sidan Hei": (Source(pylopdf_fonts_zh_cn.sans_path()), *extra),
        }
        written = tuple(Source(path) for path in kai if path.is_file())
        if written:
            self.families["Sidan Kai"] = written

    def missing(self, text: str) -> list[str]:
        """The characters no font of ours has, each once, in order of appearance; white space is none."""
        known: frozenset[int] = frozenset().union(
            *(source.codes for family in self.families.values() for source in family)
        )
        return [
            character for character in dict.fromkeys(text) if not character.isspace() and ord(character) not in known
        ]

    def drawn_by(self, character: str, family: str) -> Path | None:
        """The font that draws a character where this family is asked for: its own, or else another family's."""
        ordered = sorted(self.families, key=lambda name: name != family)
        sources = (source for name in ordered for source in self.families[name])
        return next((source.path for source in sources if ord(character) in source.codes), None)

    def faces(self, text: str) -> list[Face]:
        """The slices that draw `text`: the everyday one of each family always, and blocks for its rarer characters."""
        rarer = {
            ord(character) >> 8 for character in text if ord(character) not in EVERYDAY and not character.isspace()
        }
        parts = [("everyday", EVERYDAY), *((f"{block:04x}s", _block(block)) for block in sorted(rarer))]
        return [face for family in self.families for part, codes in parts for face in self._faces(family, part, codes)]

    def _faces(self, family: str, part: str, codes: frozenset[int]) -> Iterator[Face]:
        """One face for every source of a family that adds characters of this part."""
        open_codes = codes
        for number, source in enumerate(self.families[family]):
            drawn = open_codes & source.codes
            open_codes -= drawn
            if drawn:
                drawn |= SPACES & source.codes
                face = family if part == "everyday" else f"{family} U{part}"
                face += "x" * number
                path = self.folder / f"{face.replace(' ', '-').lower()}-{source.digest}.ttf"
                if not path.exists():
                    self._make(path, source, face, drawn)
                yield Face(family, face, path)

    def _make(self, path: Path, source: Source, name: str, codes: frozenset[int]) -> None:
        """Convert once, also when several processes ask at the same time."""
        with alone(self.folder):
            if path.exists():
                return
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as file:
                unfinished = Path(file.name)
            try:
                convert(source.path, name, codes).save(unfinished)
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)


def _block(number: int) -> frozenset[int]:
    """The characters of a block, without those of everyday use."""
    return frozenset(range(number << 8, (number + 1) << 8)) - EVERYDAY


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock among all processes of this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def convert(path: Path, name: str, codes: frozenset[int]) -> TTFont:
    """A TrueType font of these characters, with the metrics of the source so that slices stand on one line."""
    with TTFont(path, lazy=True) as source:
        cmap = {code: glyph for code, glyph in source.getBestCmap().items() if code in codes}
        order = [".notdef", *sorted(set(cmap.values()) - {".notdef"})]
        drawn = source.getGlyphSet()
        outlines = {}
        for glyph in order:
            pen = TTGlyphPen(None)
            whole = DecomposingRecordingPen(drawn)
            drawn[glyph].draw(whole)
            whole.replay(Cu2QuPen(pen, TOLERANCE * source["head"].unitsPerEm / 1000, reverse_direction=True))
            outlines[glyph] = pen.glyph()
        builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
        builder.setupGlyphOrder(order)
        builder.setupCharacterMap(cmap)
        builder.setupGlyf(outlines)
        widths = {glyph: source["hmtx"][glyph][0] for glyph in order}
        builder.setupHorizontalMetrics(
            {glyph: (width, builder.font["glyf"][glyph].xMin) for glyph, width in widths.items()}
        )
        measure(builder, source)
    rename(builder, name)
    builder.font["head"].created = builder.font["head"].modified = MADE
    builder.font.recalcTimestamp = False
    return builder.font


def measure(builder: FontBuilder, source: TTFont) -> None:
    """Line metrics and weight, as the source has them."""
    hhea, os2 = source["hhea"], source["OS/2"]
    builder.setupHorizontalHeader(ascent=hhea.ascent, descent=hhea.descent, lineGap=hhea.lineGap)
    builder.setupOS2(
        sTypoAscender=os2.sTypoAscender,
        sTypoDescender=os2.sTypoDescender,
        sTypoLineGap=os2.sTypoLineGap,
        usWinAscent=os2.usWinAscent,
        usWinDescent=os2.usWinDescent,
        usWeightClass=400,
        fsType=0,
    )


def rename(builder: FontBuilder, name: str) -> None:
    """A name of our own: the license keeps the original ones for the originals."""
    postscript = name.replace(" ", "") + "-Regular"
    builder.setupNameTable(
        {
            "familyName": name,
            "styleName": "Regular",
            "uniqueFontIdentifier": f"{postscript}-{RECIPE}",
            "fullName": name,
            "psName": postscript,
            "version": "Version 1.0",
            "licenseDescription": "SIL Open Font License, Version 1.1",
            "licenseInfoURL": "https://openfontlicense.org",
        }
    )
    builder.setupPost(keepGlyphNames=False)
