"""A school's own side: its licence, and asking to be listed."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.accounts.queries import organization
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.schools import queries, service
from app.schools.forms import SchoolForm
from app.schools.models import School
from app.schools.views.blueprint import bp
from app.schools.views.frame import own_school


def _register_page(form: SchoolForm) -> str:
    found = organization(actor().organization_id or 0)
    if found is None:
        raise NotFound
    return render_template("schools/edit_school.html", form=form, school=None, name=found.name)


@bp.get("/my-school")
@needs(Can.SCHOOL_MAINTAIN)
def show_own() -> Response | str:
    """My school; the form of its licence where that was never filled in."""
    school = queries.own_school(actor())
    if school is None:
        return _register_page(SchoolForm())
    return see_other("schools.show_school", school_id=school.id)


@bp.post("/my-school")
@needs(Can.SCHOOL_MAINTAIN)
def register() -> Response | tuple[str, int]:
    """Fill in the school side of the organization."""
    form, found = SchoolForm(), organization(actor().organization_id or 0)
    if found is None or not form.validate_on_submit():
        return _register_page(form), 422
    try:
        with transaction():
            school = service.register_school(found, form.facts(), by=actor())
    except DomainError as error:
        error_on(form, error)
        return _register_page(form), 422
    flash(_("已保存。下一步：添加教学点和师资，再申报列入目录。"))
    return see_other("schools.show_school", school_id=school.id)


def _edit_page(form: SchoolForm, school: School) -> str:
    return render_template("schools/edit_school.html", form=form, school=school, name=school.organization.name)


@bp.get("/schools/<int:school_id>/edit")
@needs(Can.SCHOOL_MAINTAIN)
def edit_school(school_id: int) -> str:
    """The form for a new licence or scope."""
    school = own_school(school_id)
    return _edit_page(SchoolForm(obj=school), school)


@bp.post("/schools/<int:school_id>/edit")
@needs(Can.SCHOOL_MAINTAIN)
def change_school(school_id: int) -> Response | tuple[str, int]:
    """Write a new licence or scope."""
    school, form = own_school(school_id), SchoolForm()
    if not form.validate_on_submit():
        return _edit_page(form, school), 422
    try:
        with transaction():
            service.change_school(school, form.facts(), by=actor())
    except DomainError as error:
        error_on(form, error)
        return _edit_page(form, school), 422
    flash(_("已保存。"))
    return see_other("schools.show_school", school_id=school_id)


@bp.post("/schools/<int:school_id>/file")
@needs(Can.SCHOOL_MAINTAIN)
def file(school_id: int) -> Response:
    """Ask the bureau to put the school on the list."""
    school = own_school(school_id)
    with transaction():
        service.file(school, by=actor())
    flash(_("已申报，等人社局审核。"))
    return see_other("schools.show_school", school_id=school_id)
