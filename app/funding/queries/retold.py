"""The facts that a claim line was computed from, read back from what is stored with it."""

from datetime import date
from typing import Any

from app.courses.queries import policy_facts
from app.funding.models import ClaimLine
from app.policies import queries as policies
from app.policies.rules.amounts import LineFacts
from app.policies.rules.facts_io import from_json
from app.policies.rules.modes import OWN_LIVELIHOOD, PlacementProof


def facts_of_line(line: ClaimLine) -> LineFacts:
    """The facts of that day; those of lines from before whole facts were stored are put together from their parts."""
    kept = line.quote.get("facts", {})
    return from_json(kept["line"]) if "line" in kept else _from_parts(line, kept)


def pack_of_line(line: ClaimLine) -> int:
    """The version of the policy that the line was computed by."""
    kept = line.quote.get("facts", {})
    return int(kept.get("policy_pack_id") or line.claim.policy_pack_id)


def _from_parts(line: ClaimLine, kept: dict[str, Any]) -> LineFacts:
    class_ = line.claim.training_class
    order = class_.order
    took_up = _day(kept.get("took_up_on"))
    placed = kept.get("placement_id") is not None
    course = policy_facts(class_.course)
    mode = policies.pack_by_id(pack_of_line(line)).mode_of(course)
    by_employer = mode.placement is PlacementProof.EMPLOYER_CONFIRMS
    return LineFacts(
        course=course,
        groups=tuple(kept["groups"]),
        planned_hours=kept["planned_hours"],
        attended_hours=kept["attended_hours"],
        planned_days=kept["planned_days"],
        attended_days=kept["attended_days"],
        passed=kept["passed"],
        certificate_on=_day(kept.get("certificate_on")),
        ended_on=class_.end_on,
        employed_on=took_up if placed and by_employer else None,
        placement=(order.kind.value if order else OWN_LIVELIHOOD) if placed else "",
        claimed_on=_day(kept.get("claimed_on")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
