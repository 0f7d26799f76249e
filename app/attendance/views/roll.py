"""Roll-call on a phone, a class's sheet, corrections in the open."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.attendance import printing, queries, service
from app.attendance.forms import Answers, CorrectionForm, RollForm, read_answers
from app.attendance.models import AttendanceEntry
from app.attendance.rules import CORRECTABLE, Method, Presence, refuse_marking
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import active_seats, class_for, sessions_of
from app.classes.rules import ClassStatus
from app.kernel import clock
from app.kernel.access import Can, Role, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _, _l
from app.kernel.navigation import door
from app.kernel.web import see_other

bp = Blueprint("attendance", __name__)
blueprints = (bp,)
door(
    _l("考勤"), "attendance.today", Can.ATTENDANCE_MARK, icon="check", order=50, roles=(Role.TEACHER, Role.SCHOOL_CLERK)
)
Answer = str | AnyResponse | tuple[str, int]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


@bp.get("/attendance")
@needs(Can.ATTENDANCE_READ)
def today() -> str:
    """The sessions of one day, and those before it that still lack a roll."""
    day = _day(request.args.get("on", ""))
    lessons = queries.sessions_between(actor(), day, day)
    overdue = queries.unmarked_before(actor(), clock.today())
    ids = [session.id for session, _class in (*lessons, *overdue)]
    return render_template(
        "attendance/today.html",
        day=day,
        today=clock.today(),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        lessons=lessons,
        overdue=[pair for pair in overdue if pair[0].on != day],
        counts=queries.counts(ids),
        now=clock.now(),
    )


def _roll(session: ClassSession, class_: TrainingClass, form: RollForm, answers: Answers, fill: str = "") -> str:
    methods = [Method.PAPER] if class_.status is ClassStatus.ENDED else list(Method)
    form.offer(methods)
    if len(methods) == 1:
        form.method.data = str(methods[0])
    seats, entries = active_seats(class_.id), queries.entries_of(session.id)
    return render_template(
        "attendance/roll.html",
        lesson=session,
        klass=class_,
        form=form,
        answers=answers,
        fill=fill,
        open_seats=[seat for seat in seats if seat.id not in entries],
        marked=[(seat, entries[seat.id]) for seat in seats if seat.id in entries],
        presences=list(Presence),
        closed=_closed(session, class_),
        may_correct=class_.status in CORRECTABLE and queries.keeps_roll(actor(), class_),
    )


def _closed(session: ClassSession, class_: TrainingClass) -> str:
    """Why the roll can't be taken now, in words; "" where it can."""
    if not queries.keeps_roll(actor(), class_):
        return _("只有这个班的授课教师或本校经办人可以点名。")
    try:
        refuse_marking(class_.status, session.starts_at, clock.now(), Method.PAPER)
    except DomainError as error:
        return _(str(error.message))
    return ""


@bp.get("/attendance/sessions/<int:session_id>")
@needs(Can.ATTENDANCE_READ)
def roll(session_id: int) -> str:
    """The roll of one half-day."""
    session, class_ = queries.session_for(actor(), session_id)
    return _roll(session, class_, RollForm(formdata=None), Answers())


@bp.post("/attendance/sessions/<int:session_id>")
@needs(Can.ATTENDANCE_MARK)
def take_roll(session_id: int) -> Answer:
    """Record the roll; with `fill` only tick everyone present, to be looked at before it is sent."""
    session, class_ = queries.session_for(actor(), session_id)
    form = RollForm().offer(Method)
    names = {seat.id: seat.person.name for seat in active_seats(class_.id)}
    answers = read_answers(request.form, names, session.hours)
    if request.form.get("fill"):
        return _roll(session, class_, form, answers, fill=str(Presence.PRESENT))
    form.validate()
    form.form_errors.extend(answers.wrong.values())
    if form.errors:
        return _roll(session, class_, form, answers), 422
    return _record(session, class_, form, answers)


def _record(session: ClassSession, class_: TrainingClass, form: RollForm, answers: Answers) -> Answer:
    try:
        with transaction():
            made = service.mark(
                session, answers.presences, by=actor(), method=Method(form.method.data), hours=answers.hours
            )
    except DomainError as error:
        error_on(form, error)
        return _roll(session, class_, form, answers), error.status
    left = len(active_seats(class_.id)) - len(queries.entries_of(session.id))
    more = _("还有 %(n)s 人没有点。", n=left) if left else _("这节课点完了。")
    flash(_("已记下 %(n)s 人。", n=len(made)) + more)
    return see_other("attendance.roll", session_id=session.id)


@bp.get("/attendance/classes/<int:class_id>")
@needs(Can.ATTENDANCE_READ)
def sheet(class_id: int) -> str:
    """A class's attendance: people by sessions."""
    class_ = class_for(actor(), class_id)
    found = queries.sheet(class_.id)
    weeks = queries.weeks_of(found.sessions)
    return render_template("attendance/sheet.html", klass=class_, sheet=found, weeks=weeks, now=clock.now())


def _pdf(content: bytes, name: str) -> Response:
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"},
    )


@bp.get("/attendance/classes/<int:class_id>/sheet.pdf")
@needs(Can.ATTENDANCE_READ)
def print_sheet(class_id: int) -> Response:
    """One week of the class's sheet on paper, a half-day a page."""
    class_ = class_for(actor(), class_id)
    number = request.args.get("week", 1, type=int)
    weeks = queries.weeks_of(sessions_of(class_.id))
    if not 1 <= number <= len(weeks):
        abort(404)
    return _pdf(printing.sheet_pdf(class_, weeks[number - 1]), f"attendance-{class_.id}-{number}")


@bp.get("/attendance/sessions/<int:session_id>/sheet.pdf")
@needs(Can.ATTENDANCE_READ)
def print_session(session_id: int) -> Response:
    """The sheet of one half-day on paper, to sign by hand where the roll is not taken yet."""
    session, class_ = queries.session_for(actor(), session_id)
    return _pdf(printing.sheet_pdf(class_, [session]), f"attendance-{class_.id}-{session.id}")


def _entry_page(
    entry: AttendanceEntry, session: ClassSession, class_: TrainingClass, form: CorrectionForm, **more: Any
) -> str:
    history = queries.history_of(session.id, entry.seat_id)
    return render_template(
        "attendance/entry.html",
        entry=history[-1],
        history=history,
        names=queries.names_of(one.by_key for one in history),
        lesson=session,
        klass=class_,
        person=queries.person_of_seat(entry.seat_id),
        form=form.offer(),
        may_correct=class_.status in CORRECTABLE and queries.keeps_roll(actor(), class_),
        **more,
    )


@bp.get("/attendance/entries/<int:entry_id>")
@needs(Can.ATTENDANCE_READ)
def show_entry(entry_id: int) -> str:
    """One person in one half-day, with everything ever recorded of it."""
    entry, session, class_ = queries.entry_for(actor(), entry_id)
    return _entry_page(entry, session, class_, CorrectionForm(formdata=None))


@bp.post("/attendance/entries/<int:entry_id>")
@needs(Can.ATTENDANCE_MARK)
def correct(entry_id: int) -> Answer:
    """Correct an entry by a new one."""
    entry, session, class_ = queries.entry_for(actor(), entry_id)
    form = CorrectionForm().offer()
    if not form.validate():
        return _entry_page(entry, session, class_, form), 422
    try:
        with transaction():
            service.correct(
                entry, Presence(form.presence.data), hours=form.hours.data, reason=form.reason.data, by=actor()
            )
    except DomainError as error:
        error_on(form, error)
        return _entry_page(entry, session, class_, form), error.status
    flash(_("更正好了，原来的记录留在下面备查。"))
    return see_other("attendance.sheet", class_id=class_.id)
