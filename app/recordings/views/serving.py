"""The pictures and films themselves: by number, asked for each time, never by a path or a name that anybody chose."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, request

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.papers.uploads import JPEG, PNG, WEBP
from app.recordings import queries, service, store
from app.recordings.models import Recording
from app.recordings.reading.films import MOV, MP4
from app.recordings.reading.pictures import HEIC
from app.recordings.rules import Kind
from app.recordings.views.blueprint import bp

ENDINGS = {JPEG: "jpg", PNG: "png", WEBP: "webp", HEIC: "heic", MP4: "mp4", MOV: "mov"}
WHOLE, PART, OUTSIDE = 200, 206, 416


def _sent(response: Response, name: str, *, inline: bool) -> Response:
    way = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f"{way}; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def picture(row: Recording, part: str) -> Response:
    """A copy of a photo that was drawn anew; raises `NotFound` for films and for what was purged."""
    if row.kind is not Kind.PHOTO or row.purged_at is not None:
        raise NotFound
    response = Response(store.get(row.store_no, part), mimetype=JPEG)
    return _sent(response, f"recording-{row.id}-{part}.jpg", inline=True)


@bp.get("/recordings/<int:recording_id>/thumb.jpg")
@needs(Can.RECORDING_READ)
def show_thumb(recording_id: int) -> Response:
    """The small copy."""
    return picture(queries.recording_for(actor(), recording_id), store.THUMB)


@bp.get("/recordings/<int:recording_id>/view.jpg")
@needs(Can.RECORDING_READ)
def show_view(recording_id: int) -> Response:
    """The copy to look at, without a word of what the camera wrote."""
    return picture(queries.recording_for(actor(), recording_id), store.VIEW)


@bp.get("/recordings/<int:recording_id>/film")
@needs(Can.RECORDING_READ)
def show_film(recording_id: int) -> Response:
    """A film to play, in the parts a player asks for, with the boxes emptied that say where it was taken."""
    row = queries.recording_for(actor(), recording_id)
    if row.kind is not Kind.FILM or row.purged_at is not None:
        raise NotFound
    file = store.Stored(row.store_no, row.pieces)
    start, end, status = _asked(file.size)
    if status == OUTSIDE:
        return Response(status=OUTSIDE, headers={"Content-Range": f"bytes */{file.size}"})
    response = Response(_stream(file, row, start, end), status=status, mimetype=row.media_type)
    response.content_length = end - start
    response.headers["Accept-Ranges"] = "bytes"
    if status == PART:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    return _sent(response, f"recording-{row.id}.{ENDINGS[row.media_type]}", inline=True)


def _asked(size: int) -> tuple[int, int, int]:
    """The range a player asks for, the end not included, and the status to answer with."""
    if request.range is None:
        return 0, size, WHOLE
    found = request.range.range_for_length(size)
    if found is None:
        return 0, 0, OUTSIDE
    return found[0], found[1], PART


def _stream(file: store.Stored, row: Recording, start: int, end: int) -> Iterator[bytes]:
    at = start
    for part in file.parts(start, end):
        yield store.blanked(part, at, row.blanks)
        at += len(part)


@bp.post("/recordings/<int:recording_id>/original")
@needs(Can.RECORDING_READ)
def take_original(recording_id: int) -> Response:
    """The file as it was sent, place and all: for officers, as a download, and written down."""
    row = queries.recording_for(actor(), recording_id)
    if not queries.is_officer(actor()) or row.purged_at is not None:
        raise NotFound(_("原件带拍摄地点，只给管这个地方的工作人员。") if row.purged_at is None else "")
    with transaction():
        service.note_opening(row, by=actor())
    file = store.Stored(row.store_no, row.pieces)
    response = Response(file.parts(0, file.size), mimetype=row.media_type)
    response.content_length = file.size
    day = clock.local(row.created_at).strftime("%Y%m%d")
    return _sent(response, f"recording-{row.id}-{day}.{ENDINGS[row.media_type]}", inline=False)
