"""The outcomes that a line may expect while its class is only planned. Pure."""

from collections.abc import Iterator
from datetime import date

from app.policies.rules.facts import ClassFacts, LineFacts
from app.policies.rules.prepared import Prepared
from app.policies.rules.steps import When

DAY = date(2000, 1, 1)


def expected(
    ready: Prepared, *, days: int | None, filed_on: date | None, region: str, in_class: ClassFacts | None
) -> Iterator[LineFacts]:
    """A line with every outcome that the formula asks for, the best first."""
    asked = [when for one in ready.steps for when in (one.step.when, one.step.unless) if when is not None]
    hours, needed = ready.course.hours, ready.hours_needed
    enough, short = max(hours, needed), max(needed or hours, 1) - 1
    for employed in _either(any(_asks_post(when) for when in asked)):
        for certified in _either(not ready.asks_certificate and any(when.certificate is not None for when in asked)):
            for reached in _either(any(when.hours_reached is not None for when in asked)):
                yield LineFacts(
                    course=ready.course,
                    groups=(),
                    planned_hours=hours,
                    attended_hours=enough if reached else short,
                    planned_days=days,
                    attended_days=days,
                    passed=True,
                    certificate_on=DAY if certified else None,
                    ended_on=DAY,
                    employed_on=DAY if employed else None,
                    filed_on=filed_on,
                    region_code=region,
                    in_class=in_class,
                )


def _asks_post(when: When) -> bool:
    return when.employed is not None or when.employed_within_months is not None


def _either(asked: bool) -> tuple[bool, ...]:  # noqa: FBT001  # a word of the question, not a switch
    return (True, False) if asked else (True,)
