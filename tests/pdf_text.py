"""Reads the text of our own PDFs back, by the map from glyphs to characters that every embedded font carries."""

import io
import re

import pikepdf

PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def text_of_page(page: pikepdf.Page) -> str:
    """All text of a page in the order it is drawn, without spaces."""
    maps = {name: _map(font) for name, font in page.resources.Font.items()}
    current: dict[int, str] = {}
    found = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = maps[str(operands[0])]
        elif str(operator) in {"TJ", "Tj"}:
            parts = operands[0] if str(operator) == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    found += [current.get(int.from_bytes(raw[i : i + 2], "big"), "�") for i in range(0, len(raw), 2)]
    return "".join("".join(found).split())


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
