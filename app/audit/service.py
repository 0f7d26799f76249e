"""Write events; change statuses. The only place where a status changes."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.audit.models import Event
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.flow import Flow


class Row(Protocol):
    """What an event can be about."""

    __tablename__: str
    id: Any


def record(
    subject: Row,
    action: str,
    *,
    by: Actor,
    note: str = "",
    facts: Mapping[str, Any] | None = None,
    before: str | None = None,
    after: str | None = None,
) -> Event:
    """Append an event about a row; facts hold ids, figures and reasons, never personal data."""
    event = Event(
        at=clock.now(),
        actor_key=by.key,
        actor_name=by.name,
        stands_for=by.stands_for,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        action=action,
        status_before=before,
        status_after=after,
        note=note,
        facts=dict(facts or {}),
        region_code=getattr(subject, "region_code", None),
        organization_id=getattr(subject, "organization_id", None) or getattr(subject, "school_id", None),
    )
    db.session.add(event)
    return event


def born(row: Any, *, by: Actor, note: str = "", facts: Mapping[str, Any] | None = None) -> Event:
    """Flush a new row with the first status of its flow, and record that."""
    db.session.add(row)
    db.session.flush()
    return record(row, "created", by=by, note=note, facts=facts, after=row.status)


def take(row: Any, flow: Flow, step: Any, *, by: Actor, note: str = "", facts: Mapping[str, Any] | None = None) -> Event:
    """Take a step of a flow: check it is open, change the status, append the event. Raises `Refused`."""
    before = row.status
    row.status = flow.after(before, step)
    return record(row, str(step), by=by, note=note, facts=facts, before=before, after=row.status)
