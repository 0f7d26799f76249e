"""A term 期: several classes of one school, filed together."""

from flask import Response, flash, render_template

from app.classes import queries, service
from app.classes.forms.deciding import RemarkForm
from app.classes.models import Term
from app.classes.queries import ClassFilters
from app.classes.queries.filing import Meter, meter
from app.classes.rules import ClassStatus
from app.classes.views.blueprint import bp
from app.classes.views.shown import UNPROCESSABLE, Answer, linked
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import db
from app.kernel.i18n import _n
from app.kernel.web import see_other

TO_FILE = (ClassStatus.OPEN, ClassStatus.RETURNED)


def _page(term: Term, form: RemarkForm | None = None, status: int = 200) -> Answer:
    by = actor()
    found = db.session.scalars(queries.classes_query(by, ClassFilters(term_id=term.id))).unique().all()
    meters: dict[int, Meter] = {row.id: meter(row) for row in found if row.paid and row.status in TO_FILE}
    faults = [
        (row, linked(row, [point for point in meters[row.id].points if not point.done]))
        for row in found
        if row.id in meters and meters[row.id].open_points
    ]
    page = render_template(
        "classes/show_term.html",
        term=term,
        classes=found,
        meters=meters,
        faults=faults,
        may_file=by.may(Can.CLASS_FILE) and by.organization_id == term.school_id and bool(meters),
        form=form or RemarkForm(formdata=None),
    )
    return page, status


@bp.get("/terms/<int:term_id>")
@needs(Can.CLASS_READ)
def show_term(term_id: int) -> Answer:
    """The classes of one term, and what each still lacks."""
    return _page(queries.term_for(actor(), term_id))


@bp.post("/terms/<int:term_id>/file")
@needs(Can.CLASS_FILE)
def file_term(term_id: int) -> Answer | Response:
    """File all classes of the term, or none."""
    term, form, by = queries.term_for(actor(), term_id), RemarkForm(), actor()
    if done := carried_out(form, lambda: service.file_term(term, by=by, note=form.note.data or "")):
        flash(_n("%(num)s 个班已一起申报。", "%(num)s 个班已一起申报。", len(done.result)))
        return see_other("classes.show_term", term_id=term.id)
    return _page(term, form, UNPROCESSABLE)
