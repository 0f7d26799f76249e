"""Which half-days are checked in the middle, and when: drawn from a seed nobody outside knows beforehand. Pure."""

import hashlib
import hmac
from datetime import datetime, timedelta

HUNDRED = 100
EDGE = 0.2
"""The check never falls into the first or last fifth of the half-day."""
_SPAN = 2**32


def drawn(seed: bytes, session_id: int, share_percent: int) -> bool:
    """Whether this half-day is checked: so many of a hundred are."""
    return _number(seed, session_id, "whether") * HUNDRED < share_percent * _SPAN


def check_at(seed: bytes, session_id: int, starts_at: datetime, ends_at: datetime) -> datetime:
    """The minute at which it is checked."""
    length = ends_at - starts_at
    place = EDGE + (1 - 2 * EDGE) * _number(seed, session_id, "when") / _SPAN
    minutes = int(length * place / timedelta(minutes=1))
    return starts_at + timedelta(minutes=minutes)


def fingerprint(seed: bytes) -> str:
    """What may be shown of a seed from the first day on: it binds us to it without giving it away."""
    return hashlib.sha256(b"sidan checks\0" + seed).hexdigest()


def _number(seed: bytes, session_id: int, what: str) -> int:
    return int.from_bytes(hmac.digest(seed, f"{what}\0{session_id}".encode(), "sha256")[:4])
