"""Which review is due, whether a line is decided in it, and the decision that is written down with its clause."""

from app.audit import service as audit
from app.funding.models import Claim, ClaimLine, LineDecision
from app.funding.rules import ClaimStatus, Duty, LineStatus, Review, Verdict
from app.funding.service.duties import take_duty
from app.funding.service.holding import allow
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_

STAGES = {
    ClaimStatus.SUBMITTED: (Review.FIRST, Duty.FIRST_REVIEW, Can.CLAIM_FIRST_REVIEW),
    ClaimStatus.FIRST_REVIEWED: (Review.SECOND, Duty.SECOND_REVIEW, Can.CLAIM_SECOND_REVIEW),
}


def stage_of(claim: Claim, by: Actor) -> Review:
    """The review that is due now; takes the person's duty for it."""
    found = STAGES.get(claim.status)
    if found is None:
        raise Refused(N_("这份申领现在不在审核中，可能有人刚刚办过，请刷新后再看。"))
    review, duty, permission = found
    allow(by, permission)
    take_duty(claim, duty, by=by)
    return review


def refuse_decided(line: ClaimLine) -> None:
    """Refuse a line that already has its conclusion."""
    if line.status != LineStatus.OPEN:
        raise Refused(N_("这一行已经有了结论。"))


def mark(line: ClaimLine, review: Review) -> None:
    """The review has decided the line."""
    if review is Review.FIRST:
        line.first_passed = True
    else:
        line.second_passed = True


def is_decided(line: ClaimLine, review: Review) -> bool:
    """Whether the review has decided the line."""
    return line.first_passed if review is Review.FIRST else line.second_passed


def refuse_undecided(living: list[ClaimLine], review: Review) -> None:
    """Refuse to close a review before it has decided every line."""
    left = [line for line in living if not is_decided(line, review)]
    if left:
        raise Refused(_("还有 %(n)s 行没有审，审完才能办结。", n=len(left)))


def said(text: str, field: str = "reason") -> str:
    """A reason or clause, which nobody may leave out."""
    if not text.strip():
        words = N_("请写明依据哪一条规定。") if field == "clause" else N_("请写明理由。")
        raise DomainError(words, field)
    return text.strip()


def decide(
    line: ClaimLine, review: Review, verdict: Verdict, *, reason: str, clause: str, by: Actor, amount_fen: int = 0
) -> None:
    """Write a decision down for good, before the line changes; the database asks for its reason and clause."""
    row = LineDecision(
        line_id=line.id,
        review=review,
        verdict=verdict,
        amount_fen=amount_fen,
        reason=reason,
        clause=clause,
        by_key=by.key,
        by_name=by.name,
        at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    facts = {"review": review.value, "clause": clause, "amount_fen": amount_fen}
    audit.record(line, verdict.value, by=by, note=reason, facts=facts)
