"""Requests for funds: finance asks, treasury sees."""

from datetime import date

from flask import Response, flash, render_template, request

from app.funding import queries, service
from app.funding.forms import BankAnswerForm, RequestForm, StatusFilterForm
from app.funding.models import ClaimLine, PaymentBatch
from app.funding.queries.payments import Requestable, rest_of
from app.funding.rules import BatchStatus, TransferStatus
from app.funding.service.exports import Answered
from app.funding.views.blueprint import Answer, bp
from app.funding.views.wording import history
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.money import yuan
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.papers import service as papers
from app.papers.models import Paper


@bp.get("/payments")
@needs(Can.PAYMENT_READ)
def list_batches() -> str:
    """The requests for funds within reach."""
    form = StatusFilterForm(request.args).offer(BatchStatus)
    status = form.status.data if form.status.data in set(BatchStatus) else ""
    page = paginate(queries.batches_query(actor(), status=status), request.args.get("page", 1, type=int))
    ready = queries.requestable(actor()) if actor().may(Can.PAYMENT_REQUEST) else []
    return render_template("funding/list_batches.html", page=page, form=form, ready=ready)


def _request_page(ready: Requestable, form: RequestForm) -> str:
    rests = {claim.id: rest_of(claim) for claim in ready.claims}
    return render_template("funding/request_funds.html", ready=ready, form=form, rests=rests)


def _ready(budget_id: int) -> tuple[Requestable, RequestForm]:
    """What may be requested from one budget, and the form to choose from it."""
    found = next((one for one in queries.requestable(actor()) if one.budget.id == budget_id), None)
    if found is None:
        raise NotFound(_("这本预算现在没有可以请款的申领。"))
    form = RequestForm()
    form.claims.choices = [
        (claim.id, f"{claim.number} {claim.training_class.name} ¥{yuan(rest_of(claim))}") for claim in found.claims
    ]
    return found, form


@bp.get("/payments/new/<int:budget_id>")
@needs(Can.PAYMENT_REQUEST)
def request_form(budget_id: int) -> str:
    """Choose approved claims of one budget."""
    ready, form = _ready(budget_id)
    form.claims.data = [claim.id for claim in ready.claims]
    return _request_page(ready, form)


@bp.post("/payments/new/<int:budget_id>")
@needs(Can.PAYMENT_REQUEST)
def request_funds(budget_id: int) -> Answer:
    """Ask the treasury for funds."""
    ready, form = _ready(budget_id)
    if not form.validate():
        return _request_page(ready, form), 422
    chosen = [claim for claim in ready.claims if claim.id in set(form.claims.data or [])]
    try:
        with transaction():
            batch = service.request_funds(chosen, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _request_page(ready, form), error.status
    flash(_("请款函 %(number)s 已发给财政，合计 %(total)s 元。", number=batch.number, total=yuan(batch.total_fen)))
    if batch.left_out:
        flash(_("有 %(n)s 行这次没有请，原因写在下面。", n=len(batch.left_out)), "warn")
    return see_other("funding.show_batch", batch_id=batch.id)


def _page(batch: PaymentBatch, form: BankAnswerForm, answered: Answered | None = None) -> str:
    by = actor()
    transfers = queries.transfers_seen(by, batch)
    seen = {transfer.claim_id for transfer in transfers}
    left_out = [(db.session.get_one(ClaimLine, one["line_id"]), one) for one in batch.left_out]
    people = [one for one in transfers if one.person_id is not None]
    return render_template(
        "funding/show_batch.html",
        batch=batch,
        transfers=transfers,
        left_out=[(line, one) for line, one in left_out if line.claim_id in seen],
        whole=len(transfers) == len(batch.transfers),
        people_waiting=sum(one.status == TransferStatus.WAITING for one in people),
        form=form,
        answered=answered,
        history=history(batch) if by.organization_id is None else [],
    )


@bp.get("/payments/<int:batch_id>")
@needs(Can.PAYMENT_READ)
def show_batch(batch_id: int) -> str:
    """One request for funds with its transfers."""
    batch = queries.batch_for(actor(), batch_id)
    return _page(batch, BankAnswerForm(formdata=None, paid_on=clock.today()))


@bp.get("/payments/<int:batch_id>/letter.pdf")
@needs(Can.PAYMENT_REQUEST, Can.PAYMENT_CONFIRM, Can.EVENT_READ)
def print_request(batch_id: int) -> Response:
    """The letter to the treasury."""
    batch = queries.batch_for(actor(), batch_id)
    paper = db.session.get(Paper, batch.paper_id) if batch.paper_id else None
    if paper is None:
        raise NotFound
    return papers.serve(paper, filename=_("请款函 %(number)s.pdf", number=batch.number))


@bp.post("/payments/<int:batch_id>/bank-file")
@needs(Can.PAYMENT_REQUEST, Can.PAYMENT_CONFIRM)
def export_bank_file(batch_id: int) -> Response:
    """The bank's text file, on the record."""
    batch = queries.batch_for(actor(), batch_id)
    with transaction():
        text = service.export_bank_file(batch, by=actor())
    answer = Response(text.encode("gb18030"), mimetype="text/plain; charset=gb18030")
    answer.headers["Content-Disposition"] = f'attachment; filename="{batch.number}.txt"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/payments/<int:batch_id>/bank-answer")
@needs(Can.PAYMENT_CONFIRM)
def read_bank_answer(batch_id: int) -> Answer:
    """Apply the bank's answer; rows that differ are shown and not applied."""
    batch = queries.batch_for(actor(), batch_id)
    form = BankAnswerForm()
    if not form.validate():
        return _page(batch, form), 422
    paid_on: date = form.paid_on.data or clock.today()
    try:
        with transaction():
            content = form.file.data.read()
            done = service.apply_answer(batch, content, serial=form.serial.data or "", paid_on=paid_on, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(batch, form), error.status
    flash(_("回盘已登记：成功 %(paid)s 笔，失败 %(failed)s 笔。", paid=done.paid, failed=done.failed))
    if not done.not_applied:
        return see_other("funding.show_batch", batch_id=batch_id)
    return _page(batch, BankAnswerForm(formdata=None, paid_on=paid_on), done)
