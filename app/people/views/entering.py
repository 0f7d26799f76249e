"""What the ways in share: starting a fresh session for the person who proved who they are."""

from flask import current_app, redirect, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from app.audit import service as audit
from app.kernel import remembered
from app.kernel.database import transaction
from app.people.arrival import Arrival
from app.people.models import Person
from app.people.sessions import PersonSession


def enter(person: Person, came: Arrival) -> Response:
    """Sign the person in and lead them to what they came for; until they choose a place, near is near their home."""
    language = session.get("lang")
    session.clear()
    if language:
        session["lang"] = language
    session.permanent = True
    signed_in = PersonSession(person)
    with transaction():
        audit.record(person, "signed in", by=signed_in.as_actor())
    login_user(signed_in)
    home = "desk.home" if "desk.home" in current_app.view_functions else "people.show_me"
    response: Response = redirect(came.target or url_for(home), 303)
    if not remembered.place():
        remembered.remember(response, remembered.PLACE, person.region.path.rstrip("/"))
    return response
