"""What a claim does when somebody says after the results that a trainee's hours are wrong: the line waits."""

from typing import Any

from sqlalchemy import select

from app.attendance.models import Correction
from app.attendance.signals import doubt_raised, doubt_settled
from app.funding.models import Claim, ClaimLine
from app.funding.queries.drawing import HELD_BY_DOUBT
from app.funding.rules import MONEY, ClaimStatus, LineStatus
from app.funding.service.holding import hold
from app.funding.service.notices import go_on, hold_denied, refuse_held, still_held
from app.kernel.access import Actor
from app.kernel.database import db

IN_HAND = (LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD)


def _lines(row: Correction, seat_id: int) -> list[ClaimLine]:
    """The seat's lines in the claim that is under way, its claim under lock; none without a claim."""
    over = (ClaimStatus.WITHDRAWN, ClaimStatus.REJECTED)
    query = select(Claim).where(Claim.class_id == row.class_id, Claim.status.not_in(over))
    claim = db.session.scalars(query).unique().first()
    if claim is None:
        return []
    return [line for line in hold(claim).lines if line.seat_id == seat_id and line.status in IN_HAND]


@doubt_raised.connect
def _on_raised(row: Correction, *, seat_id: int, by: Actor, **_more: Any) -> None:
    """The line says why it is not paid; on notice it is held at once, before it only after it was published."""
    for line in _lines(row, seat_id):
        line.reason = line.reason or HELD_BY_DOUBT
        if line.claim.status == ClaimStatus.ON_NOTICE:
            hold_denied(line.claim, by=by)
    db.session.flush()


@doubt_settled.connect
def _on_settled(row: Correction, *, seat_id: int, upheld: bool, by: Actor, **_more: Any) -> None:
    """Found true, the lines are refused; explained, they go on. A draft is drawn anew when it is submitted."""
    lines = [line for line in _lines(row, seat_id) if line.claim.status != ClaimStatus.DRAFT]
    if not lines:
        return
    claim, first = lines[0].claim, lines[0]
    if upheld:
        refuse_held(claim, lines, row.note, by=by, facts={"correction": row.id})
        return
    for line in lines:
        line.reason = "" if line.reason == HELD_BY_DOUBT else line.reason
    held = [line for line in lines if line.status == LineStatus.HELD]
    if held and not still_held(claim, first) and claim.status in {ClaimStatus.ON_NOTICE, *MONEY}:
        go_on(claim, held, by=by)
    db.session.flush()
