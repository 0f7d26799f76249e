"""Marks and results: the assessor enters, the rules decide, everyone concerned may read."""

from flask import Blueprint, flash, render_template, request
from werkzeug.wrappers import Response

from app.assessments import queries, service
from app.assessments.forms import Answers, MarksForm, read_answers
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, class_for, pack_of_class
from app.classes.rules import ClassStatus
from app.kernel.access import Can, Role, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _, _l
from app.kernel.navigation import door
from app.kernel.web import see_other

bp = Blueprint("assessments", __name__)
blueprints = (bp,)
door(
    _l("考核"),
    "assessments.list_classes",
    Can.RESULT_READ,
    icon="desk",
    order=55,
    roles=(Role.ASSESSOR, Role.SCHOOL_CLERK),
)
Answer = str | Response | tuple[str, int]


@bp.get("/assessments")
@needs(Can.RESULT_READ)
def list_classes() -> str:
    """The classes that wait for this assessor, and the results within reach."""
    return render_template(
        "assessments/list_classes.html",
        waiting=queries.classes_to_assess(actor()) if actor().may(Can.RESULT_MARK) else [],
        confirmed=queries.confirmed_classes(actor()),
    )


def _page(class_: TrainingClass, form: MarksForm, answers: Answers | None = None) -> str:
    lines, pack = queries.lines_of(class_), pack_of_class(class_)
    mine = queries.assesses(actor(), class_)
    missing = [line.seat.person.name for line in lines if not line.is_marked]
    return render_template(
        "assessments/marks.html",
        klass=class_,
        form=form,
        lines=lines,
        answers=answers,
        pack=pack,
        missing=missing,
        confirmed=class_.status in (ClassStatus.ASSESSED, ClassStatus.ARCHIVED),
        may_mark=mine and class_.paid and class_.status in queries.TO_ASSESS,
        may_confirm=mine and class_.paid and class_.status is ClassStatus.ENDED and not missing and bool(lines),
        passed=sum(line.result.passed for line in lines),
    )


@bp.get("/assessments/classes/<int:class_id>")
@needs(Can.RESULT_READ)
def marks(class_id: int) -> str:
    """Marks and results of a class."""
    return _page(class_for(actor(), class_id), MarksForm(formdata=None))


@bp.post("/assessments/classes/<int:class_id>")
@needs(Can.RESULT_MARK)
def enter_marks(class_id: int) -> Answer:
    """Keep marks as a draft."""
    class_ = class_for(actor(), class_id)
    names = {seat.id: seat.person.name for seat in active_seats(class_.id)}
    form, answers = MarksForm(), read_answers(request.form, names)
    form.validate()
    form.form_errors.extend(answers.wrong.values())
    if form.errors:
        return _page(class_, form, answers), 422
    try:
        with transaction():
            service.mark(class_, answers.marks, by=actor(), absent=answers.absent)
    except DomainError as error:
        error_on(form, error)
        return _page(class_, form, answers), error.status
    flash(_("成绩已保存，确认以前还可以改。"))
    return see_other("assessments.marks", class_id=class_.id)


@bp.post("/assessments/classes/<int:class_id>/confirm")
@needs(Can.RESULT_MARK)
def confirm(class_id: int) -> Answer:
    """Confirm the results; who passes follows from the rules."""
    class_, form = class_for(actor(), class_id), MarksForm()
    try:
        with transaction():
            outcomes = service.confirm(class_, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(class_, form), error.status
    passed = sum(outcome.passed for outcome in outcomes)
    flash(_("考核结果已确认：%(n)s 人合格，%(m)s 人未达到。学校现在可以发证。", n=passed, m=len(outcomes) - passed))
    return see_other("assessments.marks", class_id=class_.id)
