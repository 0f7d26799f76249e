"""The list of classes, one class, its history."""

from flask import render_template, request

from app.audit.queries import events_about, events_of
from app.classes import queries
from app.classes.forms.planning import ClassFilterForm, mode_choices
from app.classes.queries import ClassFilters
from app.classes.rules import ClassStatus, VariationStep
from app.classes.views.blueprint import bp
from app.classes.views.shown import Answer, frame, overview
from app.kernel import clock
from app.kernel.access import Can, Role, actor, needs
from app.kernel.database import db
from app.kernel.paging import paginate
from app.policies.queries import packs_in_force

LOCAL = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_OFFICER)
"""Who looks after people wherever they learn."""


def _modes() -> list[tuple[str, str]]:
    packs = packs_in_force(clock.today())
    return mode_choices(packs[-1][0].region_code, clock.today()) if packs else []


@bp.get("/classes")
@needs(Can.CLASS_READ)
def list_classes() -> str:
    """The classes a person may see, what waits for a decision first."""
    by, modes = actor(), _modes()
    form = ClassFilterForm(request.args).offer(modes)
    filters = ClassFilters(
        word=(form.q.data or "").strip(),
        status=ClassStatus(form.status.data) if form.status.data in set(ClassStatus) else None,
        mode=form.mode.data or "",
    )
    waiting = db.session.scalars(queries.open_variations(by).limit(20)).all() if by.may(Can.CLASS_APPROVE) else []
    return render_template(
        "classes/list_classes.html",
        page=paginate(queries.classes_query(by, filters), request.args.get("page", 1, type=int)),
        form=form,
        filtered=filters != ClassFilters(),
        counts=queries.counts_by_status(by),
        modes=dict(modes),
        elsewhere=queries.classes_elsewhere(by) if by.has(*LOCAL) else [],
        waiting=waiting,
        may_plan=by.may(Can.CLASS_FILE) and by.organization_id is not None,
    )


@bp.get("/classes/<int:class_id>")
@needs(Can.CLASS_READ)
def show_class(class_id: int) -> Answer:
    """One class: where it stands, the four fixes, what to do now."""
    return overview(queries.class_for(actor(), class_id))


@bp.get("/classes/<int:class_id>/history")
@needs(Can.CLASS_READ)
def show_history(class_id: int) -> str:
    """Who did what and when, and every version of the lock."""
    row = queries.class_for(actor(), class_id)
    refused = [("variations", one.id) for one in queries.variations_of(row.id)]
    events = [*events_of(row), *(event for event in events_about(refused) if event.action == VariationStep.REFUSE)]
    return render_template(
        "classes/show_history.html",
        **frame(row, "show_history"),
        events=events,
        fixes=queries.fixes_of(row.id),
    )
