"""How rows of another system's record are read: what is certain is taken, everything else is told at once."""

from datetime import date, datetime

import pytest

from app.people.imports.rules.kinds import Cell
from app.people.records.rules import (
    Column,
    Fault,
    Heading,
    PastOutcome,
    PastTraining,
    find_heading,
    is_no_row,
    read_row,
)
from tests.making.people import id_number

NUMBER = id_number(date(1980, 5, 6))
UNTIL = date(2026, 6, 30)
COLUMNS = {column: place for place, column in enumerate(Column)}


def read(**cells: Cell) -> PastTraining | tuple[Fault, ...]:
    given: dict[str, Cell] = {"id_number": NUMBER, "occupation": "焊工", "taken_on": "2025-05-20", **cells}
    row = [given.get(column.value) for column in Column]
    return read_row(5, row, Heading(1, COLUMNS), today=date(2026, 11, 22), until=UNTIL, allow_synthetic=True)


def test_headings_are_found_below_titles_whatever_they_are_called() -> None:
    rows: list[list[Cell]] = [
        ["2025 年培训补贴发放明细表"],
        ["序号", "姓 名", "证件号码", "培训工种", "培训等级", "发证日期", "补贴金额（元）"],
    ]
    heading = find_heading(rows)
    assert heading is not None
    assert (heading.row, heading.columns[Column.ID_NUMBER], heading.columns[Column.AMOUNT]) == (2, 2, 6)
    assert find_heading([["姓名", "身份证号", "电话"]]) is None


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025-05-20", date(2025, 5, 20)),
        ("2025.5.20", date(2025, 5, 20)),
        ("2025年5月20日", date(2025, 5, 20)),
        ("２０２５/５/２０", date(2025, 5, 20)),
        ("20250520", date(2025, 5, 20)),
        (20250520.0, date(2025, 5, 20)),
        (datetime(2025, 5, 20, 8, 30), date(2025, 5, 20)),  # noqa: DTZ001  # as spreadsheets give it
        ("2025年度", date(2025, 1, 1)),
        (2025.0, date(2025, 1, 1)),
    ],
)
def test_a_day_is_read_as_people_write_it(cell: Cell, day: date) -> None:
    found = read(taken_on=cell)
    assert isinstance(found, PastTraining)
    assert found.taken_on == day


@pytest.mark.parametrize(
    ("cell", "level"),
    [("五级/初级工", 5), ("初级", 5), ("3", 3), (3.0, 3), ("三级", 3), ("高级技师", 1), ("", None), (None, None)],
)
def test_a_level_is_read_as_people_write_it(cell: Cell, level: int | None) -> None:
    found = read(level=cell)
    assert isinstance(found, PastTraining)
    assert found.level == level


@pytest.mark.parametrize(("cell", "fen"), [(1500.0, 150_000), ("1,500.50元", 150_050), ("", None), (0, 0)])
def test_an_amount_is_exact_to_the_fen(cell: Cell, fen: int | None) -> None:
    found = read(amount=cell)
    assert isinstance(found, PastTraining)
    assert found.amount_fen == fen


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"id_number": None}, (Fault.NO_NUMBER,)),
        ({"id_number": 430681198005060000.0}, (Fault.DIGITS_LOST,)),
        ({"id_number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}, (Fault.NUMBER,)),
        ({"occupation": None}, (Fault.NO_OCCUPATION,)),
        ({"level": "特级"}, (Fault.LEVEL,)),
        ({"taken_on": None}, (Fault.NO_DAY,)),
        ({"taken_on": "2025-02-30"}, (Fault.DAY,)),
        ({"taken_on": "1880-01-01"}, (Fault.DAY,)),
        ({"taken_on": "2026-07-01"}, (Fault.LATER,)),
        ({"amount": "若干"}, (Fault.AMOUNT,)),
        ({"amount": "-1"}, (Fault.AMOUNT,)),
        ({"amount": "1.005"}, (Fault.AMOUNT,)),
        ({"amount": "NaN"}, (Fault.AMOUNT,)),
        ({"outcome": "说不清"}, (Fault.OUTCOME,)),
        ({"taken_on": None, "level": "?", "id_number": ""}, (Fault.NO_NUMBER, Fault.LEVEL, Fault.NO_DAY)),
    ],
)
def test_everything_wrong_with_a_row_is_told_at_once(cells: dict[str, Cell], faults: tuple[Fault, ...]) -> None:
    assert read(**cells) == faults


def test_a_place_taken_and_not_finished_is_lost() -> None:
    found = read(outcome="中途退出")
    assert isinstance(found, PastTraining)
    assert found.outcome == PastOutcome.LOST


def test_blank_rows_totals_and_signatures_are_no_rows() -> None:
    assert is_no_row([None, "", " "])
    assert is_no_row(["合计", 12])
    assert is_no_row(["制表人：某某"])
    assert not is_no_row([1, "张示例"])
