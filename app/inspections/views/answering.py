"""The school answers; the bureau accepts it or sends it back."""

from collections.abc import Callable

from flask import flash

from app.inspections import queries, service
from app.inspections.forms import AnswerForm, NoteForm
from app.inspections.models import Inspection
from app.inspections.views.blueprint import Answer, bp
from app.inspections.views.visiting import inspection_page
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import see_other


def _done(row: Inspection, name: str, form: Form, act: Callable[[], None]) -> Answer:
    if carried_out(form, act) is None:
        return inspection_page(row, 422, **{name: form})
    flash(_("记下了。"))
    return see_other("inspections.show_inspection", inspection_id=row.id)


@bp.post("/inspections/<int:inspection_id>/answer")
@needs(Can.INSPECTION_ANSWER)
def answer(inspection_id: int) -> Answer:
    """Say what the school did about it."""
    row, form = queries.inspection_for(actor(), inspection_id), AnswerForm()
    return _done(row, "answer", form, lambda: service.answer(row, text=form.text.data, by=actor()))


@bp.post("/inspections/<int:inspection_id>/accept")
@needs(Can.INSPECTION_ACCEPT)
def accept(inspection_id: int) -> Answer:
    """The mending will do."""
    row, form = queries.inspection_for(actor(), inspection_id), NoteForm()
    return _done(row, "accept", form, lambda: service.accept(row, note=form.note.data, by=actor()))


@bp.post("/inspections/<int:inspection_id>/send-back")
@needs(Can.INSPECTION_ACCEPT)
def send_back(inspection_id: int) -> Answer:
    """The answer does not do."""
    row, form = queries.inspection_for(actor(), inspection_id), NoteForm()
    return _done(row, "send_back", form, lambda: service.send_back(row, note=form.note.data, by=actor()))
