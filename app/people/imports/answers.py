"""The same workbook back, with a column that says what came of each row."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy import select

from app.kernel.database import db
from app.kernel.labels import label
from app.papers.uploads import TABLE_TEXT, XLSX
from app.people.imports.models import ImportFinding, RosterImport
from app.people.imports.reading import Sheets, open_sheets
from app.people.imports.reading.texts import encoding_of, separator_of
from app.people.imports.rules.headers import ANSWER, Heading, plain
from app.people.imports.rules.kinds import PLACES, Cell, Field, Outcome
from app.people.imports.words import fault_words, mend_words

MOST_STYLED = 400_000
"""Cells up to which the workbook keeps its looks; a larger one comes back as plain cells, row by row."""
RED, AMBER = PatternFill("solid", fgColor="FFF6CFCF"), PatternFill("solid", fgColor="FFFDEBC8")
WIDTH = 60
TELL_EVERY = 1000
Said = dict[int, tuple[str, list[str], Outcome]]
"""By row: what is said of it, the fields at fault, the outcome."""


def answered(content: bytes, row: RosterImport, heading: Heading, tell: Callable[[int], None]) -> tuple[bytes, str]:
    """The file with the answers, and its media type: a workbook stays one, a table as text stays one."""
    said, sheet = _said(row), int(row.layout["sheet"])
    sheets = open_sheets(content)
    if sheets.kind == "text":
        return _as_text(content, sheets, said, heading), TABLE_TEXT
    size = row.counts.get("rows", 0) * max(1, len(heading.words))
    if content.startswith(b"PK") and size <= MOST_STYLED:
        styled = _styled(content, sheets.names[sheet], said, heading)
        if styled is not None:
            return styled, XLSX
    return _plain(sheets, sheet, said, heading, tell), XLSX


def _said(row: RosterImport) -> Said:
    columns = (ImportFinding.row, ImportFinding.outcome, ImportFinding.faults, ImportFinding.mends)
    found = db.session.execute(select(*columns).where(ImportFinding.import_id == row.id))
    return {
        number: (
            "\n".join([label(outcome), *fault_words(faults), *mend_words(mends)]),
            [name for name, _what, _more in faults],
            outcome,
        )
        for number, outcome, faults, mends in found
    }


def _answer(said: Said, number: int, heading: Heading) -> str:
    if number == max(1, heading.last):
        return f"{ANSWER}（系统填写，再次导入时不读）"
    if number <= heading.last:
        return ""
    return said[number][0] if number in said else label(Outcome.OK)


def _styled(content: bytes, name: str, said: Said, heading: Heading) -> bytes | None:
    """The workbook as it is, one column richer, cells at fault colored; None where it can't be opened for writing."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content))
        page: Any = book[name]
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError):
        return None
    column = _column_of_answers(page, heading)
    for number in range(max(1, heading.last), page.max_row + 1):
        cell = page.cell(number, column)
        if isinstance(cell, openpyxl.cell.MergedCell):
            continue
        if number <= heading.last or number in said or any(page.cell(number, n + 1).value for n in _core(heading)):
            cell.value = _answer(said, number, heading)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        _color(page, number, said, heading)
    page.cell(max(1, heading.last), column).font = Font(bold=True)
    page.column_dimensions[get_column_letter(column)].width = WIDTH
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _core(heading: Heading) -> list[int]:
    return [heading.columns[name] for name in (Field.NAME, Field.ID_NUMBER) if name in heading.columns]


def _column_of_answers(page: Any, heading: Heading) -> int:
    """The column right of everything, or the one with an earlier import's answers."""
    for cell in page[max(1, heading.last)]:
        if plain(cell.value).startswith(ANSWER):
            return int(cell.column)
    return int(page.max_column) + 1


def _color(page: Any, number: int, said: Said, heading: Heading) -> None:
    _words, fields, outcome = said.get(number, ("", [], Outcome.OK))
    if outcome not in (Outcome.ERROR, Outcome.INELIGIBLE):
        return
    for name in fields:
        for column in _columns_of(name, heading):
            cell = page.cell(number, column + 1)
            if not isinstance(cell, openpyxl.cell.MergedCell):
                cell.fill = RED if outcome == Outcome.ERROR else AMBER


def _columns_of(name: str, heading: Heading) -> list[int]:
    wanted = PLACES if name == Field.VILLAGE else (Field.ID_NUMBER,) if name not in set(Field) else (Field(name),)
    return [heading.columns[one] for one in wanted if one in heading.columns]


def _plain(sheets: Sheets, sheet: int, said: Said, heading: Heading, tell: Callable[[int], None]) -> bytes:
    """A new workbook with the cells of the sheet and the answers; written row by row, so that memory stays small."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet((sheets.names[sheet] or "Sheet1")[:31])
    page.column_dimensions["A"].width = 12
    width = max(len(heading.words), 1)
    if sheets.kind == "chain":
        page.append([*heading.words, ANSWER])
    for number, cells in sheets.rows(sheet):
        row = [_safe(page, cell) for cell in cells] + [None] * (width - len(cells))
        page.append([*row, _safe(page, _answer(said, number, heading))])
        if number % TELL_EVERY == 0:
            tell(number)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(page: Any, cell: Cell) -> Any:
    """A cell whose text stays text, also when it looks like a formula."""
    if not isinstance(cell, str) or not cell.startswith("="):
        return cell if cell != "" else None
    kept = WriteOnlyCell(page, value=cell)
    kept.data_type = "s"
    return kept


def _as_text(content: bytes, sheets: Sheets, said: Said, heading: Heading) -> bytes:
    """The table as text in its own encoding and with its own separator."""
    encoding = encoding_of(content)
    separator = separator_of(content.decode(encoding))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerows(_text_rows(sheets, said, heading))
    return out.getvalue().encode(encoding, errors="replace")


def _text_rows(sheets: Sheets, said: Said, heading: Heading) -> Iterator[list[str]]:
    for number, cells in sheets.rows(0):
        words = _answer(said, number, heading).replace("\n", " ")
        yield [*("" if cell is None else str(cell) for cell in cells), words]
