"""One class from its order to its money, with a row for each person and what the steps add up to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.attendance.models import AttendanceEntry
from app.attendance.queries import names_of
from app.classes.models import ClassFix, ClassSession, TrainingClass, Variation
from app.classes.queries import fixes_of, places_of, seats_of, sessions_of, variations_of
from app.classes.rules import PlaceStatus, SeatStatus
from app.enrollments.models import Enrollment
from app.funding.models import Claim, ClaimDuty, ClaimLine, Notice, Objection, Transfer
from app.funding.queries import Evidence, claims_of_class, evidence_of
from app.funding.rules import LIVE
from app.kernel.database import db
from app.ledger.models import Movement
from app.ledger.queries import movements_of
from app.rosters.models import Plan, PlanName


@dataclass(frozen=True, slots=True)
class Row:
    """One seat with everything that followed from it."""

    evidence: Evidence
    enrollment: Enrollment | None
    lines: tuple[ClaimLine, ...]
    entries: tuple[tuple[ClassSession, AttendanceEntry], ...] = ()
    """Every attendance entry, corrected ones too, where single people are followed."""

    @property
    def live(self) -> tuple[ClaimLine, ...]:
        """The lines that ask for money or have it."""
        return tuple(line for line in self.lines if line.status in LIVE)

    @property
    def asked_fen(self) -> int:
        """What is asked for, fen."""
        return sum(line.asked_fen for line in self.live)

    @property
    def amount_fen(self) -> int:
        """What remains after cuts, fen."""
        return sum(line.amount_fen for line in self.live)

    @property
    def paid_fen(self) -> int:
        """What was paid, fen."""
        return sum(line.paid_fen for line in self.live)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain: its number, and whether it keeps within the one before."""

    label: str
    number: int
    kept: bool = True


@dataclass(frozen=True, slots=True)
class ClaimStory:
    """One claim with its duties, notices, objections and transfers."""

    claim: Claim
    duties: Sequence[ClaimDuty]
    notices: Sequence[Notice]
    objections: Sequence[Objection]
    transfers: Sequence[Transfer]

    @property
    def batches(self) -> list[tuple[str, int]]:
        """The requests for funds its transfers were in: number and id."""
        return sorted({(transfer.batch.number, transfer.batch_id) for transfer in self.transfers})


@dataclass(frozen=True, slots=True)
class Chain:
    """A class with all that hangs on it."""

    class_: TrainingClass
    plan: Plan | None
    named: int
    fixes: Sequence[ClassFix]
    variations: Sequence[Variation]
    rows: tuple[Row, ...]
    claims: tuple[ClaimStory, ...]
    movements: Sequence[Movement]
    reserved_fen: int
    sessions: Sequence[ClassSession]
    names: dict[str, str]
    """The names of the accounts that acted, by their keys."""
    whole: bool
    """Whether everybody of the class is among the rows."""

    @property
    def planned_hours(self) -> int:
        """Standard hours of the timetable; a make-up session repeats what was planned already."""
        return sum(session.hours for session in self.sessions if session.makes_up_id is None)

    @property
    def asked_fen(self) -> int:
        """What the rows ask for."""
        return sum(row.asked_fen for row in self.rows)

    @property
    def amount_fen(self) -> int:
        """What remains after cuts."""
        return sum(row.amount_fen for row in self.rows)

    @property
    def paid_fen(self) -> int:
        """What was paid to the rows."""
        return sum(row.paid_fen for row in self.rows)

    @property
    def seated(self) -> int:
        """How many hold a seat."""
        return sum(row.evidence.seat.status in (SeatStatus.HELD, SeatStatus.FIXED) for row in self.rows)

    @property
    def certified(self) -> int:
        """How many hold a certificate that stands."""
        return sum(row.evidence.valid_certificate is not None for row in self.rows)

    @property
    def passed(self) -> int:
        """How many reached the certificate by the rules."""
        return sum(bool(row.evidence.outcome and row.evidence.outcome.passed) for row in self.rows)

    @property
    def placed(self) -> int:
        """How many took up their post or livelihood."""
        return sum(row.evidence.taken_up is not None for row in self.rows)

    @property
    def claimed(self) -> int:
        """For how many money is asked."""
        return sum(bool(row.live) for row in self.rows)

    @property
    def paid(self) -> int:
        """How many are paid, at least in part."""
        return sum(row.paid_fen > 0 for row in self.rows)


def chain_of(class_: TrainingClass, seats: Collection[int] | None, transfers: Collection[int] | None) -> Chain:
    """Everything that hangs on a class; of people only these seats, of payments only these transfers (None: all)."""
    claims = claims_of_class(class_.id)
    rows = _rows(class_, claims, seats)
    stories = tuple(_story(claim, rows if seats is not None else None, transfers) for claim in claims)
    movements = [*movements_of(f"class:{class_.id}")]
    for claim in claims:
        movements += movements_of(f"claim:{claim.id}")
    plan = db.session.get(Plan, class_.plan_id) if class_.plan_id else None
    places, variations, fixes = places_of(class_.id), variations_of(class_.id), fixes_of(class_.id)
    keys = {move.by_key for move in movements} | {fix.fixed_by for fix in fixes}
    keys |= {key for one in variations for key in (one.asked_by, one.decided_by) if key}
    keys |= {duty.person_key for story in stories for duty in story.duties}
    keys |= {receipt.by_key for story in stories for transfer in story.transfers for receipt in transfer.receipts}
    keys |= {row.enrollment.made_by for row in rows if row.enrollment}
    return Chain(
        class_,
        plan,
        _named(plan),
        fixes,
        variations,
        rows,
        stories,
        sorted(movements, key=lambda move: move.id),
        sum(place.reserved_fen for place in places if place.status is not PlaceStatus.RELEASED),
        sessions_of(class_.id),
        names_of(keys),
        seats is None,
    )


def _named(plan: Plan | None) -> int:
    if plan is None:
        return 0
    return db.session.scalar(select(func.count()).where(PlanName.plan_id == plan.id)) or 0


def _rows(class_: TrainingClass, claims: Sequence[Claim], seats: Collection[int] | None) -> tuple[Row, ...]:
    evidence = evidence_of(class_.id)
    enrolled = {
        row.seat_id: row
        for row in db.session.scalars(select(Enrollment).where(Enrollment.class_id == class_.id)).unique()
        if row.seat_id is not None
    }
    lines: dict[int, list[ClaimLine]] = {}
    for claim in claims:
        for line in claim.lines:
            lines.setdefault(line.seat_id, []).append(line)
    entries = _entries(seats) if seats is not None else {}
    return tuple(
        Row(
            evidence.get(seat.id) or Evidence(seat, 0, 0, enrollment=enrolled.get(seat.id)),
            enrolled.get(seat.id),
            tuple(lines.get(seat.id, ())),
            tuple(entries.get(seat.id, ())),
        )
        for seat in seats_of(class_.id)
        if (seat.status is not SeatStatus.RELEASED if seats is None else seat.id in seats)
    )


def _entries(seats: Collection[int]) -> dict[int, list[tuple[ClassSession, AttendanceEntry]]]:
    query = (
        select(ClassSession, AttendanceEntry)
        .join(AttendanceEntry, AttendanceEntry.session_id == ClassSession.id)
        .where(AttendanceEntry.seat_id.in_(seats))
        .order_by(ClassSession.starts_at, AttendanceEntry.id)
    )
    found: dict[int, list[tuple[ClassSession, AttendanceEntry]]] = {}
    for session, entry in db.session.execute(query).unique():
        found.setdefault(entry.seat_id, []).append((session, entry))
    return found


def _story(claim: Claim, rows: Sequence[Row] | None, transfers: Collection[int] | None) -> ClaimStory:
    """One claim; with `rows` only what concerns those people."""
    duties = db.session.scalars(select(ClaimDuty).where(ClaimDuty.claim_id == claim.id).order_by(ClaimDuty.at)).all()
    notices = db.session.scalars(select(Notice).where(Notice.claim_id == claim.id).order_by(Notice.id)).unique().all()
    payments = select(Transfer).where(Transfer.claim_id == claim.id).order_by(Transfer.id)
    lines = None if rows is None else {line.id for row in rows for line in row.lines}
    return ClaimStory(
        claim,
        duties,
        notices,
        [one for one in _objections(notices) if lines is None or one.line_id in lines],
        [
            one
            for one in db.session.scalars(payments).unique()
            if (transfers is None or one.id in transfers)
            and (lines is None or lines.intersection(part.line_id for part in one.parts))
        ],
    )


def _objections(notices: Sequence[Notice]) -> Sequence[Objection]:
    query = select(Objection).where(Objection.notice_id.in_([notice.id for notice in notices])).order_by(Objection.id)
    return db.session.scalars(query).unique().all()
