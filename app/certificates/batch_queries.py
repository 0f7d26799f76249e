"""What of the batches waits for the printer; unscoped, for the worker and the administrator."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func, select

from app.certificates.models import AttendanceNote, Certificate, CertificateBatch
from app.certificates.queries import Item
from app.certificates.rules import UNFINISHED, BatchStatus
from app.kernel.database import db


def held_item(item: Item) -> Item:
    """An item of a batch, locked and read afresh."""
    if isinstance(item, Certificate):
        of: Any = {"of": Certificate}
        return db.session.get_one(Certificate, item.id, with_for_update=of, populate_existing=True)
    of = {"of": AttendanceNote}
    return db.session.get_one(AttendanceNote, item.seat_id, with_for_update=of, populate_existing=True)


def holds_notes(batch_id: int) -> bool:
    """Whether a batch prints notes of attendance."""
    return db.session.scalar(select(exists().where(AttendanceNote.batch_id == batch_id))) or False


def unfinished_batches() -> Sequence[int]:
    """The numbers of the batches that are not printed to the end, oldest first."""
    query = select(CertificateBatch.id).where(CertificateBatch.status.in_(UNFINISHED)).order_by(CertificateBatch.id)
    return db.session.scalars(query).all()


def stopped() -> Sequence[CertificateBatch]:
    """The batches that stopped, oldest first; unscoped."""
    query = select(CertificateBatch).where(CertificateBatch.status == BatchStatus.STOPPED)
    return db.session.scalars(query.order_by(CertificateBatch.id)).all()


def waiting_papers() -> int:
    """How many papers of unfinished batches are still to be printed."""
    return sum(
        db.session.scalar(
            select(func.count())
            .select_from(kind)
            .join(CertificateBatch, CertificateBatch.id == kind.batch_id)
            .where(CertificateBatch.status.in_(UNFINISHED), kind.paper_id.is_(None))
        )
        or 0
        for kind in (Certificate, AttendanceNote)
    )
