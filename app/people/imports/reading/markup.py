"""Web pages and XML that carry the name of a workbook: what many older systems export as “.xls”."""

from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import ParseError, XMLPullParser

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.people.imports.rules.kinds import Cell

SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
MOST_COLUMNS = 400
MOST_ROWS = 300_000
Table = tuple[str, list[list[Cell]]]


def tables(text: str) -> list[Table]:
    """The tables of a page or of XML, with their names; none for any other text."""
    start = text[:4000].lower()
    if SPREADSHEET in start:
        return _worksheets(text)
    if "<table" in text[:200_000].lower() and start.lstrip().startswith("<"):
        page = _Page()
        page.feed(text)
        page.close()
        return [("", rows) for rows in page.tables if rows]
    return []


class _Page(HTMLParser):
    """Collects the outermost tables of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[Cell]]] = []
        self._depth = 0
        self._cell: list[str] | None = None
        self._width = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row, a cell."""
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
        elif tag == "tr" and self._depth == 1:
            self._end_cell()
            self.tables[-1].append([])
        elif tag in ("td", "th") and self._depth == 1 and self.tables[-1]:
            self._end_cell()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._width = min(int(span), MOST_COLUMNS) if span.isdigit() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a cell, a row, a table."""
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table":
            self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        """Take the words of a cell."""
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None:
            row = self.tables[-1][-1]
            row.append("".join(self._cell).strip())
            row.extend([""] * (self._width - 1))
            self._cell = None


def _worksheets(text: str) -> list[Table]:
    """The sheets of “XML Spreadsheet 2003”."""
    if "<!doctype" in text[:4000].lower() or "<!entity" in text.lower():
        raise DomainError(N_("这个文件已损坏或打不开，请换一个文件。"), "file")
    space = f"{{{SPREADSHEET}}}"
    parser: Any = XMLPullParser(["start", "end"])
    found: list[Table] = []
    try:
        parser.feed(text.lstrip("\ufeff").encode())
        for event, element in parser.read_events():
            if event == "start" and element.tag == f"{space}Worksheet":
                found.append((element.get(f"{space}Name", ""), []))
            elif event == "end" and element.tag == f"{space}Row" and found:
                _add_row(found[-1][1], element, space)
                element.clear()
        parser.close()
    except ParseError as error:
        raise DomainError(N_("这个文件已损坏或打不开，请换一个文件。"), "file") from error
    return [(name, rows) for name, rows in found if rows]


def _add_row(rows: list[list[Cell]], element: Any, space: str) -> None:
    index = element.get(f"{space}Index")
    while index and len(rows) + 1 < min(int(index), MOST_ROWS):
        rows.append([])
    cells: list[Cell] = []
    for cell in element.iter(f"{space}Cell"):
        at = int(cell.get(f"{space}Index") or len(cells) + 1)
        cells.extend([""] * (min(at, MOST_COLUMNS) - 1 - len(cells)))
        data = cell.find(f"{space}Data")
        cells.append(_value(data, space))
        cells.extend([""] * min(int(cell.get(f"{space}MergeAcross") or 0), MOST_COLUMNS))
    rows.append(cells)


def _value(data: Any, space: str) -> Cell:
    if data is None:
        return ""
    text = "".join(data.itertext())
    if data.get(f"{space}Type") == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    return text
