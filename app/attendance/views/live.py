"""The teacher's page while people come and go: the code that changes, the list that fills, who has to be looked at."""

import uuid
from datetime import datetime
from typing import Any

from flask import Response, flash, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.attendance import queries, service
from app.attendance.forms import CallForm, ReadCodeForm
from app.attendance.models import Signing
from app.attendance.queries import codes
from app.attendance.queries.checks import due_at
from app.attendance.queries.planned import ways_of
from app.attendance.rules import Moment, Way, moment_now
from app.attendance.rules.codes import seconds_left
from app.attendance.views.blueprint import Answer, bp
from app.classes.models import ClassSession, TrainingClass
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import db, transaction
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.papers.printing import qr

CAMERA = "camera=(self), microphone=(), geolocation=(self)"
"""This page may use the camera, to read the trainees' own codes."""


def _moment(session: ClassSession, now: datetime) -> Moment:
    """What the address asks for, else what the time of day suggests; the check only once it is due."""
    asked = request.args.get("moment", "")
    if asked in set(Moment) and (asked != Moment.MID or due_at(session, now)):
        return Moment(asked)
    return moment_now(session.starts_at, session.ends_at, now)


def _facts(session: ClassSession, class_: TrainingClass) -> dict[str, Any]:
    now = clock.now()
    moment = _moment(session, now)
    signed = queries.signed_moments(session.id)
    seats, leaves = queries.seats_of_session(session), queries.leaves_of_session(session)
    unsigned = [seat for seat in seats if moment not in signed.get(seat.id, {})]
    away = [seat for seat in unsigned if seat.id in leaves and not signed.get(seat.id)]
    return {
        "lesson": session,
        "klass": class_,
        "moment": moment,
        "moments": list(Moment),
        "due": due_at(session, now),
        "signed": [(seat, signed[seat.id][moment]) for seat in seats if moment in signed.get(seat.id, {})],
        "missing": [seat for seat in unsigned if seat not in away],
        "away": [(seat, leaves[seat.id]) for seat in away],
        "waiting": queries.waiting_of(session.id),
        "ways": ways_of(class_.id),
        "names": {seat.id: seat.person.name for seat in seats},
        "over": now >= session.ends_at,
        "may": queries.keeps_roll(actor(), class_),
    }


def _address(session: ClassSession, moment: Moment, now: datetime) -> str:
    return url_for("attendance.show_code", token=codes.token_now(session.id, moment, now), _external=True)


@bp.get("/attendance/sessions/<int:session_id>/live")
@needs(Can.ATTENDANCE_MARK)
def live(session_id: int) -> Response:
    """Sign in, check, sign out: the code on the screen, names to tick, codes to read."""
    session, class_ = _kept(session_id)
    return _live(session, class_, ReadCodeForm(formdata=None), CallForm(formdata=None))


def _kept(session_id: int) -> tuple[ClassSession, TrainingClass]:
    session, class_ = queries.session_for(actor(), session_id)
    if not queries.keeps_roll(actor(), class_):
        raise NotFound
    return session, class_


def _live(
    session: ClassSession, class_: TrainingClass, reading: ReadCodeForm, calling: CallForm, status: int = 200
) -> Response:
    facts, now = _facts(session, class_), clock.now()
    address = _address(session, facts["moment"], now)
    page = render_template(
        "attendance/live.html",
        **facts,
        qr=qr(address),
        address=address,
        left=seconds_left(now),
        reading=reading,
        calling=calling,
        key=uuid.uuid4(),
    )
    return Response(page, status, headers={"Permissions-Policy": CAMERA})


@bp.get("/attendance/sessions/<int:session_id>/live/now")
@needs(Can.ATTENDANCE_MARK)
def live_now(session_id: int) -> Response:
    """The present code and the lists, for the page to draw anew."""
    session, class_ = _kept(session_id)
    facts, now = _facts(session, class_), clock.now()
    return jsonify(
        qr=qr(_address(session, facts["moment"], now)),
        left=seconds_left(now),
        due=facts["due"] is not None,
        lists=render_template("attendance/live_lists.html", **facts),
    )


@bp.post("/attendance/sessions/<int:session_id>/call")
@needs(Can.ATTENDANCE_MARK)
def call(session_id: int) -> Answer:
    """Take down those who are ticked, at one moment."""
    session, class_ = _kept(session_id)
    form = CallForm().offer(ways_of(class_.id))
    ids = [int(text) for text in request.form.getlist("seat") if text.isdecimal()]
    moment = _moment(session, clock.now())
    how = service.How(Way(form.way.data or Way.ROLL_CALL), form.witness.data or "")
    done = carried_out(form, lambda: service.call(session, ids, moment, how, by=actor()))
    if done is None:
        return _live(session, class_, ReadCodeForm(formdata=None), form, 422)
    flash(_("已记下 %(n)s 人。", n=done.result))
    return see_other("attendance.live", session_id=session.id, moment=moment)


@bp.post("/attendance/sessions/<int:session_id>/own-code")
@needs(Can.ATTENDANCE_MARK)
def read_own_code(session_id: int) -> Answer:
    """Take down whoever shows the own code: read by the camera, or typed."""
    session, class_ = _kept(session_id)
    form, moment = ReadCodeForm(), _moment(session, clock.now())
    done = carried_out(form, lambda: _taken(session, class_, form, moment))
    if done is None:
        return _live(session, class_, form, CallForm(formdata=None), 422)
    name, new = done.result
    flash(_("%(name)s，记下了。", name=name) if new else _("%(name)s已经记过了。", name=name), "ok" if new else "info")
    return see_other("attendance.live", session_id=session.id, moment=moment)


def _taken(session: ClassSession, class_: TrainingClass, form: ReadCodeForm, moment: Moment) -> tuple[str, bool]:
    seat_id = codes.seat_of_code(class_.id, form.code.data or "")
    key = uuid.UUID(form.client_key.data) if form.client_key.data else uuid.uuid4()
    new = service.take_own_code(session, seat_id, moment, key, by=actor())
    return queries.person_of_seat(seat_id).name, new


def _waiting(signing_id: int) -> Signing:
    signing = db.session.get(Signing, signing_id)
    if signing is None:
        raise NotFound
    queries.session_for(actor(), signing.session_id)
    return signing


@bp.post("/attendance/signings/<int:signing_id>/confirm")
@needs(Can.ATTENDANCE_MARK)
def confirm(signing_id: int) -> AnyResponse:
    """The person is here."""
    signing = _waiting(signing_id)
    with transaction():
        service.confirm(signing, by=actor())
    flash(_("已确认，算数了。"))
    return see_other("attendance.live", session_id=signing.session_id, moment=signing.moment)


@bp.post("/attendance/signings/<int:signing_id>/refuse")
@needs(Can.ATTENDANCE_MARK)
def refuse(signing_id: int) -> AnyResponse:
    """The person is not here."""
    signing = _waiting(signing_id)
    with transaction():
        service.refuse(signing, reason=request.form.get("reason", ""), by=actor())
    flash(_("没有认这一条。记录还在，管理员看得到。"), "info")
    return see_other("attendance.live", session_id=signing.session_id, moment=signing.moment)


@bp.post("/attendance/sessions/<int:session_id>/settle")
@needs(Can.ATTENDANCE_MARK)
def settle(session_id: int) -> AnyResponse:
    """Work out the hours of everybody who signed."""
    session, _class = _kept(session_id)
    with transaction():
        made = service.settle(session, by=actor())
    flash(_("按签到记下了 %(n)s 人的学时。", n=len(made)))
    return see_other("attendance.roll", session_id=session.id)
