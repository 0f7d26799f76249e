"""Kinds of step that count hours or days: each, in tiers, and in part where the hours were not reached. Pure."""

from app.kernel.money import yuan
from app.policies.rules.blanks import blank_figure, said_missing
from app.policies.rules.rounding import points_words
from app.policies.rules.steps import FormulaStep
from app.policies.rules.working import Added, Work, fen_of_step, rounded

PARTS = ("part_per_hour", "part_per_day", "part_pro_rata")
"""Kinds that pay a part where the hours were not reached."""
HOURS = ("tiered_hour", "part_per_hour", "per_hour", "rate_per_hour")


def hours_of(_step: FormulaStep, work: Work) -> int:
    """Standard hours attended."""
    return work.facts.attended_hours


def days_of_step(step: FormulaStep, work: Work) -> int:
    """Days attended; where the step says how many hours a day has, the whole days in the hours attended."""
    days = work.facts.attended_days
    if step.day_hours:
        return work.facts.attended_hours // step.day_hours
    if days is None:
        raise said_missing("days", step)
    return days


def units_of(step: FormulaStep, work: Work) -> int:
    """Hours or days, as the kind counts."""
    return hours_of(step, work) if step.kind in HOURS else days_of_step(step, work)


def _capped(step: FormulaStep, fen: int, figure: str, cap_fen: int | None) -> Added:
    most = [one for one in (step.cap_fen, cap_fen) if one is not None]
    if not most:
        return Added(fen, figure)
    return Added(min(fen, *most), f"{figure} ≤ {yuan(min(most))}")


def by_hour(step: FormulaStep, work: Work, each: int | None = None, cap_fen: int | None = None) -> Added:
    """So much a standard hour attended, up to a cap."""
    return _by_unit(step, hours_of(step, work), fen_of_step(step) if each is None else each, cap_fen)


def by_day(step: FormulaStep, work: Work, each: int | None = None, cap_fen: int | None = None) -> Added:
    """So much a day attended, up to a cap."""
    return _by_unit(step, days_of_step(step, work), fen_of_step(step) if each is None else each, cap_fen)


def _by_unit(step: FormulaStep, units: int, each: int, cap_fen: int | None) -> Added:
    return _capped(step, step.rounding.of(units * each), f"{units} × {yuan(each)}{step.rounding.words}", cap_fen)


def tiers(step: FormulaStep, work: Work) -> Added:
    """So much for each day or hour of the first tier, so much for each of the next; nothing after the last."""
    left, reached, fen, parts = units_of(step, work), 0, 0, []
    for tier in step.tiers:
        size = left if tier.edge is None else min(left, tier.edge - reached)
        if size <= 0:
            break
        if tier.value is None:
            raise blank_figure(step)
        fen, left, reached = fen + size * tier.value, left - size, reached + size
        parts.append(f"{size} × {yuan(tier.value)}")
    return _capped(step, step.rounding.of(fen), f"{' + '.join(parts) or '0'}{step.rounding.words}", None)


def part_by_hour(step: FormulaStep, work: Work) -> Added:
    """So much an hour attended instead of earlier steps, up to a cap and never more than those."""
    return _part_by_unit(step, work, hours_of(step, work))


def part_by_day(step: FormulaStep, work: Work) -> Added:
    """So much a day attended instead of earlier steps, up to a cap and never more than those."""
    return _part_by_unit(step, work, days_of_step(step, work))


def _part_by_unit(step: FormulaStep, work: Work, units: int) -> Added:
    each = fen_of_step(step)
    return _instead(step, work, step.rounding.of(units * each), f"{units} × {yuan(each)}{step.rounding.words}")


def part_pro_rata(step: FormulaStep, work: Work) -> Added:
    """Earlier steps in the proportion of hours attended to hours needed, up to a cap and never more than those."""
    base, needed = work.of(step.of), work.prepared.hours_needed or work.facts.planned_hours
    attended = min(work.facts.attended_hours, needed)
    fen = step.rounding.of(base * attended, needed) if needed else base
    return _instead(step, work, fen, f"{attended}/{needed} × {yuan(base)}{step.rounding.words}")


def _instead(step: FormulaStep, work: Work, fen: int, figure: str) -> Added:
    base = work.of(step.of)
    if step.cap_points is not None:
        fen = min(fen, rounded(step, base * step.cap_points))
        figure = f"{figure} ≤ {points_words(step.cap_points)} × {yuan(base)}"
    most = _capped(step, fen, figure, None)
    return Added(min(most.fen, base) - base, most.figure)
