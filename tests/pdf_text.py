"""Reads the text of our own PDFs back, by the map from glyphs to characters that every embedded font carries."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont

PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def text_of_page(page: pikepdf.Page) -> str:
    """All text of a page in the order it is drawn, without spaces."""
    maps = {name: _map(font) for name, font in page.resources.Font.items()}
    current: dict[int, str] = {}
    found = []
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = instruction.operands, instruction.operator
        if str(operator) == "Tf":
            current = maps[str(operands[0])]
        elif str(operator) in {"TJ", "Tj"}:
            parts = operands[0] if str(operator) == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    found += [current.get(int.from_bytes(raw[i : i + 2], "big"), "�") for i in range(0, len(raw), 2)]
    return "".join("".join(found).split())


def shapes_of(pdf: bytes) -> Iterator[tuple[str, str, Any]]:
    """What is really drawn: the font, the character by its own account, the outline of its embedded glyph."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = {font.BaseFont: font for page in document.pages for font in page.resources.Font.values()}
        for name, font in fonts.items():
            file = TTFont(io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))
            order = file.getGlyphOrder()
            for number, character in _map(font).items():
                yield str(name), character, outline(file, order[number])


def outline(font: TTFont, glyph: str) -> list[tuple[int, int]]:
    """The points of a glyph."""
    return [tuple(point) for point in font["glyf"][glyph].getCoordinates(font["glyf"])[0]]


def pages_of(pdf: bytes) -> list[str]:
    """The text of every page."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [text_of_page(page) for page in document.pages]


def _map(font: pikepdf.Object) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    table = font.ToUnicode.read_bytes()
    parts = re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL)
    return {int(a, 16): bytes.fromhex(b.decode()).decode("utf-16-be") for part in parts for a, b in PAIR.findall(part)}
