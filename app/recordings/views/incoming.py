"""Files that come piece by piece, so that a lost line costs one piece: open, send from an offset, ask the offset.

Much like tus, and small: `POST` opens a file and gives its address; `HEAD` (or `GET`) tells in `Upload-Offset` how much
has come; `PATCH` with `Upload-Offset` and the next bytes goes on from there. The last piece also ends it: the answer
says what became of it. An empty piece at the end ends it again, if the answer was lost.
"""

from flask import Response, jsonify, request, url_for

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.i18n import _
from app.recordings import queries, service
from app.recordings.models import IncomingFile
from app.recordings.service import WrongOffset
from app.recordings.service.keeping import PIECE
from app.recordings.views.blueprint import bp

BAD = 400


def _told(row: IncomingFile, status: int = 200) -> Response:
    """How much of a file has come."""
    address = url_for("recordings.ask_offset", incoming_id=row.id)
    response = jsonify(id=row.id, address=address, received=row.received, size=row.size, piece=PIECE)
    response.status_code = status
    response.headers["Upload-Offset"] = str(row.received)
    response.headers["Upload-Length"] = str(row.size)
    response.headers["Location"] = address
    return response


def _refused(error: DomainError) -> Response:
    words = _(error.message) if isinstance(error.message, str) else str(error.message)
    response = jsonify(error=words)
    response.status_code = error.status
    if isinstance(error, WrongOffset):
        response.headers["Upload-Offset"] = str(error.received)
    return response


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else -1


@bp.post("/recordings/sessions/<int:session_id>/incoming")
@needs(Can.RECORDING_MAKE)
def open_file(session_id: int) -> Response:
    """Open a file of so many bytes (`size`), with a note."""
    session, _class = queries.session_for(actor(), session_id)
    try:
        with transaction():
            size = _number(request.form.get("size"))
            row = service.begin(session, size, by=actor(), note=request.form.get("note", ""))
    except DomainError as error:
        return _refused(error)
    return _told(row, 201)


@bp.get("/recordings/incoming/<int:incoming_id>")
@needs(Can.RECORDING_MAKE)
def ask_offset(incoming_id: int) -> Response:
    """How much of a file has come."""
    return _told(queries.incoming_for(actor(), incoming_id))


@bp.patch("/recordings/incoming/<int:incoming_id>")
@needs(Can.RECORDING_MAKE)
def send_piece(incoming_id: int) -> Response:
    """Take the next piece; after the last one the file is judged."""
    try:
        row = queries.incoming_for(actor(), incoming_id)
        content = request.get_data(cache=False)
        if request.content_length is not None and len(content) != request.content_length:
            return Response(status=BAD)
        with transaction():
            received = service.append(row, _number(request.headers.get("Upload-Offset")), content)
        return _told(row) if received < row.size else _finished(row)
    except NotFound as error:
        return _refused(NotFound(error.message or _("没有这个文件，可能已经传完，或者放得太久清掉了。")))
    except DomainError as error:
        return _refused(error)


def _finished(row: IncomingFile) -> Response:
    """Judge a whole file; one that is refused is forgotten."""
    try:
        with transaction():
            kept = service.finish(row, by=actor())
    except DomainError:
        with transaction():
            service.give_up(row)
        raise
    address = url_for("recordings.show_recording", recording_id=kept.row.id)
    return jsonify(done=True, is_new=kept.is_new, recording=kept.row.id, address=address)
