"""Group viewing 集中学: begin, call the roll, photos, end."""

from flask import Response, flash, render_template, request

from app.classes.queries import active_seats, class_for, session_of
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.lessons import queries, service
from app.lessons.forms import PhotoForm, PlaceForm, RollForm
from app.lessons.rules import Turn
from app.lessons.views.blueprint import Answer, bp
from app.lessons.views.making import class_page
from app.papers import service as papers


@bp.post("/classes/<int:class_id>/sessions/<int:session_id>/viewing")
@needs(Can.LESSON_KEEP)
def begin_viewing(class_id: int, session_id: int) -> Answer:
    """Turn the screen on."""
    class_, form = class_for(actor(), class_id), PlaceForm()
    session = session_of(class_.id, session_id)
    if done := carried_out(
        form, lambda: service.begin_viewing(class_, session, place=form.place.data or "", by=actor())
    ):
        flash(_("集中学开始了，先点名，再拍一张现场照片。"))
        return see_other("lessons.show_viewing", viewing_id=done.result.id)
    return class_page(class_, form, form), 422


def _page(viewing_id: int, form: Form) -> str:
    viewing, class_ = queries.viewing_for(actor(), viewing_id)
    return render_template(
        "lessons/viewing.html",
        viewing=viewing,
        klass=class_,
        lessons=queries.lessons_by_session(class_.id).get(viewing.session_id, []),
        seats=active_seats(class_.id),
        seen=queries.seen_at(viewing.id),
        turns=list(Turn),
        photos=queries.photos_of(viewing.id),
        form=form,
        photo=form if isinstance(form, PhotoForm) else PhotoForm(formdata=None),
        mine=viewing.keeper_key in actor().keys and viewing.ended_at is None,
    )


@bp.get("/viewings/<int:viewing_id>")
@needs(Can.LESSON_READ)
def show_viewing(viewing_id: int) -> str:
    """One group viewing: the lessons to show, the roll, the photos."""
    return _page(viewing_id, RollForm(formdata=None))


@bp.post("/viewings/<int:viewing_id>/roll")
@needs(Can.LESSON_KEEP)
def call_roll(viewing_id: int) -> Answer:
    """Call who is in the room."""
    (viewing, _class), form = queries.viewing_for(actor(), viewing_id), RollForm()
    turn = Turn.OUT if request.form.get("turn") == Turn.OUT else Turn.IN
    seats = [int(one) for one in request.form.getlist("seat") if one.isdecimal()]
    if done := carried_out(form, lambda: service.see_people(viewing, turn, seats, by=actor())):
        flash(_("记下 %(n)s 人。", n=done.result))
        return see_other("lessons.show_viewing", viewing_id=viewing.id)
    return _page(viewing_id, form), 422


@bp.post("/viewings/<int:viewing_id>/photos")
@needs(Can.LESSON_KEEP)
def add_photo(viewing_id: int) -> Answer:
    """Keep a photo of the room."""
    (viewing, _class), form = queries.viewing_for(actor(), viewing_id), PhotoForm()

    def act() -> None:
        service.add_photo(viewing, form.photo.data.stream, form.photo.data.filename, by=actor())

    if carried_out(form, act):
        flash(_("照片已保存。"))
        return see_other("lessons.show_viewing", viewing_id=viewing.id)
    return _page(viewing_id, form), 422


@bp.post("/viewings/<int:viewing_id>/end")
@needs(Can.LESSON_KEEP)
def end_viewing(viewing_id: int) -> Answer:
    """Turn the screen off."""
    (viewing, _class), form = queries.viewing_for(actor(), viewing_id), RollForm()
    if carried_out(form, lambda: service.end_viewing(viewing, by=actor())):
        flash(_("集中学结束了，到场的人已经计入考勤。"))
        return see_other("lessons.show_viewing", viewing_id=viewing.id)
    return _page(viewing_id, form), 422


@bp.get("/viewings/<int:viewing_id>/photos/<int:number>")
@needs(Can.LESSON_READ)
def show_photo(viewing_id: int, number: int) -> Response:
    """One photo of the room, by its place in the row."""
    viewing, _class = queries.viewing_for(actor(), viewing_id)
    photo = queries.photo_of(viewing.id, number)
    return papers.serve(photo, filename=f"viewing-{viewing.id}-{number}")
