"""What comes of a row: every field judged, everything certain repaired, everything at fault named at once. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from app.people.imports.rules import repairs
from app.people.imports.rules.headers import Heading, plain
from app.people.imports.rules.kinds import PLACES, YOUNG, Cell, Fault, Field, Mend, Outcome, Skip
from app.people.imports.rules.places import Found, Places
from app.people.imports.rules.vocabulary import ethnic_group, schooling, work_status
from app.people.rules import ID_LENGTH, IdNumber, age_on

TOTALS = re.compile(r"^(本页|本村|全村|全镇|全县)?(合计|总计|小计|共计|总人数|合计人数|人数合计|累计|汇总|合并计)")
NOTES = re.compile(
    r"^(填表|制表|填报|审核|审批|经办|负责|主管|单位|联系人|培训机构|备注|说明|注[:：]|日期|签字|签名|盖章|领导|以上|本表|打印|共\d+[人页]|第\d+页)"
)
FEWEST_DIGITS = 6
LONGEST_ADDRESS, LONGEST_EMPLOYER, LONGEST_BANK = 120, 80, 80


@dataclass(frozen=True, slots=True)
class Draft:
    """A person as the row states them, ready to be registered."""

    name: str
    number: IdNumber
    region_code: str
    phone: str = ""
    address: str = ""
    ethnic_group: str = ""
    education: str = ""
    work_status: str = ""
    employer: str = ""
    payee_account: str = ""
    payee_bank: str = ""


@dataclass(slots=True)
class Judged:
    """One row's outcome; `faults` and `mends` are (field or rule, what, what its words need)."""

    row: int
    outcome: Outcome
    faults: list[tuple[str, str, int | None]] = field(default_factory=list)
    mends: list[tuple[str, str]] = field(default_factory=list)
    draft: Draft | None = None
    number: str = ""
    """The identity number where it was right."""

    @property
    def fields(self) -> list[str]:
        """The columns or rules at fault, each once; for a row that was passed over, why."""
        return list(dict.fromkeys(name for name, _what, _more in self.faults))


@dataclass(slots=True)
class Judge:
    """Judges a sheet row by row, remembering the numbers it has met.

    `least_age(region_code, birth_on, sex)` gives the least age in years; `default_village` is where everybody lives
    whose row names no place; `carried` holds place columns whose merged cells cover several rows.
    """

    heading: Heading
    places: Places
    today: date
    least_age: Callable[[str, IdNumber], int]
    allow_synthetic: bool = False
    default_village: str = ""
    seen: dict[str, int] = field(default_factory=dict)
    _core: tuple[int, ...] = ()
    _placed: tuple[tuple[Field, int], ...] = ()

    def __post_init__(self) -> None:
        """Sort the columns once."""
        columns = self.heading.columns
        self._core = tuple(columns[name] for name in (Field.NAME, Field.ID_NUMBER, Field.PHONE) if name in columns)
        self._placed = tuple((name, columns[name]) for name in PLACES if name in columns)

    def judge(self, row: int, cells: Sequence[Cell]) -> Judged:
        """The outcome of one row."""
        passed = self._passed_over(cells)
        if passed is not None:
            return Judged(row, Outcome.SKIP, [(passed.value, passed.value, None)])
        found = Judged(row, Outcome.OK)
        name = self._name(found, cells)
        number = self._number(found, cells, row)
        phone = self._phone(found, cells)
        village = self._village(found, cells)
        account = self._account(found, cells)
        if number is not None and self._too_young(found, village, number):
            found.outcome = Outcome.INELIGIBLE
        if any(what != Fault.YOUNG for _name, what, _more in found.faults):
            found.outcome = Outcome.ERROR
        if found.outcome == Outcome.OK and number is not None and name is not None and village is not None:
            found.draft = self._draft(found, cells, name, number, village, phone, account)
        return found

    def _cell(self, cells: Sequence[Cell], name: Field) -> Cell:
        column = self.heading.columns.get(name, -1)
        return cells[column] if 0 <= column < len(cells) else None

    def _passed_over(self, cells: Sequence[Cell]) -> Skip | None:
        """Why a row is nobody's: blank, a total, the heading again, a note below the list."""
        number = self._cell(cells, Field.ID_NUMBER)
        if isinstance(number, str) and len(number) == ID_LENGTH:
            return None
        width = len(cells)
        core = [cells[column] for column in self._core if column < width]
        if all(cell is None or cell == "" for cell in core) or all(repairs.is_blank(cell) for cell in core):
            return _kind_of_rest(cells)
        return None if _could_be_number(number) else _kind_of_text(cells, self.heading)

    def _name(self, found: Judged, cells: Sequence[Cell]) -> str | None:
        read = repairs.read_name(self._cell(cells, Field.NAME))
        _note(found, Field.NAME, read.fault, read.mends)
        return read.value

    def _number(self, found: Judged, cells: Sequence[Cell], row: int) -> IdNumber | None:
        cell = self._cell(cells, Field.ID_NUMBER)
        read = repairs.read_number(cell, today=self.today, allow_synthetic=self.allow_synthetic)
        _note(found, Field.ID_NUMBER, read.fault, read.mends, read.more)
        if read.found is None:
            return None
        number = read.found
        found.number = number.number
        first = self.seen.setdefault(number.number, row)
        if first != row:
            found.faults.append((Field.ID_NUMBER, Fault.TWICE, first))
        stated = self._cell(cells, Field.SEX)
        if stated is not None and stated != "":
            sex, readable = repairs.sex_of(stated)
            if sex is not None and sex != number.sex:
                found.faults.append((Field.SEX, Fault.SEX, None))
            elif not readable:
                found.mends.append((Field.SEX, Mend.SEX_UNREAD))
        return number

    def _phone(self, found: Judged, cells: Sequence[Cell]) -> str:
        read = repairs.read_phone(self._cell(cells, Field.PHONE))
        _note(found, Field.PHONE, read.fault, read.mends)
        return read.value or ""

    def _account(self, found: Judged, cells: Sequence[Cell]) -> str:
        cell = self._cell(cells, Field.PAYEE_ACCOUNT)
        if cell is None or cell == "":
            return ""
        read = repairs.read_account(cell)
        _note(found, Field.PAYEE_ACCOUNT, read.fault, read.mends)
        return read.value or ""

    def _village(self, found: Judged, cells: Sequence[Cell]) -> str | None:
        place = self._place(cells)
        if place is None:
            if self.default_village:
                return self.default_village
            found.faults.append((Field.VILLAGE, Fault.NO_VILLAGE, None))
            return None
        if place.fault == Fault.NO_VILLAGE and self.default_village:
            found.mends.append((Field.VILLAGE, Mend.DEFAULT_VILLAGE))
            return self.default_village
        _note(found, Field.VILLAGE, place.fault, (place.mend,) if place.mend else (), place.more)
        return place.code

    def _place(self, cells: Sequence[Cell]) -> Found | None:
        """The village by its own columns, else by the address; None where nothing is written."""
        width = len(cells)
        written = {}
        for name, column in self._placed:
            cell = cells[column] if column < width else None
            if cell is not None and cell != "":
                text = cell if isinstance(cell, str) else repairs.as_text(cell)
                if not repairs.is_nothing(text):
                    written[name] = text
        if not written:
            return None
        address = written.pop(Field.ADDRESS, "")
        if Field.VILLAGE in written or not address:
            found = self.places.find(*written.values())
            if found.code is not None or not address or found.fault == Fault.OUTSIDE:
                return found
            whole = self.places.find(address)
            return whole if found.fault == Fault.NO_VILLAGE or _agree(found, whole) else found
        alone = self.places.find(address)
        if alone.code is not None or not written:
            return alone
        joined = self.places.find(*written.values(), address)
        return joined if joined.code is not None else alone

    def _too_young(self, found: Judged, village: str | None, number: IdNumber) -> bool:
        least = self.least_age(village or "", number)
        if age_on(number.birth_on, self.today) >= least:
            return False
        found.faults.append((YOUNG, Fault.YOUNG, least))
        return True

    def _draft(
        self, found: Judged, cells: Sequence[Cell], name: str, number: IdNumber, village: str, phone: str, account: str
    ) -> Draft:
        columns = self.heading.columns
        group = self._word(found, cells, Field.ETHNIC_GROUP, _ethnic_group, Mend.ETHNIC_GROUP)
        education = self._word(found, cells, Field.EDUCATION, _schooling, Mend.EDUCATION)
        work = self._word(found, cells, Field.WORK_STATUS, _work_status, Mend.WORK_STATUS)
        bank = self._text(cells, Field.PAYEE_BANK, LONGEST_BANK) if account and Field.PAYEE_BANK in columns else ""
        return Draft(
            name, number, village, phone, self._text(cells, Field.ADDRESS, LONGEST_ADDRESS), group, education, work,
            self._text(cells, Field.EMPLOYER, LONGEST_EMPLOYER), account, bank,
        )  # fmt: skip

    def _word(
        self,
        found: Judged,
        cells: Sequence[Cell],
        name: Field,
        read: Callable[[Cell], tuple[str, bool]],
        mend: Mend,
    ) -> str:
        cell = self._cell(cells, name)
        if cell is None or cell == "":
            return ""
        value, understood = read(cell)
        if not understood:
            found.mends.append((name, mend))
        return value

    def _text(self, cells: Sequence[Cell], name: Field, longest: int) -> str:
        cell = self._cell(cells, name)
        if cell is None or cell == "":
            return ""
        text = " ".join(repairs.as_text(cell).split())
        return "" if repairs.is_nothing(text) else text[:longest]


_ethnic_group = lru_cache(4096)(ethnic_group)
_schooling = lru_cache(4096)(schooling)
_work_status = lru_cache(4096)(work_status)


def _note(found: Judged, name: Field, fault: Fault | None, mends: Sequence[Mend] = (), more: int | None = None) -> None:
    if fault is not None:
        found.faults.append((name, fault, more))
    elif mends:
        found.mends.extend((name, mend) for mend in mends)


def _agree(short: Found, whole: Found) -> bool:
    """Whether the address may say what the village's own column left open."""
    return short.fault == Fault.WHICH_VILLAGE and whole.code is not None


def _could_be_number(cell: Cell) -> bool:
    """Whether somebody tried to write an identity number here, not a head count or a note."""
    if isinstance(cell, str):
        return sum(char.isdigit() for char in cell) >= FEWEST_DIGITS
    return cell is not None and not (isinstance(cell, int | float) and abs(cell) < 10**FEWEST_DIGITS)


def _kind_of_rest(cells: Sequence[Cell]) -> Skip:
    """What a row without name, number and phone is."""
    for text in _texts(cells):
        if TOTALS.match(text):
            return Skip.TOTAL
        if NOTES.match(text):
            return Skip.NOTE
    return Skip.BLANK


def _kind_of_text(cells: Sequence[Cell], heading: Heading) -> Skip | None:
    """Whether a row with something in the columns of people is a total, a note, or the heading once more."""
    texts = list(_texts(cells))
    words = {plain(word) for word in heading.words if word}
    if sum(1 for text in texts if text in words) >= 2:
        return Skip.HEADING
    for text in texts[:3]:
        if TOTALS.match(text):
            return Skip.TOTAL
        if NOTES.match(text):
            return Skip.NOTE
    return None


def _texts(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        if isinstance(cell, str) and cell:
            text = "".join(plain(cell).split())
            if text:
                yield text
