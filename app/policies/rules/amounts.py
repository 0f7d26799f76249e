"""How much a claim line pays: the pack's formula, step by step, integer fen. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from app.kernel.marking import N_
from app.kernel.money import yuan
from app.policies.rules.blanks import Blank, blank_figure, said_missing
from app.policies.rules.calendar import add_months
from app.policies.rules.expecting import expected
from app.policies.rules.facts import ClassFacts, CourseFacts
from app.policies.rules.facts import Funding as Funding
from app.policies.rules.facts import LineFacts as LineFacts
from app.policies.rules.figures import FIGURES
from app.policies.rules.kinds import KINDS
from app.policies.rules.pack import Pack
from app.policies.rules.papers import caps_of
from app.policies.rules.prepared import Prepared, Ready, prepared
from app.policies.rules.said import Named, Reason
from app.policies.rules.steps import FormulaStep
from app.policies.rules.working import Added, Work

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
    ready = prepared(pack, facts.course)
    refusals = tuple(_refusals(ready, facts))
    if refusals:
        return Quote(not_payable_reasons=refusals)
    return _worked_out(Work(ready, facts))


def class_amount(pack: Pack, facts: LineFacts) -> Quote:
    """What a whole class pays where every one of its lines has these facts: the sum of all its lines, step by step."""
    whole = facts.in_class
    if whole is None:
        return Quote(not_payable_reasons=(_lacking(said_missing("class")),))
    quotes = [line_amount(pack, replace(facts, in_class=replace(whole, place=n + 1))) for n in range(whole.trainees)]
    first = quotes[0]
    if not first.is_payable:
        return first
    sums: Counter[str] = Counter()
    for quote in quotes:
        sums.update({step.key: step.amount_fen for step in quote.steps})
    return Quote(tuple(replace(step, amount_fen=sums[step.key]) for step in first.steps))


def most_a_line_can_reach(
    pack: Pack,
    course: CourseFacts,
    *,
    filed_on: date | None = None,
    trainees: int | None = None,
    region_code: str = "",
) -> Quote:
    """The most that any line of this course can pay, bonus and allowance included; reserved at class approval.

    Outcomes that a plan may expect (a post, the hours, a certificate) are tried one by one; a step that depends on who
    comes, or on a day of filing or a region that nobody told, counts where it adds and is left out where it takes away.
    An amount of the class is shared by `trainees`.
    """
    ready = prepared(pack, course)
    if not ready.mode.has_claim:
        return Quote(not_payable_reasons=(_unpaid(),))
    whole = ClassFacts(trainees) if trainees else None
    days = course.days_at(pack.count("class.hours_a_day"))
    quotes = [
        _worked_out(Work(ready, facts, best=True))
        for facts in expected(ready, days=days, filed_on=filed_on, region=region_code, in_class=whole)
    ]
    refused = next((quote for quote in quotes if not quote.is_payable), None)
    return refused or max(quotes, key=lambda quote: quote.amount_fen)


def missing_figures(pack: Pack, course: CourseFacts, *, filed_on: date | None = None) -> tuple[Reason, ...]:
    """Blank thresholds and standards; a class of a paid mode can't be approved while there is one."""
    if not pack.mode_of(course).has_claim:
        return ()
    blank = [pack.blank(spec.key) for spec in FIGURES if spec.needed and pack.figure(spec.key).value is None]
    return (*blank, *most_a_line_can_reach(pack, course, filed_on=filed_on).not_payable_reasons)


def payee(pack: Pack, funding: Funding) -> str:
    """Whom the training subsidy goes to, "school" or "trainee"; "" where the pack leaves it blank (R30)."""
    return pack.word(f"payee.{funding.value}")


def _refusals(ready: Prepared, facts: LineFacts) -> Iterator[Reason]:
    if not ready.mode.has_claim:
        yield _unpaid()
        return
    if ready.asks_pass and not facts.passed:
        yield Reason("R23", N_("没有达到结业要求，这一行不能申领。"))
    if ready.asks_certificate and facts.certificate_on is None:
        yield Reason("R25", N_("还没有发证书，这一行不能申领。"))
    counted_from = facts.certificate_on or (None if ready.asks_certificate else facts.ended_on)
    if counted_from is None or facts.claimed_on is None:
        return
    pack = ready.pack
    if ready.claim_months is not None and facts.claimed_on > (deadline := add_months(counted_from, ready.claim_months)):
        message = N_("超过申领期限：发证后 %(months)s 个月内，最晚 %(day)s。")
        source = pack.figure("claim.months").source
        yield Reason("R25", message, {"months": ready.claim_months, "day": deadline}, source=source)
    if ready.claim_days is not None and facts.claimed_on > (last := counted_from + timedelta(days=ready.claim_days)):
        message = N_("超过申领期限：发证后 %(days)s 天内，最晚 %(day)s。")
        source = pack.figure("claim.days").source
        yield Reason("R25", message, {"days": ready.claim_days, "day": last}, source=source)


def _unpaid() -> Reason:
    return Reason("R15", N_("这种培训不发补贴，也不占享受补贴的次数。"))


def _unknown(step: FormulaStep, blank: Blank) -> Reason:
    return Reason(step.rule or "R15", N_("标准不明，不能申领：%(what)s。"), {"what": blank.what}, source=step.source)


def _lacking(blank: Blank) -> Reason:
    return Reason("R15", N_("标准不明，不能申领：%(what)s。"), {"what": blank.what})


def _worked_out(work: Work) -> Quote:
    """The steps that hold, one after the other; refused where one of them is blank."""
    steps: list[Step] = []
    blanks: list[Reason] = []
    winners: dict[str, tuple[str, Added | None]] = {}
    for ready in work.prepared.steps:
        step = ready.step
        try:
            if not _holds(ready, work):
                continue
            added = _won(ready, work, winners) if step.exclusive else _added(ready, work)
        except Blank as blank:
            blanks.append(_unknown(step, blank))
            continue
        if added is None:
            continue
        work.add(step, added.fen)
        steps.append(_step(step, added))
    if not work.best:
        steps += _by_papers(work)
    return Quote(not_payable_reasons=tuple(blanks)) if blanks else Quote(tuple(steps))


def _by_papers(work: Work) -> Iterator[Step]:
    """No more than the receipt or the voucher says, each as a step of its own; the pack may lift it."""
    reached = work.by_payee.get(PAYEE, 0)
    for cap in caps_of(work.prepared.pack, work.facts):
        over = min(0, cap.fen - reached)
        reached += over
        yield Step(cap.rule, cap.key, cap.name, f"≤ {yuan(cap.fen)}", cap.source, over, PAYEE)


def _holds(ready: Ready, work: Work) -> bool:
    facts = work.facts
    checks, bars = (ready.planned, ready.planned_bars) if work.best else (ready.checks, ready.bars)
    for check in checks:
        if not check(facts):
            return False
    return not bars or not all(check(facts) for check in bars)


def _added(ready: Ready, work: Work) -> Added | None:
    """What a step adds; None where an earlier step that it does not go with has added something."""
    step = ready.step
    if step.blank:
        raise blank_figure(step)
    before = work.of(step.not_with) if step.not_with else 0
    if before and not work.best:
        return None
    added = KINDS[step.kind].amount(step, work)
    if not work.best:
        return added
    if added.fen < 0 and ready.is_open_to(work.facts):
        return None
    return added._replace(fen=max(0, added.fen - before)) if before else added


def _won(ready: Ready, work: Work, winners: dict[str, tuple[str, Added | None]]) -> Added | None:
    """Of the steps that exclude each other the one that adds most, the first of equals; None for the others."""
    name = ready.step.exclusive
    if name not in winners:
        others = [one for one in work.prepared.steps if one.step.exclusive == name and _holds(one, work)]
        tried = [(one.step.key, added) for one in others if (added := _added(one, work)) is not None]
        winners[name] = max(tried, key=lambda pair: pair[1].fen, default=("", None))
    key, added = winners[name]
    return added if key == ready.step.key else None


def _step(step: FormulaStep, added: Added) -> Step:
    return Step(step.rule, step.key, step.name, added.figure, added.source or step.source, added.fen, step.to)
