"""What a device without a network may bring back: its notes are read here, and checked by the services. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.kernel.errors import DomainError
from app.kernel.marking import N_

KEPT_DAYS = 7
"""How long a device keeps what it took along; then it forgets, synced or not. Shown on the page before taking."""
MOST_PEOPLE = 3000
MOST_NOTES = 500
LONGEST = 300


class NoteKind(StrEnum):
    """What was noted on the device."""

    ANSWER = "answer"
    NOT_REACHED = "not_reached"
    SERVICE = "service"
    PERSON = "person"


class Outcome(StrEnum):
    """What became of a note here."""

    DONE = "done"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Note:
    """One note of a device: what it is about, which version the officer saw, the texts as they were typed.

    `about` is the id of the card for answers and reasons, of the person otherwise.
    """

    key: UUID
    kind: NoteKind
    about: int
    on: date
    seen: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def read_note(given: object) -> Note:
    """Read one note; raises `DomainError` for anything a device of ours would not send."""
    if not isinstance(given, dict):
        raise DomainError(N_("这条离线记录读不出来。"))
    try:
        texts = _texts(given.get("texts", {}))
        seen = given.get("seen")
        return Note(
            key=UUID(str(given["key"])),
            kind=NoteKind(given["kind"]),
            about=_whole(given["about"]),
            on=date.fromisoformat(given["on"]),
            seen=None if seen is None else _whole(seen),
            texts=texts,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DomainError(N_("这条离线记录读不出来。")) from error


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise ValueError(value)
    return value


def _texts(given: Any) -> dict[str, str]:
    texts = {str(key): value for key, value in given.items()}
    if not all(isinstance(value, str) and len(value) <= LONGEST for value in texts.values()):
        raise ValueError(given)
    return texts
