"""Files come in piece by piece: each piece is stored whole before its row says so, and may be sent again."""

import secrets
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select

from app.classes.models import ClassSession, TrainingClass
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.papers.service import MEGABYTE
from app.recordings import queries, store
from app.recordings.models import IncomingFile, Recording
from app.recordings.rules import Origin

LARGEST_PIECE = 4 * MEGABYTE
MOST_AT_ONCE = 40
"""Unfinished files of one person."""
LONGEST_NOTE = 200


class WrongOffset(Conflict):
    """The piece does not begin where the last one ended; `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__(N_("传的位置对不上，从已经收到的地方接着传就行。"))
        self.received = received


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a photo or a film may be, in bytes, and how many a half-day may have."""

    photo: int
    film: int
    a_session: int


def limits() -> Limits:
    """What this installation takes."""
    settings = current_app.config["SETTINGS"]
    return Limits(
        settings.PHOTO_MEGABYTES * MEGABYTE, settings.FILM_MEGABYTES * MEGABYTE, settings.RECORDINGS_A_SESSION
    )


def begin(session: ClassSession, size: int, *, by: Actor, note: str = "", origin: Origin | None = None) -> IncomingFile:
    """Open a file of so many bytes for a half-day.

    Raises `Forbidden` for whoever neither teaches nor inspects the class, `Refused` where no more can be taken.
    """
    class_ = db.session.get_one(TrainingClass, session.class_id)
    as_what = origin or queries.origin_for(by, class_)
    if as_what is None:
        raise Forbidden(N_("只有这个班的授课教师、本校经办人或督查员可以传影像。"))
    _refuse(class_, session)
    most = limits()
    if size <= 0:
        raise DomainError(N_("这个文件是空的，请重新选择。"), "files")
    if size > max(most.photo, most.film):
        raise too_large(max(most.photo, most.film))
    if len(note.strip()) > LONGEST_NOTE:
        raise DomainError(N_("说明最多写 200 个字。"), "note")
    _refuse_more(session, by)
    now = clock.now()
    row = IncomingFile(
        session_id=session.id,
        class_id=class_.id,
        origin=as_what,
        size=size,
        received=0,
        pieces=[],
        store_no=secrets.token_hex(16),
        note=note.strip(),
        created_by=by.key,
        created_at=now,
        last_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def too_large(most: int) -> DomainError:
    """What is said of a file that is too long."""
    return DomainError(_("文件太大了，最多 %(n)s MB。", n=most // MEGABYTE), "files")


def _refuse(class_: TrainingClass, session: ClassSession) -> None:
    if class_.status not in queries.TAKING:
        raise Refused(N_("班级不在培训中，或者考核结果已经确认，不能再传影像。"))
    if session.starts_at > clock.now():
        raise Refused(N_("这节课还没有开始，开始以后再传。"))


def _refuse_more(session: ClassSession, by: Actor) -> None:
    """Count under the session's lock, so that nobody slips past the limit beside somebody else."""
    db.session.get_one(ClassSession, session.id, with_for_update={"key_share": True, "of": ClassSession})
    kept = select(func.count()).where(Recording.session_id == session.id).scalar_subquery()
    coming = select(func.count()).where(IncomingFile.session_id == session.id).scalar_subquery()
    mine = select(func.count()).where(IncomingFile.created_by == by.key).scalar_subquery()
    row = db.session.execute(select(kept + coming, mine)).one()
    most = limits().a_session
    if row[0] >= most:
        raise Refused(_("这节课已经有 %(n)s 个影像，不能再多了。", n=most))
    if row[1] >= MOST_AT_ONCE:
        raise Refused(N_("您还有很多没传完的文件，等它们传完再传新的。"))


def hold(row: IncomingFile) -> IncomingFile:
    """The file's row, locked; raises `NotFound` where it was finished or swept meanwhile."""
    held = db.session.get(IncomingFile, row.id, with_for_update=True, populate_existing=True)
    if held is None:
        raise NotFound
    return held


def append(row: IncomingFile, offset: int, content: bytes) -> int:
    """Store the next piece; how many bytes have come. The piece lies whole in the store before the row counts it.

    Raises `WrongOffset` where it does not begin at what has come, `DomainError` where it is too long.
    """
    held = hold(row)
    if offset != held.received:
        raise WrongOffset(held.received)
    if len(content) > LARGEST_PIECE or held.received + len(content) > held.size:
        raise DomainError(N_("这一段比说好的长。"), "files")
    if content:
        store.put(held.store_no, held.received, content)
        held.pieces = [*held.pieces, len(content)]
        held.received += len(content)
        held.last_at = clock.now()
        db.session.flush()
    return held.received


def give_up(row: IncomingFile) -> None:
    """Forget an unfinished file; its pieces go first, so that none is left if this is cut short."""
    held = db.session.get(IncomingFile, row.id, with_for_update=True, populate_existing=True)
    if held is None:
        return
    store.drop(held.store_no, held.pieces)
    db.session.delete(held)
    db.session.flush()
