"""What an approved, rejected or paid line does to the money reserved for its place and to the person's record."""

from collections.abc import Iterable

from sqlalchemy import select

from app.audit import service as audit
from app.classes import service as classes
from app.classes.models import ClassPlace, Seat
from app.classes.rules import PlaceStatus
from app.enrollments.models import Enrollment
from app.funding.models import Claim, ClaimLine
from app.funding.rules import LINE_FLOW, LineStatus, LineStep
from app.kernel.access import Actor
from app.kernel.database import db
from app.people.models import COUNTING, SubsidyUse
from app.people.service import give_back_use, settle_use


def approve_lines(claim: Claim, lines: Iterable[ClaimLine], *, by: Actor) -> int:
    """Approve open lines: the money of their places is owed, the rest of each place is available again; fen owed."""
    by_seat: dict[int, list[ClaimLine]] = {}
    for line in lines:
        audit.take(line, LINE_FLOW, LineStep.APPROVE, by=by, facts={"amount_fen": line.amount_fen})
        by_seat.setdefault(line.seat_id, []).append(line)
    for seat_id, mine in sorted(by_seat.items()):
        seat = db.session.get_one(Seat, seat_id)
        classes.settle_place(
            seat.class_id,
            seat.place_no,
            owed_fen=sum(line.amount_fen for line in mine),
            by=by,
            reference=f"claim:{claim.id}",
            once_key=f"claim:{claim.id}:seat:{seat_id}",
        )
    db.session.flush()
    return sum(line.amount_fen for mine in by_seat.values() for line in mine)


def let_go(claim: Claim, seat_ids: Iterable[int], *, by: Actor, note: str = "") -> int:
    """Release what is reserved for these seats' places and give their uses back; how much was released, fen."""
    released = 0
    for seat_id in sorted({line.seat_id for line in claim.lines}.intersection(seat_ids)):
        seat = db.session.get_one(Seat, seat_id)
        place = db.session.get(ClassPlace, (seat.class_id, seat.place_no), populate_existing=True)
        if place is not None and place.status == PlaceStatus.RESERVED and _is_its_place(seat):
            released += place.reserved_fen
            classes.release_place(seat.class_id, seat.place_no, by=by)
        reference = use_reference(seat_id)
        if reference is not None:
            give_back_use(reference, by=by, note=note)
    return released


def _is_its_place(seat: Seat) -> bool:
    """Whether the place is still this seat's: one who left may have been followed by somebody who is paid."""
    later = select(Seat.id).where(Seat.class_id == seat.class_id, Seat.place_no == seat.place_no, Seat.id > seat.id)
    return db.session.scalar(later.limit(1)) is None


def use_reference(seat_id: int) -> str | None:
    """What holds the use of a seat's training in the person's record."""
    enrollment = db.session.scalar(select(Enrollment.id).where(Enrollment.seat_id == seat_id))
    return f"enrollment:{enrollment}" if enrollment is not None else None


def note_uses(claim: Claim, seat_ids: Iterable[int], *, by: Actor, came_back: bool = False) -> None:
    """Write into each person's record what has been paid for this training so far; nothing, where it `came_back`."""
    for seat_id in sorted(seat_ids):
        paid = sum(line.paid_fen for line in claim.lines if line.seat_id == seat_id)
        reference = use_reference(seat_id)
        if (paid or came_back) and reference is not None and _holds_use(reference):
            settle_use(reference, amount_fen=paid, by=by)


def _holds_use(reference: str) -> bool:
    query = select(SubsidyUse.id).where(SubsidyUse.reference == reference, SubsidyUse.status.in_(COUNTING))
    return db.session.scalar(query) is not None


def seats_without_money(claim: Claim) -> set[int]:
    """Seats of the claim in which no line asks for money or has it."""
    asking = (LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD, LineStatus.APPROVED, LineStatus.PAID)
    living = {line.seat_id for line in claim.lines if line.status in asking}
    return {line.seat_id for line in claim.lines} - living
