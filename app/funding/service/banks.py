"""The banks' templates as they lie in the folder, and files made with them."""

import io
import tomllib
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from app.funding.rules.bank import split_lines
from app.funding.rules.templates import CannotWrite, Kind, Rows, Template, as_text, cells, read_template
from app.kernel.errors import DomainError, NotFound
from app.kernel.i18n import _
from app.kernel.marking import N_

FOLDER = Path(__file__).parents[1] / "banks"
MOST_BYTES = 1024 * 1024
MOST_LINES = 20_000
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 22
BROKEN = (
    zipfile.BadZipFile, zlib.error, OSError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError,
    SyntaxError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What reading a damaged workbook raises."""


@cache
def templates() -> dict[str, Template]:
    """Every template of the folder by its file's name; a bad one stops the start, not a payment."""
    return {
        path.stem: read_template(path.stem, tomllib.loads(path.read_text("utf-8")))
        for path in sorted(FOLDER.glob("*.toml"))
    }


def template_of(key: str) -> Template:
    """One template; raises `NotFound`."""
    found = templates().get(key)
    if found is None:
        raise NotFound
    return found


def of_rows(rows: Rows) -> list[Template]:
    """The templates of one kind of list."""
    return [one for one in templates().values() if one.rows is rows]


def file_of(template: Template, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The file, byte for byte the same for the same rows; raises `DomainError` naming what is missing."""
    try:
        if template.kind is Kind.TEXT:
            return as_text(template, rows).encode(template.encoding)
        return _sheet(template, rows)
    except CannotWrite as found:
        words = (
            _("“%(who)s”这一笔没有“%(column)s”，先补上再导出。")
            if found.empty
            else _("“%(who)s”这一笔的“%(column)s”里有分隔符或不可见的字，银行会读错，请先改正。")
        )
        raise DomainError(words % {"who": found.who, "column": found.column}) from found
    except UnicodeEncodeError as found:
        raise DomainError(_("有一个字银行的编码里没有：%(sign)s。", sign=found.object[found.start])) from found


def _sheet(template: Template, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A workbook of text cells: numbers of accounts keep every digit, and nothing is taken for a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(template.sheet)
    for number in range(1, len(template.columns) + 1):
        sheet.column_dimensions[chr(64 + number)].width = WIDTH
    lines: list[list[str | int]] = [cells(template, row) for row in rows]
    if template.total:
        lines.append(_total(template, rows))
    if template.heading:
        sheet.append([_plain(sheet, column.title, bold=True) for column in template.columns])
    for line in lines:
        sheet.append([_plain(sheet, one) for one in line])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _total(template: Template, rows: Sequence[Mapping[str, Any]]) -> list[str | int]:
    people, fen = sum(row.get("people", 1) for row in rows), sum(row["amount"] for row in rows)
    sums = {"seq": _("合计"), "people": people, "amount": f"{fen // 100}.{fen % 100:02d}"}
    return [sums.get(column.value, "") for column in template.columns]


def _plain(sheet: Any, value: str | int, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    return cell


def lines_of(content: bytes) -> list[list[str]]:
    """The rows of an answer file, a workbook or text in UTF-8 or GB 18030; raises `DomainError` for anything else."""
    if len(content) > MOST_BYTES:
        raise DomainError(N_("文件太大，回盘文件不会超过 1 MB，请看看是不是选错了。"), "file")
    if content.startswith(b"PK"):
        return _sheet_lines(content)
    if b"\0" in content or not content.strip():
        raise DomainError(N_("这不是银行的回盘文件，请选银行给的 txt、csv 或 xlsx 文件。"), "file")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return split_lines(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise DomainError(N_("这不是银行的回盘文件，请选银行给的 txt、csv 或 xlsx 文件。"), "file")


def _sheet_lines(content: bytes) -> list[list[str]]:
    try:
        sheet: Any = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        rows = [[_read(cell) for cell in row] for row in sheet.iter_rows(values_only=True, max_row=MOST_LINES)]
    except BROKEN as error:
        raise DomainError(N_("这个表格打不开，可能下载时损坏了，请重新下载。"), "file") from error
    return rows


def _read(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
