"""A school compiles a claim, submits it, corrects what came back, withdraws it."""

import hashlib
import json
from typing import Any

from app.audit import service as audit
from app.classes.models import TrainingClass
from app.classes.rules import ClassStatus
from app.funding.models import Claim, ClaimLine
from app.funding.queries.drawing import Drawn, draw_lines
from app.funding.rules import CLAIM_FLOW, LINE_FLOW, ClaimStatus, ClaimStep, LineStatus, LineStep
from app.funding.service.duties import record_filers
from app.funding.service.holding import due_after, hold, lines_in, next_number, own
from app.funding.service.settling import let_go
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.policies import queries as policies

CLAIMABLE = frozenset({ClassStatus.ASSESSED, ClassStatus.ARCHIVED})
WITHDRAWABLE = (LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD)


def compile_claim(class_: TrainingClass, *, by: Actor) -> Claim:
    """Compile the claim of a class from what is recorded, as a draft with a line a trainee and payee.

    Raises `Refused` where the mode is never paid, results are not confirmed yet, or another claim is under way.
    """
    row = db.session.get_one(TrainingClass, class_.id, with_for_update={"of": TrainingClass}, populate_existing=True)
    if by.organization_id != row.school_id:
        raise Forbidden(N_("这一步由开班的学校来做。"))
    if not row.paid or row.policy_pack_id is None or row.budget_id is None:
        raise Refused(N_("这种培训不发补贴，不能申领。"))
    if row.status not in CLAIMABLE:
        raise Refused(N_("考核结果确认以后才能编制申领。"))
    _refuse_second(row)
    claim = Claim(
        status=ClaimStatus.DRAFT,
        number=next_number("BT", row.region_code),
        school_id=row.school_id,
        class_id=row.id,
        region_code=row.region_code,
        budget_id=row.budget_id,
        policy_pack_id=row.policy_pack_id,
        created_by=by.key,
        created_at=clock.now(),
    )
    claim.training_class = row
    audit.born(claim, by=by, facts={"class_id": row.id, "number": claim.number})
    _add_lines(claim, _draw(claim), by=by)
    return claim


def _refuse_second(class_: TrainingClass) -> None:
    over = (ClaimStatus.WITHDRAWN, ClaimStatus.REJECTED)
    query = db.select(Claim.number).where(Claim.class_id == class_.id, Claim.status.not_in(over))
    number = db.session.scalar(query)
    if number is not None:
        raise Conflict(_("这个班已经有一份在办的申领（%(number)s）。", number=number))


def recompile(claim: Claim, *, by: Actor) -> None:
    """Compile a draft anew from what is recorded now."""
    row = hold(claim)
    own(row, by)
    if row.status != ClaimStatus.DRAFT:
        raise Refused(N_("提交以后不能重新编制。要改，请等退回补正，或者先撤回。"))
    _redraw_draft(row, by=by)


def submit(claim: Claim, *, by: Actor, note: str = "") -> list[ClaimLine]:
    """Submit a draft, or the returned lines of a claim after correction; frozen with a hash.

    Lines are drawn once more from what is recorded now. Returns the returned lines that still don't qualify and were
    therefore taken out. Raises `Refused` when nothing is left to ask for.
    """
    row = hold(claim)
    own(row, by)
    CLAIM_FLOW.after(row.status, ClaimStep.SUBMIT)
    taken_out = []
    if row.status == ClaimStatus.DRAFT:
        _redraw_draft(row, by=by)
    else:
        taken_out = _correct_returned(row, by=by)
    asking = lines_in(row, LineStatus.OPEN)
    if not asking:
        raise Refused(N_("没有一行符合申领条件，不能提交。每一行都写着原因。"))
    record_filers(row, by=by)
    row.snapshot = _snapshot(row)
    row.snapshot_sha256 = sha256_of(row.snapshot)
    row.submitted_at = clock.now()
    row.review_due_on = due_after(row, "review.first_workdays")
    facts = {
        "lines": len(asking),
        "asked_fen": sum(line.asked_fen for line in asking),
        "sha256": row.snapshot_sha256,
    }
    audit.take(row, CLAIM_FLOW, ClaimStep.SUBMIT, by=by, note=note, facts=facts)
    db.session.flush()
    return taken_out


def withdraw_claim(claim: Claim, *, by: Actor, reason: str, for_good: bool = False) -> int:
    """Withdraw a claim that is not decided yet; the class may be claimed again.

    With `for_good` the school gives the money up: what is reserved for the places is released and the trainees get
    their uses back. Returns how much was released, fen.
    """
    row = hold(claim)
    own(row, by)
    CLAIM_FLOW.after(row.status, ClaimStep.WITHDRAW)
    for line in lines_in(row, *WITHDRAWABLE):
        audit.take(line, LINE_FLOW, LineStep.WITHDRAW, by=by)
    released = 0
    if for_good:
        released = let_go(row, {line.seat_id for line in row.lines}, by=by, note=reason)
    facts = {"for_good": for_good, "released_fen": released}
    audit.take(row, CLAIM_FLOW, ClaimStep.WITHDRAW, by=by, note=reason, facts=facts)
    db.session.flush()
    return released


def _add_lines(claim: Claim, drawn: list[Drawn], *, by: Actor) -> None:
    for one in drawn:
        line = ClaimLine(
            claim=claim,
            status=LineStatus.OPEN if one.qualifies else LineStatus.NOT_QUALIFIED,
            class_id=claim.class_id,
            seat_id=one.evidence.seat.id,
            person_id=one.evidence.seat.person_id,
            payee=one.payee,
        )
        _write(line, one)
        audit.born(line, by=by, facts={"asked_fen": line.asked_fen, "claim": claim.number})


def _draw(claim: Claim) -> list[Drawn]:
    pack = policies.pack_by_id(claim.policy_pack_id)
    return draw_lines(claim.training_class, pack, claimed_on=clock.today())


def _write(line: ClaimLine, drawn: Drawn) -> None:
    certificate = drawn.evidence.valid_certificate
    line.asked_fen, line.quote, line.reason = drawn.asked_fen, drawn.quote, drawn.reason or drawn.held
    line.certificate_id = certificate.id if certificate else None


def _redraw_draft(claim: Claim, *, by: Actor) -> None:
    """Draw a draft's lines anew; one whose standing changed is replaced, since it never went anywhere."""
    drawn = {(one.evidence.seat.id, one.payee): one for one in _draw(claim)}
    for line in list(claim.lines):
        now = drawn.get((line.seat_id, line.payee))
        if now is not None and now.qualifies == (line.status == LineStatus.OPEN):
            _write(line, now)
            del drawn[line.seat_id, line.payee]
        else:
            audit.record(line, "dropped", by=by)
            claim.lines.remove(line)
            db.session.delete(line)
    db.session.flush()
    _add_lines(claim, list(drawn.values()), by=by)


def _correct_returned(claim: Claim, *, by: Actor) -> list[ClaimLine]:
    """Draw the returned lines anew and open them; one that still does not qualify is taken out and says why."""
    drawn = {(one.evidence.seat.id, one.payee): one for one in _draw(claim)}
    taken_out = []
    for line in lines_in(claim, LineStatus.RETURNED):
        now = drawn.get((line.seat_id, line.payee))
        if now is not None and now.qualifies:
            _write(line, now)
            line.cut_fen, line.cut_reason, line.cut_answer = 0, "", None
            line.cut_contest, line.cut_final = "", False
            audit.take(line, LINE_FLOW, LineStep.REOPEN, by=by, facts={"asked_fen": line.asked_fen})
        else:
            line.reason = now.reason if now is not None else line.reason
            audit.take(line, LINE_FLOW, LineStep.WITHDRAW, by=by, note=line.reason)
            taken_out.append(line)
    return taken_out


def _snapshot(claim: Claim) -> dict[str, Any]:
    """What the claim says when it is submitted; ids, figures and hashes, no personal data."""
    pack = policies.pack_row_by_id(claim.policy_pack_id)
    return {
        "number": claim.number,
        "class_id": claim.class_id,
        "school_id": claim.school_id,
        "policy": {"id": pack.id, "key": pack.key, "sha256": pack.sha256},
        "lines": [
            {
                "line_id": line.id,
                "seat_id": line.seat_id,
                "person_id": line.person_id,
                "payee": line.payee.value,
                "status": line.status.value,
                "asked_fen": line.asked_fen,
                "quote": line.quote,
            }
            for line in claim.lines
        ],
    }


def sha256_of(facts: dict[str, Any]) -> str:
    """The hash of plain facts in one fixed writing."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
