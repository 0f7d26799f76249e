"""Which half-days are checked in the middle: told when it is due, not before."""

from datetime import datetime

from sqlalchemy import select

from app.attendance.models import CheckSeed, Signing
from app.attendance.rules import Moment
from app.attendance.rules.checks import check_at, drawn
from app.classes.models import ClassSession
from app.kernel.database import db


def seed_of(class_id: int) -> CheckSeed | None:
    """What the checks of a class are drawn from; None before its first day."""
    return db.session.get(CheckSeed, class_id)


def drawn_at(session: ClassSession, seed: CheckSeed | None = None) -> datetime | None:
    """When a half-day is checked; None where it is not. Never shown before that moment."""
    seed = seed or seed_of(session.class_id)
    if seed is None or not drawn(seed.seed, session.id, seed.share_percent):
        return None
    return check_at(seed.seed, session.id, session.starts_at, session.ends_at)


def due_at(session: ClassSession, now: datetime) -> datetime | None:
    """When the check of a half-day fell due, once it has."""
    due = drawn_at(session)
    return due if due is not None and due <= now else None


def left_out(class_id: int, now: datetime) -> list[ClassSession]:
    """The half-days that are over, were drawn for a check, and were not checked: for the bureau to ask about."""
    seed = seed_of(class_id)
    if seed is None:
        return []
    checked = select(Signing.session_id).where(Signing.class_id == class_id, Signing.moment == Moment.MID)
    query = select(ClassSession).where(
        ClassSession.class_id == class_id, ClassSession.ends_at <= now, ClassSession.id.not_in(checked)
    )
    return [one for one in db.session.scalars(query.order_by(ClassSession.starts_at)) if drawn_at(one, seed)]
