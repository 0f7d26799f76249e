"""Recoveries: the list, one with what opened it and what came back, and the forms to open and repay."""

from flask import Response, flash, render_template, request, url_for

from app.certificates.models import Certificate
from app.funding import queries, service
from app.funding.forms import ReasonForm, StatusFilterForm
from app.funding.models import ClaimLine, Recovery, Repayment
from app.funding.paying_forms import RecoverForm, RepayForm
from app.funding.queries import recoveries as found
from app.funding.rules.paying import Cause, RecoveryStatus
from app.funding.service.recovering import left_of
from app.funding.views.blueprint import Answer, bp
from app.funding.views.wording import history
from app.inspections.queries import of_class
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import Form, error_on
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.money import yuan
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.papers import service as papers
from app.papers.models import Upload

MOST_SCAN = 10 * papers.MEGABYTE


@bp.get("/recoveries")
@needs(Can.RECOVERY_READ)
def list_recoveries() -> str:
    """The recoveries within reach, those under way first."""
    form = StatusFilterForm(request.args).offer(RecoveryStatus)
    status = form.status.data if form.status.data in set(RecoveryStatus) else ""
    page = paginate(found.recoveries_query(actor(), status=status), request.args.get("page", 1, type=int))
    return render_template("funding/list_recoveries.html", page=page, form=form)


@bp.app_template_global("recoveries_of_certificate")
def recoveries_of_certificate(certificate: Certificate) -> list[dict[str, object]]:
    """What the page of a revoked certificate tells of its money, to those who may see it."""
    if not actor().may(Can.RECOVERY_READ):
        return []
    return [
        {
            "number": row.number,
            "yuan": yuan(row.amount_fen),
            "status": row.status,
            "url": url_for("funding.show_recovery", recovery_id=row.id),
        }
        for row in found.recoveries_of_seat(actor(), certificate.seat_id)
    ]


def _page(row: Recovery, form: Form | None = None, opened: str = "") -> str:
    kind, _sep, number = row.source.partition(":")
    certificate = db.session.get(Certificate, int(number)) if kind == "certificate" else None
    by = actor()
    given = {opened: form} if form is not None else {}
    return render_template(
        "funding/show_recovery.html",
        row=row,
        line=row.line,
        certificate=certificate,
        kind=kind,
        number=number,
        form=given.get("repay") or RepayForm(formdata=None, amount=row.rest_fen, paid_on=clock.today()),
        drop_form=given.get("drop") or ReasonForm(formdata=None),
        opened=opened,
        may_repay=row.status == RecoveryStatus.OPEN and by.may(Can.PAYMENT_CONFIRM),
        may_drop=row.status == RecoveryStatus.OPEN
        and row.cause is not Cause.CERTIFICATE
        and not row.repaid_fen
        and by.may(Can.RECOVERY_OPEN)
        and row.opened_by not in by.keys,
        history=history(row),
    )


@bp.get("/recoveries/<int:recovery_id>")
@needs(Can.RECOVERY_READ)
def show_recovery(recovery_id: int) -> str:
    """One recovery."""
    return _page(found.recovery_for(actor(), recovery_id))


@bp.post("/recoveries/<int:recovery_id>/repay")
@needs(Can.PAYMENT_CONFIRM)
def repay(recovery_id: int) -> Answer:
    """Record what came back."""
    row = found.recovery_for(actor(), recovery_id)
    form = RepayForm()
    if not form.validate():
        return _page(row, form, "repay"), 422
    try:
        with transaction():
            reached = _repay(row, form)
    except DomainError as error:
        error_on(form, error)
        return _page(row, form, "repay"), error.status
    flash(_("退回的钱已登记：%(status)s。", status=label(reached)))
    return see_other("funding.show_recovery", recovery_id=recovery_id)


def _repay(row: Recovery, form: RepayForm) -> RecoveryStatus:
    scan, upload = form.scan.data, None
    if scan and scan.filename:
        upload = papers.keep_upload(
            scan.stream, scan.filename, papers.DOCUMENTS, MOST_SCAN, by=actor(), kind="repayment", field="scan"
        )
    return service.repay(
        row,
        number=form.receipt_number.data or "",
        amount_fen=form.amount.data or 0,
        repaid_on=form.paid_on.data or clock.today(),
        upload_id=upload.id if upload else None,
        by=actor(),
    )


@bp.post("/recoveries/<int:recovery_id>/drop")
@needs(Can.RECOVERY_OPEN)
def drop_recovery(recovery_id: int) -> Answer:
    """Give a recovery up that was opened in error."""
    row = found.recovery_for(actor(), recovery_id)
    form = ReasonForm()
    if not form.validate():
        return _page(row, form, "drop"), 422
    with transaction():
        service.drop_recovery(row, reason=form.reason.data or "", by=actor())
    flash(_("这笔追回已撤销。"))
    return see_other("funding.show_recovery", recovery_id=recovery_id)


@bp.get("/recoveries/<int:recovery_id>/repayments/<int:repayment_id>")
@needs(Can.RECOVERY_READ)
def show_repayment(recovery_id: int, repayment_id: int) -> Response:
    """The scan of a repayment's voucher."""
    row = found.recovery_for(actor(), recovery_id)
    came = db.session.get(Repayment, repayment_id)
    if came is None or came.recovery_id != row.id or came.upload_id is None:
        raise NotFound
    return papers.serve(
        db.session.get_one(Upload, came.upload_id), filename=_("退款凭证 %(number)s", number=came.number)
    )


def _open_page(line: ClaimLine, form: RecoverForm) -> str:
    return render_template(
        "funding/recover.html",
        line=line,
        form=form,
        left=left_of(line),
        inspections=of_class(actor(), line.class_id),
        known=found.recoveries_of_line(line.id),
    )


@bp.get("/claim-lines/<int:line_id>/recovery")
@needs(Can.RECOVERY_OPEN)
def recover_form(line_id: int) -> str:
    """The form to open a recovery for what an inspection or a sample found."""
    line = queries.line_for(actor(), line_id)
    source = request.args.get("source", "")
    cause = Cause.SAMPLE if source.startswith("sample:") else Cause.INSPECTION
    return _open_page(line, RecoverForm(formdata=None, amount=left_of(line), cause=cause.value, source=source))


@bp.post("/claim-lines/<int:line_id>/recovery")
@needs(Can.RECOVERY_OPEN)
def open_recovery(line_id: int) -> Answer:
    """Open a recovery."""
    line = queries.line_for(actor(), line_id)
    form = RecoverForm()
    if not form.validate():
        return _open_page(line, form), 422
    try:
        with transaction():
            row = service.open_recovery(
                line,
                cause=Cause(form.cause.data),
                amount_fen=form.amount.data or 0,
                reason=form.reason.data or "",
                source=form.source.data or "",
                by=actor(),
            )
    except DomainError as error:
        error_on(form, error)
        return _open_page(line, form), error.status
    flash(_("追回 %(number)s 已登记，追回 %(fen)s 元。", number=row.number, fen=yuan(row.amount_fen)))
    return see_other("funding.show_recovery", recovery_id=row.id)
