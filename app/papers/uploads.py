"""What a file is, judged by its content: its name and what the browser says of it count for nothing."""

import io
import struct
import zipfile
import zlib
from collections.abc import Collection
from pathlib import PurePath
from typing import IO

import filetype
import pikepdf
from PIL import Image

from app.kernel.errors import DomainError
from app.kernel.i18n import _

JPEG, PNG, WEBP, PDF, CSV = "image/jpeg", "image/png", "image/webp", "application/pdf", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
TABLE_TEXT = "text/plain"
"""A table as text, whatever the file is called: separated values, a web page that calls itself a workbook, a list."""
MP4, WEBM = "video/mp4", "video/webm"
FILMS = frozenset({MP4, WEBM})

SVG = "image/svg+xml"
"""Kept by `keep_picture` alone, after it was judged and written anew."""
IMAGES = frozenset({JPEG, PNG, WEBP})
DOCUMENTS = IMAGES | {PDF}
SHEETS = frozenset({XLSX, CSV})

WORDS = {JPEG: "JPG", PNG: "PNG", WEBP: "WebP", PDF: "PDF", XLSX: "Excel（.xlsx）", CSV: "CSV"}
WORDS |= {MP4: "MP4", WEBM: "WebM"}
WORDS |= {XLS: "Excel（.xls）", TABLE_TEXT: "CSV"}
MEGABYTE = 1024 * 1024
MOST_PIXELS = 50_000_000
"""A phone's picture has 12 to 50 million; more is a mistake or a trap."""
MOST_UNPACKED = 200 * MEGABYTE
CHUNK = 256 * 1024
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What old Office files begin with, and new ones that are locked with a password."""
LOCKED = "EncryptedPackage".encode("utf-16-le")
UTF16 = (b"\xff\xfe", b"\xfe\xff")

BROKEN_IMAGE = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError, struct.error, zlib.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What Pillow raises on damaged or hostile pictures."""


def read_whole(stream: IO[bytes], limit: int, field: str | None = None) -> bytes:
    """Read at most `limit` bytes; raises `DomainError` in plain words when the file is longer or empty."""
    content = bytearray()
    while chunk := stream.read(CHUNK):
        content += chunk
        if len(content) > limit:
            size = _("%(n)s MB", n=f"{limit / MEGABYTE:g}")
            raise DomainError(_("文件太大了，最多 %(size)s。请压缩或重新拍摄后再上传。", size=size), field)
    if not content:
        raise DomainError(_("这个文件是空的，请重新选择。"), field)
    return bytes(content)


def media_type_of(content: bytes, filename: str, allowed: Collection[str], field: str | None = None) -> str:
    """What the content is; raises `DomainError` when that is not allowed, or the file is damaged."""
    found = _table_of(content) if TABLE_TEXT in allowed else None
    found = found or filetype.guess_mime(content)
    if found is None and TABLE_TEXT in allowed and _is_text(content):
        found = TABLE_TEXT
    if found is None and CSV in allowed and PurePath(filename).suffix.lower() == ".csv" and _is_text(content):
        found = CSV
    if found is None and _is_workbook(content):
        found = XLSX
    if found not in allowed:
        kinds = "、".join(word for kind, word in WORDS.items() if kind in allowed)
        raise DomainError(_("这种文件不能上传，请选择这些格式的文件：%(kinds)s。", kinds=kinds), field)
    if not SOUND[found](content):
        raise DomainError(_("这个文件已损坏或打不开，请换一个文件。"), field)
    return str(found)


def _table_of(content: bytes) -> str | None:
    """The kind of an old workbook or of marked text, by its first bytes; None for anything else."""
    if content.startswith(COMPOUND):
        if LOCKED in content:
            raise DomainError(_("这个文件加了密码。请在 Excel 里取消密码，另存后再上传。"), "file")
        return XLS
    return TABLE_TEXT if content.startswith(UTF16) else None


def _is_old_workbook(content: bytes) -> bool:
    """An old workbook, not an old letter: it holds a stream of sheets."""
    return any(word.encode("utf-16-le") in content for word in ("Workbook", "Book"))


def _is_table_text(content: bytes) -> bool:
    """Text in one of the encodings of spreadsheets, Excel's “Unicode text” among them."""
    if not content.startswith(UTF16):
        return _is_text(content)
    try:
        return "\0" not in content.decode("utf-16")
    except UnicodeDecodeError:
        return False


def _is_text(content: bytes) -> bool:
    """Text as spreadsheets save it: UTF-8, or GB 18030 on Chinese Windows."""
    if b"\0" in content:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _is_image(content: bytes) -> bool:
    """Every pixel can be read, and there are not too many: the size is asked before anything is unpacked."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return False
            picture.verify()
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as picture:
            picture.load()
    except BROKEN_IMAGE:
        return False
    return True


def _is_pdf(content: bytes) -> bool:
    """Opens without a password and has a page."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            return not document.is_encrypted and len(document.pages) > 0
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError):
        return False


def _is_workbook(content: bytes) -> bool:
    """A whole workbook that does not unpack to something huge."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if "xl/workbook.xml" not in packed.namelist() or sum(part.file_size for part in parts) > MOST_UNPACKED:
                return False
            return packed.testzip() is None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        return False


def _is_film(content: bytes) -> bool:
    """A whole film: its index is there, so that it plays and was not cut off on the way."""
    return (b"ftyp" in content[:12] and b"moov" in content) or content.startswith(b"\x1a\x45\xdf\xa3")


SOUND = {JPEG: _is_image, PNG: _is_image, WEBP: _is_image, PDF: _is_pdf, XLSX: _is_workbook, CSV: _is_text}
SOUND |= {XLS: _is_old_workbook, TABLE_TEXT: _is_table_text}
SOUND |= {MP4: _is_film, WEBM: _is_film}
