"""A step of the formula in words: its figure, and when it holds."""

from dataclasses import fields

from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.money import yuan
from app.policies.queries import text
from app.policies.rules.pack import Pack
from app.policies.rules.rounding import points_words
from app.policies.rules.said import Named, Said
from app.policies.rules.steps import Counted, FormulaStep, Per, Tier, When

UNITS = {
    "rate": N_("见标准表"),
    "rate_per_hour": N_("见标准表，按学时"),
    "rate_per_day": N_("见标准表，按天"),
    "fixed": N_("每次 %(figure)s"),
    "per_hour": N_("每学时 %(figure)s"),
    "per_day": N_("每天 %(figure)s"),
    "tiered_hour": N_("每学时 %(figure)s"),
    "tiered_day": N_("每天 %(figure)s"),
    "part_per_hour": N_("改按每学时 %(figure)s"),
    "part_per_day": N_("改按每天 %(figure)s"),
    "part_pro_rata": N_("改按学时比例%(figure)s"),
    "bonus_percent": N_("加 %(figure)s"),
    "share_percent": N_("只付 %(figure)s"),
    "class_share_percent": N_("按全班就业率付：%(figure)s"),
    "at_cost": N_("按培训成本 %(figure)s"),
    "index": N_("每年加 %(figure)s"),
    "cap": N_("最多 %(figure)s"),
    "cap_percent": N_("最多 %(figure)s"),
    "cap_a_year": N_("每人每年最多 %(figure)s"),
    "floor": N_("最少 %(figure)s"),
}
BY_CERTIFICATES = N_("按全班取证率付：%(figure)s")
LISTED = {
    "modes": N_("培训模式：%(words)s"),
    "categories": N_("类别：%(words)s"),
    "occupations": N_("职业：%(words)s"),
    "levels": N_("等级：%(words)s"),
    "lists": N_("在目录里：%(words)s"),
    "groups": N_("限：%(words)s"),
    "placements": N_("就业去向：%(words)s"),
    "tags": N_("标记：%(words)s"),
    "regions": N_("地区：%(words)s"),
    "funding": N_("学费：%(words)s"),
    "employed_within_months": N_("结业后 %(words)s 个月内就业"),
    "contract_months_from": N_("劳动合同 %(words)s 个月以上"),
    "attended_percent_from": N_("出勤 %(words)s 以上"),
    "attended_percent_below": N_("出勤不到 %(words)s"),
    "filed_from": N_("%(words)s 起申报开班"),
    "filed_to": N_("%(words)s 以前申报开班"),
}
ANSWERED = {
    "employed": (N_("已就业"), N_("没有就业")),
    "certificate": (N_("有证书"), N_("没有证书")),
    "hours_reached": (N_("达到学时"), N_("没有达到学时")),
}
FUNDED = {"free": N_("免费"), "prepaid": N_("学校垫付"), "self_paid": N_("自费")}


def figure_words(pack: Pack, step: FormulaStep) -> str:
    """The figure as the policy states it, or that it is not published."""
    if step.blank or any(tier.value is None for tier in step.tiers):
        return _("未公布")
    template = BY_CERTIFICATES if step.counted is Counted.CERTIFIED else UNITS[step.kind]
    words = [_(template) % {"figure": _figure(step)}, *_limits(step)]
    if step.of:
        names = tuple(one.name for one in pack.formula if one.key in step.of)
        words.append(text(Said(N_("对象：%(names)s"), {"names": names})))
    return "，".join(word.strip() for word in words if word)


def _figure(step: FormulaStep) -> str:
    if step.tiers:
        return "；".join(_tier(step, tier) for tier in step.tiers)
    if step.points is not None:
        return points_words(step.points)
    return yuan(step.yuan_fen) if step.yuan_fen is not None else ""


def _tier(step: FormulaStep, tier: Tier) -> str:
    value = tier.value or 0
    if step.kind == "class_share_percent":
        return _("达到 %(edge)s 付 %(share)s", edge=points_words(tier.edge or 0), share=points_words(value))
    if tier.edge is None:
        return _("以后 %(yuan)s", yuan=yuan(value))
    return _("到第 %(edge)s %(yuan)s", edge=tier.edge, yuan=yuan(value))


def _limits(step: FormulaStep) -> list[str]:
    words = []
    if step.floor_fen is not None:
        words.append(_("最少 %(figure)s") % {"figure": yuan(step.floor_fen)})
    if step.cap_fen is not None:
        words.append(_("最多 %(figure)s") % {"figure": yuan(step.cap_fen)})
    if step.cap_points is not None:
        words.append(_("最多 %(figure)s") % {"figure": points_words(step.cap_points)})
    if step.day_hours is not None:
        words.append(_("%(n)s 学时算一天", n=step.day_hours))
    if step.most_a_year is not None:
        words.append(_("每年最多 %(n)s 次", n=step.most_a_year))
    if step.from_year is not None:
        words.append(_("从 %(year)s 年的标准起", year=step.from_year))
    if step.per is Per.CLASS:
        words.append(_("全班合计，按人分摊"))
    return [*words, step.rounding.words.strip("（）")]


def condition_words(pack: Pack, step: FormulaStep) -> str:
    """When the step holds, and to whom it is paid."""
    parts = _conditions(pack, step.when)
    if step.unless is not None:
        parts.append(_("除外：%(words)s") % {"words": "，".join(_conditions(pack, step.unless))})
    if step.exclusive:
        names = tuple(one.name for one in pack.formula if one.exclusive == step.exclusive and one.key != step.key)
        parts.append(text(Said(N_("与%(names)s不叠加，取高的"), {"names": names})))
    if step.not_with:
        names = tuple(one.name for one in pack.formula if one.key in step.not_with)
        parts.append(text(Said(N_("有了%(names)s就不再加"), {"names": names})))
    if step.to == "trainee":
        parts.append(_("付给学员本人账户"))
    return "；".join(parts)


def _conditions(pack: Pack, when: When) -> list[str]:
    told = []
    for field in fields(when):
        value = getattr(when, field.name)
        if value is None or value == ():
            continue
        if field.name in ANSWERED:
            told.append(_(ANSWERED[field.name][0 if value else 1]))
        else:
            told.append(text(Said(LISTED[field.name], {"words": _named(pack, field.name, value)})))
    return told


def _named(pack: Pack, name: str, value: object) -> object:
    if name.startswith("attended_percent"):
        return points_words(int(str(value)))
    if not isinstance(value, tuple):
        return value
    if name == "modes":
        return tuple(pack.modes[key].name for key in value)
    if name in ("categories", "groups"):
        listed = pack.categories if name == "categories" else pack.groups
        return tuple(listed[key].name for key in value)
    if name == "funding":
        return tuple(Said(FUNDED[key]) for key in value)
    return tuple(Named(str(word)) for word in value)
