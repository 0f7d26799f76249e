"""Stop what is owed and not paid once nothing may be paid for a trainee any more: the line ends, the money is free.

A certificate that was revoked, hours found wrong, a sign-up that was none. What was paid already is recovered instead.
"""

from collections.abc import Collection

from sqlalchemy import select

from app.attendance.queries import found_wrong
from app.audit import service as audit
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus
from app.funding.models import Claim, ClaimLine
from app.funding.rules import (
    CLAIM_FLOW,
    LINE_FLOW,
    MONEY,
    ClaimStatus,
    ClaimStep,
    LineStatus,
    LineStep,
    Review,
    Verdict,
)
from app.funding.service.holding import lines_in
from app.funding.service.settling import let_go, seats_without_money
from app.funding.service.stages import decide
from app.kernel.access import Actor
from app.kernel.database import among, db
from app.kernel.i18n import _
from app.ledger import service as ledger

LONGEST = 400
STOPPABLE = frozenset({ClaimStatus.SIGNED, ClaimStatus.ON_NOTICE, *MONEY})
"""From the sign-off on no reviewer decides on a line any more."""


def stop_revoked(claim: Claim, *, by: Actor) -> int:
    """Stop the lines of a held claim whose certificate was revoked or whose hours were found wrong; how much, fen.

    What is on its way stays until the treasury or the bank has answered; then this is done once more.
    """
    against = {**wrong_hours(claim), **_revoked(claim)}
    return sum(stop_seats(claim, {seat}, why, by=by) for seat, why in sorted(against.items()))


def wrong_hours(claim: Claim) -> dict[int, str]:
    """Seats whose hours were found to be wrong after the sign-off, and why."""
    if claim.status not in STOPPABLE:
        return {}
    seats = {line.seat_id for line in claim.lines if line.asked_fen}
    return {seat: _("学时查实不属实：%(why)s", why=one.note) for seat, one in found_wrong(seats).items()}


def _revoked(claim: Claim) -> dict[int, str]:
    """Seats whose certificate was revoked, and why."""
    seats = {line.seat_id for line in claim.lines if line.certificate_id is not None}
    query = select(Certificate).where(
        among(Certificate.seat_id, seats), Certificate.status == CertificateStatus.REVOKED
    )
    words = _("证书 %(number)s 已经撤销：%(why)s")
    return {
        row.seat_id: words % {"number": row.number, "why": row.reason} for row in db.session.scalars(query).unique()
    }


def stop_seats(claim: Claim, seats: Collection[int], why: str, *, by: Actor) -> int:
    """Stop what is not paid and not on its way of these seats' lines; how much is owed no more, fen."""
    if claim.status not in STOPPABLE:
        return 0
    mine = [line for line in claim.lines if line.seat_id in seats and not line.in_payment_fen]
    if not any(line.status in (LineStatus.OPEN, LineStatus.HELD, LineStatus.APPROVED) for line in mine):
        return 0
    freed = 0
    for line in mine:
        if line.status == LineStatus.APPROVED:
            freed += _cancel(line, why, by=by)
        elif line.status in (LineStatus.OPEN, LineStatus.HELD):
            line.reason = why[:LONGEST]
            audit.take(line, LINE_FLOW, LineStep.REJECT, by=by, note=line.reason)
    db.session.flush()
    if freed:
        ledger.cancel_owed(claim.budget_id, freed, reference=f"claim:{claim.id}", by=by)
    if claim.status in MONEY:
        let_go(claim, set(seats) & seats_without_money(claim), by=by, note=why)
    return freed


def _cancel(line: ClaimLine, why: str, *, by: Actor) -> int:
    """End an approved line; of one that was paid in part, what was paid is its amount from now on."""
    rest = line.rest_fen
    facts = {"freed_fen": rest, "paid_fen": line.paid_fen}
    if line.paid_fen:
        cut, clause = line.cut_fen + rest, _("付款前核对：证书、学时、报名都属实才付")
        reason = "；".join(one for one in (line.cut_reason, why) if one)[:LONGEST]
        decide(line, Review.SECOND, Verdict.CUT, reason=reason, clause=clause, by=by, amount_fen=cut)
        line.cut_fen, line.cut_reason, line.cut_clause, line.cut_final = cut, reason, clause, True
        audit.take(line, LINE_FLOW, LineStep.PAY, by=by, facts=facts)
    else:
        line.reason = why[:LONGEST]
        audit.take(line, LINE_FLOW, LineStep.STOP, by=by, note=line.reason, facts=facts)
    return rest


def close_if_done(claim: Claim, *, by: Actor) -> None:
    """End a claim in which nothing is owed or held any more."""
    if lines_in(claim, LineStatus.HELD, LineStatus.APPROVED):
        return
    if claim.status == ClaimStatus.PARTLY_PAID:
        audit.take(claim, CLAIM_FLOW, ClaimStep.SETTLE, by=by)
    elif claim.status == ClaimStatus.APPROVED:
        audit.take(claim, CLAIM_FLOW, ClaimStep.REJECT, by=by)
