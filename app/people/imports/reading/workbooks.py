"""Excel workbooks, new and old, by calamine."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.people.imports.rules.kinds import Cell

MOST_CELLS = 40_000_000
"""Of the rectangle that a sheet spans: calamine sets up all of it, filled or not."""
_FAR = re.compile(rb'[ \n]r="([A-Z]{3,}|[A-Z]+(?=[0-9]{6}))([0-9]+)"')
"""Cells far to the right or far below."""
_BLOCK = 4 * 1024 * 1024


@dataclass(slots=True)
class Workbook:
    """A workbook whose sheets are read when they are asked for."""

    book: CalamineWorkbook
    names: Sequence[str]
    hidden: frozenset[int]
    _read: dict[int, CalamineSheet] = field(default_factory=dict)

    def sheet(self, number: int) -> CalamineSheet:
        """One sheet, read once; the sheet before is let go."""
        if number not in self._read:
            self._read.clear()
            try:
                self._read[number] = self.book.get_sheet_by_name(self.names[number])
            except (CalamineError, ValueError) as error:
                raise DomainError(N_("这个文件已损坏或打不开，请换一个文件。"), "file") from error
        return self._read[number]

    def rows(self, number: int) -> Iterator[tuple[int, list[Cell]]]:
        """The rows from the first one of the sheet, each cell at its column."""
        sheet = self.sheet(number)
        left: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
        for row, cells in enumerate(sheet.iter_rows(), 1):
            yield row, [*left, *cells]

    def spans(self, number: int) -> dict[int, list[tuple[int, int]]]:
        """Cells of one column merged over several rows, as (first, last) row."""
        found: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, right) in self.sheet(number).merged_cell_ranges or ():
            if bottom > top and left == right:
                found.setdefault(left, []).append((top + 1, bottom + 1))
        return found

    def total(self, number: int) -> int:
        """How many rows the sheet has down to its last filled one."""
        sheet = self.sheet(number)
        return sheet.end[0] + 1 if sheet.end else 0


def opened(content: bytes) -> Workbook:
    """A workbook; raises `DomainError` for a locked, damaged or monstrous one."""
    if content.startswith(b"PK"):
        _refuse_monsters(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        known = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    except PasswordError as error:
        raise DomainError(N_("这个文件加了密码。请在 Excel 里取消密码，另存后再上传。"), "file") from error
    except (CalamineError, ValueError, OSError) as error:
        raise DomainError(N_("这个文件已损坏或打不开，请换一个文件。"), "file") from error
    hidden = frozenset(n for n, sheet in enumerate(known) if sheet.visible != SheetVisibleEnum.Visible)
    return Workbook(book, [sheet.name for sheet in known], hidden)


def _refuse_monsters(content: bytes) -> None:
    """Raise `DomainError` for a sheet with a stray cell so far away that the empty space between would fill memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    with packed.open(part) as stream:
                        _measure(iter(lambda: stream.read(_BLOCK), b""))
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError) as error:
        # zipfile says NotImplementedError of packing it doesn't know, RuntimeError of a file under a password
        raise DomainError(N_("这个文件已损坏或打不开，请换一个文件。"), "file") from error


def _measure(blocks: Iterator[bytes]) -> None:
    lowest = rightmost = 26
    rest = b""
    for block in blocks:
        text = rest + block
        for found in _FAR.finditer(text):
            lowest, rightmost = max(lowest, int(found[2])), max(rightmost, _column(found[1]))
            if lowest * rightmost > MOST_CELLS:
                raise DomainError(N_("表里很远的地方有零散的单元格，请删掉名单以外的行和列，另存后再上传。"), "file")
        rest = text[-32:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
