"""The list of courses and the public page of one."""

from flask import current_app, render_template, request, url_for

from app.courses import queries
from app.courses.forms import CourseFilterForm
from app.courses.models import Course
from app.courses.queries import CourseFilters
from app.courses.rules import CourseStatus
from app.courses.views.blueprint import bp
from app.kernel import clock
from app.kernel.access import PUBLIC, Actor, Can, actor, maybe_actor, needs
from app.kernel.errors import DomainError
from app.kernel.paging import paginate
from app.policies.queries import pack_of, packs_in_force
from app.policies.queries import text as words_of
from app.regions.queries import full_name
from app.schools.queries import is_listed, own_school


def _modes() -> dict[str, str]:
    """Every mode of the policies in force, in words."""
    packs = [pack_of(row) for row, _region in packs_in_force(clock.today())]
    return {mode.key: words_of(mode.name) for pack in packs for mode in pack.modes.values()}


@bp.get("/courses")
@needs(Can.COURSE_READ)
def list_courses() -> str:
    """The courses a person may see, with filters."""
    by, modes = actor(), _modes()
    form = CourseFilterForm.of(modes.items(), formdata=request.args)
    filters = CourseFilters(
        mode=form.mode.data or "",
        status=CourseStatus(form.status.data) if form.status.data in set(CourseStatus) else None,
        word=(form.q.data or "").strip(),
    )
    return render_template(
        "courses/list_courses.html",
        page=paginate(queries.courses_for(by, filters), request.args.get("page", 1, type=int)),
        form=form,
        modes=modes,
        filtered=filters != CourseFilters(),
        counts=queries.count_by_status(by),
        school=own_school(by) if by.may(Can.COURSE_OFFER) else None,
    )


@bp.get("/courses/<int:course_id>")
@needs(PUBLIC)
def show_course(course_id: int) -> str:
    """What a course offers, in plain words, for anybody once it is on the menu."""
    by = maybe_actor()
    course = queries.public_course(course_id, by)
    pack = queries.pack_in_force(course.region_code)
    return render_template(
        "courses/show_course.html",
        course=course,
        pack=pack,
        mode=queries.mode_of(course),
        quote=queries.quote_of(course),
        days=queries.days_of_course(course),
        place=full_name(course.region_code),
        school_listed=is_listed(course.school_id),
        menu_url=_menu_url(course),
        record=by is not None and by.may(Can.COURSE_READ) and _may_see(by, course),
    )


def _menu_url(course: Course) -> str | None:
    """The menu narrowed to this course, where there is a menu."""
    return url_for("classes.menu", course=course.id) if "classes.menu" in current_app.view_functions else None


def _may_see(by: Actor, course: Course) -> bool:
    """Whether the course's file is open to this person."""
    try:
        queries.course_for(by, course.id)
    except DomainError:
        return False
    return True
