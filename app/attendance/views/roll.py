"""The roll of a half-day that is over, and a class's sheet."""

from flask import flash, render_template, request

from app.attendance import printing, queries, service
from app.attendance.forms import Answers, RollForm, read_answers
from app.attendance.queries.planned import ways_of
from app.attendance.rules import BY_TEACHER, Method, Presence, refuse_marking, refuse_unfinished
from app.attendance.views.blueprint import Answer, bp
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import class_for
from app.classes.rules import ClassStatus
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other


def _roll(session: ClassSession, class_: TrainingClass, form: RollForm, answers: Answers, fill: str = "") -> str:
    planned = ways_of(class_.id)
    methods = [Method.PAPER] if class_.status is ClassStatus.ENDED else [way for way in BY_TEACHER if way in planned]
    form.offer(methods)
    if methods and form.method.data not in methods:
        form.method.data = str(methods[0])
    seats, entries = queries.seats_of_session(session), queries.entries_of(session.id)
    signed = queries.signed_moments(session.id)
    return render_template(
        "attendance/roll.html",
        lesson=session,
        klass=class_,
        form=form,
        answers=answers,
        fill=fill,
        leaves=queries.leaves_of_session(session),
        doubted=queries.unratified_of(class_.id).get(session.id),
        open_seats=[seat for seat in seats if seat.id not in entries and seat.id not in signed],
        signed=[(seat, signed[seat.id]) for seat in seats if seat.id in signed and seat.id not in entries],
        waiting=len(queries.waiting_of(session.id)),
        over=clock.now() >= session.ends_at,
        marked=[(seat, entries[seat.id]) for seat in seats if seat.id in entries],
        presences=list(Presence),
        closed=_closed(session, class_),
        may_correct=queries.keeps_roll(actor(), class_),
    )


def _closed(session: ClassSession, class_: TrainingClass) -> str:
    """Why the roll can't be taken now, in words; "" where it can."""
    if not queries.keeps_roll(actor(), class_):
        return _("只有这个班的授课教师或本校经办人可以点名。")
    try:
        refuse_marking(class_.status, session.starts_at, clock.now(), Method.PAPER)
        refuse_unfinished(session.ends_at, clock.now())
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
    form = RollForm().offer(BY_TEACHER)
    names = {seat.id: seat.person.name for seat in queries.seats_of_session(session)}
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
                session,
                answers.presences,
                by=actor(),
                method=Method(form.method.data),
                hours=answers.hours,
                witness=form.witness.data or "",
                paper_id=printing.photo_of(class_, session, form, by=actor()),
            )
    except DomainError as error:
        error_on(form, error)
        return _roll(session, class_, form, answers), error.status
    left = len(queries.seats_of_session(session)) - len(queries.entries_of(session.id))
    more = _("还有 %(n)s 人没有点。", n=left) if left else _("这节课点完了。")
    flash(_("已记下 %(n)s 人。", n=len(made)) + more)
    return see_other("attendance.roll", session_id=session.id)


@bp.get("/attendance/classes/<int:class_id>")
@needs(Can.ATTENDANCE_READ)
def sheet(class_id: int) -> str:
    """A class's attendance: people by sessions."""
    class_ = class_for(actor(), class_id)
    found = queries.sheet(class_.id)
    doubts = len(queries.doubts_of(class_.id))
    weeks = queries.weeks_of(found.sessions)
    return render_template(
        "attendance/sheet.html",
        klass=class_,
        sheet=found,
        weeks=weeks,
        now=clock.now(),
        doubts=doubts,
        unratified=queries.unratified_of(class_.id),
        leaves={session.id: queries.leaves_of_session(session) for session in found.sessions},
    )
