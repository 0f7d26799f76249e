"""A course's file, and what an officer or its school decides there."""

from collections.abc import Callable
from typing import Any

from flask import flash, render_template

from app.accounts.queries import interests_of
from app.audit.queries import events_of
from app.courses import queries, service
from app.courses.forms import ListForm, ReasonForm
from app.courses.models import Course
from app.courses.rules import COURSE_FLOW, OPEN_TO_CHANGE, CourseStatus, CourseStep
from app.courses.views.blueprint import UNPROCESSABLE, Answer, bp
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, Forbidden
from app.kernel.forms import Form, SeenForm, error_on
from app.kernel.i18n import _
from app.kernel.web import see_other


@bp.get("/courses/<int:course_id>/record")
@needs(Can.COURSE_READ)
def show_record(course_id: int) -> Answer:
    """A course's file: what the policy says of it, its history, and what can be done now."""
    return record_page(queries.course_for(actor(), course_id))


def record_page(course: Course, status: int = 200, **forms: Form) -> Answer:
    """A course's file with its forms, or with one as it was typed."""
    by = actor()
    may = _may(course, by)
    pack, facts = queries.pack_in_force(course.region_code), queries.policy_facts(course)
    page = render_template(
        "courses/show_record.html",
        course=course,
        pack=pack,
        mode=pack.mode_of(facts),
        category=pack.categories.get(pack.category_of(facts)),
        problems=queries.problems_of(queries.text_of(course), course.region_code),
        quote=queries.quote_of(course),
        days=queries.days_of_course(course),
        interests=interests_of(course.school_id),
        events=events_of(course),
        may=may,
        bar=_bar(course, by) if may["decide"] else None,
        forms={**_forms(course), **forms},
    )
    return page, status


def _may(course: Course, by: Actor) -> dict[str, bool]:
    """What this person may do with the course now."""
    opened = set(COURSE_FLOW.open_steps(course.status))
    owner = by.may(Can.COURSE_OFFER) and by.organization_id == course.school_id
    lists = by.may(Can.COURSE_LIST)
    return {
        "edit": owner and course.status in OPEN_TO_CHANGE,
        "offer": owner and CourseStep.OFFER in opened,
        "duplicate": owner,
        "decide": lists and CourseStep.LIST in opened,
        "withdraw": (owner or (lists and course.status == CourseStatus.LISTED)) and CourseStep.WITHDRAW in opened,
    }


def _bar(course: Course, by: Actor) -> str | None:
    """Why this officer must leave the decision to another, in words."""
    try:
        service.check_decider(course, by=by)
    except Forbidden as error:
        return _(str(error))
    return None


def list_form(course: Course, **options: Any) -> ListForm:
    """The officer's form, with the category that the policy derives."""
    pack = queries.pack_in_force(course.region_code)
    return ListForm.of(pack, pack.category_of(queries.policy_facts(course)), **options)


def _forms(course: Course) -> dict[str, Form]:
    """The page's forms as they stand before anything is typed."""
    empty: dict[str, Any] = {"formdata": None, "data": {"version": course.version}}
    return {
        "offer": SeenForm(**empty),
        "list": list_form(course, **empty),
        "return": ReasonForm(prefix="return-", **empty),
        "withdraw": ReasonForm(prefix="withdraw-", **empty),
    }


def done(course: Course, name: str, form: Form, act: Callable[[], object], words: str) -> Answer:
    """Take a step from its form on the course's page."""
    if form.validate():
        try:
            with transaction():
                act()
        except DomainError as error:
            if error.status != UNPROCESSABLE:
                raise
            error_on(form, error)
        else:
            flash(words)
            return see_other("courses.show_record", course_id=course.id)
    return record_page(course, UNPROCESSABLE, **{name: form})


@bp.post("/courses/<int:course_id>/list")
@needs(Can.COURSE_LIST)
def list_course(course_id: int) -> Answer:
    """Put an offered course on the menu."""
    course = queries.course_for(actor(), course_id)
    form = list_form(course)

    def act() -> None:
        service.list_course(
            course, by=actor(), rate_class=form.rate_class.data or "", note=form.note.data or "", seen=form.seen
        )

    return done(course, "list", form, act, _("已上菜单，大家都看得到了。"))


@bp.post("/courses/<int:course_id>/return")
@needs(Can.COURSE_LIST)
def send_back(course_id: int) -> Answer:
    """Return an offered course to its school."""
    course, form = queries.course_for(actor(), course_id), ReasonForm(prefix="return-")

    def act() -> None:
        service.send_back(course, reason=form.reason.data, by=actor(), seen=form.seen)

    return done(course, "return", form, act, _("已退回，学校改好可以再提交。"))


@bp.post("/courses/<int:course_id>/withdraw")
@needs(Can.COURSE_OFFER, Can.COURSE_LIST)
def withdraw(course_id: int) -> Answer:
    """Take a course off the menu."""
    course, form = queries.course_for(actor(), course_id), ReasonForm(prefix="withdraw-")

    def act() -> None:
        service.withdraw(course, reason=form.reason.data, by=actor(), seen=form.seen)

    return done(course, "withdraw", form, act, _("课程已下架，已经开的班照常上。"))
