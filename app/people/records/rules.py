"""What a sheet of another system says of trainings paid before: headings, and each row or why it is refused. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from app.people.imports.rules.kinds import Cell
from app.people.imports.rules.repairs import as_text, is_blank, read_number


class Column(StrEnum):
    """What a column may hold."""

    NAME = "name"
    ID_NUMBER = "id_number"
    CODE = "code"
    OCCUPATION = "occupation"
    LEVEL = "level"
    TAKEN_ON = "taken_on"
    AMOUNT = "amount"
    OUTCOME = "outcome"
    SCHOOL = "school"
    CERTIFICATE = "certificate"


HEADINGS = {
    Column.NAME: "姓名 学员姓名 劳动者姓名",
    Column.ID_NUMBER: "身份证号码 身份证号 身份证 证件号码 证件号 公民身份号码",
    Column.CODE: "职业编码 职业代码 工种编码 工种代码",
    Column.OCCUPATION: "职业工种 职业（工种） 职业 工种 职业名称 工种名称 培训工种 培训项目 培训职业工种 鉴定工种",
    Column.LEVEL: "等级 培训等级 技能等级 级别 证书等级",
    Column.TAKEN_ON: (
        "培训日期 结业日期 发证日期 培训时间 结业时间 发证时间 享受日期 补贴日期 开班日期 培训结束日期 年度 补贴年度"
    ),
    Column.AMOUNT: "补贴金额 金额 补贴金额元 金额元 培训补贴 补贴标准",
    Column.OUTCOME: "结果 状态 享受情况 培训结果 是否合格",
    Column.SCHOOL: "培训机构 培训学校 机构名称 学校 承训机构 培训单位",
    Column.CERTIFICATE: "证书编号 证书号 证书号码",
}
_SIGNS = re.compile(r"[\s:：()（）\[\]【】、/*_\-]")
KNOWN = {_SIGNS.sub("", word): column for column, words in HEADINGS.items() for word in words.split()}
NEEDED = (Column.ID_NUMBER, Column.TAKEN_ON)
SEARCHED = 30
"""Rows from the top in which the heading is looked for."""
TOTALS = ("合计", "总计", "小计", "制表", "填表", "审核", "备注")
LEVELS = {
    **{str(level): level for level in range(1, 6)},
    **{f"{word}级": level for level, word in enumerate("一二三四五", 1)},
    **{f"{level}级": level for level in range(1, 6)},
    "初级": 5, "初级工": 5, "中级": 4, "中级工": 4, "高级": 3, "高级工": 3, "技师": 2, "高级技师": 1,
    "": None, "无": None, "无等级": None, "不分等级": None, "合格证": None, "培训合格": None,
    "专项": None, "专项能力": None,
}  # fmt: skip
LOST = ("未结业", "不合格", "中途退出", "退出", "放弃", "作废", "缺考", "未通过", "弃训", "否")
USED = ("", "已享受", "已发放", "合格", "结业", "已结业", "通过", "正常", "已补贴", "已拨付", "是")
FIRST_YEAR = 1990
TEXT_MOST, CODE_MOST = 80, 40
_DAY = re.compile(r"(\d{4})[年./\-](\d{1,2})[月./\-](\d{1,2})日?(?:\s.*)?")
_WHOLE_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})年?(?:度)?")


class Fault(StrEnum):
    """Why a row is refused."""

    NO_NUMBER = "no_number"
    DIGITS_LOST = "digits_lost"
    NUMBER = "number"
    NO_OCCUPATION = "no_occupation"
    LEVEL = "level"
    NO_DAY = "no_day"
    DAY = "day"
    LATER = "later"
    AMOUNT = "amount"
    OUTCOME = "outcome"


class PastOutcome(StrEnum):
    """What came of a training paid before: used, or lost because the place was taken and the training not finished."""

    USED = "used"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Heading:
    """The row of the heading (from 1) and which column holds what."""

    row: int
    columns: Mapping[Column, int]


@dataclass(frozen=True, slots=True)
class PastTraining:
    """One training that another system paid, as its row says; the amount in fen where it is known."""

    row: int
    id_number: str
    name: str
    code: str
    occupation: str
    level: int | None
    taken_on: date
    amount_fen: int | None
    outcome: PastOutcome
    school: str
    certificate: str


def find_heading(rows: Sequence[Sequence[Cell]]) -> Heading | None:
    """The first row that names an identity number, a date and an occupation."""
    for number, cells in enumerate(rows[:SEARCHED], 1):
        columns: dict[Column, int] = {}
        for place, cell in enumerate(cells):
            column = KNOWN.get(_SIGNS.sub("", unicodedata.normalize("NFKC", cell))) if isinstance(cell, str) else None
            if column is not None:
                columns.setdefault(column, place)
        named = Column.OCCUPATION in columns or Column.CODE in columns
        if named and all(column in columns for column in NEEDED):
            return Heading(number, columns)
    return None


def is_no_row(cells: Sequence[Cell]) -> bool:
    """Whether a row is blank, a total or a note."""
    filled = [cell for cell in cells if not is_blank(cell)]
    return not filled or (isinstance(filled[0], str) and filled[0].strip().startswith(TOTALS))


def read_row(
    number: int, cells: Sequence[Cell], heading: Heading, *, today: date, until: date, allow_synthetic: bool
) -> PastTraining | tuple[Fault, ...]:
    """The training a row tells of, or everything that is wrong with it.

    `until` is the day up to which the system's record is complete: a later training contradicts that.
    """

    def cell(column: Column) -> Cell:
        place = heading.columns.get(column)
        return cells[place] if place is not None and place < len(cells) else None

    faults: list[Fault] = []
    held = _number(cell(Column.ID_NUMBER), faults, today=today, allow_synthetic=allow_synthetic)
    code, occupation = (as_text(cell(column)) for column in (Column.CODE, Column.OCCUPATION))
    if not code and not occupation:
        faults.append(Fault.NO_OCCUPATION)
    level = _level(cell(Column.LEVEL), faults)
    taken_on = _day(cell(Column.TAKEN_ON), faults, until=until)
    amount = _amount(cell(Column.AMOUNT), faults)
    outcome = _outcome(as_text(cell(Column.OUTCOME)), faults)
    if faults or taken_on is None:
        return tuple(faults)
    return PastTraining(
        number,
        held,
        as_text(cell(Column.NAME))[:CODE_MOST],
        code[:CODE_MOST],
        occupation[:TEXT_MOST],
        level,
        taken_on,
        amount,
        outcome,
        as_text(cell(Column.SCHOOL))[:TEXT_MOST],
        as_text(cell(Column.CERTIFICATE))[:CODE_MOST],
    )


def _number(cell: Cell, faults: list[Fault], *, today: date, allow_synthetic: bool) -> str:
    if is_blank(cell):
        faults.append(Fault.NO_NUMBER)
        return ""
    read = read_number(cell, today=today, allow_synthetic=allow_synthetic)
    if read.found is None:
        faults.append(Fault.DIGITS_LOST if not isinstance(cell, str) else Fault.NUMBER)
        return ""
    return read.found.number


def _level(cell: Cell, faults: list[Fault]) -> int | None:
    text = _SIGNS.sub("", unicodedata.normalize("NFKC", as_text(cell)))
    inside = re.search(r"[一二三四五1-5]级", text)
    word = inside[0] if inside and text not in LEVELS else text
    if word not in LEVELS:
        faults.append(Fault.LEVEL)
    return LEVELS.get(word)


def _day(cell: Cell, faults: list[Fault], *, until: date) -> date | None:
    if is_blank(cell):
        faults.append(Fault.NO_DAY)
        return None
    found = _as_day(cell)
    if found is None or found.year < FIRST_YEAR:
        faults.append(Fault.DAY)
        return None
    if found > until:
        faults.append(Fault.LATER)
    return found


def _as_day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = unicodedata.normalize("NFKC", as_text(cell))
    parts = _DAY.fullmatch(text) or _WHOLE_DAY.fullmatch(text)
    year = _YEAR.fullmatch(text)
    try:
        if parts:
            return date(*(int(part) for part in parts.groups()))
        return date(int(year[1]), 1, 1) if year else None
    except ValueError:
        return None


def _amount(cell: Cell, faults: list[Fault]) -> int | None:
    text = unicodedata.normalize("NFKC", as_text(cell)).replace(",", "").removesuffix("元").strip("¥ ")
    if not text:
        return None
    try:
        fen = Decimal(text) * 100
    except InvalidOperation:
        fen = Decimal(-1)
    if not fen.is_finite() or fen < 0 or fen != int(fen) or fen > 10**9:
        faults.append(Fault.AMOUNT)
        return None
    return int(fen)


def _outcome(text: str, faults: list[Fault]) -> PastOutcome:
    if text in LOST:
        return PastOutcome.LOST
    if text not in USED:
        faults.append(Fault.OUTCOME)
    return PastOutcome.USED
