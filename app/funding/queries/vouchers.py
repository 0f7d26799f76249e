"""Find training vouchers, and which are still to be used."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select

from app.classes.models import Seat, TrainingClass
from app.funding.models import Claim, ClaimLine, TrainingFee, Voucher
from app.funding.rules import ClaimStatus, LineStatus, VoucherKind, fitting_voucher
from app.kernel.database import among, db
from app.people.queries import of_person, rows_of

GONE = (LineStatus.WITHDRAWN, LineStatus.REJECTED, LineStatus.NOT_QUALIFIED)


@dataclass(frozen=True, slots=True)
class Purse:
    """The vouchers that a claim's lines of a class may use, by person; `kept` are those that a seat uses already."""

    free: dict[int, list[Voucher]]
    kept: dict[int, Voucher]

    def take(self, seat: Seat, fen: int) -> Voucher | None:
        """The voucher that the seat's training money of so much uses up, gone from here; None where none fits."""
        if not fen:
            return None
        if seat.id in self.kept:
            return self.kept[seat.id]
        mine = self.free.get(seat.person_id, [])
        number = fitting_voucher([(one.id, one.kind is VoucherKind.DIRECTED, one.value_fen) for one in mine], fen)
        found = next((one for one in mine if one.id == number), None)
        self.free[seat.person_id] = [one for one in mine if one is not found]
        return found


def purse_for(
    class_: TrainingClass, people: Collection[int], claim: Claim | None, taken: Collection[int | None]
) -> Purse:
    """What lines of a class may use: vouchers that fit it, without those `taken` by other classes of the claim.

    A draft's lines choose anew; a line that was submitted keeps its voucher.
    """
    drafted = claim is not None and claim.status == ClaimStatus.DRAFT
    kept = {} if claim is None or drafted else _kept(claim, class_)
    found = unused_vouchers(people, beside=claim.id if claim is not None and drafted else None)
    free = {
        person_id: [one for one in rows if one.id not in taken and _fits(one, class_)]
        for person_id, rows in found.items()
    }
    return Purse(free, kept)


def _kept(claim: Claim, class_: TrainingClass) -> dict[int, Voucher]:
    query = select(ClaimLine.seat_id, Voucher).join(Voucher, Voucher.id == ClaimLine.voucher_id)
    query = query.where(ClaimLine.claim_id == claim.id, ClaimLine.class_id == class_.id)
    return {row[0]: row[1] for row in db.session.execute(query).unique()}


def _fits(voucher: Voucher, class_: TrainingClass) -> bool:
    in_time = voucher.from_on <= class_.start_on <= voucher.until_on
    return in_time and voucher.occupation_id in (None, class_.course.occupation_id)


def unused_vouchers(people: Collection[int], *, beside: int | None = None) -> dict[int, list[Voucher]]:
    """The vouchers of these people that no line uses, by person, the oldest first; `beside` a claim's own lines."""
    used = exists().where(
        ClaimLine.voucher_id == Voucher.id, ClaimLine.status.not_in(GONE), ClaimLine.claim_id != (beside or 0)
    )
    rows = rows_of(people)
    query = select(Voucher).where(among(Voucher.person_id, rows), ~used).order_by(Voucher.until_on, Voucher.id)
    found: dict[int, list[Voucher]] = {}
    for row in db.session.scalars(query).unique():
        found.setdefault(rows[row.person_id], []).append(row)
    return found


def vouchers_of(person_id: int) -> Sequence[tuple[Voucher, ClaimLine | None]]:
    """A person's vouchers, each with the line that uses it; unscoped."""
    query = select(Voucher).where(of_person(Voucher.person_id, person_id)).order_by(Voucher.id.desc())
    rows = db.session.scalars(query).unique().all()
    using = select(ClaimLine).where(ClaimLine.voucher_id.in_([row.id for row in rows]), ClaimLine.status.not_in(GONE))
    by_voucher = {line.voucher_id: line for line in db.session.scalars(using).unique()}
    return [(row, by_voucher.get(row.id)) for row in rows]


def own_fees(person_id: int) -> Sequence[TrainingFee]:
    """What a person paid for training themselves, the newest first."""
    query = select(TrainingFee).where(of_person(TrainingFee.person_id, person_id))
    return db.session.scalars(query.order_by(TrainingFee.paid_on.desc())).all()
