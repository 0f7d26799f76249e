"""What a step of the formula works with: the facts, the pack as it concerns the course, and the sums so far. Pure."""

from dataclasses import dataclass, field
from typing import NamedTuple

from app.kernel.marking import N_
from app.policies.rules.blanks import Blank, blank_figure, said_missing
from app.policies.rules.facts import LineFacts
from app.policies.rules.prepared import Prepared
from app.policies.rules.rounding import WHOLE, part_of
from app.policies.rules.said import Said
from app.policies.rules.steps import FormulaStep
from app.policies.rules.tables import RateRow


class Added(NamedTuple):
    """What one step adds and the figure as shown; `source` where a row of a table says better than the step."""

    fen: int
    figure: str
    source: str = ""


@dataclass(slots=True)
class Work:
    """One line while it is worked out; `best` asks for the most that the line could reach."""

    prepared: Prepared
    facts: LineFacts
    best: bool = False
    by_step: dict[str, int] = field(default_factory=dict)
    by_payee: dict[str, int] = field(default_factory=dict)

    def add(self, step: FormulaStep, fen: int) -> None:
        """Keep what a step added."""
        self.by_step[step.key] = fen
        self.by_payee[step.to] = self.by_payee.get(step.to, 0) + fen

    def of(self, keys: tuple[str, ...]) -> int:
        """What these steps added together."""
        by_step = self.by_step
        return sum([by_step.get(key, 0) for key in keys])

    @property
    def trainees(self) -> int:
        """Among how many lines an amount of the class is shared."""
        whole = self.facts.in_class
        if whole is None:
            if self.best:
                return 1
            raise said_missing("class")
        return whole.trainees


def fen_of_step(step: FormulaStep) -> int:
    """The step's amount; raises `Blank`."""
    if step.yuan_fen is None:
        raise blank_figure(step)
    return step.yuan_fen


def points_of_step(step: FormulaStep) -> int:
    """The step's percentage in points; raises `Blank`."""
    if step.points is None:
        raise blank_figure(step)
    return step.points


def rounded(step: FormulaStep, fen_points: int) -> int:
    """An amount times points, as fen, rounded as the step states."""
    return step.rounding.of(fen_points, WHOLE)


def clamped(fen: int) -> int:
    """An amount, never below nothing."""
    return max(fen, 0)


def shared(work: Work, total: int) -> int:
    """This line's share of an amount of the class; all shares add up to it to the fen."""
    trainees = work.trainees
    if work.best:
        return -(-total // trainees)
    whole = work.facts.in_class
    if whole is None or not whole.place:
        raise said_missing("class.place")
    return part_of(total, whole.place, trainees)


def rate_of(step: FormulaStep, work: Work) -> tuple[RateRow, int]:
    """The closest row of rates.csv and its amount; raises `Blank` where there is none or it is blank."""
    groups = None if work.best else work.facts.groups
    ready = work.prepared
    row = ready.rate(step.item, groups)
    if row is None or row.amount_fen is None:
        params = {
            "step": step.name,
            "category": work.prepared.category_name,
            "level": work.prepared.course.level or "—",
        }
        raise Blank(Said(N_("“%(step)s”没有公布：%(category)s，等级 %(level)s"), params))
    return row, row.amount_fen
