"""Phone checks: draw them, see a number, write down a call."""

from flask import flash, render_template

from app.attendance.queries import attended_days, names_of
from app.classes.models import Seat
from app.classes.queries import class_for, seat, sessions_of
from app.inspections import queries, service
from app.inspections.forms import ANSWERS, CallForm
from app.inspections.models import PhoneCheck
from app.inspections.rules import CallResult
from app.inspections.service import Said
from app.inspections.views.blueprint import Answer, bp
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.web import see_other


@bp.post("/inspections/classes/<int:class_id>/phone-checks")
@needs(Can.INSPECTION_RUN)
def start_check(class_id: int) -> Answer:
    """Draw whom to call."""
    class_ = class_for(actor(), class_id)
    with transaction():
        row = service.start_check(class_, by=actor())
    flash(_("抽好了，按顺序打 %(n)s 个人。", n=row.due))
    return see_other("inspections.show_check", phone_check_id=row.id)


@bp.get("/inspections/phone-checks/<int:phone_check_id>")
@needs(Can.INSPECTION_READ)
def show_check(phone_check_id: int) -> str:
    """Whom to call, in the order drawn, and what they said."""
    row = queries.check_for(actor(), phone_check_id)
    calls = queries.calls_of(row.id)
    return render_template(
        "inspections/show_check.html",
        check=row,
        lines=[(seat(number), calls.get(number)) for number in queries.to_call(row)],
        odd=queries.odd_calls(row),
        days=attended_days(row.class_id),
        names=names_of([row.drawn_by, *(call.called_by for call in calls.values())]),
        may_call=actor().may(Can.INSPECTION_RUN),
        asked=sum(call.result is CallResult.REACHED for call in calls.values()),
    )


def _drawn(row: PhoneCheck, seat_id: int) -> Seat:
    if seat_id not in queries.to_call(row):
        raise NotFound
    return seat(seat_id)


def _call_page(row: PhoneCheck, called: Seat, form: CallForm, number: str = "") -> str:
    lessons = sessions_of(row.class_id)
    teachers = dict.fromkeys(lesson.teacher.name for lesson in lessons)
    return render_template(
        "inspections/call.html",
        check=row,
        seat=called,
        form=form.offer(),
        number=number,
        days=attended_days(row.class_id).get(called.id, 0),
        teachers="、".join(teachers),
    )


@bp.post("/inspections/phone-checks/<int:phone_check_id>/calls/<int:seat_id>/number")
@needs(Can.INSPECTION_RUN)
def show_number(phone_check_id: int, seat_id: int) -> str:
    """The person's number, for the call; that it was shown is written down."""
    row = queries.check_for(actor(), phone_check_id)
    called = _drawn(row, seat_id)
    with transaction():
        number = service.show_number(row, called, by=actor())
    return _call_page(row, called, CallForm(formdata=None), number)


@bp.post("/inspections/phone-checks/<int:phone_check_id>/calls/<int:seat_id>")
@needs(Can.INSPECTION_RUN)
def record_call(phone_check_id: int, seat_id: int) -> Answer:
    """Write down a call."""
    row, form = queries.check_for(actor(), phone_check_id), CallForm().offer()
    called = _drawn(row, seat_id)
    if carried_out(form, lambda: service.record_call(row, called, _said(form), by=actor())) is None:
        return _call_page(row, called, form), 422
    flash(_("记下了。"))
    return see_other("inspections.show_check", phone_check_id=row.id)


def _said(form: CallForm) -> Said:
    return Said(
        result=CallResult(form.result.data),
        in_class=ANSWERS.get(form.in_class.data),
        agreed=ANSWERS.get(form.agreed.data),
        days=form.days.data,
        teacher=form.teacher.data or "",
        note=form.note.data or "",
    )
