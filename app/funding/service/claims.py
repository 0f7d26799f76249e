"""A claim is compiled anew, submitted, corrected after a return, withdrawn."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from app.audit import service as audit
from app.funding.models import Claim, ClaimAttachment, ClaimLine
from app.funding.queries.claimed import class_ids_of, evidence_of_claim
from app.funding.queries.guardians import guardians_of_lines
from app.funding.queries.meter import Point, meter
from app.funding.rules import CLAIM_FLOW, LINE_FLOW, ClaimStatus, ClaimStep, LineStatus, LineStep
from app.funding.service.drafting import correct_returned, redraw_draft
from app.funding.service.duties import record_filers
from app.funding.service.holding import due_after, hold, lines_in, own
from app.funding.service.settling import let_go
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.policies import queries as policies

WITHDRAWABLE = (LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD)


def recompile(claim: Claim, *, by: Actor) -> None:
    """Compile a draft anew from what is recorded now."""
    row = hold(claim)
    own(row, by)
    if row.status != ClaimStatus.DRAFT:
        raise Refused(N_("提交以后不能重新编制。要改，请等退回补正，或者先撤回。"))
    redraw_draft(row, by=by)


def submit(claim: Claim, *, by: Actor, note: str = "") -> list[ClaimLine]:
    """Submit a draft, or the returned lines of a claim after correction; frozen with a hash.

    Lines are drawn once more from what is recorded now. Returns the returned lines that still don't qualify and were
    therefore taken out. Raises `Refused` when nothing is left to ask for.
    """
    row = hold(claim)
    own(row, by)
    CLAIM_FLOW.after(row.status, ClaimStep.SUBMIT)
    taken_out, evidence = [], evidence_of_claim(row)
    if row.status == ClaimStatus.DRAFT:
        redraw_draft(row, by=by, evidence=evidence)
    else:
        taken_out = correct_returned(row, by=by, evidence=evidence)
    asking = lines_in(row, LineStatus.OPEN)
    if not asking:
        raise Refused(N_("没有一行符合申领条件，不能提交。每一行都写着原因。"))
    points = meter(row, evidence)
    _refuse_incomplete(points)
    record_filers(row, by=by)
    row.snapshot = _snapshot(row, points)
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


def _refuse_incomplete(points: Sequence[Point]) -> None:
    """Refuse to submit while a point of the policy's checklist is open, naming each."""
    missing = [
        f"{policies.text(point.name)}：{''.join(gap.words for gap in point.gaps)}"
        for point in points
        if not point.is_done
    ]
    if missing:
        raise Refused(_("材料不齐，不能提交。%(what)s", what="".join(missing)))


def attach(claim: Claim, key: str, upload_id: int, *, by: Actor) -> ClaimAttachment:
    """Give a paper that the checklist asks for."""
    row = hold(claim)
    own(row, by)
    CLAIM_FLOW.after(row.status, ClaimStep.SUBMIT)
    if all(point.key != key or not point.by_paper for point in meter(row)):
        raise NotFound
    kept: ClaimAttachment | None = db.session.scalars(
        db.select(ClaimAttachment).where(
            ClaimAttachment.claim_id == row.id, ClaimAttachment.key == key, ClaimAttachment.upload_id == upload_id
        )
    ).first()
    if kept is not None:
        return kept
    paper = ClaimAttachment(claim_id=row.id, key=key, upload_id=upload_id, by_key=by.key, at=clock.now())
    db.session.add(paper)
    audit.record(row, "paper attached", by=by, facts={"key": key, "upload": upload_id})
    db.session.flush()
    return paper


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


def _snapshot(claim: Claim, points: Sequence[Point]) -> dict[str, Any]:
    """What the claim says when it is submitted; ids, figures and hashes, no personal data."""
    pack = policies.pack_row_by_id(claim.policy_pack_id)
    guardians = guardians_of_lines(claim.lines)
    return {
        "number": claim.number,
        "class_id": claim.class_id,
        "classes": class_ids_of(claim),
        "claimant": claim.claimant.value,
        "organization_id": claim.organization_id,
        "claimant_person_id": claim.person_id,
        "school_id": claim.school_id,
        "papers": [[row.key, row.upload_id] for point in points for row in point.attached],
        "policy": {"id": pack.id, "key": pack.key, "sha256": pack.sha256},
        "lines": [
            {
                "line_id": line.id,
                "class_id": line.class_id,
                "seat_id": line.seat_id,
                "voucher_id": line.voucher_id,
                "person_id": line.person_id,
                "payee": line.payee.value,
                "status": line.status.value,
                "asked_fen": line.asked_fen,
                "quote": line.quote,
                **({"guardian_id": guardians[line.id].id} if line.id in guardians else {}),
            }
            for line in claim.lines
        ],
    }


def sha256_of(facts: dict[str, Any]) -> str:
    """The hash of plain facts in one fixed writing."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
