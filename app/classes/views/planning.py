"""A school plans a class, changes the plan, opens it for sign-up, postpones it."""

from flask import Response, flash, render_template

from app.classes import queries, service
from app.classes.forms.deciding import PostponeForm
from app.classes.forms.planning import ClassForm
from app.classes.models import TrainingClass
from app.classes.views.blueprint import bp
from app.classes.views.shown import UNPROCESSABLE, Answer, overview
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.errors import Forbidden
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.web import see_other


def _school() -> int:
    school_id = actor().organization_id
    if school_id is None:
        raise Forbidden(N_("排班由培训机构来做。"))
    return school_id


def _editor(form: ClassForm, row: TrainingClass | None = None, status: int = 200) -> Answer:
    return render_template("classes/edit_class.html", form=form, row=row), status


@bp.get("/classes/new")
@needs(Can.CLASS_FILE)
def new_class() -> Answer:
    """The empty form."""
    return _editor(ClassForm.of(_school(), actor()))


@bp.post("/classes/new")
@needs(Can.CLASS_FILE)
def plan_class() -> Answer | Response:
    """Keep a new class as a draft."""
    form = ClassForm.of(_school(), actor())
    if done := carried_out(form, lambda: service.plan_class(form.facts(), by=actor())):
        flash(_("班已排好。接着排课程表。"))
        return see_other("classes.show_timetable", class_id=done.result.id)
    return _editor(form, status=UNPROCESSABLE)


@bp.get("/classes/<int:class_id>/edit")
@needs(Can.CLASS_FILE)
def edit_class(class_id: int) -> Answer:
    """The plan as it stands."""
    row = queries.class_for(actor(), class_id)
    return _editor(ClassForm.of(row.school_id, actor(), row), row)


@bp.post("/classes/<int:class_id>/edit")
@needs(Can.CLASS_FILE)
def change_class(class_id: int) -> Answer | Response:
    """Change the plan until it is filed."""
    row = queries.class_for(actor(), class_id)
    form = ClassForm.of(row.school_id, actor(), row)
    if carried_out(form, lambda: service.change_plan(row, form.facts(), by=actor(), seen=form.seen)):
        flash(_("已保存。"))
        return see_other("classes.show_class", class_id=row.id)
    return _editor(form, row, UNPROCESSABLE)


@bp.post("/classes/<int:class_id>/open")
@needs(Can.CLASS_FILE)
def open_sign_up(class_id: int) -> Response:
    """Open the class for sign-up."""
    row = queries.class_for(actor(), class_id)
    with transaction():
        service.open_sign_up(row, by=actor())
    flash(_("预报名已开放，课程菜单上看得到了。"))
    return see_other("classes.show_class", class_id=row.id)


@bp.post("/classes/<int:class_id>/postpone")
@needs(Can.CLASS_FILE)
def postpone(class_id: int) -> Answer | Response:
    """Move the whole class some days later, before it is filed."""
    row, form = queries.class_for(actor(), class_id), PostponeForm()
    if carried_out(form, lambda: service.postpone(row, form.days.data, by=actor(), reason=form.reason.data)):
        flash(_("已延期 %(n)s 天，课程表一起往后移了。", n=form.days.data))
        return see_other("classes.show_class", class_id=row.id)
    return overview(row, UNPROCESSABLE, postpone=form)
