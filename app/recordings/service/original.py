"""Who took a file as it was sent, place and all, is written down."""

from app.audit import service as audit
from app.kernel.access import Actor
from app.recordings.models import OPENED, Recording


def note_opening(row: Recording, *, by: Actor) -> None:
    """Record that somebody took the original."""
    audit.record(row, OPENED, by=by, facts={"sha256": row.sha256})
