"""A school writes its courses and offers them for the menu."""

from flask import Response, flash, render_template, request

from app.courses import queries, service
from app.courses.forms import CourseForm
from app.courses.models import Course
from app.courses.rules import CourseStatus
from app.courses.views.blueprint import UNPROCESSABLE, Answer, bp
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, Forbidden
from app.kernel.forms import SeenForm, error_on
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.web import see_other
from app.schools.models import School
from app.schools.queries import own_school


def _own_school() -> School:
    school = own_school(actor())
    if school is None:
        raise Forbidden(N_("您的学校还没有登记办学许可，先到“学校”里填好，再建课程。"))
    return school


def _editor(form: CourseForm, course: Course | None = None, status: int = 200) -> Answer:
    return render_template("courses/edit_course.html", form=form, course=course), status


@bp.get("/courses/new")
@needs(Can.COURSE_OFFER)
def new_course() -> Answer:
    """The empty form."""
    return _editor(CourseForm.of(queries.pack_in_force(_own_school().region_code)))


@bp.post("/courses/new")
@needs(Can.COURSE_OFFER)
def draft() -> Answer:
    """Keep a new course as a draft, or offer it at once."""
    school, by = _own_school(), actor()
    form = CourseForm.of(queries.pack_in_force(school.region_code))
    if form.validate():
        try:
            with transaction():
                course = service.draft(form.text(), school_id=school.id, by=by)
                _offer_too(course, by)
        except DomainError as error:
            _problems(form, school.region_code, error)
        else:
            return _saved(course)
    return _editor(form, status=UNPROCESSABLE)


def _offer_too(course: Course, by: Actor) -> None:
    if request.form.get("then") == "offer":
        service.offer(course, by=by)


def _saved(course: Course) -> Response:
    sent = course.status == CourseStatus.OFFERED
    flash(_("课程已提交，等培训管理员审核。") if sent else _("已存为草稿。看好了再提交。"))
    return see_other("courses.show_record", course_id=course.id)


def _problems(form: CourseForm, region_code: str, first: DomainError) -> None:
    """Put everything that stands against the course on its fields at once; what no form can mend goes on."""
    if first.status != UNPROCESSABLE:
        raise first
    drafting = request.form.get("then") == "keep"
    for error in queries.problems_of(form.text(), region_code, drafting=drafting) or [first]:
        error_on(form, error)


@bp.get("/courses/<int:course_id>/edit")
@needs(Can.COURSE_OFFER)
def edit_course(course_id: int) -> Answer:
    """The form of a draft or returned course."""
    course = queries.course_for(actor(), course_id)
    return _editor(CourseForm.of(queries.pack_in_force(course.region_code), course), course)


@bp.post("/courses/<int:course_id>/edit")
@needs(Can.COURSE_OFFER)
def revise(course_id: int) -> Answer:
    """Change a draft or returned course, and offer it where the person says so."""
    course, by = queries.course_for(actor(), course_id), actor()
    form = CourseForm.of(queries.pack_in_force(course.region_code))
    if form.validate():
        try:
            with transaction():
                service.revise(course, form.text(), by=by, seen=request.form.get("version", type=int))
                _offer_too(course, by)
        except DomainError as error:
            _problems(form, course.region_code, error)
        else:
            return _saved(course)
    return _editor(form, course, UNPROCESSABLE)


@bp.post("/courses/<int:course_id>/copy")
@needs(Can.COURSE_OFFER)
def copy(course_id: int) -> Response:
    """Begin a new draft with what another course of the school says."""
    course = queries.course_for(actor(), course_id)
    with transaction():
        fresh = service.draft(queries.text_of(course), school_id=course.school_id, by=actor())
    flash(_("已照着建了一份草稿，改好再提交。"))
    return see_other("courses.edit_course", course_id=fresh.id)


@bp.post("/courses/<int:course_id>/offer")
@needs(Can.COURSE_OFFER)
def offer(course_id: int) -> Answer:
    """Offer a course for the menu; what the policy still asks for is shown on its form."""
    course, by, sent = queries.course_for(actor(), course_id), actor(), SeenForm()
    form = CourseForm.of(queries.pack_in_force(course.region_code), course, formdata=None)
    try:
        with transaction():
            service.offer(course, by=by, seen=sent.seen)
    except DomainError as error:
        _problems(form, course.region_code, error)
        return _editor(form, course, UNPROCESSABLE)
    return _saved(course)
