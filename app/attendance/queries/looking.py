"""What the school and the bureau have to look at in a class: checks left out, doubts, records of devices set aside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.attendance.models import Fate, OfflineSigning
from app.attendance.queries.checks import left_out, seed_of
from app.attendance.queries.corrections import doubts_of
from app.classes.models import ClassSession
from app.kernel.database import db


def quarantined_of(class_id: int) -> Sequence[OfflineSigning]:
    """The records of devices that were set aside in a class, oldest first."""
    query = (
        select(OfflineSigning)
        .join(ClassSession, ClassSession.id == OfflineSigning.session_id)
        .where(ClassSession.class_id == class_id, OfflineSigning.fate == Fate.QUARANTINED)
    )
    return db.session.scalars(query.order_by(OfflineSigning.id)).all()


def looked_at(class_id: int, now: datetime) -> dict[str, Any]:
    """All of it, by name; the seed only when the class is over."""
    seed = seed_of(class_id)
    last = db.session.scalar(
        select(ClassSession.ends_at)
        .where(ClassSession.class_id == class_id)
        .order_by(ClassSession.ends_at.desc())
        .limit(1)
    )
    over = last is not None and last <= now
    return {
        "left_out": left_out(class_id, now),
        "doubts": doubts_of(class_id),
        "quarantined": quarantined_of(class_id),
        "seed": seed,
        "told_seed": seed.seed.hex() if seed is not None and over else "",
    }
