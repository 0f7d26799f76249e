"""Who am I: identity number, phone, code; and for whoever is not yet in the register, a few more questions.

On a usual page the questions of a step stand together, in the elder view each has a page of its own. Nothing before
the last answer tells whether a number is known, and the last one only that a village officer must call.
"""

from datetime import timedelta

from flask import render_template, request

from app.accounts.queries import officers_near
from app.kernel import remembered
from app.kernel.access import PUBLIC, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.throttles import count_try
from app.kernel.web import own_page, see_other
from app.people.arrival import Arrival, arrival, begin, keep
from app.people.forms.arriving import QUESTIONS, NumberForm, SelfForm
from app.people.service import read_id_number
from app.people.service.arriving import register_self as register
from app.people.views.blueprint import bp
from app.people.views.entering import enter
from app.people.views.sign_in import Answer, go_on, send_to
from app.regions.models import Level
from app.regions.queries import above, full_name, region

REGISTERED_A_DAY = 6
"""People a phone may register in a day: a family, not a list of guessed numbers."""


@bp.get("/me/who")
@needs(PUBLIC)
def ask_number() -> str:
    """The identity number, and on a usual page the phone beside it."""
    if "next" in request.args:
        begin(own_page(request.args["next"]))
    return _number_page(_number_form(), arrival())


@bp.post("/me/who")
@needs(PUBLIC)
def take_number() -> Answer:
    """Keep the number; send a code to the phone, or ask for it next."""
    form, came = _number_form(), arrival()
    if not form.validate_on_submit():
        return _number_page(form, came), 422
    keep(came, number=read_id_number(form.id_number.data or "").number, answers={})
    if came.has_proved:
        return go_on()
    if form.phone is None:
        return see_other("people.ask_phone")
    try:
        return send_to(form.phone.data or "")
    except DomainError as error:
        error_on(form, error)
        return _number_page(form, came), error.status


def _number_form() -> NumberForm:
    form = NumberForm()
    if remembered.size() or arrival().has_proved:
        del form.phone
    return form


def _number_page(form: NumberForm, came: Arrival) -> str:
    return render_template("people/ask_number.html", form=form, came=came)


@bp.get("/me/who/phone")
@needs(PUBLIC)
def ask_phone() -> Answer | str:
    """The phone, on a page of its own."""
    return _phone_page(_phone_form()) if arrival().number else see_other("people.ask_number")


@bp.post("/me/who/phone")
@needs(PUBLIC)
def take_phone() -> Answer:
    """Send a code to the phone."""
    form = _phone_form()
    if not arrival().number:
        return see_other("people.ask_number")
    try:
        if form.validate_on_submit() and form.phone is not None:
            return send_to(form.phone.data or "")
    except DomainError as error:
        error_on(form, error)
        return _phone_page(form), error.status
    return _phone_page(form), 422


def _phone_form() -> NumberForm:
    form = NumberForm()
    del form.id_number
    return form


def _phone_page(form: NumberForm) -> str:
    return render_template("people/ask_phone.html", form=form, came=arrival())


@bp.get("/me/register")
@needs(PUBLIC)
def register_self() -> Answer | str:
    """Name, village and what one does, of somebody who came by themselves."""
    came = arrival()
    if not (came.number and came.has_proved):
        return see_other("people.ask_number")
    if not _village():
        return see_other("regions.choose_place", next=request.path, exact=1)
    return _self_page(_self_form(came), came)


@bp.post("/me/register")
@needs(PUBLIC)
def take_self() -> Answer:
    """Keep the answers; after the last one register the person, or leave it to the village officer."""
    came = arrival()
    if not (came.number and came.has_proved and _village()):
        return see_other("people.register_self")
    form = _self_form(came)
    if not form.validate_on_submit():
        return _self_page(form, came), 422
    came = keep(came, answers={**came.answers, **form.answers()})
    if form.next_question(came.answers):
        return see_other("people.register_self")
    try:
        count_try("self-register", came.phone, limit=REGISTERED_A_DAY, window=timedelta(days=1))
        with transaction():
            person = register(form.facts(came, _village()))
    except DomainError as error:
        error_on(form, error)
        return _self_page(form, came), error.status
    return enter(person, came) if person else see_other("people.ask_officer")


def _village() -> str:
    """The village the browser remembers, if it is one."""
    codes = remembered.place()
    found = region(codes[-1]) if codes else None
    return found.code if found is not None and found.level == Level.VILLAGE else ""


def _self_form(came: Arrival) -> SelfForm:
    form = SelfForm()
    if remembered.size():
        form.only(form.next_question(came.answers))
    return form


def _self_page(form: SelfForm, came: Arrival) -> str:
    asked = [name for name in QUESTIONS if name in form]
    village = full_name(_village())
    return render_template("people/register_self.html", form=form, came=came, asked=asked, village=village)


@bp.get("/me/ask-officer")
@needs(PUBLIC)
def ask_officer() -> str:
    """Whom to ask, told in the same words to everybody: the officers of the village that was chosen."""
    codes = [row.code for row in above(_village())]
    return render_template("people/ask_officer.html", officers=officers_near(codes), village=full_name(_village()))
