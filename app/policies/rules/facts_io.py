"""Facts of a claim line as plain data: how a claim keeps them, and how FACTS.json is written. Pure.

`as_json` writes every key of `KEYS`, `from_json` reads them back to an equal `LineFacts`. A person may leave out what
`docs/policy-packs.md` gives a default for; a word nobody knows is an error, so that a slip of the pen is not left out.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.kernel.marking import N_
from app.policies.rules.facts import ClassFacts, CourseFacts, Funding, LineFacts
from app.policies.rules.facts_reading import FactCells, FactsError
from app.policies.rules.modes import PLACEMENTS

COURSE_KEYS = (
    *("mode", "base_mode", "occupation_code", "level", "theory_hours", "practice_hours", "days", "category"),
)
LOWEST_LEVEL = 5
CLASS_KEYS = ("trainees", "certified", "employed", "cost_fen", "place")
LINE_KEYS = (
    *("course", "groups", "planned_hours", "attended_hours", "planned_days", "attended_days", "passed"),
    *("certificate_on", "ended_on", "employed_on", "placement", "contract_months", "claimed_on", "filed_on"),
    *("funding", "region_code", "tags", "cost_fen", "taken_this_year"),
    *("paid_this_year", "paid_this_year_fen"),
    *("receipt_fen", "receipt", "voucher_fen", "voucher", "class"),
)


def as_json(facts: LineFacts) -> dict[str, Any]:
    """Every fact of the line as plain data: dates as text, money in fen."""
    course, whole = facts.course, facts.in_class
    return {
        "course": {key: getattr(course, key) for key in COURSE_KEYS},
        "groups": list(facts.groups),
        "planned_hours": facts.planned_hours,
        "attended_hours": facts.attended_hours,
        "planned_days": facts.planned_days,
        "attended_days": facts.attended_days,
        "passed": facts.passed,
        "certificate_on": _told(facts.certificate_on),
        "ended_on": _told(facts.ended_on),
        "employed_on": _told(facts.employed_on),
        "placement": facts.placement,
        "contract_months": facts.contract_months,
        "claimed_on": _told(facts.claimed_on),
        "filed_on": _told(facts.filed_on),
        "funding": facts.funding.value,
        "region_code": facts.region_code,
        "tags": list(facts.tags),
        "cost_fen": facts.cost_fen,
        "taken_this_year": dict(facts.taken_this_year),
        "paid_this_year": dict(facts.paid_this_year),
        "paid_this_year_fen": facts.paid_this_year_fen,
        "receipt_fen": facts.receipt_fen,
        "receipt": facts.receipt,
        "voucher_fen": facts.voucher_fen,
        "voucher": facts.voucher,
        "class": {key: getattr(whole, key) for key in CLASS_KEYS} if whole else None,
    }


def _told(day: date | None) -> str | None:
    return day.isoformat() if day else None


def from_json(data: Mapping[str, Any], *, hours_a_day: int | None = None) -> LineFacts:
    """The facts that the data tells; raises `FactsError` naming every key that is wrong or missing.

    Left out: hours and days attended are those planned, hours planned are the course's, days planned are the course's
    or as many as its hours need at `hours_a_day`, unknown without; what was paid in all is what was paid by step.
    """
    cells = FactCells(data)
    cells.only(LINE_KEYS)
    course = _course(cells)
    planned_hours, planned_days = cells.whole("planned_hours", course.hours), cells.count("planned_days")
    if planned_days is None:
        planned_days = course.days_at(hours_a_day)
    attended_days, paid = cells.count("attended_days"), cells.amounts("paid_this_year")
    facts = LineFacts(
        course=course,
        groups=cells.words("groups"),
        planned_hours=planned_hours,
        attended_hours=cells.whole("attended_hours", planned_hours),
        planned_days=planned_days,
        attended_days=planned_days if attended_days is None else attended_days,
        passed=cells.yes("passed", default=True),
        certificate_on=cells.day("certificate_on"),
        ended_on=cells.day("ended_on"),
        employed_on=cells.day("employed_on"),
        placement=cells.one_of("placement", ("", *PLACEMENTS), ""),
        contract_months=cells.count("contract_months"),
        claimed_on=cells.day("claimed_on"),
        filed_on=cells.day("filed_on"),
        funding=Funding(cells.one_of("funding", tuple(Funding), Funding.FREE)),
        region_code=cells.text("region_code"),
        tags=cells.words("tags"),
        cost_fen=cells.count("cost_fen"),
        taken_this_year=cells.counts("taken_this_year"),
        paid_this_year=paid,
        paid_this_year_fen=cells.whole("paid_this_year_fen", max(0, sum(fen for _step, fen in paid))),
        receipt_fen=cells.count("receipt_fen"),
        receipt=cells.text("receipt"),
        voucher_fen=cells.count("voucher_fen"),
        voucher=cells.text("voucher"),
        in_class=_class(cells),
    )
    if cells.problems:
        raise FactsError(tuple(cells.problems))
    return facts


def _course(line: FactCells) -> CourseFacts:
    cells = line.within("course")
    cells.only(COURSE_KEYS)
    return CourseFacts(
        mode=cells.text("mode", required=True),
        base_mode=cells.text("base_mode"),
        occupation_code=cells.text("occupation_code"),
        level=cells.count("level", LOWEST_LEVEL),
        theory_hours=cells.whole("theory_hours", 0),
        practice_hours=cells.whole("practice_hours", 0),
        days=cells.whole("days", 0),
        category=cells.text("category"),
    )


def _class(line: FactCells) -> ClassFacts | None:
    if line.values.get("class") is None:
        return None
    cells = line.within("class")
    cells.only(CLASS_KEYS)
    trainees = cells.whole("trainees", 0)
    whole = ClassFacts(
        trainees=trainees,
        certified=cells.count("certified"),
        employed=cells.count("employed"),
        cost_fen=cells.count("cost_fen"),
        place=cells.whole("place", 0),
    )
    if trainees < 1:
        cells.wrong("trainees", N_("班里至少有一个人。"))
    for key, number in (("certified", whole.certified), ("employed", whole.employed), ("place", whole.place)):
        if number is not None and number > trainees:
            cells.wrong(key, N_("不能比班里的人数多。"))
    return whole
