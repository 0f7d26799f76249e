"""What the claimant does around a claim: choose classes, mend what is missing, answer cuts, invoice."""

from flask import Response, flash, render_template

from app.classes.queries import class_for
from app.funding import queries, service
from app.funding.forms import ClassesForm, ContestForm, InvoiceForm, PaperForm, ReasonForm, prefixed
from app.funding.models import ClaimAttachment
from app.funding.views import claim_page as claim_pages
from app.funding.views import long_steps
from app.funding.views.blueprint import Answer, bp
from app.funding.views.claim_page import CLAIMANTS
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.papers import service as papers
from app.papers.models import Upload

MOST_PAPER = 10 * papers.MEGABYTE


def _classes_page(form: ClassesForm) -> str:
    return render_template("funding/new_claim.html", form=form)


def _offered() -> ClassesForm:
    form = ClassesForm()
    form.classes.choices = [
        (class_.id, _("%(name)s（%(end)s 结束）", name=class_.name, end=class_.end_on.isoformat()))
        for class_ in queries.claimable_classes(actor())
    ]
    return form


@bp.get("/claims/new")
@needs(*CLAIMANTS)
def choose_classes() -> str:
    """Choose the classes of one claim."""
    return _classes_page(_offered())


@bp.post("/claims/new")
@needs(*CLAIMANTS)
def compile_claims() -> Answer:
    """Compile one claim for the chosen classes."""
    form = _offered()
    if not form.validate():
        return _classes_page(form), 422
    by = actor()
    mine = {class_.id: class_ for class_ in queries.claimable_classes(by)}
    chosen = [mine[number] for number in form.classes.data]
    if (begun := long_steps.for_classes(chosen)) is not None:
        return begun
    try:
        with transaction():
            claim = service.compile_claim(*chosen, by=by)
    except DomainError as error:
        error_on(form, error)
        return _classes_page(form), error.status
    flash(_("申领已编好。请逐行核对，再提交。"))
    return see_other("funding.show_claim", claim_id=claim.id)


@bp.post("/classes/<int:class_id>/claim")
@needs(Can.CLAIM_COMPILE)
def compile_claim(class_id: int) -> Response:
    """Compile the claim of a class in one step."""
    class_ = class_for(actor(), class_id)
    if (begun := long_steps.for_classes([class_])) is not None:
        return begun
    with transaction():
        claim = service.compile_claim(class_, by=actor())
    flash(_("申领已编好。请逐行核对，再提交。"))
    return see_other("funding.show_claim", claim_id=claim.id)


@bp.post("/claims/<int:claim_id>/papers/<string:point>")
@needs(*CLAIMANTS)
def attach_paper(claim_id: int, point: str) -> Answer:
    """Give a paper that the checklist asks for."""
    claim, form = queries.claim_for(actor(), claim_id), PaperForm()
    if not form.validate():
        return claim_pages.page(claim, form, f"paper-{point}"), 422
    by, file = actor(), form.file.data
    try:
        with transaction():
            upload = papers.keep_upload(
                file.stream, file.filename, papers.DOCUMENTS, MOST_PAPER, by=by, kind="claim", field="file"
            )
            service.attach(claim, point, upload.id, by=by)
    except DomainError as error:
        error_on(form, error)
        return claim_pages.page(claim, form, f"paper-{point}"), error.status
    flash(_("已上传。"))
    return see_other("funding.show_claim", claim_id=claim_id, _anchor="meter")


@bp.get("/claims/<int:claim_id>/papers/<int:attachment_id>")
@needs(Can.CLAIM_READ, Can.CLAIM_OWN)
def show_paper(claim_id: int, attachment_id: int) -> Response:
    """A paper given with a claim."""
    claim = queries.claim_for(actor(), claim_id)
    row = db.session.get(ClaimAttachment, attachment_id)
    if row is None or row.claim_id != claim.id:
        raise NotFound
    return papers.serve(db.session.get_one(Upload, row.upload_id), filename=f"{claim.number}-{row.key}")


@bp.post("/claim-lines/<int:line_id>/agree-cut")
@needs(*CLAIMANTS)
def agree_cut(line_id: int) -> Response:
    """The claimant agrees to a cut."""
    line = queries.line_for(actor(), line_id)
    with transaction():
        service.answer_cut(line, agree=True, by=actor())
    flash(_("已同意核减。"))
    return see_other("funding.show_claim", claim_id=line.claim_id)


@bp.post("/claim-lines/<int:line_id>/contest-cut")
@needs(*CLAIMANTS)
def contest_cut(line_id: int) -> Answer:
    """The claimant contests a cut, with the reason."""
    line = queries.line_for(actor(), line_id)
    form = prefixed(ContestForm, line)
    if not form.validate():
        return claim_pages.page(line.claim, form, f"cut{line.id}"), 422
    with transaction():
        service.answer_cut(line, agree=False, words=form.words.data, by=actor())
    flash(_("已提出异议，由初审员再看。"))
    return see_other("funding.show_claim", claim_id=line.claim_id)


@bp.post("/claims/<int:claim_id>/invoice")
@needs(*CLAIMANTS)
def record_invoice(claim_id: int) -> Answer:
    """Record the invoice."""
    claim, form = queries.claim_for(actor(), claim_id), InvoiceForm()
    if not form.validate():
        return claim_pages.page(claim, form, "invoice"), 422
    try:
        with transaction():
            service.record_invoice(
                claim,
                number=form.number.data or "",
                amount_fen=form.amount.data or 0,
                issued_on=form.issued_on.data or clock.today(),
                by=actor(),
            )
    except DomainError as error:
        error_on(form, error)
        return claim_pages.page(claim, form, "invoice"), error.status
    flash(_("发票已登记。"))
    return see_other("funding.show_claim", claim_id=claim_id)


@bp.post("/claims/<int:claim_id>/invoice/cancel")
@needs(*CLAIMANTS)
def cancel_invoice(claim_id: int) -> Answer:
    """Cancel a wrong invoice."""
    claim, form = queries.claim_for(actor(), claim_id), ReasonForm()
    if not form.validate():
        return claim_pages.page(claim, form, "cancel-invoice"), 422
    with transaction():
        service.cancel_invoice(claim, reason=form.reason.data or "", by=actor())
    flash(_("发票已作废，可以登记新的。"))
    return see_other("funding.show_claim", claim_id=claim_id)
