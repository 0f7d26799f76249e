"""How much a claim line pays: the pack's formula, step by step, integer fen. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.kernel.marking import N_
from app.policies.rules.calendar import add_months
from app.policies.rules.courses import days_of
from app.policies.rules.facts import CourseFacts
from app.policies.rules.facts import Funding as Funding
from app.policies.rules.facts import LineFacts as LineFacts
from app.policies.rules.figures import FIGURES
from app.policies.rules.kinds import KINDS, Added, Blank, Sums, Work
from app.policies.rules.pack import Pack
from app.policies.rules.said import Named, Reason
from app.policies.rules.tables import FormulaStep, When

PAYEE = "payee"
TRAINEE = "trainee"


@dataclass(frozen=True, slots=True)
class Step:
    """One step as shown to reviewer and auditor; the amounts of all steps add up to the quote."""

    rule: str
    key: str
    name: Named
    figure: str
    source: str
    amount_fen: int
    to: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What a line pays, or why it pays nothing."""

    steps: tuple[Step, ...] = ()
    not_payable_reasons: tuple[Reason, ...] = ()

    @property
    def amount_fen(self) -> int:
        """The whole line."""
        return sum(step.amount_fen for step in self.steps)

    @property
    def payee_fen(self) -> int:
        """What goes to the school, or whoever claims (R30)."""
        return sum(step.amount_fen for step in self.steps if step.to == PAYEE)

    @property
    def trainee_fen(self) -> int:
        """What goes to the trainee's own account (R31)."""
        return sum(step.amount_fen for step in self.steps if step.to == TRAINEE)

    @property
    def is_payable(self) -> bool:
        """Whether nothing stands in the way of paying it."""
        return not self.not_payable_reasons

    def as_json(self) -> dict[str, Any]:
        """The quote as plain data, for a snapshot."""
        steps = [
            {
                "rule": step.rule,
                "key": step.key,
                "name_zh": step.name.zh,
                "name_en": step.name.en,
                "figure": step.figure,
                "source": step.source,
                "amount_fen": step.amount_fen,
                "to": step.to,
            }
            for step in self.steps
        ]
        return {"amount_fen": self.amount_fen, "steps": steps}


def line_amount(pack: Pack, facts: LineFacts) -> Quote:
    """What the line pays by the pack; refused with reasons when something is missing or a figure is blank."""
    refusals = tuple(_refusals(pack, facts))
    if refusals:
        return Quote(not_payable_reasons=refusals)
    work = Work(facts.course, facts.attended_hours, facts.attended_days)
    category = pack.category_of(facts.course)
    sums, steps = Sums(), []
    for step in pack.formula:
        if not _holds_for_course(step.when, facts.course, category) or not _holds_for_line(step.when, facts):
            continue
        try:
            added = KINDS[step.kind].amount(step, pack, work, sums)
        except Blank as blank:
            return Quote(not_payable_reasons=(_unknown(step, blank),))
        sums.add(step, added.fen)
        steps.append(_step(step, added))
    return Quote(tuple(steps))


def most_a_line_can_reach(pack: Pack, course: CourseFacts) -> Quote:
    """The most that any line of this course can pay, bonus and allowance included; reserved at class approval.

    A step that depends on the outcome counts where it adds and is left out where it takes away.
    """
    if not pack.mode_of(course).has_claim:
        return Quote(not_payable_reasons=(_unpaid(),))
    work = Work(course, course.hours, days_of(pack, course))
    category = pack.category_of(course)
    sums, steps, blanks = Sums(), [], []
    for step in pack.formula:
        if not _holds_for_course(step.when, course, category):
            continue
        try:
            added = KINDS[step.kind].amount(step, pack, work, sums)
        except Blank as blank:
            blanks.append(_unknown(step, blank))
            continue
        if added.fen < 0 and step.when.asks_outcome:
            continue
        sums.add(step, added.fen)
        steps.append(_step(step, added))
    return Quote(not_payable_reasons=tuple(blanks)) if blanks else Quote(tuple(steps))


def missing_figures(pack: Pack, course: CourseFacts) -> tuple[Reason, ...]:
    """Blank thresholds and standards; a class of a paid mode can't be approved while there is one."""
    if not pack.mode_of(course).has_claim:
        return ()
    blank = [pack.blank(spec.key) for spec in FIGURES if spec.needed and pack.figure(spec.key).value is None]
    return (*blank, *most_a_line_can_reach(pack, course).not_payable_reasons)


def payee(pack: Pack, funding: Funding) -> str:
    """Whom the training subsidy goes to, "school" or "trainee"; "" where the pack leaves it blank (R30)."""
    return pack.word(f"payee.{funding.value}")


def _refusals(pack: Pack, facts: LineFacts) -> Iterator[Reason]:
    if not pack.mode_of(facts.course).has_claim:
        yield _unpaid()
        return
    if not facts.passed:
        yield Reason("R23", N_("没有达到结业要求，这一行不能申领。"))
    if facts.certificate_on is None:
        yield Reason("R25", N_("还没有发证书，这一行不能申领。"))
    months = pack.count("claim.months")
    if facts.certificate_on is None or facts.claimed_on is None or months is None:
        return
    deadline = add_months(facts.certificate_on, months)
    if facts.claimed_on > deadline:
        message = N_("超过申领期限：发证后 %(months)s 个月内，最晚 %(day)s。")
        source = pack.figure("claim.months").source
        yield Reason("R25", message, {"months": months, "day": deadline}, source=source)


def _unpaid() -> Reason:
    return Reason("R15", N_("这种培训不发补贴，也不占享受补贴的次数。"))


def _unknown(step: FormulaStep, blank: Blank) -> Reason:
    return Reason(step.rule or "R15", N_("标准不明，不能申领：%(what)s。"), {"what": blank.what}, source=step.source)


def _step(step: FormulaStep, added: Added) -> Step:
    return Step(step.rule, step.key, step.name, added.figure, added.source or step.source, added.fen, step.to)


def _holds_for_course(when: When, course: CourseFacts, category: str) -> bool:
    modes = (course.mode, course.base_mode)
    return (
        (not when.modes or any(mode in when.modes for mode in modes))
        and (not when.categories or category in when.categories)
        and (not when.occupations or course.occupation_code in when.occupations)
        and (not when.levels or course.level in when.levels)
    )


def _holds_for_line(when: When, facts: LineFacts) -> bool:
    if when.groups and not set(when.groups) & set(facts.groups):
        return False
    if when.placements and facts.placement not in when.placements:
        return False
    if when.employed is not None and when.employed is not (facts.employed_on is not None):
        return False
    return when.employed_within_months is None or _employed_within(when.employed_within_months, facts)


def _employed_within(months: int, facts: LineFacts) -> bool:
    if facts.employed_on is None or facts.ended_on is None:
        return False
    return facts.employed_on <= add_months(facts.ended_on, months)
