"""Reading the formula of pack.toml, step by step. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from app.kernel.marking import N_
from app.policies.rules.facts import Funding
from app.policies.rules.figures import Figure
from app.policies.rules.kinds import KINDS
from app.policies.rules.modes import PLACEMENTS
from app.policies.rules.reading import Cells, Problem
from app.policies.rules.rounding import POINTS, Rounding, RoundMode, RoundTo
from app.policies.rules.stating import TOML
from app.policies.rules.steps import Counted, FormulaStep, Per, Tier, When

STEP_FIELDS = (
    *("key", "kind", "name_zh", "name_en", "rule", "source", "to", "when", "unless"),
    *("exclusive", "not_with", "round_to", "round_mode"),
)
STEP_FIGURES = (
    *("yuan", "cap_yuan", "floor_yuan", "percent", "cap_percent", "tiers", "of", "base", "item", "day_hours"),
    *("from_year", "most_a_year", "per", "counted"),
)
NUMBERS = ("yuan", "cap_yuan", "floor_yuan", "percent", "cap_percent", "day_hours", "from_year", "most_a_year")
WHEN_FIELDS = tuple(field.name for field in fields(When))
TIER_FIELDS = {
    "tiered_day": ("up_to", "yuan"),
    "tiered_hour": ("up_to", "yuan"),
    "class_share_percent": ("from_percent", "percent"),
}
TO = ("payee", "trainee")
LEVELS = ("1", "2", "3", "4", "5")
MOST_YEAR = 2100


def usual_rounding(figures: Mapping[str, Figure]) -> Rounding:
    """How the pack rounds where a step does not state otherwise."""
    words = {key: figures[key].value for key in ("rounding.to", "rounding.mode") if key in figures}
    to, mode = words.get("rounding.to"), words.get("rounding.mode")
    return Rounding(RoundTo(str(to)) if to else RoundTo.FEN, RoundMode(str(mode)) if mode else RoundMode.HALF_UP)


def read_formula(
    steps: Any,
    problems: list[Problem],
    known: Mapping[str, Iterable[str]],
    sources: Iterable[str],
    *,
    rounding: Rounding,
    is_example: bool,
) -> tuple[FormulaStep, ...]:
    """The steps of the formula, in their order; a step may name only earlier ones."""
    found: list[FormulaStep] = []
    listed = steps if isinstance(steps, list) else []
    known = {**known, "steps": [str(one.get("key", "")) for one in listed if isinstance(one, Mapping)]}
    for place, stated in enumerate(listed):
        values = stated if isinstance(stated, Mapping) else {}
        cells = Cells(
            problems, str(values.get("_file", TOML)), 0, values, f"formula[{values.get('_place', place + 1)}]."
        )
        earlier = [step.key for step in found]
        step = _step(cells, earlier, known, rounding)
        numbers = (step.yuan_fen, step.cap_fen, step.floor_fen, step.points, step.cap_points, *step.tiers)
        has_figure = any(number is not None for number in numbers)
        cells.source(sources, has_value=has_figure, is_example=is_example)
        if step.key in earlier:
            cells.wrong("key", N_("“%(key)s”重复了。"), key=step.key)
        _exclusive(cells, step, found)
        found.append(step)
    return tuple(found)


def _exclusive(cells: Cells, step: FormulaStep, found: list[FormulaStep]) -> None:
    """Steps that exclude each other are weighed at the first of them: they may name only what stands before it."""
    if not step.exclusive:
        return
    first = next((place for place, one in enumerate(found) if one.exclusive == step.exclusive), len(found))
    later = {one.key for one in found[first:]}
    for column, keys in (("of", step.of), ("base", step.base), ("not_with", step.not_with)):
        for key in keys:
            if key in later:
                cells.wrong(column, N_("互相排斥的几步只能引用它们前面的步骤，“%(key)s”不在前面。"), key=key)


def _step(cells: Cells, earlier: list[str], known: Mapping[str, Iterable[str]], rounding: Rounding) -> FormulaStep:
    name = cells.one_of("kind", KINDS)
    kind = KINDS.get(name)
    columns = (*kind.needs, *kind.takes) if kind else STEP_FIGURES
    cells.only((*STEP_FIELDS, *columns, "_file", "_place"))
    for column in kind.needs if kind else ():
        if column not in cells.values:
            cells.wrong(column, N_('这一步要写明这一项；不知道数字就写成 ""。'))
        elif column in ("of", "base", "tiers") and not cells.values[column]:
            cells.wrong(column, N_("这里不能空着。"))
    if "most_a_year" in cells.values and cells.text("per") == Per.CLASS:
        cells.wrong("most_a_year", N_("给整个班的钱不按个人数次数，这两项只能写一项。"))
    to = cells.text("to") or "payee"
    if to not in TO:
        cells.wrong("to", N_("只能是这些之一：%(words)s。"), words=TO)
    return FormulaStep(
        key=cells.text("key", required=True),
        kind=cells.text("kind", required=True),
        name=cells.named("name", required=True),
        rule=cells.text("rule"),
        source=cells.text("source"),
        to=to,
        when=_when(cells, "when", known),
        unless=_when(cells, "unless", known) if "unless" in cells.values else None,
        yuan_fen=cells.money("yuan"),
        cap_fen=cells.money("cap_yuan"),
        floor_fen=cells.money("floor_yuan"),
        points=_points(cells, "percent"),
        cap_points=_points(cells, "cap_percent"),
        of=_earlier(cells, "of", earlier, known["steps"]),
        base=_earlier(cells, "base", earlier, known["steps"]),
        tiers=_tiers(cells, name),
        item=cells.text("item"),
        day_hours=cells.whole("day_hours", 1, 24),
        from_year=cells.whole("from_year", 2000, MOST_YEAR),
        most_a_year=cells.whole("most_a_year", 1, 366),
        per=cells.choice("per", Per, Per.PERSON),
        counted=cells.choice("counted", Counted, Counted.EMPLOYED),
        exclusive=cells.text("exclusive"),
        not_with=_earlier(cells, "not_with", earlier, known["steps"]),
        rounding=Rounding(
            cells.choice("round_to", RoundTo, rounding.to), cells.choice("round_mode", RoundMode, rounding.mode)
        ),
        blank=tuple(column for column in NUMBERS if column in columns and cells.is_blank(column)),
    )


def _earlier(cells: Cells, column: str, earlier: list[str], steps: Iterable[str]) -> tuple[str, ...]:
    """Steps that stand before this one."""
    later = [key for key in cells.words(column) if key in set(steps) and key not in earlier]
    for key in later:
        cells.wrong(column, N_("只能写前面的步骤，“%(key)s”不在这一步前面。"), key=key)
    return cells.all_known(column, (*earlier, *later))


def _points(cells: Cells, column: str) -> int | None:
    percent = cells.percent(column)
    return None if percent is None else int(percent * POINTS)


def _tiers(step: Cells, kind: str) -> tuple[Tier, ...]:
    stated = step.values.get("tiers", [])
    columns = TIER_FIELDS.get(kind)
    if columns is None or not isinstance(stated, list):
        if columns is not None:
            step.wrong("tiers", N_("这里要写成 [ { … }, { … } ]。"))
        return ()
    found: list[Tier] = []
    for place, values in enumerate(stated):
        prefix = f"{step.prefix}tiers[{place + 1}]."
        cells = Cells(step.problems, step.file, step.row, values if isinstance(values, Mapping) else {}, prefix)
        cells.only(columns)
        found.append(_tier(cells, columns, found, is_last=place + 1 == len(stated)))
    return tuple(found)


def _tier(cells: Cells, columns: tuple[str, ...], before: list[Tier], *, is_last: bool) -> Tier:
    """One tier; their edges rise, and only the last may go on without end."""
    edge_column, column = columns
    edge = cells.whole("up_to", 1, 10_000) if edge_column == "up_to" else _points(cells, "from_percent")
    value = cells.money("yuan") if column == "yuan" else _points(cells, "percent")
    if column not in cells.values:
        cells.wrong(column, N_('这一步要写明这一项；不知道数字就写成 ""。'))
    if edge is None and not (is_last and edge_column == "up_to"):
        cells.wrong(edge_column, N_("这里不能空着。"))
    last = before[-1].edge if before else None
    if edge is not None and last is not None and edge <= last:
        cells.wrong(edge_column, N_("各档要从小到大写。"))
    return Tier(edge, value)


def _regions(cells: Cells) -> tuple[str, ...]:
    """Beginnings of region codes; a name in their place would never fit, and nobody would be told."""
    codes = cells.words("regions")
    for code in codes:
        if not (code.isascii() and code.isdigit()):
            cells.wrong("regions", N_("请填区划代码或它的开头几位，不能填“%(code)s”。"), code=code)
    return codes


def _when(step: Cells, column: str, known: Mapping[str, Iterable[str]]) -> When:
    stated = step.values.get(column, {})
    if not isinstance(stated, Mapping):
        step.wrong(column, N_("这里要写成 { … }。"))
        stated = {}
    cells = Cells(step.problems, step.file, step.row, stated, f"{step.prefix}{column}.")
    cells.only(WHEN_FIELDS)
    for name in WHEN_FIELDS:
        if name in stated and stated[name] in ("", []):
            cells.wrong(name, N_("这里不能空着。"))
    return When(
        modes=cells.all_known("modes", known["modes"]),
        categories=cells.all_known("categories", known["categories"]),
        occupations=cells.codes("occupations"),
        levels=tuple(int(level) for level in cells.some_of("levels", LEVELS)),
        lists=cells.all_known("lists", known["lists"]),
        groups=cells.all_known("groups", known["groups"]),
        placements=cells.some_of("placements", PLACEMENTS),
        tags=cells.words("tags"),
        regions=_regions(cells),
        funding=cells.some_of("funding", Funding),
        employed_within_months=cells.whole("employed_within_months", 0, 120),
        employed=cells.yes("employed"),
        contract_months_from=cells.whole("contract_months_from", 0, 600),
        certificate=cells.yes("certificate"),
        hours_reached=cells.yes("hours_reached"),
        attended_percent_from=_points(cells, "attended_percent_from"),
        attended_percent_below=_points(cells, "attended_percent_below"),
        filed_from=cells.day("filed_from"),
        filed_to=cells.day("filed_to"),
    )
