"""The kinds of step that a pack's formula is made of. A new kind is one function and one line in `KINDS`. Pure.

Each function says what the step adds (fen, may be negative) and the figure as it is shown; each rounds half up to the
fen at its own end. `Blank` names a figure that the pack leaves open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.kernel.marking import N_
from app.kernel.money import percent_of, yuan
from app.policies.rules.facts import CourseFacts
from app.policies.rules.pack import Pack
from app.policies.rules.said import Said
from app.policies.rules.tables import FormulaStep


class Blank(Exception):
    """A figure that the step needs is blank; `what` is a sentence that names it."""

    def __init__(self, what: Said) -> None:
        super().__init__(what.message)
        self.what = what


@dataclass(frozen=True, slots=True)
class Work:
    """What was done in the training, in standard hours and days."""

    course: CourseFacts
    hours: int
    days: int


@dataclass(slots=True)
class Sums:
    """What the steps so far have added, by step key and by whom it goes to."""

    by_step: dict[str, int] = field(default_factory=dict)
    by_payee: dict[str, int] = field(default_factory=dict)

    def add(self, step: FormulaStep, fen: int) -> None:
        """Keep what a step added."""
        self.by_step[step.key] = self.by_step.get(step.key, 0) + fen
        self.by_payee[step.to] = self.by_payee.get(step.to, 0) + fen

    def of(self, keys: tuple[str, ...]) -> int:
        """What these steps added together."""
        return sum(self.by_step.get(key, 0) for key in keys)


@dataclass(frozen=True, slots=True)
class Added:
    """What one step adds and the figure as shown; `source` where a row of a table says better than the step."""

    fen: int
    figure: str
    source: str = ""


Amount = Callable[[FormulaStep, Pack, Work, Sums], Added]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step: its function, the figures it needs and those it may take."""

    amount: Amount
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


def _needed(value: int | Decimal | None, step: FormulaStep) -> None:
    if value is None:
        raise Blank(Said(N_("“%(step)s”的数字没有填写"), {"step": step.name}))


def _fen(step: FormulaStep) -> int:
    _needed(step.yuan_fen, step)
    return step.yuan_fen or 0


def _percent(step: FormulaStep) -> Decimal:
    _needed(step.percent, step)
    return step.percent or Decimal(0)


def _percent_text(percent: Decimal) -> str:
    return f"{percent.normalize():f}%"


def by_rate(step: FormulaStep, pack: Pack, work: Work, _sums: Sums) -> Added:
    """The standard of the closest row in rates.csv: by occupation, by category, by level."""
    row = pack.rate_for(work.course)
    if row is None or row.amount_fen is None:
        level = work.course.level
        category = pack.categories.get(pack.category_of(work.course))
        params = {"step": step.name, "category": category.name if category else "", "level": level or "—"}
        raise Blank(Said(N_("“%(step)s”没有公布：%(category)s，等级 %(level)s"), params))
    return Added(row.amount_fen, yuan(row.amount_fen), row.source)


def by_hour(step: FormulaStep, _pack: Pack, work: Work, _sums: Sums) -> Added:
    """So much a standard hour attended, up to a cap."""
    return _by_unit(step, work.hours)


def by_day(step: FormulaStep, _pack: Pack, work: Work, _sums: Sums) -> Added:
    """So much a day attended, up to a cap."""
    return _by_unit(step, work.days)


def _by_unit(step: FormulaStep, units: int) -> Added:
    each = _fen(step)
    fen, figure = units * each, f"{units} × {yuan(each)}"
    if step.cap_fen is not None:
        fen, figure = min(fen, step.cap_fen), f"{figure} ≤ {yuan(step.cap_fen)}"
    return Added(fen, figure)


def bonus(step: FormulaStep, _pack: Pack, _work: Work, sums: Sums) -> Added:
    """A percentage of earlier steps on top."""
    percent, base = _percent(step), sums.of(step.of)
    return Added(percent_of(base, percent), f"{_percent_text(percent)} × {yuan(base)}")


def share(step: FormulaStep, _pack: Pack, _work: Work, sums: Sums) -> Added:
    """Only a percentage of earlier steps is paid; what the step adds is the difference."""
    percent, base = _percent(step), sums.of(step.of)
    return Added(percent_of(base, percent) - base, f"{_percent_text(percent)} × {yuan(base)}")


def cap(step: FormulaStep, _pack: Pack, _work: Work, sums: Sums) -> Added:
    """No more than so much for the one it goes to."""
    most = _fen(step)
    return Added(min(0, most - sums.by_payee.get(step.to, 0)), f"≤ {yuan(most)}")


KINDS: Mapping[str, Kind] = {
    "rate": Kind(by_rate),
    "per_hour": Kind(by_hour, needs=("yuan",), takes=("cap_yuan",)),
    "per_day": Kind(by_day, needs=("yuan",), takes=("cap_yuan",)),
    "bonus_percent": Kind(bonus, needs=("percent", "of")),
    "share_percent": Kind(share, needs=("percent", "of")),
    "cap": Kind(cap, needs=("yuan",)),
}
