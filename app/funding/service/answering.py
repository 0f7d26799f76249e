"""What the claimant says to a cut, within the policy's days; and what happens when nothing is said."""

from app.audit import service as audit
from app.funding.models import Claim, ClaimLine
from app.funding.rules import CLAIM_FLOW, ClaimStatus, ClaimStep, CutAnswer, Duty, LineStatus
from app.funding.service.duties import take_duty
from app.funding.service.holding import allow, due_after, hold, hold_line, lines_in, own
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_


def answer_cut(line: ClaimLine, *, agree: bool, by: Actor, words: str = "") -> ClaimStatus:
    """The claimant agrees to a cut, or contests it within the policy's days; the status reached with it."""
    row = hold_line(line)
    claim = row.claim
    own(claim, by)
    if claim.status != ClaimStatus.CUT_PROPOSED or not row.cut_fen or row.cut_final:
        CLAIM_FLOW.after(claim.status, ClaimStep.AGREE_CUT)
        raise Refused(N_("这一行没有等答复的核减。"))
    if not agree and is_over(claim):
        raise Refused(N_("提出异议的期限已经过了。"))
    if not agree and not words.strip():
        raise DomainError(N_("请写明不同意的理由。"), "words")
    row.cut_answer = CutAnswer.AGREED if agree else CutAnswer.CONTESTED
    row.cut_contest = "" if agree else words.strip()
    audit.record(row, "cut agreed" if agree else "cut contested", by=by, note=row.cut_contest)
    _go_on_when_answered(claim, by=by)
    db.session.flush()
    return claim.status


def lapse_cuts(claim: Claim, *, by: Actor, note: str = "") -> ClaimStatus:
    """Go on with the cuts that the claimant left unanswered past the policy's days; the status reached."""
    row = hold(claim)
    allow(by, Can.CLAIM_FIRST_REVIEW)
    if row.status != ClaimStatus.CUT_PROPOSED or not is_over(row):
        raise Refused(N_("申领方答复的期限还没有到。"))
    take_duty(row, Duty.FIRST_REVIEW, by=by)
    for line in _asked(row):
        if line.cut_answer is None:
            line.cut_answer = CutAnswer.LAPSED
            audit.record(line, "cut lapsed", by=by, note=note.strip(), facts={"due": str(row.review_due_on)})
    _go_on_when_answered(row, by=by)
    db.session.flush()
    return row.status


def is_over(claim: Claim) -> bool:
    """Whether the days for an answer are over; never where the policy states none."""
    return claim.review_due_on is not None and clock.today() > claim.review_due_on


def _asked(claim: Claim) -> list[ClaimLine]:
    return [one for one in lines_in(claim, LineStatus.OPEN) if one.cut_fen and not one.cut_final]


def _go_on_when_answered(claim: Claim, *, by: Actor) -> None:
    """With the last answer the claim goes back to the first review, or on to the second."""
    asked = _asked(claim)
    if any(one.cut_answer is None for one in asked):
        return
    contested = any(one.cut_answer is CutAnswer.CONTESTED for one in asked)
    audit.take(claim, CLAIM_FLOW, ClaimStep.CONTEST_CUT if contested else ClaimStep.AGREE_CUT, by=by)
    claim.review_due_on = due_after(claim, "review.first_workdays" if contested else "review.second_workdays")
