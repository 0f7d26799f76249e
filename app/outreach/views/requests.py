"""Requests as the village's officers see them: ask for a course, what became of it, take it back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.audit.queries import events_of
from app.courses.models import Course
from app.courses.queries import course as course_of
from app.courses.queries import listed_courses
from app.enrollments.prechecks.lists import find_in_area
from app.enrollments.prechecks.rules import read_lines
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.outreach import queries, service
from app.outreach.forms.requests import ReasonWhyForm, RequestFilterForm, RequestForm
from app.outreach.models import VillageRequest
from app.outreach.rules.requests import REQUEST_FLOW
from app.outreach.service.requests import answers_for
from app.outreach.views.blueprint import Answer, bp
from app.people.models import Person
from app.people.queries import person_for
from app.regions.queries import county_of


@bp.get("/requests")
@needs(Can.REQUEST_READ)
def list_requests() -> str:
    """What the villages of one's area asked for, or what one's school answered, and what became of each."""
    form = RequestFilterForm(request.args).offer()
    wanted = replace(form.chosen(), class_id=request.args.get("class_id", 0, type=int))
    page = paginate(queries.requests_for(actor(), wanted), request.args.get("page", 1, type=int))
    return render_template(
        "outreach/requests/list_requests.html", page=page, form=form, may_ask=actor().may(Can.REQUEST_MAKE)
    )


def _courses(by: Actor) -> Sequence[Course]:
    rows = [row for code in {county_of(code) for code in by.area} for row in listed_courses(code)]
    return sorted({row.id: row for row in rows}.values(), key=lambda row: (row.title_pinyin, row.id))


def _asking(form: RequestForm, status: int = 200) -> Answer:
    return render_template("outreach/requests/new_request.html", form=form, person=_came_for()), status


def _came_for() -> Person | None:
    """The person from whose page one came."""
    person_id = request.args.get("person", 0, type=int)
    return person_for(actor(), person_id) if person_id else None


def _offered(**given: Any) -> RequestForm:
    by = actor()
    return RequestForm(**given).offer(_courses(by), queries.villages_in(by.area))


@bp.get("/requests/new")
@needs(Can.REQUEST_MAKE)
def new_request() -> Answer:
    """The form, filled with the course, or the person, that one came from."""
    by, person = actor(), _came_for()
    village = person.region_code if person else (by.area[0] if by.area else "")
    filled = {"course": request.args.get("course", 0, type=int), "village": village}
    return _asking(_offered(formdata=None, data={**RequestForm.usual(), **filled}))


@bp.post("/requests/new")
@needs(Can.REQUEST_MAKE)
def ask_request() -> Answer | Response:
    """Ask."""
    form = _offered()
    done = carried_out(form, lambda: _ask(form))
    if done is None:
        return _asking(form, 422)
    flash(_("点单记下了。邻村点同一门课的人数够了，学校就会安排。"))
    first: VillageRequest = done.result[0]
    return see_other("outreach.show_request", request_id=first.id)


def _ask(form: RequestForm) -> list[VillageRequest]:
    came_for = _came_for()
    people = [*([came_for] if came_for else []), *_named(form.names.data or "", actor())]
    course, others = course_of(form.course.data), form.others.data or 0
    return service.ask(course, form.village.data, form.wanted(), by=actor(), people=people, others=others)


def _named(text: str, by: Actor) -> list[Person]:
    """The people whom the lines mean; raises `DomainError` naming the line that means nobody, or several."""
    found = []
    for line in find_in_area(by, read_lines(text)):
        if line.person is None:
            raise DomainError(
                _("第 %(n)s 行找不准是谁，请写上姓名和身份证号，或者先登记这个人。", n=line.typed.place), "names"
            )
        found.append(line.person)
    return found


@bp.get("/requests/<int:request_id>")
@needs(Can.REQUEST_READ)
def show_request(request_id: int) -> str:
    """One request, its pool, its class, its way so far."""
    return request_page(queries.request_for(actor(), request_id))


def request_page(row: VillageRequest, *, address: str = "") -> str:
    """The page of a request; `address` was just revealed."""
    by = actor()
    mine = by.may(Can.REQUEST_MAKE) and answers_for(row, by)
    return render_template(
        "outreach/requests/show_request.html",
        row=row,
        pool=None if row.at_home or row.status != "asked" else queries.pool_of(row),
        mine=mine,
        names=mine or bool(by.area) or queries.goes_there(row, by),
        goes=queries.goes_there(row, by),
        steps=[step.value for step in REQUEST_FLOW.open_steps(row.status)],
        address=address,
        why=ReasonWhyForm(formdata=None),
        events=events_of(row),
    )


def stepped(row: VillageRequest, act: Callable[[], object], done: str) -> Response:
    """Carry a step out and go back to the request."""
    with transaction():
        act()
    flash(done)
    return see_other("outreach.show_request", request_id=row.id)


@bp.post("/requests/<int:request_id>/withdraw")
@needs(Can.REQUEST_MAKE)
def withdraw_request(request_id: int) -> Response:
    """Take the request back."""
    row, form = queries.request_for(actor(), request_id), ReasonWhyForm()
    reason = form.reason.data or ""
    return stepped(row, lambda: service.withdraw(row, by=actor(), reason=reason), _("点单撤回了。"))
