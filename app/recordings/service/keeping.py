"""A file that has come whole is judged, kept with what it says of itself, and compared with all others."""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

from sqlalchemy import func, select

from app.audit import service as audit
from app.classes.models import ClassSession, TrainingClass
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.marking import N_
from app.papers.service import MEGABYTE
from app.papers.uploads import read_whole
from app.recordings import queries, store
from app.recordings.models import KEPT, IncomingFile, Recording
from app.recordings.reading import Shot
from app.recordings.reading.films import Film, read_film
from app.recordings.reading.pictures import Photo, read_photo
from app.recordings.rules import Kind, Origin, bands, signed
from app.recordings.service.doubting import doubt
from app.recordings.service.incoming import append, begin, hold, limits, too_large

ONE_AT_A_TIME = 4_039_040
"""The number of the lock under which recordings are compared: of two alike that come at once one sees the other."""
STILLS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")
"""Brands of files that begin like a film and hold a photo."""
PIECE = MEGABYTE


@dataclass(frozen=True, slots=True)
class Kept:
    """The recording, and whether it came just now; the same file sent twice to a half-day is one recording."""

    row: Recording
    is_new: bool
    doubts: int = 0


def take_in(
    session: ClassSession, stream: IO[bytes], *, by: Actor, note: str = "", origin: Origin | None = None
) -> Kept:
    """Take a whole file for a half-day; refusals as of `begin` and `finish`."""
    most = limits()
    content = read_whole(stream, max(most.photo, most.film), "files")
    row = begin(session, len(content), by=by, note=note, origin=origin)
    with ExitStack() as undo:
        undo.callback(lambda: store.drop(row.store_no, row.pieces))
        for start in range(0, len(content), PIECE):
            append(row, start, content[start : start + PIECE])
        kept = finish(row, by=by)
        undo.pop_all()
    return kept


def finish(row: IncomingFile, *, by: Actor) -> Kept:
    """Judge a file that has come whole by its content and keep it.

    Raises `Refused` while some is missing; `Unwanted`, `Unreadable` or `TooManyPixels` for what is no sound photo or
    film: then the caller gives it up.
    """
    held = hold(row)
    if held.received != held.size:
        raise Refused(N_("文件还没有传完。"))
    stored = store.Stored(held.store_no, held.pieces)
    digest = _digest(stored)
    known = _known(held.session_id, digest)
    if known is not None:
        store.drop(held.store_no, held.pieces)
        db.session.delete(held)
        db.session.flush()
        return Kept(known, is_new=False)
    recording = _photo(held, stored) if _is_still(stored.read(0, min(16, stored.size))) else _film(held, stored)
    recording.sha256 = digest
    _fill(recording, held, by)
    db.session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    db.session.delete(held)
    db.session.add(recording)
    db.session.flush()
    audit.record(recording, KEPT, by=by, facts={"session_id": recording.session_id, "sha256": digest})
    found = queries.alike(recording.session_id, digest, recording.print64)
    for other in found:
        doubt(recording, other, by=by)
    return Kept(recording, is_new=True, doubts=len(found))


def _digest(stored: store.Stored) -> str:
    found = hashlib.sha256()
    for part in stored.parts(0, stored.size):
        found.update(part)
    return found.hexdigest()


def _known(session_id: int, digest: str) -> Recording | None:
    query = select(Recording).where(Recording.session_id == session_id, Recording.sha256 == digest)
    return db.session.scalars(query).first()


def _is_still(head: bytes) -> bool:
    """Whether it is to be read as a photo: all that does not begin like a film, and the photos that do."""
    return head[4:8] != b"ftyp" or head[8:12] in STILLS


def _photo(held: IncomingFile, stored: store.Stored) -> Recording:
    if held.size > limits().photo:
        raise too_large(limits().photo)
    photo: Photo = read_photo(stored.read(0, stored.size))
    store.put(held.store_no, store.VIEW, photo.view)
    store.put(held.store_no, store.THUMB, photo.thumb)
    row = _row(Kind.PHOTO, photo.media_type, photo.shot)
    row.width, row.height, row.blanks = photo.width, photo.height, []
    if photo.print64 is not None:
        row.print64, row.bands = signed(photo.print64), bands(photo.print64)
    return row


def _film(held: IncomingFile, stored: store.Stored) -> Recording:
    if held.size > limits().film:
        raise too_large(limits().film)
    film: Film = read_film(stored.size, stored.read)
    row = _row(Kind.FILM, film.media_type, film.shot)
    row.seconds, row.blanks = film.seconds, [list(one) for one in film.blanks]
    return row


def _row(kind: Kind, media_type: str, shot: Shot) -> Recording:
    return Recording(
        kind=kind,
        media_type=media_type,
        taken_at=shot.taken_at,
        latitude=shot.spot.latitude if shot.spot else None,
        longitude=shot.spot.longitude if shot.spot else None,
        device=shot.device,
        edited=shot.edited,
    )


def _fill(row: Recording, held: IncomingFile, by: Actor) -> None:
    """Whose it is, and where its pieces lie."""
    class_ = db.session.get_one(TrainingClass, held.class_id)
    row.session_id, row.class_id = held.session_id, held.class_id
    row.school_id, row.region_code = class_.school_id, class_.region_code
    row.origin, row.note, row.size = held.origin, held.note, held.size
    row.store_no, row.pieces = held.store_no, list(held.pieces)
    row.created_at, row.created_by = clock.now(), by.key
