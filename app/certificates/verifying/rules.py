"""The public list of certificates that stand no more: what it says, and how it is written. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

FORMAT = "sidan-revocations/1"
LASTS = timedelta(days=7)
"""How long a list may be relied on; whoever checks with an older one is told so."""
AGAIN = timedelta(days=1)
"""A list is signed anew after so long although nothing changed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """One certificate that stands no more."""

    token_sha256: str
    status: str
    because: str | None
    on: date


def token_hash(token: str) -> str:
    """What stands for a certificate in the list: from it follow neither its number nor its name, nor its page."""
    return hashlib.sha256(token.encode()).hexdigest()


def lines_of(entries: Sequence[Ended]) -> str:
    """The entries, one a line."""
    return ",\n".join(
        json.dumps(
            {"token_sha256": one.token_sha256, "status": one.status, "because": one.because, "on": one.on.isoformat()}
        )
        for one in entries
    )


def file_of(number: int, issuer: str, issued_at: datetime, next_update_at: datetime, entries: str) -> bytes:
    """The list as a file: JSON, its head in the first lines, then one line a certificate."""
    head = {
        "format": FORMAT,
        "issuer": issuer,
        "number": number,
        "issued_at": issued_at.isoformat(timespec="seconds"),
        "next_update": next_update_at.isoformat(timespec="seconds"),
    }
    told = json.dumps(head, ensure_ascii=False, indent=0).removesuffix("\n}")
    return f'{told},\n"entries": [\n{entries}\n]}}\n'.encode()


def is_due(now: datetime, issued_at: datetime, *, changed: bool) -> bool:
    """Whether a new list is to be signed."""
    return changed or now >= issued_at + AGAIN


def fingerprint(digest: str) -> str:
    """A hash in groups of four, as people read it out."""
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4)).upper()


def identity_start(number: str) -> str:
    """As much of an identity number as a public page shows.

    With the birth date, which whoever reads the page may know, the last four would make it whole.
    """
    shown = 6 if len(number) == 18 else 1
    return number[:shown] + "*" * (len(number) - shown)
