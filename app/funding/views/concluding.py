"""Close the first review, the second, and sign off; meetings and answers that the claim waits for."""

from flask import Response, flash

from app.funding import queries, service
from app.funding.forms import FurtherForm, NoteForm, ReasonForm
from app.funding.views import claim_page as claim_pages
from app.funding.views.blueprint import Answer, bp
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.web import see_other


@bp.post("/claims/<int:claim_id>/finish-first-review")
@needs(Can.CLAIM_FIRST_REVIEW)
def finish_first_review(claim_id: int) -> Response:
    """Close the first review."""
    claim = queries.claim_for(actor(), claim_id)
    with transaction():
        reached = service.finish_first_review(claim, by=actor(), note=(NoteForm().note.data or "").strip())
    flash(_("初审已办结，申领现在是“%(status)s”。", status=label(reached)))
    return see_other("funding.show_claim", claim_id=claim_id)


@bp.post("/claims/<int:claim_id>/finish-second-review")
@needs(Can.CLAIM_SECOND_REVIEW)
def finish_second_review(claim_id: int) -> Response:
    """Close the second review."""
    claim = queries.claim_for(actor(), claim_id)
    with transaction():
        reached = service.finish_second_review(claim, by=actor(), note=(NoteForm().note.data or "").strip())
    flash(_("复核已办结，申领现在是“%(status)s”。", status=label(reached)))
    return see_other("funding.show_claim", claim_id=claim_id)


@bp.post("/claims/<int:claim_id>/lapse-cuts")
@needs(Can.CLAIM_FIRST_REVIEW)
def lapse_cuts(claim_id: int) -> Response:
    """Go on with cuts that nobody answered in time."""
    claim = queries.claim_for(actor(), claim_id)
    with transaction():
        reached = service.lapse_cuts(claim, by=actor())
    flash(_("答复期已满，没有答复的按核减办理。申领现在是“%(status)s”。", status=label(reached)))
    return see_other("funding.show_claim", claim_id=claim_id)


@bp.post("/claims/<int:claim_id>/further/<string:point>")
@needs(Can.CLAIM_SIGN)
def record_further(claim_id: int, point: str) -> Answer:
    """Record a meeting that decided on the claim."""
    claim, form = queries.claim_for(actor(), claim_id), FurtherForm()
    if not form.validate():
        return claim_pages.page(claim, form, "further"), 422
    on, minutes = form.on.data or clock.today(), form.minutes.data or ""
    try:
        with transaction():
            service.record_further(claim, point, on=on, minutes=minutes, by=actor())
    except DomainError as error:
        error_on(form, error)
        return claim_pages.page(claim, form, "further"), error.status
    flash(_("会议已登记，接下来由另一位领导签批。"))
    return see_other("funding.show_claim", claim_id=claim_id)


@bp.post("/claims/<int:claim_id>/sign")
@needs(Can.CLAIM_SIGN)
def sign(claim_id: int) -> Response:
    """Sign a claim off."""
    claim = queries.claim_for(actor(), claim_id)
    with transaction():
        service.sign(claim, by=actor(), note=(NoteForm().note.data or "").strip())
    flash(_("已签批，接下来发布公示。"))
    return see_other("funding.show_claim", claim_id=claim_id)


@bp.post("/claims/<int:claim_id>/send-back")
@needs(Can.CLAIM_SIGN)
def send_back(claim_id: int) -> Answer:
    """Send a claim back to the second review."""
    claim = queries.claim_for(actor(), claim_id)
    form = ReasonForm()
    if not form.validate():
        return claim_pages.page(claim, form, "back"), 422
    with transaction():
        service.send_back(claim, by=actor(), reason=form.reason.data or "")
    flash(_("已退回复核。"))
    return see_other("funding.show_claim", claim_id=claim_id)
