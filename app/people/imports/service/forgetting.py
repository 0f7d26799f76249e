"""Rosters are kept no longer than they are needed: the file, the answers, the words of its rows."""

from datetime import timedelta

from sqlalchemy import delete, or_, select

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.papers.models import Upload
from app.papers.service import drop_uploads, sweep
from app.people.imports.models import IMPORT_FLOW, WORKING, ImportFinding, ImportStatus, ImportStep, RosterImport

KEPT_DAYS = 30
"""After an import ended, or was left lying; long enough to mend the errors and send them again."""
KEPT_DISCARDED_DAYS = 1


def forget_old() -> int:
    """Remove the files and rows of imports that ended long enough ago; the import itself, with its counts, stays."""
    now = clock.now()
    given_up = RosterImport.status.in_((ImportStatus.DISCARDED, ImportStatus.FAILED))
    old = or_(
        RosterImport.created_at < now - timedelta(days=KEPT_DAYS),
        given_up & (RosterImport.created_at < now - timedelta(days=KEPT_DISCARDED_DAYS)),
    )
    with transaction():
        idle = RosterImport.status.not_in(WORKING)
        rows = db.session.scalars(select(RosterImport).where(RosterImport.forgotten_at.is_(None), idle, old)).all()
        keys = [key for row in rows for key in _forget(row)]
    sweep(keys)
    return len(rows)


def _forget(row: RosterImport) -> list[str]:
    held = audit.hold(row)
    if IMPORT_FLOW.allows(held.status, ImportStep.DISCARD):
        audit.take(held, IMPORT_FLOW, ImportStep.DISCARD, by=SYSTEM)
    uploads = [db.session.get_one(Upload, number) for number in (held.upload_id, held.answer_id) if number is not None]
    held.upload_id = held.answer_id = None
    held.sample = None
    held.forgotten_at = clock.now()
    db.session.execute(delete(ImportFinding).where(ImportFinding.import_id == held.id))
    db.session.flush()
    audit.record(held, "forgotten", by=SYSTEM)
    return drop_uploads([upload for upload in uploads if not _still_needed(upload)])


def _still_needed(upload: Upload) -> bool:
    """Whether another import has the same file."""
    used = or_(RosterImport.upload_id == upload.id, RosterImport.answer_id == upload.id)
    return db.session.scalar(select(RosterImport.id).where(used).limit(1)) is not None
