"""What FACTS.json is paid under a pack, as plain data for the command line; no database needed."""

from collections.abc import Container, Iterable
from typing import Any

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.policies.queries import text
from app.policies.rules.amounts import Quote, class_amount, line_amount, most_a_line_can_reach
from app.policies.rules.facts import LineFacts
from app.policies.rules.facts_io import from_json
from app.policies.rules.facts_reading import FactCells, FactsError, WrongFact
from app.policies.rules.pack import Pack

SCOPES = ("line", "class", "most")


def quoted(pack: Pack, data: object) -> dict[str, Any]:
    """Amount and steps for the facts; with the reasons where nothing can be paid, and notes. Raises `FactsError`.

    `scope` is "line" (one trainee), "class" (all its lines together, each with these facts) or "most" (what is reserved
    for one place). Without it: "class" where facts of the class are given without the place of a line, else "line". A
    class is taken as filed on the pack's first day where FACTS do not say when.
    """
    if not isinstance(data, dict):
        raise FactsError((WrongFact("", N_("这里要写成 { … }。")),))
    cells = FactCells(data)
    scope = cells.one_of("scope", SCOPES, "") if data.get("scope") else ""
    if cells.problems:
        raise FactsError(tuple(cells.problems))
    told = {"filed_on": pack.valid_from.isoformat(), **data}
    told.pop("scope", None)
    facts = from_json(told, hours_a_day=pack.count("class.hours_a_day"))
    if not scope:
        scope = "class" if facts.in_class is not None and not facts.in_class.place else "line"
    try:
        return _told(_quote(pack, facts, scope), idle_words(pack, facts))
    except DomainError as error:
        raise FactsError((WrongFact(f"course.{error.field}" if error.field else "course", str(error)),)) from error


def idle_words(pack: Pack, facts: LineFacts) -> tuple[WrongFact, ...]:
    """Words of the facts that no row and no step of the pack knows, and that therefore count for nothing."""
    steps = {step.key for step in pack.formula}
    told: dict[str, tuple[Iterable[str], Container[str]]] = {
        "groups": (facts.groups, pack.groups),
        "course.category": ([facts.course.category] if facts.course.category else [], pack.categories),
        "taken_this_year": (dict(facts.taken_this_year), steps),
        "paid_this_year": (dict(facts.paid_this_year), steps),
    }
    message = N_("政策包里没有“%(key)s”这一项，没有算进去。")
    return tuple(
        WrongFact(key, message, {"key": word})
        for key, (words, known) in told.items()
        for word in words
        if word not in known
    )


def _quote(pack: Pack, facts: LineFacts, scope: str) -> Quote:
    if scope == "class":
        return class_amount(pack, facts)
    if scope == "most":
        trainees = facts.in_class.trainees if facts.in_class else None
        return most_a_line_can_reach(
            pack, facts.course, filed_on=facts.filed_on, trainees=trainees, region_code=facts.region_code
        )
    return line_amount(pack, facts)


def _told(quote: Quote, idle: Iterable[WrongFact]) -> dict[str, Any]:
    told = quote.as_json()
    if notes := [{"key": one.key, "message": text(one)} for one in idle]:
        told["notes"] = notes
    if not quote.is_payable:
        told["reasons"] = [
            {"rule": reason.rule, "message": text(reason), "source": reason.source}
            for reason in quote.not_payable_reasons
        ]
    return told
