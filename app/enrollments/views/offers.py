"""Offers from the waiting list: whom to telephone before the place goes on, and what they answered."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.enrollments import queries, service
from app.enrollments.forms import AnswerForm
from app.enrollments.models import Enrollment
from app.enrollments.views.blueprint import bp
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.people import service as people

Answer = str | Response | tuple[str, int]


@bp.get("/enrollments/offers")
@needs(Can.ENROLLMENT_MAKE)
def list_offers() -> str:
    """Who has been offered a place and has not answered, what lapses first on top."""
    page = paginate(queries.offers_to_chase(actor()), request.args.get("page", 1, int))
    return render_template("enrollments/list_offers.html", page=page)


def _page(row: Enrollment, form: AnswerForm, phone: str = "") -> str:
    return render_template("enrollments/ask_answer.html", row=row, form=form, phone=phone)


@bp.get("/enrollments/<int:enrollment_id>/answer")
@needs(Can.ENROLLMENT_MAKE)
def ask_answer(enrollment_id: int) -> str:
    """Whom to call, until when, and what they say."""
    return _page(queries.enrollment_for(actor(), enrollment_id), AnswerForm())


@bp.post("/enrollments/<int:enrollment_id>/answer/phone")
@needs(Can.ENROLLMENT_MAKE)
def show_phone(enrollment_id: int) -> str:
    """Show the whole number to call, on the record."""
    row = queries.enrollment_for(actor(), enrollment_id)
    with transaction():
        number = people.reveal(row.person, "phone", by=actor())
    return _page(row, AnswerForm(formdata=None), number or "")


@bp.post("/enrollments/<int:enrollment_id>/answer")
@needs(Can.ENROLLMENT_MAKE)
def take_answer(enrollment_id: int) -> Answer:
    """Write down what the person said: they come, or the place goes on to the next."""
    row, form = queries.enrollment_for(actor(), enrollment_id), AnswerForm()
    if not form.validate_on_submit():
        return _page(row, form), 422
    try:
        with transaction():
            answer = service.accept if form.answer.data == "yes" else service.decline
            answer(row, by=actor(), note=form.note())
    except DomainError as error:
        error_on(form, error)
        return _page(row, form), error.status
    flash(_("答复记下了，已经通知本人。"))
    return see_other("enrollments.list_offers")
