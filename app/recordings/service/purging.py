"""Files go when policy no longer wants them kept, and never before; of each its row, its hash and its print stay."""

from datetime import timedelta

from sqlalchemy import func, select, update

from app.audit import service as audit
from app.classes.models import TrainingClass
from app.classes.queries import pack_of_class
from app.classes.rules import ClassStatus
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.recordings import store
from app.recordings.models import PURGED, IncomingFile, Recording
from app.recordings.rules import Kind, kept_until
from app.recordings.service.incoming import give_up

OVER = (ClassStatus.ENDED, ClassStatus.ASSESSED, ClassStatus.ARCHIVED, ClassStatus.CANCELLED)
FIGURES = {Kind.FILM: "keep.video_years", Kind.PHOTO: "keep.files_years"}
UNFINISHED = timedelta(days=1)
AT_ONCE = 200


def sweep() -> int:
    """Give up files that nobody went on sending for a day; how many. Done twice, it does nothing more."""
    before = clock.now() - UNFINISHED
    ids = db.session.scalars(select(IncomingFile.id).where(IncomingFile.last_at < before)).all()
    swept = 0
    for number in ids:
        with transaction():
            row = db.session.get(IncomingFile, number, with_for_update={"skip_locked": True}, populate_existing=True)
            if row is not None and row.last_at < before:
                give_up(row)
                swept += 1
    return swept


def purge() -> int:
    """Let go of files past their time (R39 films, R40 photos), class by class; how many.

    The row is marked first, with its event; then the file goes; then the row forgets its pieces. Cut short anywhere,
    the next run goes on.
    """
    due = [row_id for class_id in _old_classes() for row_id in _due(class_id)]
    for start in range(0, len(due), AT_ONCE):
        with transaction():
            _mark(due[start : start + AT_ONCE])
    _let_go()
    return len(due)


def _old_classes() -> list[int]:
    year_ago = clock.today() - timedelta(days=365)
    kept = select(Recording.class_id).where(Recording.purged_at.is_(None))
    query = select(TrainingClass.id).where(
        TrainingClass.id.in_(kept), TrainingClass.status.in_(OVER), TrainingClass.end_on < year_ago
    )
    return list(db.session.scalars(query.order_by(TrainingClass.id)))


def _due(class_id: int) -> list[int]:
    class_ = db.session.get_one(TrainingClass, class_id)
    pack, today = pack_of_class(class_), clock.today()
    found: list[int] = []
    for kind, figure in FIGURES.items():
        until = kept_until(class_.end_on, pack.count(figure))
        if until is not None and until < today:
            query = select(Recording.id).where(
                Recording.class_id == class_id, Recording.kind == kind, Recording.purged_at.is_(None)
            )
            found.extend(db.session.scalars(query.order_by(Recording.id)))
    return found


def _mark(ids: list[int]) -> None:
    now = clock.now()
    for row in db.session.scalars(select(Recording).where(Recording.id.in_(ids)).order_by(Recording.id)):
        row.purged_at = now
        audit.record(row, PURGED, by=SYSTEM, facts={"sha256": row.sha256, "size": row.size})
    db.session.flush()


def _let_go() -> None:
    """Remove the files of marked rows, and forget the pieces of each that is gone."""
    query = select(Recording.id, Recording.store_no, Recording.pieces).where(
        Recording.purged_at.is_not(None), func.cardinality(Recording.pieces) > 0
    )
    for row_id, store_no, pieces in db.session.execute(query).all():
        store.drop(store_no, pieces)
        with transaction():
            db.session.execute(update(Recording).where(Recording.id == row_id).values(pieces=[]))
