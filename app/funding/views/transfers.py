"""One transfer: confirmed by its receipt, or failed with a reason."""

from flask import Response, flash, render_template

from app.funding import queries, service
from app.funding.forms import ReasonForm, ReceiptForm
from app.funding.models import Receipt, Transfer
from app.funding.paying_forms import CardForm, ReturnForm, SecondCardForm
from app.funding.rules import BatchStatus, TransferStatus
from app.funding.rules.paying import CardStatus
from app.funding.service.cards import current_check
from app.funding.views.blueprint import Answer, bp
from app.funding.views.wording import history
from app.kernel import clock
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import Form, error_on
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.web import see_other
from app.papers import service as papers
from app.papers.models import Upload

MOST_SCAN = 10 * papers.MEGABYTE


def page(
    transfer: Transfer,
    form: ReceiptForm | None = None,
    fail: ReasonForm | None = None,
    more: Form | None = None,
    opened: str = "",
) -> str:
    """The page of a transfer; `more` is a wrong form about money that came back or a card, `opened` says which."""
    by, check = actor(), current_check(transfer)
    given = {opened: more} if more is not None else {}
    stated = check is not None and check.status == CardStatus.STATED
    waits = transfer.wrong_account and transfer.person_id is not None and by.may(Can.CARD_STATE)
    fresh = ReceiptForm(formdata=None, amount=transfer.amount_fen, paid_on=clock.today())
    return render_template(
        "funding/show_transfer.html",
        transfer=transfer,
        form=form or fresh,
        fail_form=fail or ReasonForm(formdata=None),
        failing=fail is not None,
        may_answer=transfer.status == TransferStatus.WAITING
        and transfer.batch.status == BatchStatus.REQUESTED
        and by.may(Can.PAYMENT_CONFIRM),
        may_return=transfer.status in (TransferStatus.PAID, TransferStatus.PARTLY_PAID) and by.may(Can.PAYMENT_CONFIRM),
        return_form=given.get("return") or ReturnForm(formdata=None, returned_on=clock.today()),
        check=check,
        may_state=waits and (check is None or check.status == CardStatus.REFUSED),
        may_check=waits and stated and check is not None and check.stated_by not in by.keys,
        card_form=given.get("card") or CardForm(formdata=None).offer(),
        second_form=given.get("second") or SecondCardForm(formdata=None),
        refuse_form=given.get("refuse") or ReasonForm(formdata=None),
        opened=opened,
        history=history(transfer),
    )


@bp.get("/transfers/<int:transfer_id>")
@needs(Can.PAYMENT_READ)
def show_transfer(transfer_id: int) -> str:
    """One transfer with its lines and receipts."""
    return page(queries.transfer_for(actor(), transfer_id))


@bp.post("/transfers/<int:transfer_id>/confirm")
@needs(Can.PAYMENT_CONFIRM)
def confirm_transfer(transfer_id: int) -> Answer:
    """Confirm by the receipt, whole or in part."""
    transfer = queries.transfer_for(actor(), transfer_id)
    form = ReceiptForm()
    if not form.validate():
        return page(transfer, form), 422
    try:
        with transaction():
            reached = _confirm(transfer, form, actor())
    except DomainError as error:
        error_on(form, error)
        return page(transfer, form), error.status
    flash(_("回单已登记：%(status)s。", status=label(reached)))
    return see_other("funding.show_batch", batch_id=transfer.batch_id)


def _confirm(transfer: Transfer, form: ReceiptForm, by: Actor) -> TransferStatus:
    scan = form.scan.data
    upload = None
    if scan and scan.filename:
        upload = papers.keep_upload(
            scan.stream, scan.filename, papers.DOCUMENTS, MOST_SCAN, by=by, kind="receipt", field="scan"
        )
    return service.confirm_transfer(
        transfer,
        receipt_number=form.receipt_number.data or "",
        amount_fen=form.amount.data or 0,
        paid_on=form.paid_on.data or clock.today(),
        note=(form.note.data or "").strip(),
        upload_id=upload.id if upload else None,
        by=by,
    )


@bp.post("/transfers/<int:transfer_id>/fail")
@needs(Can.PAYMENT_CONFIRM)
def fail_transfer(transfer_id: int) -> Answer:
    """Say that a transfer failed."""
    transfer = queries.transfer_for(actor(), transfer_id)
    form = ReasonForm()
    if not form.validate():
        return page(transfer, fail=form), 422
    with transaction():
        service.fail_transfer(transfer, reason=form.reason.data or "", by=actor())
    flash(_("已登记为支付失败，可以再次请款。"))
    return see_other("funding.show_batch", batch_id=transfer.batch_id)


@bp.get("/transfers/<int:transfer_id>/receipts/<int:receipt_id>")
@needs(Can.PAYMENT_READ)
def show_scan(transfer_id: int, receipt_id: int) -> Response:
    """The scan of a receipt."""
    transfer = queries.transfer_for(actor(), transfer_id)
    receipt = db.session.get(Receipt, receipt_id)
    if receipt is None or receipt.transfer_id != transfer.id or receipt.upload_id is None:
        raise NotFound
    upload = db.session.get_one(Upload, receipt.upload_id)
    return papers.serve(upload, filename=_("回单 %(number)s", number=receipt.number))
