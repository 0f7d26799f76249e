"""What makes a lesson more likely to be drawn: facts times the weights that policy gives them. Pure."""

from dataclasses import dataclass
from enum import StrEnum

FIGURES = {
    "plain": "inspection.weight_plain",
    "denial": "inspection.weight_denial",
    "picture": "inspection.weight_picture",
    "emergency": "inspection.weight_emergency",
    "failure": "inspection.weight_failure",
    "new_school": "inspection.weight_new_school",
    "uniform": "inspection.weight_uniform",
}
"""Which figure of the policy gives which weight; a blank one weighs nothing."""
MOST = 200
"""Tickets of one row: beyond, a class is as good as certain, and drawing again by hand stays feasible."""


class Reason(StrEnum):
    """Why a lesson weighs more than a plain one."""

    DENIAL = "denial"
    PICTURE = "picture"
    EMERGENCY = "emergency"
    FAILURE = "failure"
    NEW_SCHOOL = "new_school"
    UNIFORM = "uniform"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a class and its school on the day of the draw; counts, and 0 or 1 for yes or no."""

    denial: int = 0
    picture: int = 0
    emergency: int = 0
    failure: int = 0
    new_school: int = 0
    uniform: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """What each fact weighs, by policy."""

    plain: int = 1
    denial: int = 0
    picture: int = 0
    emergency: int = 0
    failure: int = 0
    new_school: int = 0
    uniform: int = 0


def reasons(facts: Facts, weights: Weights) -> dict[Reason, int]:
    """What each fact adds."""
    added = {reason: getattr(facts, reason.value) * getattr(weights, reason.value) for reason in Reason}
    return {reason: weight for reason, weight in added.items() if weight}


def weigh(facts: Facts, weights: Weights) -> int:
    """How many tickets a lesson holds: at least one, so that everybody may be drawn."""
    return min(MOST, max(1, weights.plain + sum(reasons(facts, weights).values())))
