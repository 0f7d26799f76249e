"""How soon what must be done somewhere: the policy in force states it, the handbook's numbers where it is silent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.kernel.errors import NotFound
from app.outreach.rules import PACE, Pace
from app.policies.queries import pack_for

STATED = ("job_recommendations", "guidance", "training_offers", "offer_days", "again_days", "wish_days")


def pace_of(area: Sequence[str], day: date) -> Pace:
    """The pace by the policy of an area (of its first region, where it has several) on a day."""
    if not area:
        return PACE
    try:
        pack = pack_for(area[0], day)
    except NotFound:
        return PACE
    stated = {name: pack.count(f"service.{name}") for name in STATED}
    known: dict[str, Any] = {name: count for name, count in stated.items() if count is not None}
    return replace(PACE, **known)
