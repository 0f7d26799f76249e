"""Rows of the bank's answer that did not agree: a person finds out what they mean."""

from flask import flash, render_template

from app.funding import queries, service
from app.funding.forms import ReasonForm
from app.funding.models import QuarantinedRow, Transfer
from app.funding.paying_forms import RowForm
from app.funding.queries.payments import people_transfers
from app.funding.rules.paying import RowStatus
from app.funding.views.blueprint import Answer, bp
from app.funding.views.wording import history
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import Form, error_on
from app.kernel.i18n import _
from app.kernel.money import yuan
from app.kernel.web import see_other

READERS = (Can.PAYMENT_CONFIRM, Can.PAYMENT_REQUEST, Can.EVENT_READ)


def _form(row: QuarantinedRow, *, fresh: bool) -> RowForm:
    """The form to say what became of a payment; the bank's own words are offered, never taken."""
    offered = {"on": row.answer.paid_on, "paid": row.amount_fen if row.says_paid else 0}
    form = RowForm(formdata=None, **offered) if fresh else RowForm()
    form.transfer.choices = [
        (one.id, f"{one.id} {one.person.name if one.person else ''} ¥{yuan(one.amount_fen)}")
        for one in people_transfers(row.batch)
    ]
    if fresh:
        form.transfer.data = row.transfer_id
    return form


def _page(row: QuarantinedRow, form: RowForm | None = None, dismiss: Form | None = None) -> str:
    return render_template(
        "funding/show_row.html",
        row=row,
        form=form or _form(row, fresh=True),
        dismiss_form=dismiss or ReasonForm(formdata=None),
        dismissing=dismiss is not None,
        failed=form is not None,
        may_resolve=row.status == RowStatus.OPEN and actor().may(Can.PAYMENT_CONFIRM),
        today=clock.today(),
        history=history(row),
    )


@bp.get("/bank-rows/<int:row_id>")
@needs(*READERS)
def show_row(row_id: int) -> str:
    """One row that was not applied."""
    return _page(queries.row_for(actor(), row_id))


@bp.post("/bank-rows/<int:row_id>/apply")
@needs(Can.PAYMENT_CONFIRM)
def apply_row(row_id: int) -> Answer:
    """Say what became of the payment."""
    row = queries.row_for(actor(), row_id)
    form = _form(row, fresh=False)
    if not form.validate():
        return _page(row, form), 422
    try:
        with transaction():
            _apply(row, form)
    except DomainError as error:
        error_on(form, error)
        return _page(row, form), error.status
    flash(_("已按核对的结果登记。"))
    return see_other("funding.show_batch", batch_id=row.batch_id)


def _apply(row: QuarantinedRow, form: RowForm) -> None:
    transfer: Transfer = queries.transfer_for(actor(), form.transfer.data)
    service.apply_row(
        row,
        transfer,
        paid_fen=form.paid.data or 0,
        on=form.on.data or clock.today(),
        note=form.note.data or "",
        by=actor(),
    )


@bp.post("/bank-rows/<int:row_id>/dismiss")
@needs(Can.PAYMENT_CONFIRM)
def dismiss_row(row_id: int) -> Answer:
    """Say that the row has no effect."""
    row = queries.row_for(actor(), row_id)
    form = ReasonForm()
    if not form.validate():
        return _page(row, dismiss=form), 422
    with transaction():
        service.dismiss_row(row, note=form.reason.data or "", by=actor())
    flash(_("已记下，这一行不登记。"))
    return see_other("funding.show_batch", batch_id=row.batch_id)
