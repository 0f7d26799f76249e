"""Rosters as people make them, in every kind of file; nobody's numbers (sequence 000 to 003)."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from app.demo.reference import REGIONS
from app.people.imports.reading import Sheets, open_sheets
from app.people.imports.rules.headers import Heading
from app.people.imports.rules.judging import Judge, Judged
from app.people.imports.rules.places import Places, Village
from app.people.rules import check_character

DATA = Path(__file__).parents[1] / "unit" / "data"
TODAY = date(2026, 11, 22)
HEAD = ("姓名", "性别", "身份证号码", "联系电话", "村")


def number(born: str = "19800115", sequence: str = "000", area: str = "430681") -> str:
    """A well-formed identity number of nobody."""
    body = f"{area}{born}{sequence}"
    return body + check_character(body)


def numbers(count: int, start: date = date(1970, 1, 1)) -> Iterator[str]:
    """So many different numbers."""
    for day in range(count):
        yield number(f"{start + timedelta(days=day):%Y%m%d}")


def workbook(*rows: Sequence[Any], title: str = "Sheet1", before: Sequence[str] = ()) -> bytes:
    """A workbook with these rows on one sheet, other sheets before it."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in before:
        book.create_sheet(name).append(["填表说明", "请用文本格式"])
    page = book.create_sheet(title)
    for row in rows:
        page.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """A workbook as a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def all_places(own: frozenset[str] | None = None) -> Places:
    """The villages of the example city."""
    with REGIONS.open(encoding="utf-8-sig", newline="") as text:
        rows = {row["code"]: row for row in csv.DictReader(text)}
    villages = []
    for row in rows.values():
        if row["level"] == "5":
            town = rows[row["parent_code"]]
            villages.append(Village(row["code"], row["name"], town["name"], rows[town["parent_code"]]["name"]))
    return Places(villages, above=("湖南省", "岳阳市", "湖南", "岳阳"), own=own)


PLACES = all_places()


def judged(content: bytes, *, default_village: str = "", places: Places = PLACES) -> dict[int, Judged]:
    """Every row below the heading by its number, judged as if nobody were registered."""
    sheets = open_sheets(content)
    sheet, heading = sheets.roster()
    assert heading is not None
    return judge_sheet(sheets, sheet, heading, default_village=default_village, places=places)


def judge_sheet(
    sheets: Sheets, sheet: int, heading: Heading, *, default_village: str = "", places: Places = PLACES
) -> dict[int, Judged]:
    """One sheet judged."""
    judge = Judge(
        heading, places, TODAY, lambda _village, _number: 16, allow_synthetic=True, default_village=default_village
    )
    return {row: judge.judge(row, cells) for row, cells in sheets.rows(sheet) if row > heading.last}


def one(**cells: Any) -> Judged:
    """One row judged; a right row but for what is given."""
    row = {
        "姓名": "王小花",
        "性别": "女",
        "身份证号码": number(),
        "联系电话": "13800000000",
        "村": "弼时镇湄江村",
        **cells,
    }
    found = judged(workbook(tuple(row), tuple(row.values())))
    return found[2]
