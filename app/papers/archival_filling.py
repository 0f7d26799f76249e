"""Completes a file that was laid out: the drawing under it, its data attached; and fills the slots of a form."""

import io
import mimetypes
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from typing import Any
from urllib.parse import unquote

import pikepdf
import zxingcpp
from pikepdf import Name
from PIL import Image

from app.papers.archival_drawing import HARD, lay_under
from app.papers.archival_fonts import DIGIT_SLOTS, HAN_SLOTS, Cut
from app.papers.archival_forms import CODES, QR

SCALE = 6
"""Pixels a module of a QR code; viewers that smooth enlarged pictures still show sharp edges."""

SHOWN = re.compile(rb"/([^\s/]+) [\d.]+ Tf|<([0-9a-fA-F]+)>")
"""In what is drawn: a font is chosen, or glyphs of it are shown by number."""


DEEP = 12
"""So many levels of unnamed things within things are looked through for text."""

CMAP_BEGINS = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry (Adobe)
/Ordering (UCS)
/Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange"""
CMAP_ENDS = b"""endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


LONG = re.compile(rb"(\.\d{3})\d+")
"""Figures finer than a thousandth of a point."""


@dataclass(frozen=True)
class Sheet:
    """One paper ready to be set: its HTML, how many pages it may have, and what is attached under which name."""

    html: str
    most: int | None
    day: str
    name: str
    payload: bytes

    @cached_property
    def text(self) -> set[str]:
        """The characters it needs."""
        return set(unescape(self.html))

    @property
    def codes(self) -> list[str]:
        """What its QR codes say."""
        return [unquote(unescape(code).removeprefix(QR)) for code in CODES.findall(self.html)]


def qr_picture(text: str) -> Image.Image:
    """A QR code (error correction M, with its quiet zone), black on white."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = code.to_image(scale=1, add_quiet_zones=True)
    height, width = drawn.shape
    small = Image.frombytes("L", (width, height), memoryview(drawn).tobytes())  # type: ignore[arg-type]  # it is a buffer
    return small.resize((width * SCALE, height * SCALE), Image.Resampling.NEAREST).convert("1")


def saved(document: pikepdf.Pdf) -> bytes:
    """The bytes of a file."""
    file = io.BytesIO()
    document.save(
        file,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return file.getvalue()


def attach(document: pikepdf.Pdf, sheet: Sheet) -> None:
    """Attach the payload as the data the document was made from, dated by the paper's day."""
    at = f"D:{sheet.day.replace('-', '')}000000+08'00'" if sheet.day else ""
    spec = pikepdf.AttachedFileSpec(
        document,
        sheet.payload,
        filename=sheet.name,
        description="",
        mime_type=mimetypes.guess_type(sheet.name)[0] or "application/octet-stream",
        creation_date=at,
        mod_date=at,
    )
    spec.relationship = Name.Data
    document.attachments[sheet.name] = spec
    document.Root.AF = pikepdf.Array([document.attachments[sheet.name].obj])


class Form:
    """A file with slots, laid out once for many papers."""

    def __init__(self, pdf: bytes, drawing: bytes | None, sheet: Sheet, cuts: Sequence[Cut]) -> None:
        self._document = pikepdf.open(io.BytesIO(pdf))
        if drawing is not None:
            lay_under(self._document, drawing)
        self._slots = set(HAN_SLOTS) | set(DIGIT_SLOTS)
        self._numbers = {character: number for number, character in enumerate(cuts[0].order)}
        self._order = cuts[0].order
        self._fonts: dict[tuple[int, int], Font] = {}
        read = [self._read(stream, fonts, cuts) for stream, fonts in _drawings(self._document)]
        self._drawn = [(stream, pieces) for stream, pieces in read if any(isinstance(each, int) for each in pieces)]
        self._words = list(self._said(self._document))
        self._about = self._document.Root.Metadata.read_bytes().decode()
        self._codes = [_picture(self._document, text) for text in sheet.codes]

    def filled(self, sheet: Sheet, filling: Mapping[str, str]) -> bytes:
        """The file of one paper; `filling` says what stands in each slot."""
        exchange = str.maketrans(dict(filling))
        numbers = {self._numbers[slot]: self._numbers[character] for slot, character in filling.items()}
        for stream, pieces in self._drawn:
            hexed = (piece if isinstance(piece, bytes) else b"%04x" % numbers[piece] for piece in pieces)
            _write(stream, b"".join(hexed))
        for font in self._fonts.values():
            font.fill(numbers, self._order)
        for holder, key, words in self._words:
            holder[key] = pikepdf.String(words.translate(exchange))
        self._document.Root.Metadata.write(self._about.translate(exchange).encode())
        for picture, text in zip(self._codes, sheet.codes, strict=True):
            _redraw(picture, text)
        attach(self._document, sheet)
        return saved(self._document)

    def _read(
        self, stream: pikepdf.Object, fonts: pikepdf.Object, cuts: Sequence[Cut]
    ) -> tuple[pikepdf.Object, list[bytes | int]]:
        """What a stream draws, in pieces between the slots; tells the fonts which glyphs they show."""
        pieces: list[bytes | int] = []
        content, at, font = stream.read_bytes(), 0, None
        slots = {self._numbers[slot] for slot in self._slots}
        for found in SHOWN.finditer(content):
            if found[1]:
                font = self._font(fonts[f"/{found[1].decode()}"], cuts)
            elif font is not None:
                pieces.append(content[at : found.start() + 1])
                for place in range(0, len(found[2]), 4):
                    glyph = int(found[2][place : place + 4], 16)
                    font.shows.add(glyph)
                    pieces.append(glyph if glyph in slots else found[2][place : place + 4])
                at = found.end() - 1
        return stream, [*pieces, content[at:]]

    def _font(self, found: pikepdf.Object, cuts: Sequence[Cut]) -> "Font | None":
        """The font by that name, None where it is one of rare characters and stays as it is."""
        below = found.DescendantFonts[0]
        mine = next((each for each in cuts if each.face.name == str(below.FontDescriptor.FontFamily)), None)
        if mine is None:
            return None
        file = below.FontDescriptor.FontFile2
        font = self._fonts.setdefault(file.objgen, Font(mine, file, []))
        if found.objgen not in [each.objgen for each in font.called]:
            font.called.append(found)
            below.W = pikepdf.Array([0, pikepdf.Array(mine.thousandths)])
        return font

    def _said(self, document: pikepdf.Pdf) -> Iterator[tuple[Any, Any, str]]:
        """Every text in the file that has a slot: alternative texts, titles."""
        for top in document.objects:
            yield from self._texts(top, 0)

    def _texts(self, holder: Any, depth: int) -> Iterator[tuple[Any, Any, str]]:
        if not isinstance(holder, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream) or depth > DEEP:
            return
        pairs = enumerate(holder) if isinstance(holder, pikepdf.Array) else list(holder.items())
        for key, value in pairs:
            if isinstance(value, pikepdf.String):
                if not self._slots.isdisjoint(str(value)):
                    yield holder, key, str(value)
            elif not getattr(value, "is_indirect", False):
                yield from self._texts(value, depth + 1)


@dataclass
class Font:
    """A font of a form: cut anew for every paper to the characters it shows."""

    cut: Cut
    file: pikepdf.Object
    called: list[pikepdf.Object]
    """The fonts of the file that use it."""
    shows: set[int] = field(default_factory=set)

    def fill(self, numbers: Mapping[int, int], order: Sequence[str]) -> None:
        """Hold the glyphs of one paper."""
        shown = {numbers.get(glyph, glyph) for glyph in self.shows}
        data = self.cut.smaller(shown)
        _write(self.file, data)
        self.file.Length1 = len(data)
        says = _to_unicode({glyph: order[glyph] for glyph in sorted(shown) if glyph})
        for each in self.called:
            _write(each.ToUnicode, says)


def _write(stream: pikepdf.Object, content: bytes) -> None:
    stream.write(zlib.compress(content, HARD), filter=Name.FlateDecode)


def _drawings(document: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object, pikepdf.Object]]:
    """Every stream that draws text, with the fonts it may name."""
    for page in document.pages:
        page.contents_coalesce()
        _write(page.obj.Contents, LONG.sub(rb"\1", page.obj.Contents.read_bytes()))
        yield page.obj.Contents, page.obj.Resources.Font
    for found in document.objects:
        form = isinstance(found, pikepdf.Stream) and found.get("/Subtype") == Name.Form
        if form and "/Resources" in found and "/Font" in found.Resources:
            yield found, found.Resources.Font


def _picture(document: pikepdf.Pdf, text: str) -> pikepdf.Object:
    """The picture of a QR code."""
    wanted = qr_picture(text)
    for found in document.objects:
        if isinstance(found, pikepdf.Stream) and found.get("/Subtype") == Name.Image:
            if (int(found.Width), int(found.Height)) != wanted.size:
                continue
            if pikepdf.PdfImage(found).as_pil_image().convert("1").tobytes() == wanted.tobytes():
                return found
    raise LookupError(f"no picture says {text}")


def _redraw(picture: pikepdf.Object, text: str) -> None:
    drawn = qr_picture(text)
    _write(picture, drawn.tobytes())
    picture.Width, picture.Height = drawn.size
    picture.BitsPerComponent, picture.ColorSpace = 1, Name.DeviceGray


def _to_unicode(characters: Mapping[int, str]) -> bytes:
    """What each glyph says, for copying and for screen readers."""
    lines = [b"<%04x> <%s>" % (glyph, text.encode("utf-16-be").hex().encode()) for glyph, text in characters.items()]
    blocks = [
        b"%d beginbfchar\n%s\nendbfchar" % (len(some), b"\n".join(some))
        for some in (lines[start : start + 100] for start in range(0, len(lines), 100))
    ]
    return b"\n".join([CMAP_BEGINS, *blocks, CMAP_ENDS])
