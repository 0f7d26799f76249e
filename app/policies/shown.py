"""What the public page of a policy shows: every figure, standard and step with its source, in the reader's words."""

from dataclasses import dataclass

from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_
from app.kernel.money import yuan
from app.policies.queries import text
from app.policies.rules.figures import FIGURES, FigureKind
from app.policies.rules.pack import Pack
from app.policies.rules.tables import RateRow
from app.policies.steps_shown import condition_words, figure_words

WORDS = {
    "school": N_("学校"),
    "trainee": N_("学员本人"),
    "best": N_("取较好的一次"),
    "last": N_("以补考为准"),
    "sign_up": N_("报名"),
    "filing": N_("开班申报"),
    "claim": N_("申领"),
    "fen": N_("分"),
    "jiao": N_("角"),
    "yuan": N_("元"),
    "half_up": N_("四舍五入"),
    "down": N_("舍去零头"),
    "up": N_("有零头就进位"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as the policy page shows it."""

    name: str
    value: str
    rule: str
    source: str
    note: str = ""


def figure_rows(pack: Pack) -> list[Row]:
    """Every figure that a pack may state, blank ones too."""
    rows = []
    for spec in FIGURES:
        figure = pack.figure(spec.key)
        groups = pack.names(spec.key)
        value = "、".join(text(pack.groups[key].name) for key in groups) or _value(spec.kind, figure.value)
        rows.append(Row(_(spec.name), value, figure.rule, figure.source, figure.note))
    return rows


def _value(kind: FigureKind, value: object) -> str:
    if value is None:
        return _("未公布")
    if kind is FigureKind.YES:
        return _("是") if value else _("否")
    if kind is FigureKind.PERCENT:
        return f"{value}%"
    return _(WORDS.get(str(value), str(value)))


def age_rows(pack: Pack) -> list[Row]:
    """The age limits, by sex and month of birth."""
    rows = []
    for age in pack.ages:
        born = {
            "first": f"{age.born_from:%Y-%m}" if age.born_from else "",
            "last": f"{age.born_to:%Y-%m}" if age.born_to else "",
        }
        span = _("%(first)s 至 %(last)s 出生", **born) if age.born_from and age.born_to else ""
        span = span or (_("%(first)s 起出生", **born) if age.born_from else _("%(last)s 前出生", **born))
        limits = {"least": age.min_years, "most": age.max_years, "months": age.max_months}
        words = _("%(least)s 至 %(most)s 周岁零 %(months)s 个月") if age.max_months else _("%(least)s 至 %(most)s 周岁")
        rows.append(Row(f"{label(age.sex)}，{span}", words % limits, "R01 R02", age.source))
    return rows


def formula_rows(pack: Pack) -> list[Row]:
    """The steps of the formula with their figures and conditions."""
    return [
        Row(text(step.name), figure_words(pack, step), step.rule, step.source, condition_words(pack, step))
        for step in pack.formula
    ]


def review_rows(pack: Pack) -> list[Row]:
    """The decisions that larger claims need more."""
    rows = []
    for review in pack.reviews:
        least = _("未公布") if review.from_fen is None else _("%(yuan)s 元起", yuan=yuan(review.from_fen))
        days = _("%(n)s 个工作日", n=review.workdays) if review.workdays is not None else _("工作日未公布")
        rows.append(Row(text(review.name), f"{least}，{days}", "R26", review.source))
    return rows


LEVELS = (5, 4, 3, 2, 1, None)


@dataclass(frozen=True, slots=True)
class Standards:
    """One category's standards by level, from the lowest (5) to the highest (1), then without level."""

    category: str
    cells: tuple[tuple[str, str], ...]
    """Figure and source of each level; both empty where the pack has no row."""


def rate_table(pack: Pack) -> list[Standards]:
    """The amounts by category and level, in yuan."""
    shown = {
        (row.category, row.level): (_("未公布") if row.amount_fen is None else yuan(row.amount_fen), row.source)
        for row in pack.rates
        if not _is_narrow(row)
    }
    return _standards(pack, shown)


def hours_table(pack: Pack) -> list[Standards]:
    """The least standard hours by category and level."""
    shown = {
        (row.category, row.level): (_("未公布") if row.min_hours is None else str(row.min_hours), row.source)
        for row in pack.hours
        if not row.occupation
    }
    return _standards(pack, shown)


def _standards(pack: Pack, shown: dict[tuple[str, int | None], tuple[str, str]]) -> list[Standards]:
    keys = dict.fromkeys(category for category, _level in shown)
    names = {key: text(pack.categories[key].name) if key else _("全部") for key in keys}
    return [Standards(names[key], tuple(shown.get((key, level), ("", "")) for level in LEVELS)) for key in keys]


def other_rates(pack: Pack) -> list[Row]:
    """The amounts that hold for one occupation, mode, group or item, in yuan."""
    return [
        Row(_narrowed(pack, row), _amount(row), "", row.source, row.conditions) for row in pack.rates if _is_narrow(row)
    ]


def _is_narrow(row: RateRow) -> bool:
    return bool(row.occupation or row.mode or row.group or row.item)


def _narrowed(pack: Pack, row: RateRow) -> str:
    category = text(pack.categories[row.category].name) if row.category else ""
    mode = text(pack.modes[row.mode].name) if row.mode else ""
    group = text(pack.groups[row.group].name) if row.group else ""
    level = _("%(level)s 级", level=row.level) if row.level else ""
    return "，".join(word for word in (row.item, row.occupation, category, mode, group, level) if word)


def _amount(row: RateRow) -> str:
    amount = _("未公布") if row.amount_fen is None else yuan(row.amount_fen)
    return f"{amount} ≤ {yuan(row.cap_fen)}" if row.cap_fen is not None else amount
