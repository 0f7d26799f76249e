"""Kinds of step that the whole class decides, and what the training cost. Pure."""

from app.kernel.money import yuan
from app.policies.rules.blanks import blank_figure, said_missing
from app.policies.rules.facts import Funding
from app.policies.rules.rounding import WHOLE, points_words
from app.policies.rules.steps import Counted, FormulaStep, Per
from app.policies.rules.working import Added, Work, rounded, shared


def class_share(step: FormulaStep, work: Work) -> Added:
    """Only a percentage of earlier steps is paid, by the rate that the class reached; nothing below the lowest tier.

    The percentage is taken of the whole class (earlier steps × trainees) and shared, so that the lines add up.
    """
    base = work.of(step.of)
    if work.best:
        points = _points(step, max((tier.value or 0 for tier in step.tiers), default=0))
        return Added(rounded(step, base * points) - base, f"{points_words(points)} × {yuan(base)}")
    reached, trainees = _reached(step, work), work.trainees
    points = _points(step, _tier_of(step, reached, trainees))
    total = rounded(step, base * trainees * points)
    rate = points_words(reached * WHOLE // trainees)
    figure = f"{reached}/{trainees} = {rate} → {points_words(points)} × {yuan(base)}{step.rounding.words}"
    return Added(shared(work, total) - base, figure)


def _reached(step: FormulaStep, work: Work) -> int:
    whole, counted = work.facts.in_class, step.counted
    if whole is None:
        raise said_missing("class", step)
    number = whole.employed if counted is Counted.EMPLOYED else whole.certified
    if number is None:
        raise said_missing(f"class.{counted.value}", step)
    return number


def _tier_of(step: FormulaStep, reached: int, trainees: int) -> int | None:
    """The percentage of the highest tier that the rate reaches, compared exactly, without rounding the rate."""
    points: int | None = 0
    for tier in step.tiers:
        if reached * WHOLE >= (tier.edge or 0) * trainees:
            points = tier.value
    return points


def _points(step: FormulaStep, points: int | None) -> int:
    if points is None or any(tier.value is None for tier in step.tiers):
        raise blank_figure(step)
    return points


def at_cost(step: FormulaStep, work: Work) -> Added:
    """What the training cost, or a percentage of it, between a floor and a cap."""
    points = WHOLE if step.points is None else step.points
    if work.best:
        if step.cap_fen is None:
            raise blank_figure(step)
        fen = step.cap_fen
        return Added(shared(work, fen) if step.per is Per.CLASS else fen, f"≤ {yuan(fen)}")
    cost = _cost(step, work)
    fen, figure = rounded(step, cost * points), f"{points_words(points)} × {yuan(cost)}{step.rounding.words}"
    if step.floor_fen is not None:
        fen, figure = max(fen, step.floor_fen), f"{figure} ≥ {yuan(step.floor_fen)}"
    if step.cap_fen is not None:
        fen, figure = min(fen, step.cap_fen), f"{figure} ≤ {yuan(step.cap_fen)}"
    if step.per is Per.CLASS:
        return Added(shared(work, fen), f"({figure}) ÷ {work.trainees}")
    return Added(fen, figure)


def _cost(step: FormulaStep, work: Work) -> int:
    if step.per is Per.CLASS:
        whole = work.facts.in_class
        cost, fact = (whole.cost_fen if whole else None), "class.cost_fen"
    else:
        facts, fact = work.facts, "cost_fen"
        paid = facts.receipt_fen if facts.funding is Funding.SELF_PAID else None
        cost = paid if facts.cost_fen is None else facts.cost_fen
    if cost is None:
        raise said_missing(fact, step)
    return cost
