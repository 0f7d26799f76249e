"""Anyone may check a certificate; nobody can walk the numbers, and nothing here opens another page or paper."""

from datetime import timedelta

from flask import Response, make_response, render_template, request

from app.certificates.forms import BirthForm, VerifyForm
from app.certificates.rules import clean_number
from app.certificates.verifying import queries
from app.certificates.verifying.queries import Shown
from app.certificates.views.blueprint import bp
from app.kernel.access import PUBLIC, needs
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.throttles import count_try

ADDRESS_TRIES, NUMBER_TRIES = 20, 10
"""Of one visitor's address in a quarter of an hour; at one certificate in a day, by whichever door."""
WINDOW = timedelta(minutes=15)
DAY = timedelta(days=1)


def count_address() -> None:
    """Count a try of this visitor; raises `TooMany`."""
    count_try("verify", request.remote_addr or "", limit=ADDRESS_TRIES, window=WINDOW)


def count_number(number: str) -> None:
    """Count a try at this certificate, whether or not there is such a one; raises `TooMany`."""
    count_try("verify_number", number, limit=NUMBER_TRIES, window=DAY)


def _form(form: VerifyForm, status: int = 200, *, missed: bool = False) -> Response:
    page = render_template("certificates/verify.html", form=form, missed=missed, signers=queries.signers())
    return make_response(page, status)


@bp.get("/verify")
@needs(PUBLIC)
def verify() -> Response:
    """The form: a number and its holder's birth date."""
    return _form(VerifyForm(formdata=None))


@bp.post("/verify")
@needs(PUBLIC)
def look_up() -> Response:
    """Look a certificate up; a wrong number and a wrong birth date are answered alike."""
    form = VerifyForm()
    if not form.validate():
        return _form(form, 422)
    try:
        number = clean_number(form.number.data)
    except DomainError as error:
        error_on(form, error)
        return _form(form, 422)
    count_address()
    count_number(number)
    found = queries.by_number(number, form.birth_on.data)
    return _result(found, None) if found else _form(form, 404, missed=True)


@bp.get("/verify/<token>")
@needs(PUBLIC)
def verify_token(token: str) -> Response:
    """What the QR of a certificate leads to: its frozen content, and whether it stands; the name is masked."""
    found = queries.by_token(token)
    return _result(found, BirthForm(formdata=None)) if found else _unknown()


@bp.post("/verify/<token>")
@needs(PUBLIC)
def show_name(token: str) -> Response:
    """The same with the whole name, for whoever knows the holder's birth date."""
    form, number = BirthForm(), queries.number_of(token)
    if number is None:
        return _unknown()
    if not form.validate():
        return _result(queries.by_token(token), form, 422)
    count_address()
    count_number(number)
    found = queries.by_token_and_birth(token, form.birth_on.data)
    return _result(found, None) if found else _result(queries.by_token(token), form, 404, missed=True)


def _result(found: Shown | None, form: BirthForm | None, status: int = 200, *, missed: bool = False) -> Response:
    """One certificate; with a form the name is masked until the birth date is given."""
    page = render_template("certificates/verified.html", shown=found, form=form, missed=missed)
    return _fresh(make_response(page, status))


def _unknown() -> Response:
    return _fresh(make_response(render_template("certificates/unknown.html"), 404))


def _fresh(response: Response) -> Response:
    """A status of yesterday may be wrong today, and a name is for this visitor only."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
