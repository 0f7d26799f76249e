"""Find training vouchers, and which are still to be used."""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, select

from app.funding.models import ClaimLine, TrainingFee, Voucher
from app.funding.rules import LineStatus
from app.kernel.database import db
from app.people.queries import of_person

GONE = (LineStatus.WITHDRAWN, LineStatus.REJECTED, LineStatus.NOT_QUALIFIED)


def unused_vouchers(people: Collection[int]) -> dict[int, list[Voucher]]:
    """The vouchers of these people that no line uses, by person, the oldest first."""
    used = exists().where(ClaimLine.voucher_id == Voucher.id, ClaimLine.status.not_in(GONE))
    query = select(Voucher).where(Voucher.person_id.in_(people), ~used).order_by(Voucher.until_on, Voucher.id)
    found: dict[int, list[Voucher]] = {}
    for row in db.session.scalars(query).unique():
        found.setdefault(row.person_id, []).append(row)
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
