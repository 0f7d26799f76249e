"""What a claim does when a trainee says that they never signed up: listeners of the signals that enrollments send."""

from typing import Any

from app.enrollments.denials.models import Denial
from app.enrollments.denials.rules import DenialStatus
from app.enrollments.models import Enrollment
from app.enrollments.signals import denial_decided, denial_opened
from app.funding.models import ClaimLine
from app.funding.queries.claimed import claim_of_seat
from app.funding.queries.drawing import HELD_BY_DENIAL
from app.funding.rules import MONEY, ClaimStatus, LineStatus
from app.funding.service.holding import hold
from app.funding.service.notices import go_on, hold_denied, refuse_held, still_held
from app.kernel.access import Actor
from app.kernel.database import db

IN_HAND = (LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD)


def _lines(row: Enrollment) -> list[ClaimLine]:
    """The lines of the sign-up's seat in the claim that is under way, its claim under lock; none without a claim."""
    claim = claim_of_seat(row.seat_id) if row.seat_id is not None else None
    if claim is None:
        return []
    return [line for line in hold(claim).lines if line.seat_id == row.seat_id and line.status in IN_HAND]


@denial_opened.connect
def _on_opened(row: Enrollment, *, by: Actor, **_more: Any) -> None:
    """The line says why it is not paid; on notice it is held at once, before it only after it was published."""
    for line in _lines(row):
        line.reason = line.reason or HELD_BY_DENIAL
        if line.claim.status == ClaimStatus.ON_NOTICE:
            hold_denied(line.claim, by=by)
    db.session.flush()


@denial_decided.connect
def _on_decided(row: Enrollment, *, denial: Denial, by: Actor, **_more: Any) -> None:
    """Found true, the lines are refused; found wrong, they go on. A draft is drawn anew when it is submitted."""
    lines = [line for line in _lines(row) if line.claim.status != ClaimStatus.DRAFT]
    if not lines:
        return
    claim, first = lines[0].claim, lines[0]
    if denial.status == DenialStatus.UPHELD:
        refuse_held(claim, lines, denial.reason, by=by, facts={"denial": denial.id})
        return
    for line in lines:
        line.reason = "" if line.reason == HELD_BY_DENIAL else line.reason
    held = [line for line in lines if line.status == LineStatus.HELD]
    if held and not still_held(claim, first) and claim.status in {ClaimStatus.ON_NOTICE, *MONEY}:
        go_on(claim, held, by=by)
    db.session.flush()
