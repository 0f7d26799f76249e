"""A class's recordings, those of one half-day, and one by itself."""

from typing import IO

from flask import flash, render_template, request
from werkzeug.datastructures import FileStorage

from app.attendance.queries import names_of
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import class_for, sessions_of
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.papers.service import MEGABYTE
from app.recordings import queries, service
from app.recordings.forms import FilesForm
from app.recordings.service.keeping import PIECE, Kept
from app.recordings.views.blueprint import Answer, bp


@bp.get("/recordings/classes/<int:class_id>")
@needs(Can.RECORDING_READ)
def show_class(class_id: int) -> str:
    """All recordings of a class, by half-day."""
    class_ = class_for(actor(), class_id)
    found = queries.of_sessions([session.id for session in class_.sessions])
    every = [row for rows in found.values() for row in rows]
    return render_template(
        "recordings/show_class.html",
        klass=class_,
        lessons=sessions_of(class_.id),
        recordings=found,
        remarks=queries.remarks_on(every, class_),
        doubts=queries.doubts_of([row.id for row in every]),
        missing=queries.photos_missing(class_),
        wanted=queries.photos_wanted(class_),
        officer=queries.is_officer(actor()),
        may_send=class_.status in queries.TAKING and queries.origin_for(actor(), class_) is not None,
    )


def _session_page(session: ClassSession, class_: TrainingClass, form: FilesForm) -> str:
    rows = queries.of_session(session.id)
    most = service.limits()
    return render_template(
        "recordings/show_session.html",
        klass=class_,
        lesson=session,
        recordings=rows,
        remarks=queries.remarks_on(rows, class_),
        doubts=queries.doubts_of([row.id for row in rows]),
        officer=queries.is_officer(actor()),
        may_send=class_.status in queries.TAKING and queries.origin_for(actor(), class_) is not None,
        form=form,
        most={"photo": most.photo // MEGABYTE, "film": most.film // MEGABYTE, "count": most.a_session},
        piece=PIECE,
    )


@bp.get("/recordings/sessions/<int:session_id>")
@needs(Can.RECORDING_READ)
def show_session(session_id: int) -> str:
    """The recordings of one half-day, and the way to send more."""
    session, class_ = queries.session_for(actor(), session_id)
    return _session_page(session, class_, FilesForm(formdata=None))


@bp.post("/recordings/sessions/<int:session_id>")
@needs(Can.RECORDING_MAKE)
def send_files(session_id: int) -> Answer:
    """Take files sent as a plain form, without JavaScript; each by itself, so that a bad one stops no other."""
    session, class_ = queries.session_for(actor(), session_id)
    form = FilesForm()
    files = [file for file in request.files.getlist("files") if file.filename]
    if form.validate() and not files:
        form.form_errors.append(_("请先选照片或录像。"))
    kept = [] if form.errors else [one for file in files if (one := _take(session, file, form))]
    if kept:
        flash(_("收到 %(n)s 个。", n=sum(one.is_new for one in kept)) + _repeated(kept))
    if form.errors:
        return _session_page(session, class_, form), 422
    return see_other("recordings.show_session", session_id=session.id)


def _repeated(kept: list[Kept]) -> str:
    again = sum(not one.is_new for one in kept)
    return _("另有 %(n)s 个以前传过，不重复存。", n=again) if again else ""


def _take(session: ClassSession, file: FileStorage, form: FilesForm) -> Kept | None:
    """One file of the form; what is wrong with it is said with its name."""
    try:
        return _in_two_steps(session, file.stream, str(form.note.data or ""))
    except DomainError as error:
        why = _(error.message) if isinstance(error.message, str) else str(error.message)
        error_on(form, DomainError(_("%(name)s：%(why)s", name=file.filename, why=why)))
        return None


def _in_two_steps(session: ClassSession, stream: IO[bytes], note: str) -> Kept:
    """Store the pieces, then judge the whole: what is cut short in between is swept like any other file."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    with transaction():
        row = service.begin(session, size, by=actor(), note=note)
    try:
        while content := stream.read(PIECE):
            with transaction():
                service.append(row, row.received, content)
        with transaction():
            return service.finish(row, by=actor())
    except DomainError:
        with transaction():
            service.give_up(row)
        raise


@bp.get("/recordings/<int:recording_id>")
@needs(Can.RECORDING_READ)
def show_recording(recording_id: int) -> str:
    """One recording, with what the file says of itself."""
    row = queries.recording_for(actor(), recording_id)
    class_ = class_for(actor(), row.class_id)
    return render_template(
        "recordings/show_recording.html",
        row=row,
        klass=class_,
        remarks=queries.remarks_on([row], class_)[row.id],
        doubts=queries.doubts_of([row.id]).get(row.id, []),
        officer=queries.is_officer(actor()),
        sender=names_of([row.created_by]).get(row.created_by, ""),
    )
