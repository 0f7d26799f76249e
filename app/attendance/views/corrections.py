"""One person in one half-day with all the evidence; corrections, which a second person confirms; doubts."""

from typing import Any

from flask import flash, render_template, request

from app.attendance import queries, service
from app.attendance.forms import AnswerForm, CorrectionForm
from app.attendance.models import AttendanceEntry, Correction
from app.attendance.rules import Presence
from app.attendance.views.blueprint import Answer, bp
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import class_for, variation_for
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.web import see_other


def _evidence(session: ClassSession, class_: TrainingClass, seat_id: int, **more: Any) -> str:
    history = queries.history_of(session.id, seat_id)
    signings = queries.signings_of(session.id, seat_id)
    asked = queries.corrections_of_entries([one.id for one in history])
    keys = [one.by_key for one in history] + [one.by_key for one in signings]
    keys += [one.confirmed_by for one in signings if one.confirmed_by]
    keys += [key for one in asked for key in (one.asked_by, one.decided_by) if key]
    return render_template(
        "attendance/evidence.html",
        history=history,
        entry=history[-1] if history else None,
        signings=signings,
        refused=queries.refusals_of(signings),
        corrections=asked,
        names=queries.names_of(keys),
        doubted=queries.unratified_of(class_.id).get(session.id),
        lesson=session,
        klass=class_,
        person=queries.person_of_seat(seat_id),
        seat_id=seat_id,
        may_ask=bool(history) and queries.keeps_roll(actor(), class_),
        me=actor().keys,
        **more,
    )


@bp.get("/attendance/entries/<int:entry_id>")
@needs(Can.ATTENDANCE_READ)
def show_entry(entry_id: int) -> str:
    """One person in one half-day, with everything ever recorded of it."""
    entry, session, class_ = queries.entry_for(actor(), entry_id)
    return _entry_page(entry, session, class_, CorrectionForm(formdata=None))


def _entry_page(entry: AttendanceEntry, session: ClassSession, class_: TrainingClass, form: CorrectionForm) -> str:
    return _evidence(session, class_, entry.seat_id, form=form.offer(), answer=AnswerForm(formdata=None))


@bp.get("/attendance/sessions/<int:session_id>/seats/<int:seat_id>")
@needs(Can.ATTENDANCE_READ)
def show_evidence(session_id: int, seat_id: int) -> str:
    """The same before there is an entry: the signings so far."""
    session, class_ = queries.session_for(actor(), session_id)
    seat = db.session.get(Seat, seat_id)
    if seat is None or seat.class_id != class_.id:
        raise NotFound
    form = CorrectionForm(formdata=None).offer()
    return _evidence(session, class_, seat_id, form=form, answer=AnswerForm(formdata=None))


@bp.post("/attendance/entries/<int:entry_id>")
@needs(Can.ATTENDANCE_MARK)
def correct(entry_id: int) -> Answer:
    """Ask for a correction, which a second person confirms."""
    entry, session, class_ = queries.entry_for(actor(), entry_id)
    form = CorrectionForm().offer()
    done = carried_out(
        form,
        lambda: service.correct(
            entry, Presence(form.presence.data), hours=form.hours.data, reason=form.reason.data or "", by=actor()
        ),
    )
    if done is None:
        return _entry_page(entry, session, class_, form), 422
    flash(_("记下了。要由另一个人确认，才算数。"))
    return see_other("attendance.show_entry", entry_id=entry.id)


@bp.get("/attendance/corrections")
@needs(Can.ATTENDANCE_READ)
def list_corrections() -> str:
    """Corrections that wait for a second person, and doubts that wait for the bureau."""
    rows = queries.open_corrections(actor())
    return render_template("attendance/corrections.html", rows=[_told(row) for row in rows], me=actor().keys)


def _told(row: Correction) -> dict[str, Any]:
    session = db.session.get_one(ClassSession, row.entry.session_id)
    names = queries.names_of([row.asked_by])
    return {
        "row": row,
        "lesson": session,
        "person": queries.person_of_seat(row.entry.seat_id),
        "by": names.get(row.asked_by, row.asked_by),
    }


def _answer(row: Correction, act: Any, words: str) -> Answer:
    session, form = db.session.get_one(ClassSession, row.entry.session_id), AnswerForm()
    done = carried_out(form, lambda: act(form.note.data or ""))
    if done is None:
        class_ = class_for(actor(), row.class_id)
        asked = CorrectionForm(formdata=None).offer()
        return _evidence(session, class_, row.entry.seat_id, form=asked, answer=form), 422
    flash(words)
    return see_other("attendance.show_evidence", session_id=session.id, seat_id=row.entry.seat_id)


@bp.post("/attendance/corrections/<int:correction_id>/confirm")
@needs(Can.ATTENDANCE_MARK, Can.ATTENDANCE_JUDGE)
def confirm_correction(correction_id: int) -> Answer:
    """The second person agrees."""
    row = queries.correction_for(actor(), correction_id)
    return _answer(row, lambda note: service.confirm_correction(row, note=note, by=actor()), _("已确认，更正算数了。"))


@bp.post("/attendance/corrections/<int:correction_id>/refuse")
@needs(Can.ATTENDANCE_MARK, Can.ATTENDANCE_JUDGE)
def refuse_correction(correction_id: int) -> Answer:
    """The second person does not agree."""
    row = queries.correction_for(actor(), correction_id)
    return _answer(row, lambda note: service.refuse_correction(row, note=note, by=actor()), _("没有同意这次更正。"))


@bp.post("/attendance/corrections/<int:correction_id>/clear")
@needs(Can.ATTENDANCE_JUDGE)
def clear_doubt(correction_id: int) -> Answer:
    """The bureau has looked into a doubt: it is explained."""
    row = queries.correction_for(actor(), correction_id)
    return _answer(row, lambda note: service.settle_doubt(row, upheld=False, note=note, by=actor()), _("疑点已排除。"))


@bp.post("/attendance/corrections/<int:correction_id>/uphold")
@needs(Can.ATTENDANCE_JUDGE)
def uphold_doubt(correction_id: int) -> Answer:
    """The bureau has looked into a doubt: it is true."""
    row = queries.correction_for(actor(), correction_id)
    return _answer(row, lambda note: service.settle_doubt(row, upheld=True, note=note, by=actor()), _("疑点已查实。"))


@bp.get("/attendance/classes/<int:class_id>/looked-at")
@needs(Can.ATTENDANCE_READ)
def show_checks(class_id: int) -> str:
    """What the bureau asks about in a class: checks left out, doubts after the results, records set aside."""
    return _looked_at(class_for(actor(), class_id), AnswerForm(formdata=None))


def _looked_at(class_: TrainingClass, answer: AnswerForm) -> str:
    found = queries.unratified_of(class_.id).values()
    return render_template(
        "attendance/looked_at.html",
        klass=class_,
        answer=answer,
        unratified=[(one, db.session.get_one(ClassSession, one.session_id)) for one in found],
        **queries.looked_at(class_.id, clock.now()),
    )


@bp.post("/attendance/variations/<int:variation_id>/findings")
@needs(Can.ATTENDANCE_JUDGE)
def settle_unratified(variation_id: int) -> Answer:
    """The bureau has looked into a half-day whose emergency was not ratified in time."""
    variation, form = variation_for(actor(), variation_id), AnswerForm()
    upheld, note = bool(request.form.get("upheld")), form.note.data or ""
    done = carried_out(form, lambda: service.settle_unratified(variation, upheld=upheld, note=note, by=actor()))
    if done is None:
        return _looked_at(class_for(actor(), variation.class_id), form), 422
    flash(_("记下了。"))
    return see_other("attendance.show_checks", class_id=variation.class_id)
