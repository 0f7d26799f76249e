"""Find corrections and doubts within what a person may see."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.attendance.models import AttendanceEntry, Correction
from app.attendance.queries.hours import with_earlier
from app.attendance.queries.unratified import seats_in_doubt
from app.attendance.rules import STANDING_DOUBTS, WAITING, CorrectionStatus
from app.classes.models import TrainingClass
from app.classes.queries import visible_to
from app.kernel.access import Actor
from app.kernel.database import among, db
from app.kernel.errors import NotFound


def correction_for(by: Actor, correction_id: int) -> Correction:
    """One correction of a class that the person may see; raises `NotFound`."""
    query = select(Correction).join(TrainingClass, TrainingClass.id == Correction.class_id)
    row = db.session.scalars(query.where(Correction.id == correction_id, visible_to(by))).first()
    if row is None:
        raise NotFound
    return row


def open_corrections(by: Actor) -> Sequence[Correction]:
    """Corrections and doubts that wait for a second person, oldest first."""
    query = select(Correction).join(TrainingClass, TrainingClass.id == Correction.class_id)
    return db.session.scalars(
        query.where(Correction.status.in_(WAITING), visible_to(by)).order_by(Correction.asked_at, Correction.id)
    ).all()


def corrections_of_entries(entry_ids: Collection[int]) -> Sequence[Correction]:
    """Every correction that was asked of these entries, oldest first."""
    query = select(Correction).where(among(Correction.entry_id, entry_ids))
    return db.session.scalars(query.order_by(Correction.id)).all()


def doubts_of(class_id: int) -> Sequence[Correction]:
    """What was said after a class's results, oldest first: looked into or not."""
    told = (CorrectionStatus.DOUBTED, CorrectionStatus.CLEARED, CorrectionStatus.UPHELD)
    query = select(Correction).where(Correction.class_id == class_id, Correction.status.in_(told))
    return db.session.scalars(query.order_by(Correction.id)).all()


def doubted_seats(seat_ids: Collection[int]) -> set[int]:
    """Those of these seats against whose hours a doubt stands: not looked into yet, or found true.

    Said of an entry, of one from before a transfer too, or of a half-day changed without being ratified.
    """
    asked = with_earlier(seat_ids)
    query = (
        select(AttendanceEntry.seat_id)
        .join(Correction, Correction.entry_id == AttendanceEntry.id)
        .where(among(AttendanceEntry.seat_id, asked), Correction.status.in_(STANDING_DOUBTS))
    )
    return {asked[seat_id] for seat_id in db.session.scalars(query)} | seats_in_doubt(seat_ids) if asked else set()
