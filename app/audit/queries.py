"""Read events."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, tuple_

from app.audit.models import Event
from app.kernel.database import db
from app.kernel.labels import label, tone


def events_of(row: Any) -> Sequence[Event]:
    """Everything that happened to a row, oldest first."""
    return events_about([(row.__tablename__, row.id)])


def events_about(subjects: Sequence[tuple[str, int]]) -> Sequence[Event]:
    """Everything that happened to several rows, oldest first."""
    if not subjects:
        return []
    wanted = tuple_(Event.subject_type, Event.subject_id).in_(list(subjects))
    return db.session.scalars(select(Event).where(wanted).order_by(Event.at, Event.id)).all()


def story_of(row: Any, words: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What happened to a row, newest first, as the timeline draws it; `words` gives the words of each action."""
    return [
        {
            "at": event.at,
            "title": label(words.get(event.action, event.action)),
            "by": event.actor_name,
            "note": event.note,
            "tone": tone(words.get(event.action)),
        }
        for event in reversed(events_of(row))
    ]
