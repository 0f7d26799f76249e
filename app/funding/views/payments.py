"""Requests for funds: finance asks, treasury sees."""

from flask import Response, flash, render_template, request

from app.funding import queries, service
from app.funding.forms import BankAnswerForm, NoteForm, ReasonForm, RequestForm, StatusFilterForm
from app.funding.models import ClaimLine, PaymentBatch
from app.funding.queries.payments import Requestable, rest_of
from app.funding.rules import BatchStatus, TransferStatus
from app.funding.rules.long_steps import LongAct
from app.funding.rules.templates import Rows
from app.funding.service.answers import Answered
from app.funding.service.banks import of_rows
from app.funding.service.exports import Exported, file_count
from app.funding.service.papers import funds_list
from app.funding.views import long_steps
from app.funding.views.blueprint import Answer, bp
from app.funding.views.wording import history
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import Form, error_on
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
    seconds = actor().may(Can.CARD_STATE)
    return render_template(
        "funding/list_batches.html",
        page=page,
        form=form,
        ready=ready,
        cards=queries.stated_cards(actor()) if seconds else [],
        guardians=queries.stated_guardians(actor()) if seconds else [],
        failed=queries.failed_transfers(actor()),
        odd=queries.open_rows(actor()) if actor().may(Can.PAYMENT_CONFIRM) else [],
    )


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
        if (begun := long_steps.for_request(chosen)) is not None:
            return begun
        with transaction():
            batch = service.request_funds(chosen, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _request_page(ready, form), error.status
    flash(
        _(
            "请款 %(number)s 已制单，合计 %(total)s 元，等第二个人核对后发给财政。",
            number=batch.number,
            total=yuan(batch.total_fen),
        )
    )
    if batch.left_out:
        flash(_("有 %(n)s 行这次没有请，原因写在下面。", n=len(batch.left_out)), "warn")
    return see_other("funding.show_batch", batch_id=batch.id)


def page(batch: PaymentBatch, form: Form | None = None, opened: str = "", answered: Answered | None = None) -> str:
    """The page of a request for funds; `form` is one that was wrong, `opened` says whose."""
    by = actor()
    transfers = queries.transfers_seen(by, batch)
    seen = {transfer.claim_id for transfer in transfers}
    left_out = [(db.session.get_one(ClaimLine, one["line_id"]), one) for one in batch.left_out]
    given = {opened: form} if form is not None else {}
    return render_template(
        "funding/show_batch.html",
        batch=batch,
        transfers=transfers,
        left_out=[(line, one) for line, one in left_out if line.claim_id in seen],
        whole=len(transfers) == len(batch.transfers),
        waiting=sum(one.status == TransferStatus.WAITING and one.person_id is not None for one in transfers),
        people=any(one.person_id is not None for one in transfers),
        banks=[(one, file_count(batch, one.key)) for one in of_rows(Rows.PEOPLE)],
        lists=of_rows(Rows.LIST),
        files=queries.bank_files(batch.id) if by.organization_id is None else [],
        quarantined=queries.quarantined_of(batch.id) if by.organization_id is None else [],
        form=given.get("answer") or BankAnswerForm(formdata=None, paid_on=clock.today()).offer(of_rows(Rows.PEOPLE)),
        check_form=given.get("check") or NoteForm(formdata=None),
        off_form=given.get("off") or ReasonForm(formdata=None),
        opened=opened,
        answered=answered,
        may_check=batch.status == BatchStatus.MADE and by.may(Can.PAYMENT_CHECK) and batch.requested_by not in by.keys,
        history=history(batch) if by.organization_id is None else [],
    )


@bp.get("/payments/<int:batch_id>")
@needs(Can.PAYMENT_READ)
def show_batch(batch_id: int) -> str:
    """One request for funds with its transfers."""
    batch = queries.batch_for(actor(), batch_id)
    return page(batch)


@bp.get("/payments/<int:batch_id>/letter.pdf")
@needs(Can.PAYMENT_REQUEST, Can.PAYMENT_CONFIRM, Can.EVENT_READ)
def print_request(batch_id: int) -> Response:
    """The letter to the treasury."""
    batch = queries.batch_for(actor(), batch_id)
    paper = db.session.get(Paper, batch.paper_id) if batch.paper_id else None
    if paper is None:
        raise NotFound
    return papers.serve(paper, filename=_("请款函 %(number)s.pdf", number=batch.number))


@bp.get("/payments/<int:batch_id>/list.pdf")
@needs(Can.PAYMENT_REQUEST, Can.PAYMENT_CHECK, Can.PAYMENT_CONFIRM, Can.EVENT_READ)
def print_list(batch_id: int) -> Response:
    """The list for the treasury 资金拨付清单, as a PDF."""
    batch = queries.batch_for(actor(), batch_id)
    answer = Response(funds_list(batch), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{batch.number}-list.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/payments/<int:batch_id>/check")
@needs(Can.PAYMENT_CHECK)
def check_batch(batch_id: int) -> Answer:
    """The second person sends a request on."""
    batch = queries.batch_for(actor(), batch_id)
    form = NoteForm()
    if not form.validate():
        return page(batch, form, "check"), 422
    note = (form.note.data or "").strip()
    try:
        if (begun := long_steps.for_batch(LongAct.CHECK, batch, note=note)) is not None:
            return begun
        with transaction():
            service.check_batch(batch, by=actor(), note=note)
    except DomainError as error:
        error_on(form, error)
        return page(batch, form, "check"), error.status
    flash(_("已核对，请款函 %(number)s 发给财政。", number=batch.number))
    return see_other("funding.show_batch", batch_id=batch_id)


@bp.post("/payments/<int:batch_id>/call-off")
@needs(Can.PAYMENT_CHECK, Can.PAYMENT_REQUEST)
def call_off_batch(batch_id: int) -> Answer:
    """Give a request back before it goes out."""
    batch = queries.batch_for(actor(), batch_id)
    form = ReasonForm()
    if not form.validate():
        return page(batch, form, "off"), 422
    with transaction():
        service.call_off_batch(batch, reason=form.reason.data or "", by=actor())
    flash(_("这份请款已退回，没有发出。里面的申领可以重新请款。"))
    return see_other("funding.show_batch", batch_id=batch_id)


def _download(made: Exported) -> Response:
    answer = Response(made.content, mimetype=made.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/payments/<int:batch_id>/bank-file")
@needs(Can.PAYMENT_REQUEST, Can.PAYMENT_CONFIRM)
def export_bank_file(batch_id: int) -> Response:
    """A file for the bank by its template, on the record."""
    batch = queries.batch_for(actor(), batch_id)
    template, part = request.form.get("template", "bank-text"), request.form.get("part", 1, type=int)
    if (begun := long_steps.for_batch(LongAct.BANK_FILE, batch, template=template, part=part)) is not None:
        return begun
    with transaction():
        made = service.bank_file(batch, template, part, by=actor())
    return _download(made)


@bp.post("/payments/<int:batch_id>/list")
@needs(Can.PAYMENT_REQUEST, Can.PAYMENT_CHECK, Can.PAYMENT_CONFIRM, Can.EVENT_READ)
def export_list(batch_id: int) -> Response:
    """The list for the treasury as a spreadsheet, on the record."""
    batch = queries.batch_for(actor(), batch_id)
    with transaction():
        made = service.export_list(batch, request.form.get("template", "finance-list"), by=actor())
    return _download(made)


@bp.post("/payments/<int:batch_id>/bank-answer")
@needs(Can.PAYMENT_CONFIRM)
def read_bank_answer(batch_id: int) -> Answer:
    """Apply the bank's answer; rows that differ are kept for a person to look into."""
    batch = queries.batch_for(actor(), batch_id)
    form = BankAnswerForm().offer(of_rows(Rows.PEOPLE))
    if not form.validate():
        return page(batch, form, "answer"), 422
    try:
        with transaction():
            done = _read(batch, form)
    except DomainError as error:
        error_on(form, error)
        return page(batch, form, "answer"), error.status
    if done.again:
        flash(_("这个回盘文件已经读过了，没有再登记一遍。"), "warn")
        return see_other("funding.show_batch", batch_id=batch_id)
    told = {"paid": done.paid, "failed": done.failed, "returned": done.returned}
    flash(_("回盘已登记：成功 %(paid)s 笔，失败 %(failed)s 笔，退汇 %(returned)s 笔。", **told))
    if not done.not_applied:
        return see_other("funding.show_batch", batch_id=batch_id)
    return page(batch, answered=done)


def _read(batch: PaymentBatch, form: BankAnswerForm) -> Answered:
    return service.apply_answer(
        batch,
        form.file.data.read(),
        serial=form.serial.data or "",
        paid_on=form.paid_on.data or clock.today(),
        template=form.template.data or "bank-text",
        by=actor(),
    )
