"""Close the first review, the second, and sign off 签批; further signatures where the amount asks for them."""

from datetime import date
from typing import Any

from app.audit import service as audit
from app.funding.models import Claim, ClaimLine
from app.funding.rules import (
    CLAIM_FLOW,
    ClaimStatus,
    ClaimStep,
    CutAnswer,
    Duty,
    LineStatus,
    Review,
)
from app.funding.service.duties import take_duty
from app.funding.service.holding import allow, due_after, due_in, hold, lines_in
from app.funding.service.settling import let_go
from app.funding.service.stages import refuse_undecided, said
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.policies import queries as policies


def finish_first_review(claim: Claim, *, by: Actor, note: str = "") -> ClaimStatus:
    """Close the first review: back to the school, cuts proposed, or on to the second review; the status reached."""
    row = hold(claim)
    allow(by, Can.CLAIM_FIRST_REVIEW)
    if row.status != ClaimStatus.SUBMITTED:
        CLAIM_FLOW.after(row.status, ClaimStep.PASS_FIRST)
    take_duty(row, Duty.FIRST_REVIEW, by=by)
    living = lines_in(row, LineStatus.OPEN)
    refuse_undecided(living, Review.FIRST)
    contested = [line for line in living if line.cut_answer is CutAnswer.CONTESTED and not line.cut_final]
    if contested:
        raise Refused(_("还有 %(n)s 行学校有异议的核减没有答复。", n=len(contested)))
    if _back_or_over(row, living, by=by, note=note):
        return row.status
    if any(line.cut_fen and not line.cut_final and line.cut_answer is None for line in living):
        cut = sum(line.cut_fen for line in living)
        audit.take(row, CLAIM_FLOW, ClaimStep.PROPOSE_CUT, by=by, note=note, facts={"cut_fen": cut})
        row.review_due_on = due_after(row, "claim.contest_workdays")
    else:
        audit.take(row, CLAIM_FLOW, ClaimStep.PASS_FIRST, by=by, note=note)
        row.review_due_on = due_after(row, "review.second_workdays")
    db.session.flush()
    return row.status


def finish_second_review(claim: Claim, *, by: Actor, note: str = "") -> ClaimStatus:
    """Close the second review: back to the school, or on to the sign-off; the status reached."""
    row = hold(claim)
    allow(by, Can.CLAIM_SECOND_REVIEW)
    if row.status != ClaimStatus.FIRST_REVIEWED:
        CLAIM_FLOW.after(row.status, ClaimStep.PASS_SECOND)
    take_duty(row, Duty.SECOND_REVIEW, by=by)
    living = lines_in(row, LineStatus.OPEN)
    refuse_undecided(living, Review.SECOND)
    if not _back_or_over(row, living, by=by, note=note):
        total = sum(line.amount_fen for line in living)
        row.further = _further(row, total)
        audit.take(row, CLAIM_FLOW, ClaimStep.PASS_SECOND, by=by, note=note, facts={"total_fen": total})
        row.review_due_on = _due_to_sign(row)
    db.session.flush()
    return row.status


def _further(claim: Claim, amount_fen: int) -> list[dict[str, Any]]:
    """The decisions that the policy wants from this amount on before the sign-off."""
    rows = policies.pack_by_id(claim.policy_pack_id).more_reviews(amount_fen)
    blank = {"on": None, "minutes": "", "by": ""}
    return [{"key": row.key, "zh": row.name.zh, "en": row.name.en, "days": row.workdays, **blank} for row in rows]


def _due_to_sign(claim: Claim) -> date | None:
    """By when the next decision is due: the first that still waits, or else the sign-off."""
    waits = next((one for one in claim.further if one["on"] is None), None)
    return due_after(claim, "review.sign_workdays") if waits is None else due_in(claim, waits["days"])


def record_further(claim: Claim, key: str, *, on: date, minutes: str, by: Actor, note: str = "") -> None:
    """Record a meeting that decided on the claim (集体研究); whoever records it takes no other step of it (I6)."""
    row = hold(claim)
    allow(by, Can.CLAIM_SIGN)
    waits = [one for one in row.further if one["key"] == key and one["on"] is None]
    if row.status != ClaimStatus.SECOND_REVIEWED or not waits:
        raise Refused(N_("这份申领现在没有要登记的集体研究。"))
    if on > clock.today():
        raise DomainError(N_("会议日期不能晚于今天。"), "on")
    if {one["by"] for one in row.further} & set(by.keys):
        raise Refused(N_("同一个人不能登记两道研究，请由另一位领导登记。"))
    take_duty(row, Duty.FURTHER, by=by)
    had = {"on": on.isoformat(), "minutes": said(minutes, "minutes"), "by": by.key}
    row.further = [{**one, **had} if one["key"] == key else one for one in row.further]
    row.review_due_on = _due_to_sign(row)
    facts = {"key": key, "on": had["on"], "minutes": had["minutes"]}
    audit.record(row, "further decision", by=by, note=note.strip(), facts=facts)
    db.session.flush()


def sign(claim: Claim, *, by: Actor, note: str = "") -> None:
    """Sign the claim off (签批); nothing is owed before the public notice ended."""
    row = hold(claim)
    allow(by, Can.CLAIM_SIGN)
    CLAIM_FLOW.after(row.status, ClaimStep.SIGN)
    if any(one["on"] is None for one in row.further):
        raise Refused(N_("这笔金额要先集体研究，再签批。请由另一位领导登记会议。"))
    take_duty(row, Duty.SIGN, by=by)
    total = sum(line.amount_fen for line in lines_in(row, LineStatus.OPEN))
    audit.take(row, CLAIM_FLOW, ClaimStep.SIGN, by=by, note=note, facts={"total_fen": total})
    row.review_due_on = None
    db.session.flush()


def send_back(claim: Claim, *, by: Actor, reason: str) -> None:
    """Send the claim back to the second review, with the reason."""
    row = hold(claim)
    allow(by, Can.CLAIM_SIGN)
    CLAIM_FLOW.after(row.status, ClaimStep.SEND_BACK)
    take_duty(row, Duty.SIGN, by=by)
    for line in lines_in(row, LineStatus.OPEN):
        line.second_passed = False
    row.further = [{**one, "on": None, "minutes": "", "by": ""} for one in row.further]
    audit.take(row, CLAIM_FLOW, ClaimStep.SEND_BACK, by=by, note=said(reason))
    row.review_due_on = due_after(row, "review.second_workdays")
    db.session.flush()


def _back_or_over(claim: Claim, living: list[ClaimLine], *, by: Actor, note: str) -> bool:
    """Give the claim back to the school when a line is returned; end it when nothing is left to pay."""
    if lines_in(claim, LineStatus.RETURNED):
        audit.take(claim, CLAIM_FLOW, ClaimStep.RETURN, by=by, note=note)
        claim.review_due_on = None
    elif not living:
        released = let_go(claim, {line.seat_id for line in claim.lines}, by=by, note=note)
        audit.take(claim, CLAIM_FLOW, ClaimStep.REJECT, by=by, note=note, facts={"released_fen": released})
        claim.review_due_on = None
    else:
        return False
    db.session.flush()
    return True
