"""A school's teachers and assessors."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.schools import queries, service
from app.schools.forms import InstructorForm, QualificationForm
from app.schools.models import Instructor, School
from app.schools.views.blueprint import bp
from app.schools.views.frame import frame, own_school

SHOWN = ("name", "teaches", "assesses")
"""What the form of changes shows; the sealed identity number is never put into it."""


def _form(school: School, row: Instructor | None = None) -> InstructorForm:
    form = InstructorForm(data={name: getattr(row, name) for name in SHOWN} if row else None)
    form.offer(school.id)
    if row is not None and not form.is_submitted():
        form.user_id.data = str(row.user_id or "")
    return form


def _page(
    form: InstructorForm, school: School, row: Instructor | None = None, more: QualificationForm | None = None
) -> str:
    return render_template(
        "schools/edit_instructor.html",
        form=form,
        school=school,
        row=row,
        more=(more or QualificationForm(formdata=None)).offer(),
        today=clock.today(),
    )


@bp.get("/schools/<int:school_id>/instructors")
@needs(Can.SCHOOL_READ)
def list_instructors(school_id: int) -> str:
    """Who teaches and assesses here, by which qualifications until when."""
    shown = frame(queries.school_for(actor(), school_id), "list_instructors")
    rows = queries.instructors_of(school_id, ended=shown["mine"])
    return render_template("schools/list_instructors.html", **shown, instructors=rows, today=clock.today())


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
    return see_other("schools.list_instructors", school_id=school_id)


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
    return see_other("schools.list_instructors", school_id=school_id)


@bp.post("/schools/<int:school_id>/instructors/<int:instructor_id>/end")
@needs(Can.SCHOOL_MAINTAIN)
def end_instructor(school_id: int, instructor_id: int) -> Response:
    """Say that somebody no longer teaches or assesses here."""
    own_school(school_id)
    row = queries.instructor_for(actor(), school_id, instructor_id)
    with transaction():
        service.end_instructor(row, by=actor())
    flash(_("已停用，以前上的课和考评不受影响。"))
    return see_other("schools.list_instructors", school_id=school_id)


@bp.post("/schools/<int:school_id>/instructors/<int:instructor_id>/qualifications")
@needs(Can.SCHOOL_MAINTAIN)
def add_qualification(school_id: int, instructor_id: int) -> Response | tuple[str, int]:
    """Add a certificate of a teacher or assessor."""
    school, row = own_school(school_id), queries.instructor_for(actor(), school_id, instructor_id)
    more = QualificationForm().offer()
    if not carried_out(more, lambda: service.add_qualification(row, more.facts(), by=actor())):
        fresh = InstructorForm(formdata=None, data={name: getattr(row, name) for name in SHOWN})
        fresh.offer(school.id)
        return _page(fresh, school, row, more), 422
    flash(_("资质已添加。"))
    return see_other("schools.edit_instructor", school_id=school_id, instructor_id=instructor_id)


@bp.post("/schools/<int:school_id>/instructors/<int:instructor_id>/qualifications/<int:qualification_id>/end")
@needs(Can.SCHOOL_MAINTAIN)
def end_qualification(school_id: int, instructor_id: int, qualification_id: int) -> Response:
    """Say that a certificate counts no more."""
    own_school(school_id)
    row = queries.instructor_for(actor(), school_id, instructor_id)
    found = queries.qualification(row.id, qualification_id)
    with transaction():
        service.end_qualification(found, by=actor())
    flash(_("这份资质不再算数。"))
    return see_other("schools.edit_instructor", school_id=school_id, instructor_id=instructor_id)
