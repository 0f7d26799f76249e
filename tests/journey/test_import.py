"""A township's roster with faults: mended in the workbook that came back, sent again, in the register once."""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from app.audit.models import Event
from app.kernel import clock
from app.kernel.database import db
from tests.journey.browsing import Person
from tests.journey.town import Town
from tests.making.roster_files import number, saved

DAY = date(2026, 10, 27)
COLUMNS = ("序号", "姓名", "性别", "身份证号码", "联系电话", "村（社区）", "备注")
FIRST = 3
"""The sheet's row of the first person, below a title and the heading."""
FAULTS = {
    4: "身份证号码的最后一位对不上",
    5: "区划里没有这个村（社区）",
    6: "身份证号码和第 3 行重复",
    7: "身份证号码在表里存成了数字",
}


@dataclass(frozen=True)
class Roster:
    """Six women as they should stand in the register; the sheet that comes has four of them wrong."""

    names: tuple[str, ...]
    born: int

    @property
    def numbers(self) -> list[str]:
        """Their right identity numbers."""
        return [number(f"{self.born}03{day:02}", "002") for day in range(1, len(self.names) + 1)]

    def sheet(self) -> bytes:
        """The workbook as it comes, with looks of its own."""
        book = openpyxl.Workbook()
        page: Any = book.worksheets[0]
        page.title = "报名表"
        page.append(["弼时镇技能培训报名表"])
        page.merge_cells("A1:G1")
        page.append(COLUMNS)
        for place, (name, right) in enumerate(zip(self.names, self.numbers, strict=True)):
            page.append([place + 1, name, "女", right, f"19900{self.born}{place:02}", "湄江村", ""])
        page["D4"] = self.numbers[1][:-1] + ("1" if self.numbers[1][-1] != "1" else "2")
        page["F5"] = "湄河湾村"
        page["D6"] = self.numbers[0]
        page["D7"] = float(self.numbers[4])
        page["E8"] = int(f"19900{self.born}05")
        page.append(["", "合计", "", "6 人"])
        return saved(book)


@pytest.fixture
def officer(town: Town) -> Person:
    """The township's officer."""
    return town.at("township")


@pytest.mark.timeout(300)
def test_a_roster_held_up_by_faults_is_mended_sent_again_and_imported_whole(town: Town, officer: Person) -> None:
    roster = Roster(("覃幺妹", "覃二妹", "覃三妹", "覃四妹", "覃五妹", "覃六妹"), 1981)
    with town.moment(clock.moment_of(DAY, 9)):
        sent(town, officer, roster.sheet())
        found(officer, roster)
        decided(town, officer, 2, "全部合格才导入")
        officer.sees("一行也没有导入")
        registered(officer, roster, ())
        answers = answered(town, officer)
        mended = mend(answers, roster)
        sent(town, officer, mended)
        officer.misses(*FAULTS.values())
        decided(town, officer, 6)
        officer.sees("新登记了 6 人")
        registered(officer, roster, roster.names)
        nothing_new(town, officer, mended)
        registered(officer, roster, roster.names)


@pytest.mark.timeout(300)
def test_the_good_rows_go_first_and_the_mended_ones_follow(town: Town, officer: Person) -> None:
    roster = Roster(("冼幺妹", "冼二妹", "冼三妹", "冼四妹", "冼五妹", "冼六妹"), 1982)
    with town.moment(clock.moment_of(DAY, 14)):
        sent(town, officer, roster.sheet())
        decided(town, officer, 2, "先导入合格的人")
        officer.sees("新登记了 2 人")
        registered(officer, roster, (roster.names[0], roster.names[5]))
        mended = mend(answered(town, officer), roster)
        sent(town, officer, mended)
        decided(town, officer, 4)
        officer.sees("新登记了 4 人")
        officer.follow("跳过")
        officer.sees("已经登记过，这次没有改动", roster.names[0], roster.names[5])
        registered(officer, roster, roster.names)
        nothing_new(town, officer, mended)
        registered(officer, roster, roster.names)


def sent(town: Town, officer: Person, content: bytes) -> None:
    """Upload a workbook and wait until it was read."""
    officer.door("劳动者")
    officer.follow("导入名册")
    officer.press("核对这份名册", {"名册文件": (content, "报名表.xlsx")})
    officer.sees("可以离开这一页去做别的")
    town.work()
    officer.follow("看看好了没有")
    officer.sees("核对结果")


def found(officer: Person, roster: Roster) -> None:
    """Every fault at once, beside its row, with the numbers masked; what was repaired is told too."""
    rows = {row: " ".join(row_text.split()) for row, row_text in _rows(officer)}
    assert {row: words for row, words in FAULTS.items() if words not in rows.get(row, "")} == {}
    assert sorted(rows) == sorted(FAULTS)
    officer.misses(*roster.numbers)
    officer.follow("已修好")
    officer.sees("号码在表里存成了数字，已改成文本。", roster.names[5])
    officer.follow("跳过")
    officer.sees("合计行，没有读。")


def _rows(officer: Person) -> list[tuple[int, str]]:
    cells = [(row.xpath("./td"), str(row.text_content())) for row in officer.page.root.xpath("//tbody/tr")]
    return [(int(tds[0].text_content()), words) for tds, words in cells if tds]


def decided(town: Town, officer: Person, good: int, take: str = "") -> None:
    """Have them imported, as the officer chooses where rows are held up."""
    officer.press(f"导入 {good} 人", {"怎样导入": take} if take else {})
    town.work()
    officer.follow("看看好了没有")


def answered(town: Town, officer: Person) -> bytes:
    """The same workbook back, from the newest of the officer's imports; that it was handed out is on the record."""
    officer.door("劳动者")
    officer.follow("导入名册")
    officer.follow(f"{DAY.month}", within="文件")
    before = exports(town)
    officer.press("下载结果表")
    assert officer.page.kind == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert exports(town) == before + 1
    return officer.page.content


def exports(town: Town) -> int:
    """How often workbooks with answers were handed out."""
    query = select(func.count(Event.id)).where(Event.subject_type == "roster_imports", Event.action == "export")
    with town.app.app_context():
        return db.session.scalar(query) or 0


def mend(content: bytes, roster: Roster) -> bytes:
    """Go by the column of answers and the colored cells, put these right, and save the very workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page: Any = book["报名表"]
    assert page["A1"].value == "弼时镇技能培训报名表"
    assert str(page["H2"].value).startswith("导入结果")
    assert {row for row in range(FIRST, 9) if "要改正" in str(page.cell(row, 8).value)} == set(FAULTS)
    for row, words in FAULTS.items():
        assert words in page.cell(row, 8).value
        cell = page["F5"] if row == 5 else page.cell(row, 4)
        assert cell.fill.fill_type == "solid"
        cell.number_format = "@"
        cell.value = "湄江村" if row == 5 else roster.numbers[row - FIRST]
    assert page["D3"].fill.fill_type is None
    return saved(book)


def nothing_new(town: Town, officer: Person, content: bytes) -> None:
    """The same file once more: it is known, there is nobody to register."""
    sent(town, officer, content)
    officer.sees("这份文件导入过了", "没有可以新登记的人。")
    assert not officer.may_press("导入 ")
    officer.press("放弃")


def registered(officer: Person, roster: Roster, names: tuple[str, ...]) -> None:
    """Who of the roster stands in the register, each once, with the right number, and nothing was changed in them."""
    for name, right in zip(roster.names, roster.numbers, strict=True):
        officer.door("劳动者")
        officer.press("查找", {"找人": name})
        assert len(officer.page.links(name)) == (1 if name in names else 0), officer.page.main
        if name in names:
            officer.follow(name)
            officer.sees(name, f"{right[:6]}********{right[-4:]}", "湄江村", "登记以后还没有人改过。")
