"""A laborer asks from the menu on the phone: a course without an open class, for the weeks that suit them."""

from flask import abort, flash, render_template, url_for
from werkzeug.wrappers import Response

from app.audit.queries import events_of
from app.courses.models import Course
from app.courses.queries import public_course
from app.kernel.access import PUBLIC, Can, actor, maybe_actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.outreach import queries, service
from app.outreach.forms.requests import OwnRequestForm
from app.outreach.rules.requests import REQUEST_FLOW
from app.outreach.views.blueprint import Answer, bp
from app.people.arrival import begin
from app.people.models import Person
from app.people.queries import person as person_of


def _me() -> Person:
    person_id = actor().person_id
    if person_id is None:
        abort(403)
    return person_of(person_id)


@bp.get("/courses/<int:course_id>/request")
@needs(PUBLIC)
def start_request(course_id: int) -> Response:
    """From the course to who am I, or, for whoever is known already, to the form."""
    course = public_course(course_id, maybe_actor())
    by = maybe_actor()
    if by is not None and by.may(Can.REQUEST_MAKE):
        return see_other("outreach.new_request", course=course.id)
    if by is None:
        begin(url_for("outreach.new_own_request", course_id=course.id), course.title)
        return see_other("people.ask_number")
    return see_other("outreach.new_own_request", course_id=course.id)


def _asking(course: Course, form: OwnRequestForm, status: int = 200) -> Answer:
    return render_template("outreach/requests/new_own_request.html", course=course, form=form), status


@bp.get("/my/requests/new/<int:course_id>")
@needs(Can.SELF_ENROLL)
def new_own_request(course_id: int) -> Answer:
    """The form, with the weeks that are usual."""
    data = {**OwnRequestForm.usual(), "address": _me().address or ""}
    return _asking(public_course(course_id, actor()), OwnRequestForm(formdata=None, data=data))


@bp.post("/my/requests/new/<int:course_id>")
@needs(Can.SELF_ENROLL)
def ask_own_request(course_id: int) -> Answer | Response:
    """Ask for oneself."""
    course, person, form = public_course(course_id, actor()), _me(), OwnRequestForm()
    act = carried_out(form, lambda: service.ask(course, person.region_code, form.wanted(), by=actor(), people=[person]))
    if act is None:
        return _asking(course, form, 422)
    flash(_("记下了。附近点这门课的人够了，学校就会安排，开班先请您。"))
    return see_other("outreach.list_own_requests")


@bp.get("/my/requests")
@needs(Can.SELF_READ)
def list_own_requests() -> str:
    """What one asked for, and what became of it."""
    return render_template("outreach/requests/list_own_requests.html", rows=queries.own_requests(_me().id))


@bp.get("/my/requests/<int:request_id>")
@needs(Can.SELF_READ)
def show_own_request(request_id: int) -> str:
    """One's own request, and the way back."""
    row = queries.own_request(_me().id, request_id)
    steps = [step.value for step in REQUEST_FLOW.open_steps(row.status)]
    return render_template("outreach/requests/show_own_request.html", row=row, steps=steps, events=events_of(row))


@bp.post("/my/requests/<int:request_id>/withdraw")
@needs(Can.SELF_ENROLL)
def withdraw_own_request(request_id: int) -> Response:
    """Take one's own request back."""
    row = queries.own_request(_me().id, request_id)
    with transaction():
        service.withdraw(row, by=actor())
    flash(_("点单撤回了。"))
    return see_other("outreach.list_own_requests")


@bp.post("/my/requests/<int:request_id>/accept")
@needs(Can.SELF_ENROLL)
def accept_own_visit(request_id: int) -> Response:
    """Say yes to a school that offers to come to one's home."""
    row = queries.own_request(_me().id, request_id)
    with transaction():
        service.accept_visit(row, by=actor())
    flash(_("约好了，学校和老师看得到地址了。"))
    return see_other("outreach.show_own_request", request_id=row.id)
