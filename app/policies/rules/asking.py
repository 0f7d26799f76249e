"""What a pack's formula asks of a course's lines that is looked at elsewhere: facts to record, hours to reach. Pure."""

from app.policies.rules.amounts import Quote
from app.policies.rules.facts import CourseFacts
from app.policies.rules.kinds_of_time import PARTS
from app.policies.rules.pack import Pack
from app.policies.rules.prepared import prepared
from app.policies.rules.steps import When


def asks_contract(pack: Pack, course: CourseFacts) -> bool:
    """Whether a step depends on how long a labor contract runs."""
    return any(when.contract_months_from is not None for when in _whens(pack, course))


def asks_tags(pack: Pack, course: CourseFacts) -> tuple[str, ...]:
    """The marks on which a step depends."""
    return tuple(sorted({tag for when in _whens(pack, course) for tag in when.tags}))


def pays_a_part(pack: Pack, quote: Quote) -> bool:
    """Whether a step that is meant for hours which were not reached pays something of the quote."""
    meant = {
        step.key
        for step in pack.formula
        if step.when.hours_reached is False or step.when.attended_percent_below is not None
    }
    instead = {step.key for step in pack.formula if step.kind in PARTS}
    return any(step.key in instead or (step.key in meant and step.amount_fen > 0) for step in quote.steps)


def _whens(pack: Pack, course: CourseFacts) -> list[When]:
    steps = [ready.step for ready in prepared(pack, course).steps]
    return [when for step in steps for when in (step.when, step.unless) if when is not None]
