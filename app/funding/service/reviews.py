"""What the first review 初审 and the second 复核 decide of each line: passed, cut, returned, rejected."""

from collections.abc import Collection

from app.audit import service as audit
from app.funding.models import Claim, ClaimLine
from app.funding.queries.reviewing import concerns_of
from app.funding.rules import LINE_FLOW, CutAnswer, LineStatus, LineStep, Review, Verdict
from app.funding.service.holding import hold, hold_line, lines_in
from app.funding.service.stages import decide, is_decided, mark, refuse_decided, said, stage_of
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_


def pass_line(line: ClaimLine, *, by: Actor) -> None:
    """Pass a line at the review that is due now."""
    row = hold_line(line)
    review = stage_of(row.claim, by)
    if row.status == LineStatus.RETURNED:
        audit.take(row, LINE_FLOW, LineStep.REOPEN, by=by)
        row.reason = row.clause = ""
    refuse_decided(row)
    if review is Review.FIRST and row.cut_fen:
        raise Refused(N_("这一行提出过核减。要全额通过，请先撤销核减。"))
    if is_decided(row, review):
        return
    mark(row, review)
    audit.record(row, "passed", by=by, facts={"review": review.value})
    db.session.flush()


def pass_clean(claim: Claim, *, by: Actor, only: Collection[int] | None = None) -> int:
    """Pass every undecided line against which nothing speaks, or those of them in `only`, at once; how many."""
    row = hold(claim)
    review = stage_of(row, by)
    against = concerns_of(row)
    clean = [
        line
        for line in lines_in(row, LineStatus.OPEN)
        if not is_decided(line, review) and not against.get(line.id) and (only is None or line.id in only)
    ]
    db.session.flush()
    audit.change_many(clean, **{"first_passed" if review is Review.FIRST else "second_passed": True})
    places = [(line.id, row.region_code) for line in clean]
    audit.record_many("claim_lines", places, "passed", by=by, facts={"review": review.value, "at_once": True})
    return len(clean)


def cut_line(line: ClaimLine, *, amount_fen: int, reason: str, clause: str = "", by: Actor) -> None:
    """Cut (核减) an amount off a line at the first review, by a clause; the claimant will agree or contest."""
    row = hold_line(line)
    if stage_of(row.claim, by) is not Review.FIRST:
        raise Refused(N_("核减在初审时提出。复核有意见，请退回或不予通过。"))
    refuse_decided(row)
    if row.cut_final or row.cut_answer is CutAnswer.AGREED:
        raise Refused(N_("这一行的核减已经定了。"))
    if not 0 < amount_fen <= row.asked_fen:
        raise DomainError(N_("核减金额要大于 0，不能超过申领金额。"), "amount")
    reason, clause = said(reason), said(clause, "clause")
    decide(row, Review.FIRST, Verdict.CUT, reason=reason, clause=clause, by=by, amount_fen=amount_fen)
    row.cut_fen, row.cut_reason, row.cut_clause = amount_fen, reason, clause
    row.cut_answer, row.cut_contest = None, ""
    mark(row, Review.FIRST)
    db.session.flush()


def return_line(line: ClaimLine, *, reason: str, clause: str = "", by: Actor) -> None:
    """Return (退回补正) a line to the claimant with what is to be corrected, and by which clause."""
    row = hold_line(line)
    review = stage_of(row.claim, by)
    LINE_FLOW.after(row.status, LineStep.RETURN)
    reason, clause = said(reason), said(clause, "clause")
    decide(row, review, Verdict.RETURN, reason=reason, clause=clause, by=by)
    row.reason, row.clause = reason, clause
    row.first_passed = row.second_passed = False
    audit.take(row, LINE_FLOW, LineStep.RETURN, by=by, note=reason)
    db.session.flush()


def reject_line(line: ClaimLine, *, reason: str, clause: str = "", by: Actor) -> None:
    """Refuse to pay a line, with the reason and the clause."""
    row = hold_line(line)
    review = stage_of(row.claim, by)
    LINE_FLOW.after(row.status, LineStep.REJECT)
    reason, clause = said(reason), said(clause, "clause")
    decide(row, review, Verdict.REJECT, reason=reason, clause=clause, by=by)
    row.reason, row.clause = reason, clause
    audit.take(row, LINE_FLOW, LineStep.REJECT, by=by, note=reason)
    db.session.flush()


def keep_cut(line: ClaimLine, *, by: Actor, note: str) -> None:
    """Keep a contested cut for good, with the reason."""
    row = hold_line(line)
    contested = row.cut_answer is CutAnswer.CONTESTED and not row.cut_final
    if stage_of(row.claim, by) is not Review.FIRST or not contested:
        raise Refused(N_("这一行没有申领方提了异议的核减。"))
    decide(row, Review.FIRST, Verdict.KEEP_CUT, reason=said(note), clause=row.cut_clause, by=by)
    row.cut_final = True
    db.session.flush()


def drop_cut(line: ClaimLine, *, by: Actor, note: str = "") -> None:
    """Take a cut back: the whole amount passes."""
    row = hold_line(line)
    if stage_of(row.claim, by) is not Review.FIRST or not row.cut_fen:
        raise Refused(N_("这一行没有可以撤销的核减。"))
    decide(row, Review.FIRST, Verdict.DROP_CUT, reason=note.strip(), clause="", by=by, amount_fen=row.cut_fen)
    row.cut_fen, row.cut_reason, row.cut_clause, row.cut_answer, row.cut_final = 0, "", "", None, False
    row.cut_contest = ""
    db.session.flush()
