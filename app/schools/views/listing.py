"""The list of schools, one school, and the bureau's decisions on it."""

from collections.abc import Callable

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.audit.queries import events_of
from app.kernel.access import Can, Role, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, Forbidden
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.schools import queries, service
from app.schools.forms import NoteForm, SearchForm
from app.schools.models import SCHOOL_FLOW, School, SchoolStep
from app.schools.service.listing import NEED_REASON
from app.schools.views.blueprint import bp
from app.schools.views.frame import frame

DECIDERS = (
    Role.TRAINING_OFFICER,
    Role.TOWNSHIP_OFFICER,
    Role.FIRST_REVIEWER,
    Role.SECOND_REVIEWER,
    Role.AUDITOR,
)
"""Whose navigation leads to the list."""
DECISIONS: dict[str, Callable[..., None]] = {
    SchoolStep.LIST: service.enlist,
    SchoolStep.RETURN: service.return_filing,
    SchoolStep.SUSPEND: service.suspend,
    SchoolStep.RESUME: service.resume,
    SchoolStep.REMOVE: service.remove,
}


@bp.get("/schools")
@needs(Can.SCHOOL_READ)
def list_schools() -> str:
    """The schools of the area, those that wait for a decision first."""
    form = SearchForm(request.args)
    form.offer()
    page = paginate(queries.schools_for(actor(), form.filters()), request.args.get("page", 1, int))
    narrowed = bool(request.args.get("q") or request.args.get("status"))
    waiting = queries.waiting_schools(actor())
    return render_template("schools/list_schools.html", page=page, form=form, narrowed=narrowed, waiting=waiting)


def school_page(school: School, failed: str = "", form: NoteForm | None = None) -> str:
    """The first page of a school; `failed` names the decision whose form is shown again with its error."""
    shown = frame(school, "show_school")
    return render_template(
        "schools/show_school.html",
        **shown,
        missing=queries.missing_for_filing(school),
        standings=queries.standings_of(school),
        events=events_of(school),
        steps=_open_steps(school) if shown["decides"] else [],
        need_reason=NEED_REASON,
        failed=failed,
        form=form or NoteForm(formdata=None),
    )


def _open_steps(school: School) -> list[SchoolStep]:
    """The decisions open now."""
    return [SchoolStep(step) for step in SCHOOL_FLOW.open_steps(school.status) if step in DECISIONS]


@bp.get("/schools/<int:school_id>")
@needs(Can.SCHOOL_READ)
def show_school(school_id: int) -> str:
    """One school, for its own people and the bureau."""
    return school_page(queries.school_for(actor(), school_id))


@bp.post("/schools/<int:school_id>/<any(list, return, suspend, resume, remove):step>")
@needs(Can.SCHOOL_DECIDE)
def decide(school_id: int, step: str) -> Response | tuple[str, int]:
    """List, return, suspend, resume or remove a school."""
    school, form = queries.school_for(actor(), school_id), NoteForm()
    if not form.validate_on_submit():
        return school_page(school, step, form), 422
    try:
        with transaction():
            DECISIONS[step](school, by=actor(), note=form.note.data or "")
    except DomainError as error:
        if isinstance(error, Forbidden):
            raise
        error_on(form, error)
        return school_page(school, step, form), error.status
    flash(_("已办理，学校会看到结果。"))
    return see_other("schools.show_school", school_id=school_id)
