"""One decision on several ticked lines."""

from flask import flash, request

from app.funding import queries, service
from app.funding.forms import TickedForm
from app.funding.views.blueprint import Answer, bp
from app.funding.views.reviews import REVIEWERS, review_page
from app.kernel.access import actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other


@bp.post("/claims/<int:claim_id>/decide-ticked")
@needs(*REVIEWERS)
def decide_ticked(claim_id: int) -> Answer:
    """Decide the ticked lines alike."""
    claim, form = queries.claim_for(actor(), claim_id), TickedForm()
    ticked = request.form.getlist("line", type=int)
    if not form.validate():
        return review_page(claim, ticked_form=form, ticked=ticked), 422
    fen, why, clause = form.amount.data or 0, form.reason.data or "", form.clause.data or ""
    try:
        with transaction():
            verdict = form.verdict.data
            count = service.decide_ticked(claim, ticked, verdict, by=actor(), amount_fen=fen, reason=why, clause=clause)
    except DomainError as error:
        error_on(form, error)
        return review_page(claim, ticked_form=form, ticked=ticked), error.status
    flash(_("勾选的 %(n)s 行已处理。", n=count))
    return see_other("funding.review", claim_id=claim_id)
