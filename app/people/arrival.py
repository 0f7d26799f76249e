"""Somebody at the door who has not signed in yet: what they said and proved so far, sealed in their own cookie."""

import base64
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask import session

from app.kernel import clock
from app.kernel.sealing import SealBroken, sealer

KEY, PLACE = "laborer", "session.laborer"
PROOF_LASTS = timedelta(minutes=30)
"""For so long after the code the phone counts as proved."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of somebody on the way in; "" is what was not asked yet."""

    target: str = ""
    """The page of this site they came for."""
    what: str = ""
    """What they came for, in words: the name of a class."""
    number: str = ""
    phone: str = ""
    proved_at: float = 0.0
    """When the phone's code was right, in seconds since 1970."""
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def has_proved(self) -> bool:
        """Whether they hold the phone."""
        return bool(self.phone) and clock.now().timestamp() - self.proved_at < PROOF_LASTS.total_seconds()


def begin(target: str, what: str = "") -> None:
    """Start anew, on the way to a page; what it is about stays known while it is the same page."""
    came = arrival()
    keep(Arrival(target=target, what=what or (came.what if target and target == came.target else "")))


def arrival() -> Arrival:
    """Who is on the way in."""
    try:
        text = sealer().open(base64.b64decode(session.get(KEY, "")), PLACE)
    except (SealBroken, ValueError):
        return Arrival()
    return Arrival(**json.loads(text))


def keep(found: Arrival, **changed: Any) -> Arrival:
    """Remember what was said; gives it back."""
    now = replace(found, **changed)
    session[KEY] = base64.b64encode(sealer().seal(json.dumps(asdict(now)), PLACE)).decode()
    return now
