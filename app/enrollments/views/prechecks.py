"""The pre-check, before anyone is promised anything: a list against a class or course, a person against all classes."""

from typing import Any

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from app.audit import service as audit
from app.audit.words import action_words
from app.classes.models import TrainingClass
from app.classes.queries import pack_of_class
from app.classes.queries.menu import public_class
from app.courses.models import Course
from app.courses.queries import pack_in_force, public_course
from app.enrollments import queries
from app.enrollments.forms import PastedForm
from app.enrollments.prechecks.lists import Line, find_in_area, find_named
from app.enrollments.prechecks.queries import classes_near, offers_to, recommended, standing_in_class, verdicts_of
from app.enrollments.prechecks.rules import MOST_LINES, read_lines
from app.enrollments.views.blueprint import bp
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _l
from app.kernel.paging import page_of
from app.people.models import Person
from app.people.queries import person as person_of
from app.people.queries import person_for
from app.policies.rules.disclosing import for_school
from app.policies.rules.eligibility import Verdict
from app.policies.rules.pack import Pack

Answer = str | Response | tuple[str, int]
CHECKERS = (Can.PERSON_READ, Can.CLASS_FILE)
"""Officers and the bureau for people of their area; a school for its own class, and for people it can name exactly."""
PER_PAGE = 20
PRECHECKED = "prechecked"

action_words({PRECHECKED: _l("学校预检了名单")})


def _shown(verdict: Verdict) -> Verdict:
    """As much of a verdict as the reader's role may see."""
    return verdict if actor().may(Can.PERSON_READ) else for_school(verdict)


def _pack(target: TrainingClass | Course) -> Pack:
    return pack_in_force(target.region_code) if isinstance(target, Course) else pack_of_class(target)


def _people(lines: list[Line]) -> list[Person]:
    return list({person.id: person for line in lines for person in line.people}.values())


def _page(target: TrainingClass | Course, form: PastedForm, lines: list[Line] | None = None) -> str:
    """The page of a class or course; `lines` is the list that was just checked."""
    class_ = target if isinstance(target, TrainingClass) else None
    people = _people(lines or [])
    return render_template(
        "enrollments/precheck.html",
        target=target,
        klass=class_,
        form=form,
        lines=lines,
        most=MOST_LINES,
        verdicts={key: _shown(one) for key, one in verdicts_of(target, people).items()},
        standing=queries.standing_in(class_.id, [person.id for person in people]) if class_ else {},
        masked=not actor().may(Can.PERSON_READ),
        sources=_pack(target).sources,
        enrolled=_enrolled(class_) if class_ is not None and lines is None else [],
        checked_on=clock.today(),
    )


def _enrolled(class_: TrainingClass) -> list[tuple[Any, Verdict]]:
    """Who is in the class or waits, within what the reader may see, judged afresh without the use they hold."""
    rows = standing_in_class(actor(), class_.id)
    held = {row.person_id: queries.reference(row.id) for row in rows}
    verdicts = queries.prechecks(class_, [row.person for row in rows], without=held)
    return [(row, _shown(verdicts[row.person_id])) for row in rows]


def _check(target: TrainingClass | Course) -> Answer:
    """Read the pasted list and judge everybody found; a school's asking is counted and recorded."""
    form, by = PastedForm(), actor()
    if not form.validate_on_submit():
        return _page(target, form), 422
    typed = read_lines(form.people.data or "")
    try:
        if by.may(Can.PERSON_READ):
            lines = find_in_area(by, typed)
        else:
            lines = find_named(typed, asked_by=f"organization:{by.organization_id}")
            with transaction():
                audit.record(target, PRECHECKED, by=by, facts={"lines": len(lines), "found": len(_people(lines))})
    except DomainError as error:
        error_on(form, error)
        return _page(target, form), error.status
    return _page(target, form, lines)


def _class(class_id: int) -> TrainingClass:
    """A class anybody may sign up for; a school only its own."""
    row, by = public_class(class_id), actor()
    if by.organization_id is not None and row.school_id != by.organization_id:
        abort(404)
    return row


def _course(course_id: int) -> Course:
    row, by = public_course(course_id, actor()), actor()
    if by.organization_id is not None and row.school_id != by.organization_id:
        abort(404)
    return row


@bp.get("/classes/<int:class_id>/precheck")
@needs(*CHECKERS)
def precheck_class(class_id: int) -> str:
    """Paste a list of people; below it whoever signed up already, as they stand today."""
    return _page(_class(class_id), PastedForm(formdata=None))


@bp.post("/classes/<int:class_id>/precheck")
@needs(*CHECKERS)
def check_class(class_id: int) -> Answer:
    """The verdict on everybody of the list for this class; nothing is written about them."""
    return _check(_class(class_id))


@bp.get("/courses/<int:course_id>/precheck")
@needs(*CHECKERS)
def precheck_course(course_id: int) -> str:
    """Paste a list of people for a course that no class is planned for yet."""
    return _page(_course(course_id), PastedForm(formdata=None))


@bp.post("/courses/<int:course_id>/precheck")
@needs(*CHECKERS)
def check_course(course_id: int) -> Answer:
    """The verdict on everybody of the list, as if the course began today."""
    return _check(_course(course_id))


@bp.get("/people/<int:person_id>/enroll")
@needs(Can.PERSON_READ)
def pick_class(person_id: int) -> str:
    """What a person can learn: the best classes first with why, then every open one with its verdict."""
    return _to_learn(person_for(actor(), person_id), own=False)


@bp.get("/my/learn")
@needs(Can.SELF_READ)
def learn_own() -> str:
    """What I can learn, before I sign up for anything."""
    return _to_learn(person_of(actor().person_id or 0), own=True)


def _to_learn(person: Person, *, own: bool) -> str:
    offers = offers_to(person, classes_near(person))
    number = page_of(offers, request.args.get("page", 1, int), len(offers), PER_PAGE).number
    first = (number - 1) * PER_PAGE
    packs = {offer.class_.region_code: pack_of_class(offer.class_) for offer in offers}
    return render_template(
        "enrollments/learn_own.html" if own else "enrollments/pick_class.html",
        person=person,
        page=page_of(offers[first : first + PER_PAGE], number, len(offers), PER_PAGE),
        best=recommended(person, offers=offers) if number == 1 else [],
        sources={key: note for pack in packs.values() for key, note in pack.sources.items()},
    )
