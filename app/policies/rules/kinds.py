"""The kinds of step that a pack's formula is made of. A new kind is one function and one line in `KINDS`. Pure.

Each function says what the step adds (fen, may be negative) and the figure as it is shown; what it works out it rounds
at its own end as the pack states, an amount that the pack itself writes stays as written. `Blank` names a figure that
the pack leaves open, or a fact that nobody told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.kernel.money import yuan
from app.policies.rules.blanks import Blank, said_missing
from app.policies.rules.facts import LineFacts
from app.policies.rules.kinds_of_class import at_cost, class_share
from app.policies.rules.kinds_of_time import by_day, by_hour, part_by_day, part_by_hour, part_pro_rata, tiers
from app.policies.rules.rounding import WHOLE, points_words
from app.policies.rules.steps import FormulaStep, Per
from app.policies.rules.working import (
    Added,
    Work,
    clamped,
    fen_of_step,
    points_of_step,
    rate_of,
    rounded,
    shared,
)

__all__ = ["KINDS", "Added", "Blank", "Kind", "Work"]
Amount = Callable[[FormulaStep, Work], Added]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step: its function, the columns it needs and those it may take."""

    amount: Amount
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


def by_rate(step: FormulaStep, work: Work) -> Added:
    """The standard of the closest row in rates.csv."""
    row, fen = rate_of(step, work)
    return Added(fen, yuan(fen), row.source)


def rate_by_hour(step: FormulaStep, work: Work) -> Added:
    """The standard of the closest row in rates.csv for each standard hour attended, up to its cap."""
    row, fen = rate_of(step, work)
    return by_hour(step, work, fen, row.cap_fen)._replace(source=row.source)


def rate_by_day(step: FormulaStep, work: Work) -> Added:
    """The standard of the closest row in rates.csv for each day attended, up to its cap."""
    row, fen = rate_of(step, work)
    return by_day(step, work, fen, row.cap_fen)._replace(source=row.source)


def fixed(step: FormulaStep, work: Work) -> Added:
    """So much, whatever was attended; a person gets it at most so often a year where the pack says so."""
    fen = fen_of_step(step)
    if step.per is Per.CLASS:
        return Added(shared(work, fen), f"{yuan(fen)} ÷ {work.trainees}")
    if step.most_a_year is not None and not work.best:
        taken = dict(work.facts.taken_this_year).get(step.key, 0)
        figure = f"{yuan(fen)}，{taken + 1}/{step.most_a_year}"
        return Added(fen if taken < step.most_a_year else 0, figure)
    return Added(fen, yuan(fen))


def bonus(step: FormulaStep, work: Work) -> Added:
    """A percentage of earlier steps on top."""
    points, base = points_of_step(step), work.of(step.of)
    return Added(rounded(step, base * points), f"{points_words(points)} × {yuan(base)}{step.rounding.words}")


def share(step: FormulaStep, work: Work) -> Added:
    """Only a percentage of earlier steps is paid; what the step adds is the difference."""
    points, base = points_of_step(step), work.of(step.of)
    return Added(rounded(step, base * points) - base, f"{points_words(points)} × {yuan(base)}{step.rounding.words}")


def index(step: FormulaStep, work: Work) -> Added:
    """Earlier steps raised by a percentage for each year since `from_year`, each year on the year before."""
    points, base, filed_on = points_of_step(step), work.of(step.of), work.facts.filed_on
    if filed_on is None:
        raise said_missing("filed_on", step)
    years = max(0, filed_on.year - (step.from_year or filed_on.year))
    raised = base
    for _year in range(years):
        raised = rounded(step, raised * (WHOLE + points))
    figure = f"(1 + {points_words(points)})^{years} × {yuan(base)}{step.rounding.words}"
    return Added(raised - base, figure)


def cap(step: FormulaStep, work: Work) -> Added:
    """No more than so much for the one it goes to, or for some steps; a class's cap is shared by its lines."""
    most = fen_of_step(step)
    reached = work.of(step.of) if step.of else work.by_payee.get(step.to, 0)
    if step.per is Per.CLASS:
        over = min(0, most - reached * work.trainees)
        return Added(shared(work, over), f"≤ {yuan(most)} ÷ {work.trainees}")
    return Added(min(0, most - reached), f"≤ {yuan(most)}")


def cap_percent(step: FormulaStep, work: Work) -> Added:
    """Some steps together no more than a percentage of others."""
    points, base = points_of_step(step), work.of(step.base)
    most = rounded(step, base * points)
    return Added(min(0, most - work.of(step.of)), f"≤ {points_words(points)} × {yuan(base)}{step.rounding.words}")


def cap_a_year(step: FormulaStep, work: Work) -> Added:
    """No more than so much a year for one person, whoever gets it, with what the year paid before for the same."""
    most, before = fen_of_step(step), 0 if work.best else _paid_before(step, work.facts)
    reached = work.of(step.of) if step.of else sum(work.by_payee.values())
    over = min(0, max(0, most - before) - reached)
    return Added(over, f"≤ {yuan(most)} − {yuan(before)}")


def _paid_before(step: FormulaStep, facts: LineFacts) -> int:
    """What the person was paid this year for the steps that are capped; for all where the cap names none."""
    if not step.of:
        return facts.paid_this_year_fen
    paid = dict(facts.paid_this_year)
    return sum([paid.get(key, 0) for key in step.of])


def floor(step: FormulaStep, work: Work) -> Added:
    """At least so much for the one it goes to, or for some steps."""
    least = fen_of_step(step)
    reached = work.of(step.of) if step.of else work.by_payee.get(step.to, 0)
    return Added(clamped(least - reached), f"≥ {yuan(least)}")


KINDS: Mapping[str, Kind] = {
    "rate": Kind(by_rate, takes=("item",)),
    "rate_per_hour": Kind(rate_by_hour, takes=("item", "cap_yuan")),
    "rate_per_day": Kind(rate_by_day, takes=("item", "cap_yuan", "day_hours")),
    "fixed": Kind(fixed, needs=("yuan",), takes=("most_a_year", "per")),
    "per_hour": Kind(by_hour, needs=("yuan",), takes=("cap_yuan",)),
    "per_day": Kind(by_day, needs=("yuan",), takes=("cap_yuan", "day_hours")),
    "tiered_hour": Kind(tiers, needs=("tiers",), takes=("cap_yuan",)),
    "tiered_day": Kind(tiers, needs=("tiers",), takes=("cap_yuan", "day_hours")),
    "part_per_hour": Kind(part_by_hour, needs=("yuan", "of"), takes=("cap_percent", "cap_yuan")),
    "part_per_day": Kind(part_by_day, needs=("yuan", "of"), takes=("cap_percent", "cap_yuan", "day_hours")),
    "part_pro_rata": Kind(part_pro_rata, needs=("of",), takes=("cap_percent", "cap_yuan")),
    "bonus_percent": Kind(bonus, needs=("percent", "of")),
    "share_percent": Kind(share, needs=("percent", "of")),
    "class_share_percent": Kind(class_share, needs=("tiers", "of"), takes=("counted",)),
    "at_cost": Kind(at_cost, takes=("percent", "floor_yuan", "cap_yuan", "per")),
    "index": Kind(index, needs=("percent", "of", "from_year")),
    "cap": Kind(cap, needs=("yuan",), takes=("of", "per")),
    "cap_percent": Kind(cap_percent, needs=("percent", "of", "base")),
    "cap_a_year": Kind(cap_a_year, needs=("yuan",), takes=("of",)),
    "floor": Kind(floor, needs=("yuan",), takes=("of",)),
}
