"""What can't wait: an emergency reported from the phone, its ratification, leave."""

from collections.abc import Callable

from flask import Response, flash, render_template

from app.classes import queries, service
from app.classes.forms.deciding import ReasonForm, RemarkForm
from app.classes.forms.urgent import EmergencyForm, LeaveForm, OwnLeaveForm
from app.classes.models import Seat, TrainingClass
from app.classes.queries.leaves import leave_for, leave_hours, leaves_of, leaves_of_seat, own_seat
from app.classes.rules import VARIABLE
from app.classes.views.blueprint import bp
from app.classes.views.shown import UNPROCESSABLE, Answer, frame
from app.classes.views.variations import show_one
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import see_other


def _emergency(row: TrainingClass, form: EmergencyForm, status: int = 200) -> Answer:
    return render_template("classes/report_emergency.html", row=row, form=form), status


@bp.get("/classes/<int:class_id>/emergency")
@needs(Can.ATTENDANCE_MARK)
def new_emergency(class_id: int) -> Answer:
    """Three taps: which session, why, what instead."""
    row, form = queries.class_for(actor(), class_id), EmergencyForm()
    form.offer(row)
    return _emergency(row, form)


@bp.post("/classes/<int:class_id>/emergency")
@needs(Can.ATTENDANCE_MARK)
def report_emergency(class_id: int) -> Answer | Response:
    """Change one session at once."""
    row, form = queries.class_for(actor(), class_id), EmergencyForm()
    form.offer(row)

    def act() -> int:
        return service.report_emergency(row, form.kind(), form.asked(), form.reason(), by=actor()).id

    if done := carried_out(form, act):
        flash(_("已经生效，学员会收到短信。请等培训管理员在期限内追认。"))
        return see_other("classes.show_variation", variation_id=done.result)
    return _emergency(row, form, UNPROCESSABLE)


@bp.post("/class-variations/<int:variation_id>/ratify")
@needs(Can.CLASS_APPROVE)
def ratify_variation(variation_id: int) -> Answer | Response:
    """Ratify an emergency that is in force."""
    form = RemarkForm()
    return _ratify(variation_id, "ratify", form, lambda: form.note.data or "", ratify=True)


@bp.post("/class-variations/<int:variation_id>/reject")
@needs(Can.CLASS_APPROVE)
def reject_variation(variation_id: int) -> Answer | Response:
    """Do not ratify it; the session's hours are in doubt."""
    form = ReasonForm()
    return _ratify(variation_id, "reject", form, lambda: form.reason.data or "", ratify=False)


def _ratify(variation_id: int, name: str, form: Form, note: Callable[[], str], *, ratify: bool) -> Answer | Response:
    variation = queries.variation_for(actor(), variation_id)
    if carried_out(form, lambda: service.decide_emergency(variation, ratify=ratify, note=note(), by=actor())):
        flash(_("已追认。") if ratify else _("没有追认。这节课的学时有疑点，学校会看到原因。"))
        return see_other("classes.show_variation", variation_id=variation.id)
    return show_one(variation, UNPROCESSABLE, **{name: form})


def _leaves(row: TrainingClass, form: LeaveForm, status: int = 200) -> Answer:
    by = actor()
    school = by.organization_id == row.school_id or queries.teaches_in(by, row)
    page = render_template(
        "classes/list_leaves.html",
        **frame(row, "list_leaves"),
        leaves=leaves_of(row.id),
        form=form,
        may_ask=row.status in VARIABLE and (school or by.may(Can.CLASS_APPROVE) or by.may(Can.ENROLLMENT_MAKE)),
        today=clock.today(),
    )
    return page, status


@bp.get("/classes/<int:class_id>/leaves")
@needs(Can.CLASS_READ)
def list_leaves(class_id: int) -> Answer:
    """Who of a class is on leave, with the form for one more."""
    row, form = queries.class_for(actor(), class_id), LeaveForm()
    form.offer_roster(row)
    return _leaves(row, form)


@bp.post("/classes/<int:class_id>/leaves")
@needs(Can.CLASS_FILE, Can.ATTENDANCE_MARK, Can.CLASS_APPROVE, Can.ENROLLMENT_MAKE)
def ask_leave(class_id: int) -> Answer | Response:
    """Note somebody's leave."""
    row, form = queries.class_for(actor(), class_id), LeaveForm()
    form.offer_roster(row)
    if carried_out(form, lambda: service.ask_leave(queries.seat(form.seat_id.data), form.leave(), by=actor())):
        flash(_("请假已记上，点名时会看到。"))
        return see_other("classes.list_leaves", class_id=row.id)
    return _leaves(row, form, UNPROCESSABLE)


@bp.post("/leaves/<int:leave_id>/take-back")
@needs(Can.CLASS_FILE, Can.ATTENDANCE_MARK, Can.CLASS_APPROVE, Can.ENROLLMENT_MAKE, Can.SELF_ENROLL)
def take_back_leave(leave_id: int) -> Response:
    """The person comes after all."""
    by = actor()
    leave = leave_for(by, leave_id)
    with transaction():
        service.take_back(leave, by=by)
    flash(_("已销假。"))
    if by.person_id is not None:
        return see_other("classes.own_leave", seat_id=leave.seat_id)
    return see_other("classes.list_leaves", class_id=leave.class_id)


def _own(seat: Seat, form: OwnLeaveForm, status: int = 200) -> Answer:
    page = render_template(
        "classes/own_leave.html",
        seat=seat,
        row=queries.training_class(seat.class_id),
        form=form,
        leaves=leaves_of_seat(seat.id),
        hours=leave_hours(seat.class_id, seat.id),
        today=clock.today(),
    )
    return page, status


@bp.get("/my/seats/<int:seat_id>/leave")
@needs(Can.SELF_ENROLL)
def own_leave(seat_id: int) -> Answer:
    """A laborer's own leave."""
    seat, form = own_seat(actor(), seat_id), OwnLeaveForm()
    form.offer()
    return _own(seat, form)


@bp.post("/my/seats/<int:seat_id>/leave")
@needs(Can.SELF_ENROLL)
def ask_own_leave(seat_id: int) -> Answer | Response:
    """A laborer asks for leave."""
    seat, form = own_seat(actor(), seat_id), OwnLeaveForm()
    form.offer()
    if carried_out(form, lambda: service.ask_leave(seat, form.leave(), by=actor())):
        flash(_("请假已记上，学校会收到通知。"))
        return see_other("classes.own_leave", seat_id=seat.id)
    return _own(seat, form, UNPROCESSABLE)
