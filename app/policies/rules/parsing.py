"""From a pack's data (pack.toml and its tables) to a `Pack`, or to the list of every error in it. Pure.

The content is a plain dict: `{"toml": {...}, "tables": {"rates": [{"_row": 2, "category": "...", ...}, ...]}}`, dates
as text. `"modes": ["key", ...]` keeps the order in which the modes are written, which JSON in the database does not.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.kernel.marking import N_
from app.policies.rules.facts import Sex
from app.policies.rules.formulating import read_formula, usual_rounding
from app.policies.rules.modes import Mode
from app.policies.rules.pack import Pack
from app.policies.rules.reading import Cells, Problem
from app.policies.rules.stating import TOML, read_figures, read_modes
from app.policies.rules.tables import AgeRow, HoursRow, Listed, ListRow, RateRow, ReviewRow, SourceNote

HEAD = (
    *("key", "title_zh", "title_en", "note_zh", "note_en", "region_code", "valid_from", "valid_to"),
    *("is_example", "default_category", "extends", "replaces", "approver", "fund"),
)
_LISTED = ("key", "name_zh", "name_en", "evidence_zh", "evidence_en", "source")
COLUMNS: dict[str, tuple[str, ...]] = {
    "sources": ("key", "title", "address", "grade"),
    "ages": ("sex", "born_from", "born_to", "min_years", "max_years", "max_months", "source"),
    "groups": _LISTED,
    "statuses": _LISTED,
    "categories": _LISTED,
    "checklist": _LISTED,
    "occupations": ("prefix", "category", "source"),
    "hours": ("category", "occupation", "level", "min_hours", "source"),
    "rates": (
        *("item", "category", "occupation", "mode", "group", "level", "amount_yuan", "cap_yuan", "unit"),
        *("conditions", "source"),
    ),
    "lists": ("list", "occupation", "level", "source"),
    "funds": _LISTED,
    "reviews": ("key", "name_zh", "name_en", "from_yuan", "workdays", "source"),
    "workdays": ("day", "working", "source"),
}
MOST_HOURS = 2000


class PackErrors(Exception):
    """The pack can't be used; `problems` names every error with file, row and column."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems in the policy pack")
        self.problems = problems


def parse_pack(content: Mapping[str, Any]) -> Pack:
    """The pack that the content describes; raises `PackErrors` with every error found."""
    reading = Reading(content)
    pack = reading.pack()
    if reading.problems:
        raise PackErrors(tuple(reading.problems))
    return pack


class Reading:
    """One reading of one content; errors gather in `problems`."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.problems: list[Problem] = []
        self.toml: Mapping[str, Any] = content.get("toml", {})
        self.tables: Mapping[str, Any] = content.get("tables", {})
        self.mode_order: Sequence[str] = content.get("modes", ())
        for name in self.tables:
            if name not in COLUMNS:
                self.problems.append(Problem(f"{name}.csv", 0, "", N_("不认识这个表。")))
        self.head = self._head()
        self.is_example = self.head.yes("is_example") or False
        self.sources = {row.key: row for row in self._sources()}

    def pack(self) -> Pack:
        """Read everything; the result is only to be used where no problem was found."""
        head = self.head
        categories = self._listed("categories")
        groups = self._listed("groups")
        funds = self._listed("funds")
        modes = read_modes(self._modes(), self.problems, categories, funds)
        lists = self._lists()
        figures = read_figures(self.toml, self.problems, self.sources, groups=groups, is_example=self.is_example)
        start, end = head.day("valid_from"), head.day("valid_to")
        if start is None and head.text("valid_from") == "":
            head.wrong("valid_from", N_("这里不能空着。"))
        if start and end and end < start:
            head.wrong("valid_to", N_("结束日期不能早于开始日期。"))
        return Pack(
            key=self._key(),
            title=head.named("title", required=True),
            note=head.named("note"),
            region_code=self._region(),
            valid_from=start or date.min,
            valid_to=end,
            is_example=self.is_example,
            default_category=head.known("default_category", categories),
            sources=self.sources,
            figures=figures,
            modes=modes,
            ages=tuple(self._ages()),
            groups=groups,
            statuses=self._listed("statuses"),
            categories=categories,
            checklist=tuple(self._listed("checklist").values()),
            occupations=self._occupations(categories),
            hours=tuple(self._hours(categories)),
            rates=tuple(self._rates(categories, groups, modes)),
            formula=read_formula(
                self.toml.get("formula", []),
                self.problems,
                {"modes": modes, "categories": categories, "groups": groups, "lists": lists},
                self.sources,
                rounding=usual_rounding(figures),
                is_example=self.is_example,
            ),
            workdays=self._workdays(),
            lists=lists,
            funds=funds,
            reviews=tuple(self._reviews()),
            extends=head.text("extends"),
            approver=head.text("approver"),
            fund=head.known("fund", funds),
        )

    def _section(self, name: str) -> Mapping[str, Any]:
        section = self.toml.get(name, {})
        if isinstance(section, Mapping):
            return section
        self.problems.append(Problem(TOML, 0, name, N_("这里应当是一节，写作 [%(name)s]。"), {"name": name}))
        return {}

    def _modes(self) -> Mapping[str, Any]:
        section = self._section("modes")
        return {key: section[key] for key in (*self.mode_order, *section) if key in section}

    def _head(self) -> Cells:
        cells = Cells(self.problems, TOML, 0, self._section("pack"), "pack.")
        cells.only(HEAD)
        return cells

    def _key(self) -> str:
        key = self.head.text("key", required=True)
        if key and not (key.isascii() and re.fullmatch(r"[\w-]+", key)):
            self.head.wrong("key", N_("只用字母、数字和横线。"))
        return key

    def _region(self) -> str:
        code = self.head.text("region_code", required=True)
        if code and not (code.isascii() and code.isdigit() and len(code) in (6, 9, 12)):
            self.head.wrong("region_code", N_("请填 6、9 或 12 位的区划代码。"))
        return code

    def _rows(self, table: str) -> Iterator[Cells]:
        told: set[str] = set()
        for values in self.tables.get(table, []):
            file = str(values.get("_file", f"{table}.csv"))
            for column in set(values) - {*COLUMNS[table], "_row", "_file", *told}:
                told.add(column)
                self.problems.append(Problem(file, 1, column, N_("不认识这一项。")))
            yield Cells(self.problems, file, int(values.get("_row", 0)), values)

    def _source(self, cells: Cells, *, has_value: bool) -> str:
        return cells.source(self.sources, has_value=has_value, is_example=self.is_example)

    def _sources(self) -> Iterator[SourceNote]:
        for cells in self._rows("sources"):
            key, title = cells.text("key", required=True), cells.text("title", required=True)
            yield SourceNote(key, title, cells.text("address"), cells.text("grade"))

    def _listed(self, table: str) -> dict[str, Listed]:
        found: dict[str, Listed] = {}
        for cells in self._rows(table):
            key = cells.text("key", required=True)
            if key in found:
                cells.wrong("key", N_("“%(key)s”重复了。"), key=key)
            source = self._source(cells, has_value=True)
            found[key] = Listed(key, cells.named("name", required=True), cells.named("evidence"), source)
        return found

    def _ages(self) -> Iterator[AgeRow]:
        seen: list[AgeRow] = []
        for cells in self._rows("ages"):
            least, most = cells.whole("min_years", 0, 100), cells.whole("max_years", 0, 100)
            sex = cells.one_of("sex", Sex)
            row = AgeRow(
                sex=Sex(sex) if sex else Sex.MALE,
                born_from=cells.month("born_from"),
                born_to=cells.month("born_to"),
                min_years=least or 0,
                max_years=most,
                max_months=cells.whole("max_months", 0, 11) or 0,
                source=self._source(cells, has_value=least is not None or most is not None),
            )
            self._age_problems(cells, row)
            if sex and any(row.meets(other) for other in seen):
                cells.wrong("born_from", N_("这一行的出生年月与前面的行重叠。"))
            seen += [row] if sex else []
            yield row

    @staticmethod
    def _age_problems(cells: Cells, row: AgeRow) -> None:
        for column in ("sex", "min_years"):
            cells.text(column, required=True)
        if row.born_from is not None and row.born_to is not None and row.born_to < row.born_from:
            cells.wrong("born_to", N_("结束月份不能早于开始月份。"))
        if row.max_years is not None and row.max_years < row.min_years:
            cells.wrong("max_years", N_("最大年龄不能小于最小年龄。"))

    def _occupations(self, categories: Mapping[str, Listed]) -> dict[str, str]:
        found: dict[str, str] = {}
        for cells in self._rows("occupations"):
            self._source(cells, has_value=True)
            prefix = cells.code("prefix", required=True)
            if prefix in found:
                cells.wrong("prefix", N_("“%(key)s”重复了。"), key=prefix)
            found[prefix] = cells.known("category", categories)
        return found

    def _hours(self, categories: Mapping[str, Listed]) -> Iterator[HoursRow]:
        seen: set[tuple[object, ...]] = set()
        for cells in self._rows("hours"):
            least = cells.whole("min_hours", 1, MOST_HOURS)
            source = self._source(cells, has_value=least is not None)
            category, occupation = cells.known("category", categories), cells.code("occupation")
            row = HoursRow(category, cells.level(), least, source, occupation)
            self._once(cells, seen, (row.category, row.occupation, row.level))
            yield row

    def _rates(
        self, categories: Mapping[str, Listed], groups: Mapping[str, Listed], modes: Mapping[str, Mode]
    ) -> Iterator[RateRow]:
        seen: set[tuple[object, ...]] = set()
        for cells in self._rows("rates"):
            amount, most = cells.money("amount_yuan"), cells.money("cap_yuan")
            row = RateRow(
                category=cells.known("category", categories),
                occupation=cells.code("occupation"),
                level=cells.level(),
                amount_fen=amount,
                unit=cells.text("unit"),
                source=self._source(cells, has_value=amount is not None or most is not None),
                item=cells.text("item"),
                mode=cells.known("mode", modes),
                group=cells.known("group", groups),
                cap_fen=most,
                conditions=cells.text("conditions"),
            )
            self._once(cells, seen, (row.item, row.category, row.occupation, row.mode, row.group, row.level))
            yield row

    def _lists(self) -> dict[str, tuple[ListRow, ...]]:
        found: dict[str, tuple[ListRow, ...]] = {}
        for cells in self._rows("lists"):
            name = cells.text("list", required=True)
            code = cells.code("occupation")
            source = self._source(cells, has_value=bool(code))
            rows = found.setdefault(name, ())
            if code:
                found[name] = (*rows, ListRow(code, cells.level(), source))
        return found

    def _reviews(self) -> Iterator[ReviewRow]:
        for cells in self._rows("reviews"):
            least, days = cells.money("from_yuan"), cells.whole("workdays", 1, 365)
            source = self._source(cells, has_value=least is not None or days is not None)
            yield ReviewRow(cells.text("key", required=True), cells.named("name", required=True), least, days, source)

    @staticmethod
    def _once(cells: Cells, seen: set[Any], key: tuple[object, ...]) -> None:
        if key in seen:
            cells.wrong("level", N_("同样的一行前面已经有了。"))
        seen.add(key)

    def _workdays(self) -> dict[date, bool]:
        found: dict[date, bool] = {}
        for cells in self._rows("workdays"):
            day, working = cells.day("day"), cells.yes("working")
            self._source(cells, has_value=True)
            if day is None or working is None:
                cells.wrong("day", N_("请写明日期，以及上班（true）还是放假（false）。"))
            else:
                found[day] = working
        return found
