"""Claims in a list and on their page; the claimant submits and withdraws."""

from flask import Response, flash, render_template, request, url_for

from app.classes.models import TrainingClass
from app.funding import queries, service
from app.funding.forms import ClaimFilterForm, NoteForm, WithdrawForm
from app.funding.rules import ClaimStatus
from app.funding.rules.long_steps import LongAct
from app.funding.service.papers import claim_sheet
from app.funding.views import long_steps
from app.funding.views.blueprint import Answer, bp
from app.funding.views.claim_page import CLAIMANTS, page
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.money import yuan
from app.kernel.navigation import Way, guides
from app.kernel.paging import paginate
from app.kernel.web import see_other


@guides("class")
def ways_from_class(row: TrainingClass, by: Actor) -> list[Way]:
    """From a class to each of its claims."""
    if not by.may(Can.CLAIM_READ):
        return []
    found = queries.claims_of_class_for(by, row.id)
    return [
        Way(_("申领 %(number)s", number=one.number), url_for("funding.show_claim", claim_id=one.id)) for one in found
    ]


@bp.get("/claims")
@needs(Can.CLAIM_READ)
def list_claims() -> str:
    """The claims within reach, those that wait for me first; for a school also the classes to claim for."""
    form = ClaimFilterForm(request.args).offer()
    status = ClaimStatus(form.status.data) if form.status.data in set(ClaimStatus) else None
    mine = request.args.get("mine") == "1"
    filters = queries.ClaimFilters(word=(form.q.data or "").strip(), status=status, mine=mine)
    by = actor()
    return render_template(
        "funding/list_claims.html",
        form=form,
        page=paginate(queries.claims_query(by, filters), request.args.get("page", 1, type=int)),
        mine=mine,
        waiting=len(queries.waiting_claims(by)) if queries.my_statuses(by) else None,
        classes=queries.claimable_classes(by) if by.may(Can.CLAIM_COMPILE) else [],
        filtered=bool(filters.word or status),
        may_try=by.may(Can.BUDGET_READ),
    )


@bp.get("/claims/<int:claim_id>")
@needs(Can.CLAIM_READ, Can.CLAIM_OWN)
def show_claim(claim_id: int) -> str:
    """One claim: where it stands, its lines, what is next."""
    return page(queries.claim_for(actor(), claim_id))


@bp.post("/claims/<int:claim_id>/recompile")
@needs(*CLAIMANTS)
def recompile(claim_id: int) -> Response:
    """Compile a draft anew."""
    claim = queries.claim_for(actor(), claim_id)
    if (begun := long_steps.for_claim(LongAct.RECOMPILE, claim)) is not None:
        return begun
    with transaction():
        service.recompile(claim, by=actor())
    flash(_("已按现在的记录重新编制。"))
    return see_other("funding.show_claim", claim_id=claim_id)


@bp.post("/claims/<int:claim_id>/submit")
@needs(*CLAIMANTS)
def submit(claim_id: int) -> Answer:
    """Submit a draft, or the corrected lines."""
    claim = queries.claim_for(actor(), claim_id)
    form = NoteForm()
    if not form.validate():
        return page(claim, form, "note"), 422
    note = (form.note.data or "").strip()
    try:
        if (begun := long_steps.for_claim(LongAct.SUBMIT, claim, note=note)) is not None:
            return begun
        with transaction():
            out = service.submit(claim, by=actor(), note=note)
    except DomainError as error:
        error_on(form, error)
        return page(claim, form, "note"), 422
    flash(_("已提交，等初审。"))
    if out:
        flash(_("有 %(n)s 行补正后仍不符合，已经撤下，原因写在行里。", n=len(out)), "warn")
    return see_other("funding.show_claim", claim_id=claim_id)


@bp.post("/claims/<int:claim_id>/withdraw")
@needs(*CLAIMANTS)
def withdraw_claim(claim_id: int) -> Answer:
    """Withdraw a claim."""
    claim = queries.claim_for(actor(), claim_id)
    form = WithdrawForm()
    if not form.validate():
        return page(claim, form, "withdraw"), 422
    for_good = bool(form.for_good.data)
    with transaction():
        fen = service.withdraw_claim(claim, by=actor(), reason=form.reason.data or "", for_good=for_good)
    if for_good:
        flash(_("已撤回，不再申领：释放预留资金 %(fen)s 元，学员占用的享受次数已退还。", fen=yuan(fen)))
    else:
        flash(_("已撤回。预留的资金和享受记录还留着，改好后可以重新编制。"))
    return see_other("funding.show_claim", claim_id=claim_id)


@bp.get("/claims/<int:claim_id>/sheet.pdf")
@needs(Can.CLAIM_READ, Can.CLAIM_OWN)
def print_sheet(claim_id: int) -> Response:
    """The claim sheet as a PDF."""
    claim = queries.claim_for(actor(), claim_id)
    answer = Response(claim_sheet(claim), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{claim.number}.pdf"'
    return answer
