"""What an approved, rejected or paid line does to the money reserved for its place and to the person's record."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from app.audit import service as audit
from app.classes import service as classes
from app.classes.models import ClassPlace, Seat
from app.classes.rules import PlaceStatus
from app.enrollments.models import Enrollment
from app.funding.models import Claim, ClaimLine, Recovery
from app.funding.rules import LINE_FLOW, LineStatus, LineStep
from app.kernel.access import Actor
from app.kernel.database import among, db
from app.kernel.marking import N_
from app.people.service import give_back_use, settle_uses


def approve_lines(claim: Claim, lines: Iterable[ClaimLine], *, by: Actor) -> int:
    """Approve open lines: the money of their places is owed, the rest of each place is available again; fen owed."""
    by_seat: dict[int, int] = {}
    mine = list(lines)
    audit.take_many([(one, {"amount_fen": one.amount_fen}) for one in mine], LINE_FLOW, LineStep.APPROVE, by=by)
    for line in mine:
        by_seat[line.seat_id] = by_seat.get(line.seat_id, 0) + line.amount_fen
    owed: dict[int, list[classes.Owed]] = {}
    for seat in db.session.scalars(select(Seat).where(among(Seat.id, by_seat)).options(lazyload("*"))):
        key = f"claim:{claim.id}:seat:{seat.id}"
        owed.setdefault(seat.class_id, []).append(classes.Owed(seat.place_no, by_seat[seat.id], key))
    for class_id, places in sorted(owed.items()):
        classes.settle_places(class_id, places, by=by, reference=f"claim:{claim.id}")
    db.session.flush()
    return sum(by_seat.values())


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
    """Write into each person's record what was paid for this training and not recovered; all, where it `came_back`.

    A use of which every fen was recovered is given back: nothing was enjoyed, so it counts no more (ADR 0026).
    """
    lines: dict[int, list[ClaimLine]] = {seat_id: [] for seat_id in seat_ids}
    for line in claim.lines:
        if line.seat_id in lines:
            lines[line.seat_id].append(line)
    references, repaid_of, enjoyed = _references_of(lines), _repaid_of(claim, lines), dict[str, int]()
    for seat_id, reference in sorted(references.items()):
        mine = lines[seat_id]
        paid, repaid = sum(line.paid_fen for line in mine), repaid_of.get(seat_id, 0)
        if not (paid or came_back):
            continue
        waits = any(line.status in (LineStatus.APPROVED, LineStatus.HELD) for line in mine)
        if repaid and paid == repaid and not waits:
            give_back_use(reference, by=by, note=N_("补贴已经全部追回，不再计次"))
        else:
            enjoyed[reference] = paid - repaid
    settle_uses(enjoyed, by=by)


def _references_of(seat_ids: Iterable[int]) -> dict[int, str]:
    """What holds the use of each seat's training in the person's record."""
    query = select(Enrollment.seat_id, Enrollment.id).where(among(Enrollment.seat_id, seat_ids))
    return {seat_id: f"enrollment:{number}" for seat_id, number in db.session.execute(query) if seat_id is not None}


def _repaid_of(claim: Claim, seat_ids: Iterable[int]) -> dict[int, int]:
    """What came back of a claim's lines by recoveries, by seat; fen."""
    query = select(ClaimLine.seat_id, func.sum(Recovery.repaid_fen)).join(ClaimLine, ClaimLine.id == Recovery.line_id)
    mine = query.where(ClaimLine.claim_id == claim.id, among(ClaimLine.seat_id, seat_ids)).group_by(ClaimLine.seat_id)
    return {seat_id: int(fen) for seat_id, fen in db.session.execute(mine)}


def seats_without_money(claim: Claim) -> set[int]:
    """Seats of the claim in which no line asks for money or has it."""
    asking = (LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD, LineStatus.APPROVED, LineStatus.PAID)
    living = {line.seat_id for line in claim.lines if line.status in asking}
    return {line.seat_id for line in claim.lines} - living
