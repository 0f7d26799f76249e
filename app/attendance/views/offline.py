"""The roll call without a network: the page a phone keeps, its key, what it takes along and brings back."""

import base64
import binascii
from typing import Any

from flask import Response, jsonify, render_template, request
from flask_wtf.csrf import generate_csrf

from app.attendance.models import Fate, RollDevice
from app.attendance.queries.devices import day_to_take, device_for
from app.attendance.rules.offline import MOST_RECORDS, UNREADABLE, read_clocks, read_sent
from app.attendance.service import offline
from app.attendance.views.blueprint import bp
from app.kernel import clock
from app.kernel.access import PUBLIC, Can, actor, maybe_actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.i18n import _

Json = Response | tuple[Response, int]


@bp.get("/attendance/offline")
@needs(PUBLIC)
def show_offline() -> str:
    """The page that works without a network; it holds no data, which stands sealed in the browser."""
    return render_template("attendance/offline.html")


@bp.get("/attendance/offline/state")
@needs(PUBLIC)
def offline_state() -> Response:
    """Who is signed in, as a key and no name, and the token that a sync needs."""
    who = maybe_actor()
    may = who is not None and who.may(Can.ATTENDANCE_MARK)
    return jsonify(who=who.key if who and may else "", token=generate_csrf() if may else "")


def _given() -> dict[str, Any]:
    given = request.get_json(silent=True)
    return given if isinstance(given, dict) else {}


@bp.post("/attendance/offline/device")
@needs(Can.ATTENDANCE_MARK)
def register_device() -> Json:
    """Register this phone by its public key."""
    given = _given()
    try:
        key = base64.b64decode(str(given.get("key", "")), validate=True)
        clocks = read_clocks(given.get("clocks"), clock.now())
        with transaction():
            device = offline.register_device(key, request.user_agent.string, clocks, by=actor())
    except (DomainError, binascii.Error) as error:
        return jsonify(message=_(str(getattr(error, "message", UNREADABLE)))), 422
    return jsonify(device=device.id)


@bp.post("/attendance/offline/day")
@needs(Can.ATTENDANCE_MARK)
def take_day() -> Json:
    """Take today's classes along, on the record."""
    try:
        device, clocks = _device()
        sessions = day_to_take(actor())
        with transaction():
            offline.note_clocks(device, clocks)
            offline.take_day(device, len(sessions), by=actor())
    except DomainError as error:
        return jsonify(message=_(str(error.message))), error.status
    until = clock.moment_of(clock.today(), 23, 59)
    return jsonify(device=device.id, today=clock.today().isoformat(), until=until.isoformat(), sessions=sessions)


def _device() -> tuple[RollDevice, Any]:
    given = _given()
    number = given.get("device")
    clocks = read_clocks(given.get("clocks"), clock.now())
    return device_for(actor(), number if isinstance(number, int) else 0), clocks


def _records() -> list[Any]:
    given = _given().get("records")
    if not isinstance(given, list) or len(given) > MOST_RECORDS:
        raise DomainError(UNREADABLE)
    return given


@bp.post("/attendance/offline/records")
@needs(Can.ATTENDANCE_MARK)
def take_records() -> Json:
    """Take in what the phone recorded; what became of each."""
    try:
        device, clocks = _device()
        sent = [read_sent(one) for one in _records()]
        with transaction():
            offline.note_clocks(device, clocks)
            outcomes = offline.take_records(device, sent, by=actor())
    except DomainError as error:
        return jsonify(message=_(str(error.message))), error.status
    told = [
        {"digest": one.digest, "done": one.fate is not Fate.QUARANTINED, "why": _(one.why) if one.why else ""}
        for one in outcomes
    ]
    notes = list(dict.fromkeys(one.note for one in outcomes if one.note))
    return jsonify(outcomes=told, notes=notes)
