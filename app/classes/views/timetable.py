"""The timetable: generated, then edited half-day by half-day."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, render_template

from app.classes import queries, service
from app.classes.forms.planning import PatternForm, SessionForm
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries.filing import checklist
from app.classes.queries.teaching import rooms_by_id
from app.classes.rules import EDITABLE, ClassStatus, SessionKind
from app.classes.views.blueprint import bp
from app.classes.views.shown import UNPROCESSABLE, Answer, frame
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.web import see_other


def _page(row: TrainingClass, form: PatternForm | None = None, status: int = 200) -> Answer:
    shown, sessions = frame(row, "show_timetable"), queries.sessions_of(row.id)
    hours = {
        kind: sum(one.hours for one in sessions if one.kind == kind and one.makes_up_id is None) for kind in SessionKind
    }
    if form is None and shown["may"]["edit"]:
        form = PatternForm.of(row)
    more = _rooms(row, sessions)
    page = render_template("classes/show_timetable.html", **shown, **more, sessions=sessions, hours=hours, form=form)
    return page, status


def _rooms(row: TrainingClass, sessions: Sequence[ClassSession]) -> dict[str, Any]:
    """Names of the rooms, and what stands in the way at these times while the class is not decided."""
    open_still = row.paid and row.status in EDITABLE | {ClassStatus.FILED}
    points = checklist(row) if open_still else []
    found = [point for point in points if point.where == "show_timetable" and not point.done]
    return {"room_names": {key: room.name for key, room in rooms_by_id(sessions).items()}, "problems": found}


@bp.get("/classes/<int:class_id>/timetable")
@needs(Can.CLASS_READ)
def show_timetable(class_id: int) -> Answer:
    """The timetable, with the generator while it may still be changed."""
    return _page(queries.class_for(actor(), class_id))


@bp.post("/classes/<int:class_id>/timetable")
@needs(Can.CLASS_FILE)
def generate(class_id: int) -> Answer | Response:
    """Lay the course's hours out over half-days."""
    row = queries.class_for(actor(), class_id)
    form = PatternForm.of(row)
    skip, by = form.skip_holidays.data, actor()
    rooms = form.rooms()
    if carried_out(form, lambda: service.generate(row, form.pattern(row), skip_holidays=skip, by=by, rooms=rooms)):
        flash(_("课程表已排好，可以一节一节再改。教学计划、考核方案和签到办法也先填好了，请核对。"))
        return see_other("classes.show_timetable", class_id=row.id)
    return _page(row, form, UNPROCESSABLE)


def _editor(row: TrainingClass, form: SessionForm, session: ClassSession | None, status: int = 200) -> Answer:
    return render_template("classes/edit_session.html", row=row, form=form, session=session), status


@bp.get("/classes/<int:class_id>/sessions/new")
@needs(Can.CLASS_FILE)
def new_session(class_id: int) -> Answer:
    """The form for one more half-day."""
    row = queries.class_for(actor(), class_id)
    return _editor(row, SessionForm.of(row), None)


@bp.get("/classes/<int:class_id>/sessions/<int:session_id>")
@needs(Can.CLASS_FILE)
def edit_session(class_id: int, session_id: int) -> Answer:
    """One half-day as it stands."""
    row = queries.class_for(actor(), class_id)
    session = queries.session_of(row.id, session_id)
    return _editor(row, SessionForm.of(row, session), session)


@bp.post("/classes/<int:class_id>/sessions/new")
@needs(Can.CLASS_FILE)
def add_session(class_id: int) -> Answer | Response:
    """Add one half-day."""
    return _put(queries.class_for(actor(), class_id), None)


@bp.post("/classes/<int:class_id>/sessions/<int:session_id>")
@needs(Can.CLASS_FILE)
def change_session(class_id: int, session_id: int) -> Answer | Response:
    """Put the half-day as filled in."""
    row = queries.class_for(actor(), class_id)
    return _put(row, queries.session_of(row.id, session_id))


def _put(row: TrainingClass, session: ClassSession | None) -> Answer | Response:
    form = SessionForm.of(row, session)
    old = session.id if session else None
    if carried_out(form, lambda: service.put_session(row, form.session(), by=actor(), instead_of=old)):
        flash(_("课程表已更新。"))
        return see_other("classes.show_timetable", class_id=row.id)
    return _editor(row, form, session, UNPROCESSABLE)


@bp.post("/classes/<int:class_id>/sessions/<int:session_id>/drop")
@needs(Can.CLASS_FILE)
def drop_session(class_id: int, session_id: int) -> Response:
    """Take one half-day out."""
    row = queries.class_for(actor(), class_id)
    with transaction():
        service.drop_session(row, queries.session_of(row.id, session_id).id, by=actor())
    flash(_("这节课已去掉。"))
    return see_other("classes.show_timetable", class_id=row.id)
