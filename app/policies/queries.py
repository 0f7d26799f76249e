"""Which policy is in force where and when, and its sentences in the reader's language."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

from flask_babel import get_locale, gettext
from sqlalchemy import ColumnElement, Select, any_, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_
from app.kernel.money import yuan
from app.policies.models import PolicyPack
from app.policies.rules.figures import FIGURES, FigureKind
from app.policies.rules.pack import Pack
from app.policies.rules.parsing import parse_pack
from app.policies.rules.said import Named, Said, fill
from app.policies.rules.steps import FormulaStep
from app.regions.models import Region

WORDS = {
    "school": N_("学校"),
    "trainee": N_("学员本人"),
    "best": N_("取较好的一次"),
    "last": N_("以补考为准"),
    "sign_up": N_("报名"),
    "filing": N_("开班申报"),
    "claim": N_("申领"),
}
NO_PACK = N_("这个地方还没有现行的培训政策，请联系管理员导入政策包。")
KEPT = 64
_parsed: OrderedDict[str, Pack] = OrderedDict()


def text(said: object) -> str:
    """A sentence or a name in the reader's language; anything else as text."""
    language = "en" if str(get_locale()) == "en" else "zh"
    if isinstance(said, Named):
        return said.in_language(language)
    message, params = getattr(said, "message", None), getattr(said, "params", None)
    if message is None or params is None:
        return str(said)
    return fill(message, params, gettext, language)


def _in_force(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    return (PolicyPack.valid_from <= day) & or_(PolicyPack.valid_to.is_(None), PolicyPack.valid_to >= day)


def pack_row_for(region_code: str, day: date) -> PolicyPack:
    """The version in force for a region on a day: the nearest region up the path, then the newest; raises `NotFound`.

    For a class, `day` is the day it was filed (R15).
    """
    path = db.session.scalar(select(Region.path).where(Region.code == region_code)) or ""
    row = db.session.scalar(
        select(PolicyPack)
        .join(Region, Region.code == PolicyPack.region_code)
        .where(PolicyPack.region_code.in_(path.strip("/").split("/")), _in_force(day))
        .order_by(Region.level.desc(), PolicyPack.valid_from.desc(), PolicyPack.id.desc())
        .limit(1)
    )
    if row is None:
        raise NotFound(NO_PACK)
    return row


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which version of which pack: read without the pack's content."""

    id: int
    key: str
    sha256: str


_STAMP = (PolicyPack.id, PolicyPack.key, PolicyPack.sha256)


def stamps_for(
    region_code: ColumnElement[str] | InstrumentedAttribute[str], day: ColumnElement[date]
) -> Select[int, str, str]:
    """The query of the version in force for a region on a day: the nearest region up the path, then the newest."""
    here = aliased(Region, name="here")
    return (
        select(*_STAMP)
        .select_from(here)
        .join(PolicyPack, PolicyPack.region_code == any_(func.string_to_array(here.path, "/")))
        .join(Region, Region.code == PolicyPack.region_code)
        .where(here.code == region_code, _in_force(day))
        .order_by(Region.level.desc(), PolicyPack.valid_from.desc(), PolicyPack.id.desc())
        .limit(1)
    )


def stamp_for(region_code: str, day: date) -> Stamp:
    """The version in force for a region on a day, as `pack_row_for` finds it; raises `NotFound`."""
    found = db.session.execute(stamps_for(literal(region_code), literal(day))).one_or_none()
    if found is None:
        raise NotFound(NO_PACK)
    return Stamp(*found)


def stamp_by_id(pack_id: int) -> Stamp:
    """The version with this id; raises `NotFound`."""
    found = db.session.execute(select(*_STAMP).where(PolicyPack.id == pack_id)).one_or_none()
    if found is None:
        raise NotFound
    return Stamp(*found)


def pack_of(version: PolicyPack | Stamp) -> Pack:
    """The parsed pack of a version; kept in memory, since a version never changes."""
    pack = _parsed.get(version.sha256)
    if pack is None:
        row = version if isinstance(version, PolicyPack) else pack_row_by_id(version.id)
        pack = _parsed[version.sha256] = parse_pack(row.content)
        if len(_parsed) > KEPT:
            _parsed.popitem(last=False)
    return pack


def forget() -> None:
    """Drop the packs kept in memory."""
    _parsed.clear()


def pack_for(region_code: str, day: date) -> Pack:
    """The pack in force for a region on a day; raises `NotFound`."""
    return pack_of(stamp_for(region_code, day))


def pack_row_by_id(pack_id: int) -> PolicyPack:
    """One version by its id; raises `NotFound`."""
    row = db.session.get(PolicyPack, pack_id)
    if row is None:
        raise NotFound
    return row


def pack_by_id(pack_id: int) -> Pack:
    """The pack of one version; raises `NotFound`."""
    return pack_of(stamp_by_id(pack_id))


def version(key: str, sha256: str) -> PolicyPack | None:
    """The version of a pack with this content, None where it was never imported."""
    return db.session.scalar(select(PolicyPack).where(PolicyPack.key == key, PolicyPack.sha256 == sha256))


def packs_in_force(day: date) -> list[tuple[PolicyPack, Region]]:
    """Every region's version in force on a day, from the top of the tree down; of several versions the newest."""
    rows = db.session.execute(
        select(PolicyPack, Region)
        .join(Region, Region.code == PolicyPack.region_code)
        .where(_in_force(day))
        .order_by(Region.level, Region.code, PolicyPack.valid_from, PolicyPack.id)
    )
    newest = {pack.region_code: (pack, region) for pack, region in rows}
    return list(newest.values())


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
    rows = []
    for step in pack.formula:
        figure = yuan(step.yuan_fen) if step.yuan_fen is not None else ""
        figure = f"{step.percent.normalize():f}%" if step.percent is not None else figure
        shown = figure or (_("见标准表") if step.kind == "rate" else _("未公布"))
        rows.append(Row(text(step.name), shown, step.rule, step.source, _condition(pack, step)))
    return rows


def _condition(pack: Pack, step: FormulaStep) -> str:
    parts = []
    if step.when.groups:
        parts.append(
            text(Said(N_("限：%(groups)s"), {"groups": tuple(pack.groups[key].name for key in step.when.groups)}))
        )
    if step.when.employed_within_months is not None:
        parts.append(_("结业后 %(n)s 个月内就业", n=step.when.employed_within_months))
    if step.to == "trainee":
        parts.append(_("付给学员本人账户"))
    return "；".join(parts)


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
        if not row.occupation
    }
    return _standards(pack, shown)


def hours_table(pack: Pack) -> list[Standards]:
    """The least standard hours by category and level."""
    shown = {
        (row.category, row.level): (_("未公布") if row.min_hours is None else str(row.min_hours), row.source)
        for row in pack.hours
    }
    return _standards(pack, shown)


def _standards(pack: Pack, shown: dict[tuple[str, int | None], tuple[str, str]]) -> list[Standards]:
    keys = dict.fromkeys(category for category, _level in shown)
    names = {key: text(pack.categories[key].name) if key else _("全部") for key in keys}
    return [Standards(names[key], tuple(shown.get((key, level), ("", "")) for level in LEVELS)) for key in keys]


def occupation_rates(pack: Pack) -> list[Row]:
    """The amounts that hold for one occupation, in yuan."""
    return [
        Row(
            row.occupation,
            _("未公布") if row.amount_fen is None else yuan(row.amount_fen),
            _("%(level)s 级", level=row.level) if row.level else _("不分等级"),
            row.source,
        )
        for row in pack.rates
        if row.occupation
    ]
