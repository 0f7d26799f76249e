"""A pack as it concerns one course, worked out once and kept: a claim's thousand lines ask the same. Pure."""

from dataclasses import dataclass, field

from app.policies.rules.conditions import (
    Check,
    asks_filing,
    asks_line,
    checks_of,
    holds_for_course,
    is_open,
    planned_checks,
)
from app.policies.rules.facts import CourseFacts, LineFacts
from app.policies.rules.modes import Mode
from app.policies.rules.pack import Pack
from app.policies.rules.said import Named
from app.policies.rules.steps import FormulaStep, When
from app.policies.rules.tables import RateRow

KEPT = 4096


@dataclass(frozen=True, slots=True)
class Ready:
    """A step that concerns the course, with the checks of a line; `bars` are those of its `unless`.

    `is_open` says that a plan can't know whether it will hold, `asks_filing` and `asks_region` that it can where that
    day or region is told; `planned` and `planned_bars` are the checks left then.
    """

    step: FormulaStep
    checks: tuple[Check, ...]
    bars: tuple[Check, ...]
    is_open: bool
    asks_filing: bool
    asks_region: bool
    planned: tuple[Check, ...]
    planned_bars: tuple[Check, ...]

    def is_open_to(self, facts: LineFacts) -> bool:
        """Whether a plan with these facts can't know if the step will hold."""
        unknown_day = self.asks_filing and facts.filed_on is None
        return self.is_open or unknown_day or (self.asks_region and not facts.region_code)


@dataclass(slots=True)
class Prepared:
    """What a pack says about one course."""

    pack: Pack
    course: CourseFacts
    mode: Mode
    category: str
    hours_needed: int
    steps: tuple[Ready, ...]
    claim_months: int | None
    claim_days: int | None
    asks_certificate: bool
    asks_pass: bool
    rates: dict[str, tuple[RateRow, ...]] = field(default_factory=dict)

    @property
    def category_name(self) -> Named | str:
        """How the standards' category is called."""
        listed = self.pack.categories.get(self.category)
        return listed.name if listed else ""

    def rate(self, item: str, groups: tuple[str, ...] | None) -> RateRow | None:
        """The closest fitting row for one of these groups, the highest of equals; None as groups: the most of any.

        A row whose amount is blank is among the closest as any other: it is unknown which is the most.
        """
        rows = self.rates.get(item)
        if rows is None:
            rows = self.rates[item] = self.pack.rates_for(self.course, item)
        if len(rows) == 1 and not rows[0].group:
            return rows[0]
        if groups is None:
            return _most(rows)
        fitting = [row for row in rows if not row.group or row.group in groups]
        closest = max((row.closeness for row in fitting), default=None)
        return _most([row for row in fitting if row.closeness == closest])


def _most(rows: list[RateRow] | tuple[RateRow, ...]) -> RateRow | None:
    blank = next((row for row in rows if row.amount_fen is None), None)
    return blank or max(rows, key=lambda row: row.amount_fen or 0, default=None)


def prepared(pack: Pack, course: CourseFacts) -> Prepared:
    """The pack as it concerns the course; raises `DomainError` for a mode that the pack does not have."""
    kept: Prepared | None = pack.memo.get(course)
    if kept is None:
        kept = _prepare(pack, course)
        if len(pack.memo) >= KEPT:
            pack.memo.clear()
        pack.memo[course] = kept
    return kept


def _prepare(pack: Pack, course: CourseFacts) -> Prepared:
    category = pack.category_of(course)
    row = pack.hours_for(course)
    needed = (row.min_hours if row else None) or 0
    return Prepared(
        pack=pack,
        course=course,
        mode=pack.mode_of(course),
        category=category,
        hours_needed=needed,
        steps=tuple(
            ready
            for step in pack.formula
            if holds_for_course(step.when, course, category, pack.lists)
            and (ready := _ready(step, course, category, pack, needed)) is not None
        ),
        claim_months=pack.count("claim.months"),
        claim_days=pack.count("claim.days"),
        asks_certificate=pack.figure("claim.certificate_required").value is not False,
        asks_pass=pack.figure("claim.pass_required").value is not False,
    )


def _ready(step: FormulaStep, course: CourseFacts, category: str, pack: Pack, needed: int) -> Ready | None:
    unless = step.unless
    if unless is not None and not holds_for_course(unless, course, category, pack.lists):
        unless = None
    if unless is not None and not asks_line(unless):
        return None
    whens = (step.when, unless) if unless else (step.when,)
    return Ready(
        step=step,
        checks=checks_of(step.when, needed),
        bars=checks_of(unless, needed) if unless else (),
        is_open=any(is_open(when) for when in whens),
        asks_filing=any(asks_filing(when) for when in whens),
        asks_region=any(when.regions for when in whens),
        planned=planned_checks(step.when, needed),
        planned_bars=_planned_bars(unless, needed),
    )


def _planned_bars(unless: When | None, needed: int) -> tuple[Check, ...]:
    return planned_checks(unless, needed, unknown=False) if unless and not is_open(unless) else ()
