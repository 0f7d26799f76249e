import io
import struct
import zipfile
import zlib
from importlib import import_module
from typing import Any

import openpyxl
import pikepdf
import pytest
from PIL import Image

from app.kernel.errors import DomainError
from app.papers.uploads import CSV, DOCUMENTS, IMAGES, PDF, PNG, SHEETS, XLSX, media_type_of, read_whole


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((64, 48), 80).save(file, kind)
    return file.getvalue()


def pdf(**options: Any) -> bytes:
    file = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(file, **options)
    return file.getvalue()


def workbook() -> bytes:
    file = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名"])
    book.save(file)
    return file.getvalue()


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def bomb(side: int) -> bytes:
    """A tiny PNG that claims to be huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "allowed", "kind"),
    [
        (picture("JPEG"), IMAGES, "image/jpeg"),
        (picture("PNG"), IMAGES, "image/png"),
        (picture("WEBP"), IMAGES, "image/webp"),
        (pdf(), DOCUMENTS, PDF),
        (workbook(), SHEETS, XLSX),
    ],
)
def test_a_sound_file_is_known_by_its_content(content: bytes, allowed: frozenset[str], kind: str) -> None:
    assert media_type_of(content, "anything.bin", allowed) == kind


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_taken_in_the_encodings_of_spreadsheets(encoding: str) -> None:
    assert media_type_of("姓名,证件\n周禾苗,1\n".encode(encoding), "名单.CSV", SHEETS) == CSV


@pytest.mark.parametrize(
    ("content", "name", "allowed"),
    [
        (b"MZ\x90\x00" + b"\0" * 200, "photo.jpg", DOCUMENTS),
        (b"<html><script>alert(1)</script></html>", "photo.png", DOCUMENTS),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "seal.svg", IMAGES),
        (pdf(), "photo.jpg", IMAGES),
        (picture("JPEG"), "list.xlsx", SHEETS),
        (picture("GIF"), "photo.gif", IMAGES),
        (packed(word__document_xml=b"<w/>"), "list.xlsx", SHEETS),
        (b"\0\1\2\3" * 50, "list.csv", SHEETS),
    ],
)
def test_another_kind_of_file_is_refused_with_what_would_be_right(
    content: bytes, name: str, allowed: frozenset[str]
) -> None:
    with pytest.raises(DomainError, match="这种文件不能上传") as refused:
        media_type_of(content, name, allowed, "photo")
    assert refused.value.field == "photo"


@pytest.mark.parametrize(
    ("content", "allowed"),
    [
        (picture("JPEG")[:600], IMAGES),
        (picture("PNG")[:900], IMAGES),
        (picture("WEBP")[:200], IMAGES),
        (pdf()[:60], DOCUMENTS),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), DOCUMENTS),
        (bomb(30_000), IMAGES),
        (bomb(8_000), IMAGES),
    ],
    ids=["jpeg cut", "png cut", "webp cut", "pdf cut", "pdf locked", "png bomb", "png of 64 million pixels"],
)
def test_a_damaged_or_hostile_file_is_refused(content: bytes, allowed: frozenset[str]) -> None:
    with pytest.raises(DomainError, match="已损坏或打不开"):
        media_type_of(content, "file", allowed)


def test_printing_does_not_make_uploads_lenient() -> None:
    assert import_module("app.papers.press")
    with pytest.raises(DomainError, match="已损坏"):
        media_type_of(picture("JPEG")[:600], "photo.jpg", IMAGES)


def test_a_workbook_that_unpacks_to_something_huge_is_refused() -> None:
    content = packed(xl__workbook_xml=b" " * (201 * 1024 * 1024))
    assert len(content) < 1024 * 1024
    with pytest.raises(DomainError):
        media_type_of(content, "list.xlsx", SHEETS)


def test_a_png_is_judged_whole_to_the_last_pixel() -> None:
    content = bytearray(picture("PNG"))
    content[len(content) // 2] ^= 0xFF
    with pytest.raises(DomainError, match="已损坏"):
        media_type_of(bytes(content), "photo.png", frozenset({PNG}))


class Endless(io.RawIOBase):
    """A file that never ends; how much of it was read shows whether the limit holds."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"x" * size


def test_a_file_above_the_limit_is_not_read_to_its_end() -> None:
    stream: Any = Endless()
    with pytest.raises(DomainError, match=r"最多 1\.5 MB") as refused:
        read_whole(stream, 1024 * 1536, "file")
    assert refused.value.field == "file"
    assert stream.given < 3 * 1024 * 1024


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(DomainError, match="是空的"):
        read_whole(io.BytesIO(b""), 100)


def test_a_file_of_exactly_the_limit_is_read() -> None:
    assert read_whole(io.BytesIO(b"x" * 100), 100) == b"x" * 100
