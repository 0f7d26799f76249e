"""Marks and results: the assessor enters, the rules decide, everyone concerned may read."""

from flask import flash, render_template, request

from app.assessments import queries, service
from app.assessments.forms import Answers, MarksForm, WaiveForm, read_answers
from app.assessments.models import Sitting
from app.assessments.queries.doubts import people_in
from app.assessments.service.refusing import is_of_school
from app.assessments.views.blueprint import Answer, bp
from app.assessments.views.rows import asked_of, rows_of
from app.classes.models import TrainingClass
from app.classes.queries import class_for, pack_of_class
from app.classes.rules import ClassStatus
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError
from app.kernel.forms import Form, error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.papers.returns import forms_about, scans_about

DECIDED = (ClassStatus.ASSESSED, ClassStatus.ARCHIVED)
NOBODY: frozenset[int] = frozenset()


@bp.get("/assessments")
@needs(Can.RESULT_READ)
def list_classes() -> str:
    """The classes that wait for this assessor, what is announced, and the results within reach."""
    return render_template(
        "assessments/list_classes.html",
        waiting=queries.classes_to_assess(actor()) if actor().may(Can.RESULT_MARK) else [],
        unannounced=queries.classes_to_announce(actor()) if actor().may(Can.CLASS_FILE) else [],
        again=queries.classes_to_resit(actor()) if actor().may(Can.RESULT_MARK) or actor().may(Can.CLASS_FILE) else [],
        may_file=actor().may(Can.CLASS_FILE),
        ahead=queries.sittings_ahead(actor()),
        confirmed=queries.confirmed_classes(actor()),
    )


@bp.get("/assessments/doubts")
@needs(Can.RESULT_READ)
def list_doubts() -> str:
    """Classes within reach whose marks look odd; a person looks and judges."""
    return render_template("assessments/list_doubts.html", found=queries.doubtful_classes(actor()))


def _shown(sittings: list[Sitting]) -> Sitting | None:
    """The sitting asked for, else the latest whose day has come, else the first."""
    asked = request.values.get("sitting", type=int)
    for one in sittings:
        if one.number == asked:
            return one
    due = [one for one in sittings if one.on <= clock.today()]
    return due[-1] if due else next(iter(sittings), None)


def page(class_: TrainingClass, form: Form, answers: Answers | None = None, moved: frozenset[int] = NOBODY) -> str:
    """Marks and results of a class, with one sitting to enter."""
    lines, items, pack = queries.lines_of(class_), queries.items_of(class_), pack_of_class(class_)
    sittings = list(queries.sittings_of(class_.id))
    sitting = _shown(sittings)
    mine = queries.assesses(actor(), class_) and class_.paid and class_.status in queries.TO_ASSESS
    settled = bool(lines) and all(one.is_settled for one in lines)
    about = ("assessment_sittings", sitting.id if sitting else 0)
    return render_template(
        "assessments/marks.html",
        klass=class_,
        form=form,
        lines=lines,
        items=items,
        pack=pack,
        sittings=sittings,
        sitting=sitting,
        rows=rows_of(lines, sitting, items, answers, moved) if sitting else [],
        missing=[line.seat.person.name for line in lines if not line.is_marked],
        again=[line for line in lines if line.may_resit],
        doubts=[(doubt, people_in(doubt, class_.id)) for doubt in queries.doubts_of(class_)],
        confirmed=class_.status in DECIDED,
        mine=mine,
        may_mark=mine and sitting is not None and sitting.on <= clock.today(),
        may_confirm=mine and class_.status is ClassStatus.ENDED and settled,
        may_plan=is_of_school(class_, actor()) and class_.paid and class_.status not in DECIDED,
        passed=sum(line.result.passed for line in lines),
        forms=forms_about(about),
        scans=scans_about(about),
        waive=form if isinstance(form, WaiveForm) else WaiveForm(formdata=None),
    )


@bp.get("/assessments/classes/<int:class_id>")
@needs(Can.RESULT_READ)
def marks(class_id: int) -> str:
    """Marks and results of a class."""
    return page(class_for(actor(), class_id), MarksForm(formdata=None))


@bp.post("/assessments/classes/<int:class_id>")
@needs(Can.RESULT_MARK)
def enter_marks(class_id: int) -> Answer:
    """Keep marks as a draft; where somebody else was faster, show both beside each other."""
    class_, form = class_for(actor(), class_id), MarksForm()
    sitting = _shown(list(queries.sittings_of(class_.id)))
    answers = _read(class_, sitting) if sitting else Answers()
    number = sitting.number if sitting else 1
    form.validate()
    form.form_errors.extend(answers.wrong.values())
    if form.errors:
        return page(class_, form, answers), 422
    try:
        with transaction():
            service.mark(class_, answers.points, by=actor(), absent=answers.absent, sitting=number, seen=answers.seen)
    except DomainError as error:
        return _refused(class_id, form, answers, error)
    flash(_("成绩已保存，确认以前还可以改。"))
    return see_other("assessments.marks", class_id=class_.id, sitting=number)


def _refused(class_id: int, form: MarksForm, answers: Answers, error: DomainError) -> Answer:
    db.session.expire_all()
    error_on(form, error)
    moved = error.seats if isinstance(error, service.MarksMoved) else NOBODY
    return page(class_for(actor(), class_id), form, answers, moved), error.status


def _read(class_: TrainingClass, sitting: Sitting) -> Answers:
    items, listed = queries.items_of(class_), queries.listed_in(class_.id, sitting.number)
    lines = [line for line in queries.lines_of(class_) if line.seat.id in listed]
    names = {line.seat.id: line.seat.person.name for line in lines}
    return read_answers(request.form, names, {line.seat.id: asked_of(line, sitting, items) for line in lines})


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
        return page(class_, form), error.status
    passed = sum(outcome.passed for outcome in outcomes)
    flash(_("考核结果已确认：%(n)s 人合格，%(m)s 人未达到。学校现在可以发证。", n=passed, m=len(outcomes) - passed))
    return see_other("assessments.marks", class_id=class_.id)


@bp.post("/assessments/classes/<int:class_id>/waive/<int:seat_id>")
@needs(Can.RESULT_MARK, Can.CLASS_FILE)
def waive_resit(class_id: int, seat_id: int) -> Answer:
    """Record that somebody gives the resit up."""
    class_, form = class_for(actor(), class_id), WaiveForm()
    if carried_out(form, lambda: service.waive_resit(class_, seat_id, reason=form.reason.data, by=actor())):
        flash(_("已登记放弃补考。"))
        return see_other("assessments.marks", class_id=class_.id)
    return page(class_, form), 422
