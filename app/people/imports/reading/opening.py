"""What a file is, by its content, and the sheets in it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.papers.uploads import MEGABYTE, TABLE_TEXT, XLS, XLSX
from app.people.imports.reading import markup, texts, workbooks
from app.people.imports.rules import chains
from app.people.imports.rules.headers import SEARCHED, Heading, find_heading
from app.people.imports.rules.kinds import Cell

ROSTERS = frozenset({XLSX, XLS, TABLE_TEXT})
"""Media types that a roster may have."""
LARGEST = 20 * MEGABYTE
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_ROWS = 300_000
TITLE_ROWS = SEARCHED * 2
"""Rows read to find a heading and to compare its columns."""


@dataclass(slots=True)
class Sheets:
    """The sheets of one file: their names in order, which are hidden, and how to read each.

    `rows(n)` gives (row number as the spreadsheet counts, cells); `spans(n)` the merged cells over several rows, by
    column; `total(n)` about how many rows there are. `heading` is set where the file needs none (a sign-up chain).
    """

    kind: str
    names: Sequence[str]
    hidden: frozenset[int]
    rows: Callable[[int], Iterator[tuple[int, list[Cell]]]]
    spans: Callable[[int], dict[int, list[tuple[int, int]]]]
    total: Callable[[int], int]
    heading: Heading | None = None

    def first_rows(self, sheet: int) -> list[list[Cell]]:
        """The rows from the top in which the heading is looked for."""
        rows = []
        for _number, cells in self.rows(sheet):
            rows.append(cells)
            if len(rows) >= TITLE_ROWS:
                break
        return rows

    def roster(self) -> tuple[int, Heading | None]:
        """The sheet that is the list of people, with its heading: the one that names most of what is wanted."""
        if self.heading is not None:
            return 0, self.heading
        best: tuple[tuple[int, bool, int], int, Heading] | None = None
        for sheet in range(len(self.names)):
            heading = find_heading(self.first_rows(sheet))
            if heading is not None:
                rank = (heading.score, sheet not in self.hidden, min(self.total(sheet), 2))
                if best is None or rank > best[0]:
                    best = rank, sheet, heading
        return (0, None) if best is None else (best[1], best[2])


def open_sheets(content: bytes) -> Sheets:
    """The sheets of a file; raises `DomainError` in plain words for one that cannot be read."""
    if content.startswith((ZIP, OLE)):
        book = workbooks.opened(content)
        return Sheets("workbook", book.names, book.hidden, book.rows, book.spans, book.total)
    text = texts.decoded(content)
    tables = markup.tables(text)
    if tables:
        return _listed("table", [name for name, _rows in tables], [rows for _name, rows in tables])
    if chains.is_chain(text):
        found = list(chains.entries(text))
        return Sheets(
            "chain", [""], frozenset(), lambda _n: iter(found), lambda _n: {}, lambda _n: len(found), chains.HEADING
        )
    return _listed("text", [""], [texts.rows(text)])


def _listed(kind: str, names: list[str], tables: list[list[list[Cell]]]) -> Sheets:
    if not any(tables):
        raise DomainError(N_("这个文件里没有内容。"), "file")
    return Sheets(
        kind,
        names,
        frozenset(),
        lambda n: ((number, list(cells)) for number, cells in enumerate(tables[n], 1)),
        lambda _n: {},
        lambda n: len(tables[n]),
    )
