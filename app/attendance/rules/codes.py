"""The codes of a class: the one on the teacher's screen that changes, and each trainee's own. Pure.

The rotating code names a half-day, a moment and a step of time, with an HMAC: it can be shown, photographed and sent
on, but it is fresh for its own step and the next only.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime

from app.attendance.rules.kinds import Moment

STEP_SECONDS = 20
FRESH_STEPS = 1
"""How many steps later a code is still fresh: it takes a moment to hold up a phone."""
MAC_BYTES = 9
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Digits and letters that nobody mixes up."""
OWN_LENGTH = 6
_MARKS = {Moment.IN: "i", Moment.MID: "m", Moment.OUT: "o"}
_MOMENTS = {mark: moment for moment, mark in _MARKS.items()}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a code on the screen says: which half-day, which moment, which step of time."""

    session_id: int
    moment: Moment
    step: int


def step_at(now: datetime) -> int:
    """The number of the step of time that a moment lies in."""
    return int(now.timestamp()) // STEP_SECONDS


def seconds_left(now: datetime) -> int:
    """How long the present code is still on the screen."""
    return STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS


def token(key: bytes, shown: Shown) -> str:
    """The code as text for an address."""
    told = f"{shown.session_id:x}-{_MARKS[shown.moment]}{shown.step:x}"
    return f"{told}-{_mac(key, told)}"


def read_token(key: bytes, text: str) -> Shown | None:
    """What a code says, or None where we never gave it out."""
    told, _, mac = text.rpartition("-")
    if not told or not hmac.compare_digest(_mac(key, told).encode(), mac.encode()):
        return None
    session, _, rest = told.partition("-")
    return Shown(int(session, 16), _MOMENTS[rest[0]], int(rest[1:], 16))


def is_fresh(shown: Shown, now: datetime) -> bool:
    """Whether the code is of this step or the one before."""
    return 0 <= step_at(now) - shown.step <= FRESH_STEPS


def _mac(key: bytes, told: str) -> str:
    digest = hmac.digest(key, f"rotating\0{told}".encode(), "sha256")[:MAC_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def own_code(key: bytes, seat_id: int) -> str:
    """A trainee's own code in this class: short enough to be read aloud, on a badge or on the phone."""
    number = int.from_bytes(hmac.digest(key, f"own\0{seat_id}".encode(), "sha256")[:8])
    letters = []
    for _place in range(OWN_LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def clean_code(typed: str) -> str:
    """A typed or scanned code as we write it."""
    return typed.strip().upper().rpartition("/")[2].replace(" ", "").replace("-", "")
