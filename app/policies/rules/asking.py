"""Which facts a pack's formula asks of a course's lines that somebody has to record first. Pure."""

from app.policies.rules.facts import CourseFacts
from app.policies.rules.pack import Pack
from app.policies.rules.prepared import prepared
from app.policies.rules.steps import When


def asks_contract(pack: Pack, course: CourseFacts) -> bool:
    """Whether a step depends on how long a labor contract runs."""
    return any(when.contract_months_from is not None for when in _whens(pack, course))


def asks_tags(pack: Pack, course: CourseFacts) -> tuple[str, ...]:
    """The marks on which a step depends."""
    return tuple(sorted({tag for when in _whens(pack, course) for tag in when.tags}))


def _whens(pack: Pack, course: CourseFacts) -> list[When]:
    steps = [ready.step for ready in prepared(pack, course).steps]
    return [when for step in steps for when in (step.when, step.unless) if when is not None]
