"""What a claim does when somebody says after the results that a trainee's hours are wrong: the line waits."""

from typing import Any

from app.attendance.models import Correction, EmergencyFinding
from app.attendance.queries import doubted_seats
from app.attendance.signals import doubt_raised, doubt_settled, hours_settled
from app.funding.models import ClaimLine
from app.funding.queries.claimed import claim_of_seat
from app.funding.queries.drawing import HELD_BY_DOUBT, HELD_FOR_HOURS
from app.funding.rules import MONEY, ClaimStatus, LineStatus
from app.funding.service.holding import hold
from app.funding.service.notices import go_on, hold_denied, refuse_held, still_held
from app.kernel.access import Actor
from app.kernel.database import db

IN_HAND = (LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD)


def _lines(seat_id: int) -> list[ClaimLine]:
    """The seat's lines in the claim that is under way, its claim under lock; none without a claim."""
    claim = claim_of_seat(seat_id)
    if claim is None:
        return []
    return [line for line in hold(claim).lines if line.seat_id == seat_id and line.status in IN_HAND]


@doubt_raised.connect
def _on_raised(_row: Correction, *, seat_id: int, by: Actor, **_more: Any) -> None:
    """The line says why it is not paid; on notice it is held at once, before it only after it was published."""
    for line in _lines(seat_id):
        line.reason = line.reason or HELD_BY_DOUBT
        if line.claim.status == ClaimStatus.ON_NOTICE:
            hold_denied(line.claim, by=by)
    db.session.flush()


@doubt_settled.connect
def _on_settled(row: Correction, *, seat_id: int, upheld: bool, by: Actor, **_more: Any) -> None:
    """Found true, the lines are refused; explained, they go on. A draft is drawn anew when it is submitted."""
    _settled(seat_id, row.note if upheld else "", {"correction": row.id}, by)


@hours_settled.connect
def _on_hours_settled(row: EmergencyFinding, *, seat_id: int, upheld: bool, by: Actor, **_more: Any) -> None:
    """The same for a half-day that was changed without being ratified."""
    _settled(seat_id, row.note if upheld else "", {"variation": row.variation_id}, by)


def _settled(seat_id: int, against: str, facts: dict[str, Any], by: Actor) -> None:
    lines = [line for line in _lines(seat_id) if line.claim.status != ClaimStatus.DRAFT]
    if not lines:
        return
    claim, first = lines[0].claim, lines[0]
    if against:
        refuse_held(claim, lines, against, by=by, facts=facts)
        return
    if doubted_seats([seat_id]):
        return
    for line in lines:
        line.reason = "" if line.reason in HELD_FOR_HOURS else line.reason
    held = [line for line in lines if line.status == LineStatus.HELD]
    if held and not still_held(claim, first) and claim.status in {ClaimStatus.ON_NOTICE, *MONEY}:
        go_on(claim, held, by=by)
    db.session.flush()
