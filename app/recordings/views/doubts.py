"""Pictures that are too much alike, side by side; a person decides."""

from flask import Response, flash, render_template, request

from app.attendance.queries import names_of
from app.classes.models import TrainingClass
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.recordings import queries, service, store
from app.recordings.forms import DecideForm, DoubtFilterForm
from app.recordings.models import Recording, RecordingDoubt
from app.recordings.rules import DoubtStatus, DoubtStep
from app.recordings.views.blueprint import Answer, bp
from app.recordings.views.serving import picture


def _classes(rows: list[RecordingDoubt]) -> dict[int, TrainingClass]:
    ids = {number for row in rows for number in (row.first_class_id, row.second_class_id)}
    return {number: db.session.get_one(TrainingClass, number) for number in ids}


@bp.get("/recordings/doubts")
@needs(Can.RECORDING_READ)
def list_doubts() -> str:
    """Doubts within reach, the undecided first."""
    form = DoubtFilterForm(request.args).offer()
    page = paginate(queries.doubts_query(actor(), form.chosen), request.args.get("page", 1, type=int))
    classes = _classes(list(page.items))
    return render_template(
        "recordings/list_doubts.html", page=page, form=form, classes=classes, officer=queries.is_officer(actor())
    )


def _page(row: RecordingDoubt, form: DecideForm) -> str:
    both = [row.first, row.second]
    classes = _classes([row])
    return render_template(
        "recordings/show_doubt.html",
        doubt=row,
        sides=[_side(one, classes[one.class_id]) for one in both],
        form=form.offer(),
        names=names_of([*(one.created_by for one in both), row.decided_by or ""]),
        officer=queries.is_officer(actor()),
        may_decide=actor().may(Can.RECORDING_JUDGE) and row.status is DoubtStatus.OPEN,
    )


def _side(row: Recording, class_: TrainingClass) -> dict[str, object]:
    return {
        "row": row,
        "klass": class_,
        "open": _may_see(row),
        "remarks": queries.remarks_on([row], class_)[row.id],
    }


def _may_see(row: Recording) -> bool:
    """Officers compare both pictures; a school sees its own."""
    return queries.is_officer(actor()) or row.school_id == actor().organization_id


@bp.get("/recordings/doubts/<int:recording_doubt_id>")
@needs(Can.RECORDING_READ)
def show_doubt(recording_doubt_id: int) -> str:
    """Both pictures side by side."""
    return _page(queries.doubt_for(actor(), recording_doubt_id), DecideForm(formdata=None))


@bp.post("/recordings/doubts/<int:recording_doubt_id>")
@needs(Can.RECORDING_JUDGE)
def decide_doubt(recording_doubt_id: int) -> Answer:
    """Say what came of looking into it."""
    row, form = queries.doubt_for(actor(), recording_doubt_id), DecideForm().offer()
    uphold = form.step.data == DoubtStep.UPHOLD
    done = carried_out(form, lambda: service.decide(row, uphold=uphold, reason=form.reason.data, by=actor()))
    if done is None:
        return _page(row, form), 422
    flash(_("记下了。"))
    return see_other("recordings.show_doubt", recording_doubt_id=row.id)


@bp.get("/recordings/doubts/<int:recording_doubt_id>/<any(first, second):side>.jpg")
@needs(Can.RECORDING_READ)
def show_side(recording_doubt_id: int, side: str) -> Response:
    """One of the two pictures; for officers also that of a class elsewhere."""
    doubt = queries.doubt_for(actor(), recording_doubt_id)
    row = doubt.first if side == "first" else doubt.second
    if not _may_see(row):
        raise NotFound
    return picture(row, store.VIEW)
