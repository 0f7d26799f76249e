"""Laborers sign in by phone and one-time code; where a family shares the phone, they say who they are."""

from datetime import timedelta

from flask import flash, render_template, request
from flask_login import logout_user
from werkzeug.wrappers import Response

from app.accounts import service as accounts
from app.kernel import clock
from app.kernel.access import PUBLIC, Can, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.throttles import count_try
from app.kernel.web import own_page, see_other
from app.people import queries
from app.people.arrival import arrival, begin, keep
from app.people.forms import CodeForm, PhoneForm, WhoForm
from app.people.models import Person
from app.people.rules import clean_phone
from app.people.service.arriving import known_by_both
from app.people.views.blueprint import bp
from app.people.views.entering import enter

PURPOSE = "person-sign-in"
CODES_AN_HOUR = 60
"""From one address: a village room where many sign in stays well below."""
Answer = Response | tuple[str, int]


@bp.get("/me/sign-in")
@needs(PUBLIC)
def sign_in() -> str:
    """The phone, of somebody whom the village has registered."""
    begin(own_page(request.args.get("next", "")))
    return render_template("people/sign_in.html", form=PhoneForm())


@bp.post("/me/sign-in")
@needs(PUBLIC)
def send_code() -> Answer:
    """Send a code to the phone, whether or not anybody is registered with it."""
    form = PhoneForm()
    try:
        if form.validate_on_submit():
            return send_to(form.phone.data or "")
    except DomainError as error:
        error_on(form, error)
        return render_template("people/sign_in.html", form=form), error.status
    return render_template("people/sign_in.html", form=form), 422


def send_to(typed: str) -> Response:
    """Send a code to a phone and lead to where it is typed; raises `DomainError`."""
    phone = clean_phone(typed)
    count_try("laborer-code", request.remote_addr or "", limit=CODES_AN_HOUR, window=timedelta(hours=1))
    with transaction():
        accounts.send_code(phone, PURPOSE)
    keep(arrival(), phone=phone, proved_at=0.0)
    return see_other("people.enter_code")


@bp.get("/me/sign-in/code")
@needs(PUBLIC)
def enter_code() -> Response | str:
    """The code."""
    came = arrival()
    if not came.phone:
        return see_other("people.sign_in")
    return render_template("people/enter_code.html", form=CodeForm(), came=came)


@bp.post("/me/sign-in/code")
@needs(PUBLIC)
def check_code() -> Answer:
    """Check the code: whoever holds the phone goes on."""
    form, came = CodeForm(), arrival()
    if not came.phone:
        return see_other("people.sign_in")
    if not form.validate_on_submit():
        return render_template("people/enter_code.html", form=form, came=came), 422
    try:
        with transaction():
            accounts.check_code(came.phone, PURPOSE, form.code.data or "")
    except DomainError as error:
        error_on(form, error)
        return render_template("people/enter_code.html", form=form, came=came), error.status
    keep(came, proved_at=clock.now().timestamp())
    return go_on()


def go_on() -> Response:
    """Where somebody who holds the phone goes: in, if they are known; else to the next question."""
    came = arrival()
    if came.number:
        person = known_by_both(came.number, came.phone)
        return enter(person, came) if person else see_other("people.register_self")
    people = queries.people_with_phone(came.phone)
    if not people:
        flash(_("这个手机号还没有登记过。请再填身份证号，就能接着办。"), "info")
        return see_other("people.ask_number")
    return enter(people[0], came) if len(people) == 1 else see_other("people.choose_person")


@bp.get("/me/sign-in/who")
@needs(PUBLIC)
def choose_person() -> Response | str:
    """Where a family shares the phone: who is signing in."""
    form = _who()
    return (
        render_template("people/choose_person.html", form=form, came=arrival()) if form else see_other("people.sign_in")
    )


@bp.post("/me/sign-in/who")
@needs(PUBLIC)
def take_person() -> Answer:
    """Sign in as the one who was chosen, out of those the phone stands for."""
    form = _who()
    if form is None:
        return see_other("people.sign_in")
    if not form.validate_on_submit():
        return render_template("people/choose_person.html", form=form, came=arrival()), 422
    return enter(queries.person(int(form.person.data)), arrival())


def _who() -> WhoForm | None:
    came = arrival()
    people = queries.people_with_phone(came.phone) if came.has_proved else ()
    if not people:
        return None
    form = WhoForm()
    form.person.choices = [(str(person.id), in_words(person)) for person in people]
    return form


def in_words(person: Person) -> str:
    """A person among their family: the name and the year of birth."""
    return _("%(name)s，%(year)s 年生", name=person.name, year=person.birth_on.year)


@bp.post("/me/somebody-else")
@needs(Can.SELF_READ)
def somebody_else() -> Response:
    """It is another of the family who holds the phone: sign out, and ask again on the way to the same page."""
    target = own_page(request.form.get("next", ""))
    logout_user()
    begin(target)
    return see_other("people.sign_in", next=target) if target else see_other("people.sign_in")
