"""Anyone may check a certificate; nobody can walk the numbers."""

from datetime import timedelta

from flask import render_template, request

from app.certificates import queries
from app.certificates.forms import VerifyForm
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus, clean_number
from app.certificates.views.blueprint import bp
from app.kernel.access import PUBLIC, needs
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.throttles import count_try

ADDRESS_TRIES, NUMBER_TRIES = 20, 10
WINDOW = timedelta(minutes=15)
DAY = timedelta(days=1)


@bp.get("/verify")
@needs(PUBLIC)
def verify() -> str:
    """The form: a number and its holder's birth date."""
    return render_template("certificates/verify.html", form=VerifyForm(formdata=None))


@bp.post("/verify")
@needs(PUBLIC)
def look_up() -> str | tuple[str, int]:
    """Look a certificate up; a wrong number and a wrong birth date are answered alike."""
    form = VerifyForm()
    if not form.validate():
        return render_template("certificates/verify.html", form=form), 422
    try:
        number = clean_number(form.number.data)
    except DomainError as error:
        error_on(form, error)
        return render_template("certificates/verify.html", form=form), 422
    count_try("verify", request.remote_addr or "", limit=ADDRESS_TRIES, window=WINDOW)
    count_try("verify_number", number, limit=NUMBER_TRIES, window=DAY)
    found = queries.by_number(number, form.birth_on.data)
    if found is None:
        return render_template("certificates/verify.html", form=form, missed=True), 404
    return _result(found)


def _result(certificate: Certificate) -> str:
    return render_template(
        "certificates/verified.html",
        certificate=certificate,
        facts=certificate.facts,
        stands=certificate.status is CertificateStatus.VALID,
    )


@bp.get("/verify/<token>")
@needs(PUBLIC)
def verify_token(token: str) -> str | tuple[str, int]:
    """What the QR of a certificate leads to: its frozen content, and whether it stands."""
    found = queries.by_token(token)
    return _result(found) if found else (render_template("certificates/unknown.html"), 404)
