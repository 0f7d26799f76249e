"""Training vouchers (职业培训券), and what trainees paid for their training themselves."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.funding.rules import VoucherKind
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.occupations.models import Occupation
from app.people.models import Person


class Voucher(Model):
    """A training voucher given to a person, for one occupation (定向) or any (通用); used up by one claim line."""

    __tablename__ = "vouchers"
    __table_args__ = (
        UniqueConstraint("number", name="uq_vouchers_number"),
        CheckConstraint("(kind = 'directed') = (occupation_id IS NOT NULL)", name="directed_names_occupation"),
        CheckConstraint("value_fen > 0", name="value_positive"),
        CheckConstraint("until_on >= from_on", name="ends_after_start"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[VoucherKind] = enum_column(VoucherKind)
    person_id: Mapped[int] = fk("people.id")
    region_code: Mapped[RegionCode]
    occupation_id: Mapped[int | None] = fk("occupations.id", nullable=True)
    value_fen: Mapped[Fen]
    from_on: Mapped[date]
    until_on: Mapped[date]
    issued_by: Mapped[str] = mapped_column(String(80))
    recorded_by: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[UtcTime]
    person: Mapped[Person] = relationship(lazy="joined")
    occupation: Mapped[Occupation | None] = relationship(lazy="joined")


class TrainingFee(Model):
    """What a trainee paid for the training themselves, by the receipt; they claim it back, not the school (R30)."""

    __tablename__ = "training_fees"
    __table_args__ = (
        Index("uq_training_fees_receipt", "class_id", "receipt_number", unique=True),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("receipt_number <> ''", name="with_receipt"),
    )

    seat_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("seats.id"), primary_key=True, autoincrement=False)
    class_id: Mapped[int] = fk("classes.id", index=False)
    person_id: Mapped[int] = fk("people.id")
    amount_fen: Mapped[Fen]
    receipt_number: Mapped[str] = mapped_column(String(40))
    paid_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[UtcTime]
