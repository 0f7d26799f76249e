"""Read events."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, tuple_

from app.audit.models import Event
from app.kernel.database import db


def events_of(row: Any) -> Sequence[Event]:
    """Everything that happened to a row, oldest first."""
    return events_about([(row.__tablename__, row.id)])


def events_about(subjects: Sequence[tuple[str, int]]) -> Sequence[Event]:
    """Everything that happened to several rows, oldest first."""
    if not subjects:
        return []
    wanted = tuple_(Event.subject_type, Event.subject_id).in_(list(subjects))
    return db.session.scalars(select(Event).where(wanted).order_by(Event.at, Event.id)).all()
