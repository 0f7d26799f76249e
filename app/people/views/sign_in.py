"""Laborers sign in by phone and one-time code; where a family shares a phone, they say who they are."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from app.accounts import service as accounts
from app.audit import service as audit
from app.kernel.access import PUBLIC, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.throttles import count_try
from app.kernel.web import see_other
from app.people import queries
from app.people.forms import CodeForm, PhoneForm, WhoForm
from app.people.models import Person
from app.people.rules import clean_phone
from app.people.sessions import PersonSession
from app.people.views.blueprint import bp

PURPOSE = "person-sign-in"
PHONE, PROVED, WANTED = "laborer_phone", "laborer_people", "laborer_next"
CODES_AN_HOUR = 60
"""From one address: a village room where many sign in stays well below."""


@bp.get("/me/sign-in")
@needs(PUBLIC)
def sign_in() -> str:
    """First step: the phone."""
    session[WANTED] = _own_page(request.args.get("next", ""))
    return render_template("people/sign_in.html", form=PhoneForm())


@bp.post("/me/sign-in")
@needs(PUBLIC)
def send_code() -> Response | tuple[str, int]:
    """Send a code to the phone, whether or not anybody is registered with it."""
    form = PhoneForm()
    if not form.validate_on_submit():
        return render_template("people/sign_in.html", form=form), 422
    try:
        phone = clean_phone(form.phone.data or "")
        count_try("laborer-code", request.remote_addr or "", limit=CODES_AN_HOUR, window=timedelta(hours=1))
        with transaction():
            accounts.send_code(phone, PURPOSE)
    except DomainError as error:
        error_on(form, error)
        return render_template("people/sign_in.html", form=form), error.status
    session[PHONE] = phone
    return see_other("people.enter_code")


@bp.get("/me/sign-in/code")
@needs(PUBLIC)
def enter_code() -> Response | str:
    """Second step: the code."""
    phone = session.get(PHONE)
    if not phone:
        return see_other("people.sign_in")
    return render_template("people/enter_code.html", form=CodeForm(), phone=phone)


@bp.post("/me/sign-in/code")
@needs(PUBLIC)
def check_code() -> Response | tuple[str, int]:
    """Check the code; one person signs in, several choose, none is told where to register."""
    form, phone = CodeForm(), session.get(PHONE)
    if not phone:
        return see_other("people.sign_in")
    if not form.validate_on_submit():
        return render_template("people/enter_code.html", form=form, phone=phone), 422
    try:
        with transaction():
            accounts.check_code(phone, PURPOSE, form.code.data or "")
    except DomainError as error:
        error_on(form, error)
        return render_template("people/enter_code.html", form=form, phone=phone), error.status
    people = queries.people_with_phone(phone)
    session.pop(PHONE)
    if not people:
        flash(_("这个手机号还没有登记。请找村里的就业信息员登记，或者改登记里的手机号。"), "warn")
        return see_other("people.sign_in")
    session[PROVED] = [person.id for person in people]
    return _enter(people[0]) if len(people) == 1 else see_other("people.choose_person")


@bp.get("/me/sign-in/who")
@needs(PUBLIC)
def choose_person() -> Response | str:
    """Third step, where a family shares the phone: who is signing in."""
    form = _who()
    return render_template("people/choose_person.html", form=form) if form else see_other("people.sign_in")


@bp.post("/me/sign-in/who")
@needs(PUBLIC)
def take_person() -> Response | tuple[str, int]:
    """Sign in as the one who was chosen, out of those the phone stands for."""
    form = _who()
    if form is None:
        return see_other("people.sign_in")
    if not form.validate_on_submit():
        return render_template("people/choose_person.html", form=form), 422
    return _enter(queries.person(int(form.person.data)))


def _who() -> WhoForm | None:
    proved = session.get(PROVED)
    if not proved:
        return None
    form = WhoForm()
    people = [queries.person(person_id) for person_id in proved]
    words = [_("%(name)s，%(year)s 年生", name=person.name, year=person.birth_on.year) for person in people]
    form.person.choices = [(str(person.id), word) for person, word in zip(people, words, strict=True)]
    return form


def _enter(person: Person) -> Response:
    """Start a fresh session for the person."""
    target, language = session.get(WANTED) or "", session.get("lang")
    session.clear()
    if language:
        session["lang"] = language
    session.permanent = True
    signed_in = PersonSession(person)
    with transaction():
        audit.record(person, "signed in", by=signed_in.as_actor())
    login_user(signed_in)
    home = "desk.home" if "desk.home" in current_app.view_functions else "people.show_me"
    return redirect(target or url_for(home), 303)


def _own_page(target: str) -> str:
    """The page of this site the laborer came for, or nothing."""
    parts = urlsplit(target)
    own = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if own and not parts.netloc and not parts.scheme else ""
