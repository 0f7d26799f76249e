"""Money that came back, and the card of its payee confirmed again."""

from flask import flash

from app.funding import queries, service
from app.funding.forms import ReasonForm
from app.funding.models import CardCheck, Transfer
from app.funding.paying_forms import CardForm, ReturnForm, SecondCardForm
from app.funding.rules.paying import CardWay
from app.funding.service.cards import current_check
from app.funding.views.blueprint import Answer, bp
from app.funding.views.transfers import page
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, Refused
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other


@bp.post("/transfers/<int:transfer_id>/return")
@needs(Can.PAYMENT_CONFIRM)
def return_transfer(transfer_id: int) -> Answer:
    """The bank sent a paid transfer back."""
    transfer = queries.transfer_for(actor(), transfer_id)
    form = ReturnForm()
    if not form.validate():
        return page(transfer, more=form, opened="return"), 422
    try:
        with transaction():
            service.return_transfer(
                transfer,
                number=form.number.data or "",
                amount_fen=transfer.paid_fen,
                returned_on=form.returned_on.data or clock.today(),
                reason=form.reason.data or "",
                by=actor(),
            )
    except DomainError as error:
        error_on(form, error)
        return page(transfer, more=form, opened="return"), error.status
    flash(_("已登记退回，这笔钱恢复为应付。"))
    return see_other("funding.show_transfer", transfer_id=transfer_id)


@bp.post("/transfers/<int:transfer_id>/card")
@needs(Can.CARD_STATE)
def state_card(transfer_id: int) -> Answer:
    """Write down which card the person confirmed."""
    transfer = queries.transfer_for(actor(), transfer_id)
    form = CardForm().offer()
    if not form.validate():
        return page(transfer, more=form, opened="card"), 422
    try:
        with transaction():
            service.state_card(
                transfer,
                account=form.account.data or "",
                bank=form.bank.data or "",
                way=CardWay(form.way.data),
                note=form.note.data or "",
                by=actor(),
            )
    except DomainError as error:
        error_on(form, error)
        return page(transfer, more=form, opened="card"), error.status
    flash(_("卡号已登记，等第二个人核对。"))
    return see_other("funding.show_transfer", transfer_id=transfer_id)


def _check(transfer: Transfer) -> CardCheck:
    found = current_check(transfer)
    if found is None:
        raise Refused(_("还没有登记卡号。"))
    return found


@bp.post("/transfers/<int:transfer_id>/card/confirm")
@needs(Can.CARD_STATE)
def confirm_card(transfer_id: int) -> Answer:
    """The second officer types the card once more."""
    transfer = queries.transfer_for(actor(), transfer_id)
    form = SecondCardForm()
    if not form.validate():
        return page(transfer, more=form, opened="second"), 422
    try:
        with transaction():
            service.confirm_card(_check(transfer), account=form.account.data or "", by=actor())
    except DomainError as error:
        error_on(form, error)
        return page(transfer, more=form, opened="second"), error.status
    flash(_("卡号核对一致，可以再次请款。"))
    return see_other("funding.show_transfer", transfer_id=transfer_id)


@bp.post("/transfers/<int:transfer_id>/card/refuse")
@needs(Can.CARD_STATE)
def refuse_card(transfer_id: int) -> Answer:
    """The second officer found something else."""
    transfer = queries.transfer_for(actor(), transfer_id)
    form = ReasonForm()
    if not form.validate():
        return page(transfer, more=form, opened="refuse"), 422
    with transaction():
        service.refuse_card(_check(transfer), note=form.reason.data or "", by=actor())
    flash(_("没有通过，请重新登记卡号。"))
    return see_other("funding.show_transfer", transfer_id=transfer_id)
