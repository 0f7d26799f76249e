"""Lists of inspections; those of one class with its phone checks; plans made for a reason."""

from flask import flash, render_template, request

from app.classes.models import TrainingClass
from app.classes.queries import class_for, sessions_of
from app.inspections import queries, service
from app.inspections.forms import FilterForm, ReasonForm
from app.inspections.rules import SHOWN_TO_SCHOOL, InspectionStatus
from app.inspections.views.blueprint import Answer, bp
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.recordings.queries import session_for


@bp.get("/inspections")
@needs(Can.INSPECTION_READ)
def list_inspections() -> str:
    """Inspections within reach: what is planned first."""
    form = FilterForm(request.args).offer(InspectionStatus if actor().area else SHOWN_TO_SCHOOL)
    page = paginate(queries.inspections_query(actor(), form.chosen), request.args.get("page", 1, type=int))
    return render_template(
        "inspections/list_inspections.html",
        page=page,
        form=form,
        today=clock.today(),
        may_plan=actor().may(Can.INSPECTION_PLAN),
        officer=bool(actor().area),
    )


def _class_page(class_: TrainingClass, form: ReasonForm, session_id: int = 0) -> str:
    officer = bool(actor().area)
    checks = queries.checks_of(class_.id) if officer else []
    return render_template(
        "inspections/show_class.html",
        klass=class_,
        inspections=queries.of_class(actor(), class_.id),
        checks=[(check, len(queries.calls_of(check.id)), len(queries.odd_calls(check))) for check in checks],
        ahead=[one for one in sessions_of(class_.id) if one.ends_at > clock.now()][:6],
        form=form,
        opened=session_id,
        may_plan=actor().may(Can.INSPECTION_PLAN),
        may_call=actor().may(Can.INSPECTION_RUN),
        officer=officer,
    )


@bp.get("/inspections/classes/<int:class_id>")
@needs(Can.INSPECTION_READ)
def show_class(class_id: int) -> str:
    """The inspections of a class, and its phone checks."""
    return _class_page(class_for(actor(), class_id), ReasonForm(formdata=None))


@bp.post("/inspections/sessions/<int:session_id>")
@needs(Can.INSPECTION_PLAN)
def plan(session_id: int) -> Answer:
    """Plan to see a half-day, for a reason."""
    session, class_ = session_for(actor(), session_id)
    form = ReasonForm()
    done = carried_out(form, lambda: service.plan(session, reason=form.reason.data, by=actor()))
    if done is None:
        return _class_page(class_, form, session.id), 422
    flash(_("安排好了，学校不会提前知道。"))
    return see_other("inspections.show_inspection", inspection_id=done.result.id)
