"""The page that the code on the teacher's screen opens on a trainee's phone."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from flask import Response, make_response, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.sessions import known_as
from app.attendance import queries, service
from app.attendance.forms import OwnCodeForm
from app.attendance.queries import codes
from app.attendance.rules import Moment, Place, read_place
from app.attendance.rules.codes import Shown, is_fresh
from app.attendance.views.blueprint import Answer, bp
from app.classes.models import Seat
from app.kernel import clock
from app.kernel.access import PUBLIC, Actor, Role, maybe_actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.remembered import remember
from app.kernel.throttles import count_try
from app.kernel.web import see_other

DEVICE = "sidan_device"
SEEN, KNOWN = "seen_code", "trainee_of"
TIME_TO_PRESS = timedelta(minutes=5)
"""Whoever opened the page with a fresh code may take their time with the button."""
TRIES = 10


@bp.get("/sign/<token>")
@needs(PUBLIC)
def show_code(token: str) -> Response:
    """What the code leads to: sign with one big button, or say who one is first."""
    shown, now = codes.shown(token), clock.now()
    if is_fresh(shown, now):
        session[SEEN] = [token, now.timestamp()]
    answer = make_response(_page(token, shown, OwnCodeForm(formdata=None)))
    if DEVICE not in request.cookies:
        remember(answer, DEVICE, secrets.token_urlsafe(16))
    return answer


def _page(token: str, shown: Shown, form: OwnCodeForm) -> str:
    door = codes.at_the_door(shown.session_id)
    seat = _seat(door.class_.id)
    return render_template(
        "attendance/sign.html",
        token=token,
        shown=shown,
        lesson=door.session,
        klass=door.class_,
        seat=seat,
        signings=queries.signings_of(shown.session_id, seat.id) if seat else [],
        refused=queries.refusals_of(queries.signings_of(shown.session_id, seat.id)) if seat else {},
        moments=list(Moment),
        form=form,
        key=uuid.uuid4(),
        late=not _in_time(token, shown),
    )


def _seat(class_id: int) -> Seat | None:
    """Whose phone this is: by the sign-in, or by the own code said before."""
    who = maybe_actor()
    known = session.get(KNOWN, {}).get(str(class_id))
    if known is not None:
        return db.session.get(Seat, known)
    if who is not None and who.person_id is not None:
        try:
            return codes.own_seat(who, class_id)
        except DomainError:
            return None
    return None


@bp.post("/sign/<token>/who")
@needs(PUBLIC)
def say_who(token: str) -> Answer:
    """Say who one is by the last four of the identity number and the own code; this browser keeps it for the class."""
    shown, form = codes.shown(token), OwnCodeForm()
    door = codes.at_the_door(shown.session_id)
    try:
        if form.validate():
            key = f"{door.class_.id} {form.last_four.data}"
            count_try("own-code", key, limit=TRIES, window=timedelta(minutes=10))
            seat = codes.trainee(door.class_.id, form.last_four.data or "", form.code.data or "")
            session[KNOWN] = {**session.get(KNOWN, {}), str(door.class_.id): seat.id}
            return see_other("attendance.show_code", token=token)
    except DomainError as error:
        error_on(form, error)
        return _page(token, shown, form), error.status
    return _page(token, shown, form), 422


@bp.post("/sign/<token>")
@needs(PUBLIC)
def sign(token: str) -> AnyResponse:
    """Sign, with what the phone knows of itself; the page shows what became of it."""
    shown = codes.shown(token)
    whose, by = _who_signs(shown.session_id)
    presented = service.Presented(_in_time(token, shown), _device(), _place(), _key_of_form())
    with transaction():
        service.sign(shown, whose, presented, by=by)
    return see_other("attendance.show_code", token=token)


def _who_signs(session_id: int) -> tuple[service.Whose, Actor]:
    who = known_as()
    if session.get(KNOWN):
        seat = _seat(codes.at_the_door(session_id).class_.id)
        if seat is not None:
            by = Actor(key=f"person:{seat.person_id}", name=seat.person.name, roles=frozenset({Role.LABORER}))
            return service.Whose(seat_id=seat.id), by
    if who is None or who[0] != "person":
        raise DomainError(service.UNKNOWN)
    _kind, number, version = who
    by = Actor(key=f"person:{number}", name="", roles=frozenset({Role.LABORER}))
    return service.Whose(person_id=number, version=version), by


def _in_time(token: str, shown: Shown) -> bool:
    """Whether the code is fresh, or was when this very browser opened the page a moment ago."""
    now = clock.now()
    seen, at = session.get(SEEN) or ("", 0.0)
    return is_fresh(shown, now) or (seen == token and now.timestamp() - at < TIME_TO_PRESS.total_seconds())


def _device() -> bytes | None:
    mark = request.cookies.get(DEVICE, "")
    return hashlib.sha256(mark.encode()).digest()[:16] if mark else None


def _place() -> Place | None:
    told = request.form
    return read_place(told.get("latitude", ""), told.get("longitude", ""), told.get("accuracy", ""))


def _key_of_form() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("client_key", ""))
    except ValueError:
        return uuid.uuid4()
