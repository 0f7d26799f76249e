"""Sign, take the roll, settle a half-day, and correct it in the open."""

from typing import Any

from app.attendance import queries
from app.attendance.service.checks import draw
from app.attendance.service.correcting import confirm_correction, correct, refuse_correction, settle_doubt
from app.attendance.service.rollcall import How, call, mark
from app.attendance.service.settling import settle, settle_again, unsettled
from app.attendance.service.signing import (
    UNKNOWN,
    Presented,
    Signed,
    Whose,
    confirm,
    refuse,
    sign,
    standing,
    take_own_code,
)
from app.attendance.service.unratified import settle_unratified
from app.attendance.service.writing import NewSigning, held, write
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.signals import class_ended, hours_missed, session_used
from app.enrollments.signals import hours_asked
from app.kernel.access import SYSTEM
from app.kernel.database import db

__all__ = [
    "UNKNOWN",
    "How",
    "NewSigning",
    "Presented",
    "Signed",
    "Whose",
    "call",
    "confirm",
    "confirm_correction",
    "correct",
    "draw",
    "held",
    "mark",
    "refuse",
    "refuse_correction",
    "settle",
    "settle_again",
    "settle_doubt",
    "settle_unratified",
    "sign",
    "standing",
    "take_own_code",
    "unsettled",
    "write",
]


@hours_asked.connect
def _on_hours_asked(seat: Seat, **_more: Any) -> int:
    """Somebody leaves mid-course: the hours attended so far are kept."""
    return queries.attended_hours(seat.class_id).get(seat.id, 0)


@hours_missed.connect
def _on_hours_missed(session: ClassSession, **_more: Any) -> dict[int, int]:
    """Who may make up for a half-day, and for how much."""
    return queries.missed_hours(session)


@session_used.connect
def _on_session_used(session: ClassSession, **_more: Any) -> bool:
    """Whoever signed in a half-day holds it where it is."""
    return queries.is_used(session.id)


@class_ended.connect
def _on_ended(class_: TrainingClass, **_more: Any) -> None:
    """Whoever signed has hours, whether or not anybody pressed the button."""
    for session_id in unsettled(class_.id):
        settle(db.session.get_one(ClassSession, session_id), by=SYSTEM)
