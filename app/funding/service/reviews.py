"""First review 初审, cuts and the school's answer, second review 复核, sign-off 签批."""

from app.audit import service as audit
from app.funding.models import Claim, ClaimLine
from app.funding.queries.reviewing import concerns_of
from app.funding.rules import CLAIM_FLOW, LINE_FLOW, ClaimStatus, ClaimStep, CutAnswer, Duty, LineStatus, LineStep
from app.funding.service.duties import take_duty
from app.funding.service.holding import allow, due_after, hold, hold_line, lines_in, own
from app.funding.service.settling import let_go
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_

STAGES = {
    ClaimStatus.SUBMITTED: (Duty.FIRST_REVIEW, Can.CLAIM_FIRST_REVIEW),
    ClaimStatus.FIRST_REVIEWED: (Duty.SECOND_REVIEW, Can.CLAIM_SECOND_REVIEW),
}


def pass_line(line: ClaimLine, *, by: Actor) -> None:
    """Pass a line at the review that is due now."""
    row = hold_line(line)
    duty = _stage(row.claim, by)
    if row.status == LineStatus.RETURNED:
        audit.take(row, LINE_FLOW, LineStep.REOPEN, by=by)
        row.reason = ""
    _open(row)
    if duty is Duty.FIRST_REVIEW and row.cut_fen:
        raise Refused(N_("这一行提出过核减。要全额通过，请先撤销核减。"))
    _mark(row, duty)
    audit.record(row, "passed", by=by, facts={"duty": duty.value})
    db.session.flush()


def pass_clean(claim: Claim, *, by: Actor) -> int:
    """Pass every undecided line against which nothing speaks; how many."""
    row = hold(claim)
    duty = _stage(row, by)
    against = concerns_of(row)
    clean = [line for line in lines_in(row, LineStatus.OPEN) if not _decided(line, duty) and not against.get(line.id)]
    for line in clean:
        _mark(line, duty)
        audit.record(line, "passed", by=by, facts={"duty": duty.value, "at_once": True})
    db.session.flush()
    return len(clean)


def cut_line(line: ClaimLine, *, amount_fen: int, reason: str, by: Actor) -> None:
    """Cut (核减) an amount off a line at the first review; the school will agree or contest."""
    row = hold_line(line)
    if _stage(row.claim, by) is not Duty.FIRST_REVIEW:
        raise Refused(N_("核减在初审时提出。复核有意见，请退回或不予通过。"))
    _open(row)
    if row.cut_final or row.cut_answer is CutAnswer.AGREED:
        raise Refused(N_("这一行的核减已经定了。"))
    if not 0 < amount_fen <= row.asked_fen:
        raise DomainError(N_("核减金额要大于 0，不能超过申领金额。"), "amount")
    row.cut_fen, row.cut_reason = amount_fen, _reason(reason)
    row.cut_answer, row.cut_contest = None, ""
    _mark(row, Duty.FIRST_REVIEW)
    audit.record(row, "cut", by=by, note=row.cut_reason, facts={"cut_fen": amount_fen})
    db.session.flush()


def return_line(line: ClaimLine, *, reason: str, by: Actor) -> None:
    """Return (退回补正) a line to the school with what is to be corrected."""
    row = hold_line(line)
    _stage(row.claim, by)
    row.reason = _reason(reason)
    row.first_passed = row.second_passed = False
    audit.take(row, LINE_FLOW, LineStep.RETURN, by=by, note=row.reason)
    db.session.flush()


def reject_line(line: ClaimLine, *, reason: str, by: Actor) -> None:
    """Refuse to pay a line, with the reason."""
    row = hold_line(line)
    _stage(row.claim, by)
    row.reason = _reason(reason)
    audit.take(row, LINE_FLOW, LineStep.REJECT, by=by, note=row.reason)
    db.session.flush()


def finish_first_review(claim: Claim, *, by: Actor, note: str = "") -> ClaimStatus:
    """Close the first review: back to the school, cuts proposed, or on to the second review; the status reached."""
    row = hold(claim)
    allow(by, Can.CLAIM_FIRST_REVIEW)
    if row.status != ClaimStatus.SUBMITTED:
        CLAIM_FLOW.after(row.status, ClaimStep.PASS_FIRST)
    take_duty(row, Duty.FIRST_REVIEW, by=by)
    living = lines_in(row, LineStatus.OPEN)
    _all_decided(living, Duty.FIRST_REVIEW)
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


def answer_cut(line: ClaimLine, *, agree: bool, by: Actor, words: str = "") -> ClaimStatus:
    """The school agrees to a cut or contests it; with the last answer the claim goes on. The status reached."""
    row = hold_line(line)
    claim = row.claim
    own(claim, by)
    if claim.status != ClaimStatus.CUT_PROPOSED or not row.cut_fen or row.cut_final:
        CLAIM_FLOW.after(claim.status, ClaimStep.AGREE_CUT)
        raise Refused(N_("这一行没有等答复的核减。"))
    if not agree and not words.strip():
        raise DomainError(N_("请写明不同意的理由。"), "words")
    row.cut_answer = CutAnswer.AGREED if agree else CutAnswer.CONTESTED
    row.cut_contest = "" if agree else words.strip()
    audit.record(row, "cut agreed" if agree else "cut contested", by=by, note=row.cut_contest)
    asked = [one for one in lines_in(claim, LineStatus.OPEN) if one.cut_fen and not one.cut_final]
    if all(one.cut_answer is not None for one in asked):
        contested = any(one.cut_answer is CutAnswer.CONTESTED for one in asked)
        audit.take(claim, CLAIM_FLOW, ClaimStep.CONTEST_CUT if contested else ClaimStep.AGREE_CUT, by=by)
        figure = "review.first_workdays" if contested else "review.second_workdays"
        claim.review_due_on = due_after(claim, figure)
    db.session.flush()
    return claim.status


def keep_cut(line: ClaimLine, *, by: Actor, note: str) -> None:
    """Keep a contested cut for good, with the reason."""
    row = _contested(line, by)
    row.cut_final = True
    audit.record(row, "cut kept", by=by, note=_reason(note))
    db.session.flush()


def drop_cut(line: ClaimLine, *, by: Actor, note: str = "") -> None:
    """Take a cut back: the whole amount passes."""
    row = hold_line(line)
    if _stage(row.claim, by) is not Duty.FIRST_REVIEW or not row.cut_fen:
        raise Refused(N_("这一行没有可以撤销的核减。"))
    row.cut_fen, row.cut_reason, row.cut_answer, row.cut_final = 0, "", None, False
    audit.record(row, "cut dropped", by=by, note=note)
    db.session.flush()


def _contested(line: ClaimLine, by: Actor) -> ClaimLine:
    row = hold_line(line)
    if _stage(row.claim, by) is not Duty.FIRST_REVIEW or row.cut_answer is not CutAnswer.CONTESTED or row.cut_final:
        raise Refused(N_("这一行没有学校提了异议的核减。"))
    return row


def finish_second_review(claim: Claim, *, by: Actor, note: str = "") -> ClaimStatus:
    """Close the second review: back to the school, or on to the sign-off; the status reached."""
    row = hold(claim)
    allow(by, Can.CLAIM_SECOND_REVIEW)
    if row.status != ClaimStatus.FIRST_REVIEWED:
        CLAIM_FLOW.after(row.status, ClaimStep.PASS_SECOND)
    take_duty(row, Duty.SECOND_REVIEW, by=by)
    living = lines_in(row, LineStatus.OPEN)
    _all_decided(living, Duty.SECOND_REVIEW)
    if not _back_or_over(row, living, by=by, note=note):
        audit.take(row, CLAIM_FLOW, ClaimStep.PASS_SECOND, by=by, note=note)
        row.review_due_on = due_after(row, "review.sign_workdays")
    db.session.flush()
    return row.status


def sign(claim: Claim, *, by: Actor, note: str = "") -> None:
    """Sign the claim off (签批); nothing is owed before the public notice ended."""
    row = hold(claim)
    allow(by, Can.CLAIM_SIGN)
    CLAIM_FLOW.after(row.status, ClaimStep.SIGN)
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
    audit.take(row, CLAIM_FLOW, ClaimStep.SEND_BACK, by=by, note=_reason(reason))
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


def _stage(claim: Claim, by: Actor) -> Duty:
    """The review that is due now; takes the person's duty for it."""
    found = STAGES.get(claim.status)
    if found is None:
        raise Refused(N_("这份申领现在不在审核中，可能有人刚刚办过，请刷新后再看。"))
    duty, permission = found
    allow(by, permission)
    take_duty(claim, duty, by=by)
    return duty


def _open(line: ClaimLine) -> None:
    if line.status != LineStatus.OPEN:
        raise Refused(N_("这一行已经有了结论。"))


def _mark(line: ClaimLine, duty: Duty) -> None:
    if duty is Duty.FIRST_REVIEW:
        line.first_passed = True
    else:
        line.second_passed = True


def _decided(line: ClaimLine, duty: Duty) -> bool:
    return line.first_passed if duty is Duty.FIRST_REVIEW else line.second_passed


def _all_decided(living: list[ClaimLine], duty: Duty) -> None:
    left = [line for line in living if not _decided(line, duty)]
    if left:
        raise Refused(_("还有 %(n)s 行没有审，审完才能办结。", n=len(left)))


def _reason(text: str) -> str:
    if not text.strip():
        raise DomainError(N_("请写明理由。"), "reason")
    return text.strip()
