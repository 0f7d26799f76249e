"""The plan of a filing: teaching units, resources and machines, assessment, evidence; each part saved by itself."""

from collections.abc import Callable

from flask import Response, flash, render_template

from app.classes import queries, service
from app.classes.forms.teaching import (
    EvidenceForm,
    assessment_form,
    assessment_in,
    resources_form,
    resources_in,
    units_form,
    units_in,
)
from app.classes.models import TrainingClass
from app.classes.queries import teaching
from app.classes.queries.filing import meter
from app.classes.views.blueprint import bp
from app.classes.views.shown import UNPROCESSABLE, Answer, frame
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import see_other

PARTS: dict[str, Callable[[TrainingClass], Form]] = {
    "units": units_form,
    "resources": resources_form,
    "assessment": assessment_form,
    "evidence": EvidenceForm.of,
}


def _page(row: TrainingClass, status: int = 200, **forms: Form) -> Answer:
    shown = frame(row, "show_plan")
    blank = {name: make(row) for name, make in PARTS.items()} if shown["may"]["edit"] else {}
    page = render_template(
        "classes/show_plan.html",
        **shown,
        units=teaching.units_of(row.id),
        resources=teaching.resources_of(row.id),
        machines=teaching.machines_for(row.id),
        assessment=teaching.assessment_plan_of(row.id),
        evidence=teaching.evidence_plan_of(row.id),
        open_points={point.anchor: point for point in meter(row).points if point.anchor and not point.done},
        forms={**blank, **forms},
    )
    return page, status


@bp.get("/classes/<int:class_id>/plan")
@needs(Can.CLASS_READ)
def show_plan(class_id: int) -> Answer:
    """What the filing says about teaching, resources, assessment and evidence."""
    return _page(queries.class_for(actor(), class_id))


def _save(row: TrainingClass, name: str, form: Form, act: Callable[[], object]) -> Answer | Response:
    if carried_out(form, act):
        flash(_("已保存。"))
        return see_other("classes.show_plan", class_id=row.id, _anchor=name)
    return _page(row, UNPROCESSABLE, **{name: form})


@bp.post("/classes/<int:class_id>/plan/units")
@needs(Can.CLASS_FILE)
def set_units(class_id: int) -> Answer | Response:
    """Replace the teaching plan."""
    row, by = queries.class_for(actor(), class_id), actor()
    form = units_form(row)
    return _save(row, "units", form, lambda: service.set_units(row, units_in(form), by=by))


@bp.post("/classes/<int:class_id>/plan/resources")
@needs(Can.CLASS_FILE)
def set_resources(class_id: int) -> Answer | Response:
    """Replace resources and machines."""
    row, by = queries.class_for(actor(), class_id), actor()
    form = resources_form(row)
    return _save(row, "resources", form, lambda: service.set_resources(row, *resources_in(form), by=by))


@bp.post("/classes/<int:class_id>/plan/assessment")
@needs(Can.CLASS_FILE)
def set_assessment(class_id: int) -> Answer | Response:
    """Say how the class is assessed."""
    row, by = queries.class_for(actor(), class_id), actor()
    form = assessment_form(row)
    return _save(row, "assessment", form, lambda: service.set_assessment(row, assessment_in(form), by=by))


@bp.post("/classes/<int:class_id>/plan/evidence")
@needs(Can.CLASS_FILE)
def set_evidence(class_id: int) -> Answer | Response:
    """Say how each hour will be shown."""
    row, by = queries.class_for(actor(), class_id), actor()
    form = EvidenceForm.of(row)
    return _save(row, "evidence", form, lambda: service.set_evidence(row, form.plan(), by=by))


@bp.post("/classes/<int:class_id>/plan/usual")
@needs(Can.CLASS_FILE)
def propose_plan(class_id: int) -> Response:
    """Fill in what is still missing from what is usual."""
    row = queries.class_for(actor(), class_id)
    with transaction():
        filled = service.propose_plan(row, by=actor())
    flash(_("缺的部分已按课程和上一期填好，请逐项核对。") if filled else _("没有缺的，不用再填。"))
    return see_other("classes.show_plan", class_id=row.id)
