"""Training vouchers 职业培训券 and the receipts of those who paid for themselves: recorded once, used up in a claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.audit import service as audit
from app.classes.models import Seat, TrainingClass
from app.classes.rules import SeatStatus
from app.funding.models import ClaimLine, TrainingFee, Voucher
from app.funding.rules import LIVE, VoucherKind
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_
from app.occupations.models import Occupation
from app.people.models import Person


@dataclass(frozen=True, slots=True)
class NewVoucher:
    """What stands on a voucher."""

    number: str
    kind: VoucherKind
    value_fen: int
    from_on: date
    until_on: date
    issued_by: str
    occupation: Occupation | None = None


def record_voucher(person: Person, told: NewVoucher, *, by: Actor) -> Voucher:
    """Record a person's training voucher; raises `DomainError` naming the field that doesn't fit."""
    if (told.kind is VoucherKind.DIRECTED) != (told.occupation is not None):
        raise DomainError(N_("定向券要写明职业（工种），通用券不写。"), "occupation")
    if told.until_on < told.from_on:
        raise DomainError(N_("有效期的结束不能早于开始。"), "until_on")
    row = Voucher(
        number=told.number.strip(),
        kind=told.kind,
        person_id=person.id,
        region_code=person.region_code,
        occupation_id=told.occupation.id if told.occupation is not None else None,
        value_fen=told.value_fen,
        from_on=told.from_on,
        until_on=told.until_on,
        issued_by=told.issued_by.strip(),
        recorded_by=by.key,
        recorded_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(row, "voucher recorded", by=by, facts={"person": person.id, "value_fen": row.value_fen})
    return row


def record_fee(seat: Seat, *, amount_fen: int, receipt_number: str, paid_on: date, by: Actor) -> TrainingFee:
    """Record that a trainee paid the school for the training; from then on they claim, not the school (R30)."""
    class_ = db.session.get_one(TrainingClass, seat.class_id, with_for_update={"of": TrainingClass})
    if by.organization_id != class_.school_id:
        raise Forbidden(N_("自费收据由开班的学校登记。"))
    if seat.status != SeatStatus.FIXED:
        raise Refused(N_("这名学员已经不在这个班里。"))
    if asked_for(seat.id):
        raise Refused(N_("这名学员的补贴已经在申领里了，不能再登记自费。"))
    row = TrainingFee(
        seat_id=seat.id,
        class_id=class_.id,
        person_id=seat.person_id,
        amount_fen=amount_fen,
        receipt_number=receipt_number.strip(),
        paid_on=paid_on,
        recorded_by=by.key,
        recorded_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(class_, "fee recorded", by=by, facts={"seat": seat.id, "amount_fen": amount_fen})
    return row


def asked_for(seat_id: int) -> Sequence[ClaimLine]:
    """The lines in which money is asked for, or had, for a seat."""
    query = select(ClaimLine).where(ClaimLine.seat_id == seat_id, ClaimLine.status.in_(LIVE))
    return db.session.scalars(query).all()
