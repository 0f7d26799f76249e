"""First review, second review, sign-off: every line's evidence on one page."""

from collections.abc import Collection

from flask import Response, flash, render_template

from app.funding import queries, service
from app.funding.forms import DecisionForm, NoteForm, TickedForm, prefixed
from app.funding.models import Claim, ClaimLine
from app.funding.rules import ClaimStatus, CutAnswer, LineStatus
from app.funding.rules.long_steps import LongAct
from app.funding.views import long_steps
from app.funding.views.blueprint import Answer, bp
from app.funding.views.wording import history, next_words
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import Form, error_on
from app.kernel.i18n import _
from app.kernel.web import see_other

REVIEWERS = (Can.CLAIM_FIRST_REVIEW, Can.CLAIM_SECOND_REVIEW)


def _stage(claim: Claim, by: Actor) -> str:
    """Which review this person may do now: "first", "second" or none."""
    if claim.status == ClaimStatus.SUBMITTED and by.may(Can.CLAIM_FIRST_REVIEW):
        return "first"
    return "second" if claim.status == ClaimStatus.FIRST_REVIEWED and by.may(Can.CLAIM_SECOND_REVIEW) else ""


def _is_decided(line: ClaimLine, stage: str) -> bool:
    return line.first_passed if stage == "first" else line.second_passed


def review_page(
    claim: Claim,
    open_line: ClaimLine | None = None,
    open_form: Form | None = None,
    *,
    ticked_form: TickedForm | None = None,
    ticked: Collection[int] = (),
) -> str:
    """The page with every line's evidence; `open_form` and `ticked_form` are one that was wrong."""
    stage = _stage(claim, actor())
    rows = queries.review_lines(claim)
    living = [row for row in rows if row.line.status in (LineStatus.OPEN, LineStatus.RETURNED)]
    forms = {
        row.line.id: prefixed(DecisionForm, row.line, formdata=None).offer(cuts=stage == "first") for row in living
    }
    if open_line is not None:
        forms[open_line.id] = open_form
    waiting = [row for row in living if row.line.status == LineStatus.OPEN and not _is_decided(row.line, stage)]
    return render_template(
        "funding/review.html",
        claim=claim,
        rows=rows,
        class_names={class_.id: class_.name for class_ in queries.classes_of(claim)},
        stage=stage,
        forms=forms if stage else {},
        open_line=open_line.id if open_line else None,
        waiting=len(waiting) if stage else 0,
        clean=sum(not row.concerns for row in waiting) if stage else 0,
        decided={row.line.id for row in rows if _is_decided(row.line, stage or "second")},
        contested=CutAnswer.CONTESTED,
        ticked_form=(ticked_form or TickedForm(formdata=None)).offer(cuts=stage == "first"),
        ticked_wrong=ticked_form is not None,
        ticked=ticked,
        guardians=queries.guardians_of_lines(row.line for row in rows),
        note_form=NoteForm(formdata=None),
        next_words=next_words(claim),
        history=history(claim),
    )


@bp.get("/claims/<int:claim_id>/review")
@needs(Can.CLAIM_READ)
def review(claim_id: int) -> str:
    """Every line with its evidence."""
    return review_page(queries.claim_for(actor(), claim_id))


def _back(line: ClaimLine) -> Response:
    return see_other("funding.review", claim_id=line.claim_id, _anchor=f"line-{line.id}")


@bp.post("/claim-lines/<int:line_id>/pass")
@needs(*REVIEWERS)
def pass_line(line_id: int) -> Response:
    """Pass a line."""
    line = queries.line_for(actor(), line_id)
    with transaction():
        service.pass_line(line, by=actor())
    flash(_("%(name)s 的这一行已通过。", name=line.person.name))
    return _back(line)


@bp.post("/claim-lines/<int:line_id>/decide")
@needs(*REVIEWERS)
def decide_line(line_id: int) -> Answer:
    """Cut, return or reject a line."""
    line = queries.line_for(actor(), line_id)
    form = prefixed(DecisionForm, line).offer(cuts=True)
    if not form.validate():
        return review_page(line.claim, line, form), 422
    try:
        with transaction():
            _decide(line, form, actor())
    except DomainError as error:
        error_on(form, error)
        return review_page(line.claim, line, form), 422
    flash(_("%(name)s 的这一行已处理。", name=line.person.name))
    return _back(line)


def _decide(line: ClaimLine, form: DecisionForm, by: Actor) -> None:
    reason, clause = form.reason.data or "", form.clause.data or ""
    if form.verdict.data == "cut":
        service.cut_line(line, amount_fen=form.amount.data or 0, reason=reason, clause=clause, by=by)
    elif form.verdict.data == "return":
        service.return_line(line, reason=reason, clause=clause, by=by)
    else:
        service.reject_line(line, reason=reason, clause=clause, by=by)


@bp.post("/claim-lines/<int:line_id>/keep-cut")
@needs(Can.CLAIM_FIRST_REVIEW)
def keep_cut(line_id: int) -> Answer:
    """Keep a contested cut for good, with the reason that the claimant reads."""
    line = queries.line_for(actor(), line_id)
    form = prefixed(DecisionForm, line).offer(cuts=True)
    try:
        with transaction():
            service.keep_cut(line, by=actor(), note=form.reason.data or "")
    except DomainError as error:
        error_on(form, error)
        return review_page(line.claim, line, form), 422
    flash(_("核减维持不变。"))
    return _back(line)


@bp.post("/claim-lines/<int:line_id>/drop-cut")
@needs(Can.CLAIM_FIRST_REVIEW)
def drop_cut(line_id: int) -> Response:
    """Take a cut back."""
    line = queries.line_for(actor(), line_id)
    with transaction():
        service.drop_cut(line, by=actor())
    flash(_("核减已撤销，按申领金额通过。"))
    return _back(line)


@bp.post("/claims/<int:claim_id>/pass-clean")
@needs(*REVIEWERS)
def pass_clean(claim_id: int) -> Response:
    """Pass every line against which nothing speaks."""
    claim = queries.claim_for(actor(), claim_id)
    if (begun := long_steps.for_claim(LongAct.PASS_CLEAN, claim)) is not None:
        return begun
    with transaction():
        count = service.pass_clean(claim, by=actor())
    flash(_("没有疑点的 %(n)s 行已一次通过。", n=count))
    return see_other("funding.review", claim_id=claim_id)
