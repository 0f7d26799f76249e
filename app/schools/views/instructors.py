"""A school's teachers and assessors."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.schools import queries, service
from app.schools.forms import InstructorForm
from app.schools.models import Instructor, School
from app.schools.views.blueprint import bp
from app.schools.views.own import own_school


def _form(school: School, row: Instructor | None = None) -> InstructorForm:
    form = InstructorForm(obj=row)
    form.offer(school.id)
    if row is not None and row.user_id is None and not form.is_submitted():
        form.user_id.data = ""
    return form


def _page(form: InstructorForm, school: School, row: Instructor | None = None) -> str:
    return render_template("schools/edit_instructor.html", form=form, school=school, row=row)


@bp.get("/schools/<int:school_id>/instructors/new")
@needs(Can.SCHOOL_MAINTAIN)
def new_instructor(school_id: int) -> str:
    """The form for a new teacher or assessor."""
    school = own_school(school_id)
    return _page(_form(school), school)


@bp.post("/schools/<int:school_id>/instructors/new")
@needs(Can.SCHOOL_MAINTAIN)
def add_instructor(school_id: int) -> Response | tuple[str, int]:
    """Add a teacher or assessor."""
    school = own_school(school_id)
    form = _form(school)
    if not carried_out(form, lambda: service.add_instructor(school, form.facts(), by=actor())):
        return _page(form, school), 422
    flash(_("师资已添加。"))
    return see_other("schools.show_school", school_id=school_id)


@bp.get("/schools/<int:school_id>/instructors/<int:instructor_id>/edit")
@needs(Can.SCHOOL_MAINTAIN)
def edit_instructor(school_id: int, instructor_id: int) -> str:
    """The form for new facts of a teacher or assessor."""
    school, row = own_school(school_id), queries.instructor_for(actor(), school_id, instructor_id)
    return _page(_form(school, row), school, row)


@bp.post("/schools/<int:school_id>/instructors/<int:instructor_id>/edit")
@needs(Can.SCHOOL_MAINTAIN)
def change_instructor(school_id: int, instructor_id: int) -> Response | tuple[str, int]:
    """Write new facts of a teacher or assessor."""
    school, row = own_school(school_id), queries.instructor_for(actor(), school_id, instructor_id)
    form = _form(school, row)
    if not carried_out(form, lambda: service.change_instructor(row, form.facts(), by=actor())):
        return _page(form, school, row), 422
    flash(_("已保存。"))
    return see_other("schools.show_school", school_id=school_id)


@bp.post("/schools/<int:school_id>/instructors/<int:instructor_id>/end")
@needs(Can.SCHOOL_MAINTAIN)
def end_instructor(school_id: int, instructor_id: int) -> Response:
    """Say that somebody no longer teaches or assesses here."""
    own_school(school_id)
    row = queries.instructor_for(actor(), school_id, instructor_id)
    with transaction():
        service.end_instructor(row, by=actor())
    flash(_("已停用，以前上的课和考评不受影响。"))
    return see_other("schools.show_school", school_id=school_id)
