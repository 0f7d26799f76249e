"""Tie every fen of a budget to a class, a claim line, a person, a certificate, a post or livelihood, and a receipt."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, case, exists, func, select

from app.certificates.models import Certificate
from app.classes.models import ClassPlace, TrainingClass
from app.classes.queries.reconciling import reserved_by_class
from app.classes.rules import PlaceStatus
from app.funding.models import Claim, ClaimLine, PaymentPart
from app.funding.queries.reconciling import paid_out
from app.funding.rules import LIVE, LineStatus
from app.kernel.access import Actor
from app.kernel.database import among, db
from app.kernel.errors import NotFound
from app.kernel.paging import Page, paginate
from app.ledger import queries as ledger
from app.ledger.models import Budget
from app.ledger.rules import Figures
from app.placements.models import Placement
from app.placements.rules import PlacementStatus

LINES = 100
"""Lines of a class on one page."""


@dataclass(frozen=True, slots=True)
class TracedClass:
    """A class that reserved, owes or was paid out of a budget; fen."""

    class_: TrainingClass
    places: int
    reserved_fen: int
    owed_fen: int
    got_fen: int
    tied_fen: int
    """Of what payees got, the part whose trainee has a confirmed post or livelihood."""


@dataclass(frozen=True, slots=True)
class TracedLine:
    """A claim line with everything it rests on."""

    line: ClaimLine
    certificate: Certificate | None
    placement: Placement | None
    parts: tuple[PaymentPart, ...]
    """What each transfer carried of it."""

    @property
    def due_fen(self) -> int:
        """Approved and not paid."""
        return self.line.amount_fen - self.line.paid_fen if self.line.status == LineStatus.APPROVED else 0

    @property
    def is_tied(self) -> bool:
        """Whether its trainee has a certificate and took up a post or livelihood."""
        placed = self.placement is not None and self.placement.status == PlacementStatus.CONFIRMED
        return placed and self.certificate is not None

    @property
    def receipts(self) -> list[str]:
        """The numbers of the receipts of its transfers."""
        return [receipt.number for part in self.parts for receipt in part.transfer.receipts]


@dataclass(frozen=True, slots=True)
class Tie:
    """One level: what the ledger says, and what the records of that level add up to; fen."""

    name: str
    ledger_fen: int
    records_fen: int

    @property
    def holds(self) -> bool:
        """Whether both are the same to the fen."""
        return self.ledger_fen == self.records_fen


@dataclass(frozen=True, slots=True)
class Traced:
    """A source of funds over its years, down to its classes."""

    years: tuple[Budget, ...]
    figures: Figures
    """What stands in the open year; paid and recovered of all years."""
    recovered_fen: int
    classes: tuple[TracedClass, ...]
    ties: tuple[Tie, ...]

    @property
    def got_fen(self) -> int:
        """What payees got in all years."""
        return sum(one.got_fen for one in self.classes)

    @property
    def tied_fen(self) -> int:
        """Of it, the part that ends at a confirmed post or livelihood."""
        return sum(one.tied_fen for one in self.classes)


def trace_budget(budget_id: int) -> Traced:
    """A budget with all its years: every class, and whether each level agrees with the ledger; unscoped."""
    years = tuple(ledger.chain_of(budget_id))
    figures = [ledger.figures(year) for year in years]
    ids = [year.id for year in years]
    classes = _classes(ids)
    got, recovered = paid_out(ids)
    ties = (
        Tie("sides", figures[-1].appropriated_fen + figures[-1].expected_fen, figures[-1].total_fen),
        Tie("reserved", figures[-1].reserved_fen, sum(one.reserved_fen for one in classes)),
        Tie("owed", figures[-1].owed_fen, sum(one.owed_fen for one in classes)),
        Tie("paid", got, sum(one.got_fen for one in classes)),
        Tie("transfers", got, _transferred(ids)),
    )
    return Traced(years, figures[-1], recovered, tuple(classes), ties)


def _classes(budget_ids: Sequence[int]) -> list[TracedClass]:
    query = select(TrainingClass).where(TrainingClass.budget_id.in_(budget_ids)).order_by(TrainingClass.id)
    rows = db.session.scalars(query).unique().all()
    ids = [row.id for row in rows]
    places, sums = _places(ids), _sums(ids)
    return [TracedClass(row, *places.get(row.id, (0, 0)), *sums.get(row.id, (0, 0, 0))) for row in rows]


def _sums(class_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """What is owed and was paid for each class, and what of it is tied to a post, as `TracedLine` says."""
    due = case((ClaimLine.status == LineStatus.APPROVED, ClaimLine.asked_fen - ClaimLine.cut_fen - ClaimLine.paid_fen))
    placed = exists().where(Placement.seat_id == ClaimLine.seat_id, Placement.status == PlacementStatus.CONFIRMED)
    tied = case((ClaimLine.certificate_id.is_not(None) & placed, ClaimLine.paid_fen))
    query = (
        select(ClaimLine.class_id, func.sum(due), func.sum(ClaimLine.paid_fen), func.sum(tied))
        .where(ClaimLine.class_id.in_(class_ids), ClaimLine.status.in_(LIVE))
        .group_by(ClaimLine.class_id)
    )
    return {row[0]: (int(row[1] or 0), int(row[2] or 0), int(row[3] or 0)) for row in db.session.execute(query)}


def _places(class_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many places of each class hold money, and how much."""
    query = (
        select(ClassPlace.class_id, func.count(), func.sum(ClassPlace.reserved_fen))
        .where(ClassPlace.class_id.in_(class_ids), ClassPlace.status == PlaceStatus.RESERVED)
        .group_by(ClassPlace.class_id)
    )
    return {row[0]: (row[1], int(row[2])) for row in db.session.execute(query)}


def traced_lines(class_ids: Sequence[int]) -> list[TracedLine]:
    """The lines of some classes that ask for money or had it, each with what it rests on, by class and number."""
    return _traced(db.session.scalars(_lines(class_ids)).unique().all())


def _lines(class_ids: Sequence[int]) -> Select[ClaimLine]:
    return (
        select(ClaimLine)
        .where(ClaimLine.class_id.in_(class_ids), ClaimLine.status.in_(LIVE))
        .order_by(ClaimLine.class_id, ClaimLine.id)
    )


def _traced(lines: Sequence[ClaimLine]) -> list[TracedLine]:
    earned = {line.certificate_id for line in lines if line.certificate_id}
    wanted = select(Certificate).where(among(Certificate.id, earned))
    certificates = {row.id: row for row in db.session.scalars(wanted).unique()}
    found = select(Placement).where(among(Placement.seat_id, [line.seat_id for line in lines]))
    placements = {row.seat_id: row for row in db.session.scalars(found).unique()}
    parts: dict[int, list[PaymentPart]] = defaultdict(list)
    carried = select(PaymentPart).where(among(PaymentPart.line_id, [line.id for line in lines]))
    for part in db.session.scalars(carried.order_by(PaymentPart.transfer_id)).unique():
        parts[part.line_id].append(part)
    return [
        TracedLine(
            line,
            certificates.get(line.certificate_id or 0),
            placements.get(line.seat_id),
            tuple(parts[line.id]),
        )
        for line in lines
    ]


def _transferred(budget_ids: Sequence[int]) -> int:
    query = (
        select(func.coalesce(func.sum(PaymentPart.paid_fen - PaymentPart.returned_fen), 0))
        .join(ClaimLine, ClaimLine.id == PaymentPart.line_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.budget_id.in_(budget_ids))
    )
    return int(db.session.scalar(query) or 0)


@dataclass(frozen=True, slots=True)
class TracedPeople:
    """One class of a budget down to its people."""

    class_: TrainingClass
    page: Page[ClaimLine]
    lines: tuple[TracedLine, ...]
    """Those of this page."""
    amount_fen: int
    got_fen: int
    ties: tuple[Tie, ...]


def trace_class(by: Actor, budget_id: int, class_id: int, *, page: int = 1) -> TracedPeople:
    """One class that this budget or another of its years pays for, a page of its people; raises `NotFound`."""
    ids = [year.id for year in ledger.chain_of(ledger.budget_for(by, budget_id).id)]
    row = db.session.get(TrainingClass, class_id)
    if row is None or row.budget_id not in ids:
        raise NotFound
    shown = paginate(_lines([class_id]), page, LINES)
    posted = reserved_by_class().get(class_id, 0)
    places = _places([class_id]).get(class_id, (0, 0))[1]
    mine = (ClaimLine.class_id == class_id, ClaimLine.status.in_(LIVE))
    sums = select(func.sum(ClaimLine.asked_fen - ClaimLine.cut_fen), func.sum(ClaimLine.paid_fen)).where(*mine)
    amount, got = (int(fen or 0) for fen in db.session.execute(sums).one())
    carried = select(func.sum(PaymentPart.paid_fen - PaymentPart.returned_fen)).join(ClaimLine).where(*mine)
    paid = int(db.session.scalar(carried) or 0)
    ties = (Tie("reserved", posted, places), Tie("transfers", paid, got))
    return TracedPeople(row, shown, tuple(_traced(shown.items)), amount, got, ties)
