"""Teachers and assessors of schools, and what qualifies them."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.audit.words import action_words
from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column


class Duty(StrEnum):
    """What a qualification allows."""

    TEACHING = "teaching"
    ASSESSING = "assessing"


action_words({"qualification added": _l("添加资质"), "qualification ended": _l("停用资质")})
labels({Duty.TEACHING: _l("授课"), Duty.ASSESSING: _l("考评")})
constraint_messages(
    {
        "uq_instructors_user": _l("这个账号已经给了本校另一位教师。"),
        "uq_instructors_person": _l("这个人已经是本校的教师或考评员了。"),
        "law_assessor_apart": _l("考评员不能是本班的授课教师（考培分离），换一个账号也不行。"),
        "ck_qualifications_ends_after_start": _l("资质的截止日期不能早于开始日期。"),
    }
)


class Instructor(SealedRow, Model):
    """A teacher or assessor of a school; `user_id` where the person signs in, the identity number tells who it is."""

    __tablename__ = "instructors"
    __table_args__ = (
        CheckConstraint("teaches OR assesses", name="does_something"),
        UniqueConstraint("school_id", "user_id", name="uq_instructors_user"),
        Index(
            "uq_instructors_person",
            "school_id",
            "id_number_index",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND id_number_index IS NOT NULL"),
        ),
        Index("ix_instructors_id_number_index", "id_number_index"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = fk("schools.id")
    user_id: Mapped[int | None] = fk("users.id", nullable=True)
    name: Mapped[str] = mapped_column(String(40))
    id_number_sealed: Mapped[bytes | None] = sealed_column()
    id_number_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number = Sealed(indexed=True)
    teaches: Mapped[bool]
    assesses: Mapped[bool]
    ended_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]
    user: Mapped[User | None] = relationship(lazy="joined")
    qualifications: Mapped[list["Qualification"]] = relationship(lazy="selectin", order_by="Qualification.id")

    def qualifications_for(self, duty: Duty) -> list["Qualification"]:
        """What allows the duty and was not taken back."""
        return [row for row in self.qualifications if row.duty == duty and row.ended_at is None]

    def is_qualified(self, duty: Duty, on: date) -> bool:
        """Whether something allows the duty on a local date."""
        return any(row.holds_on(on) for row in self.qualifications_for(duty))

    def qualified_until(self, duty: Duty) -> date | None:
        """The last local date of the longest qualification; None where one has no end. Ask `is_qualified` first."""
        days = [row.valid_until_on for row in self.qualifications_for(duty)]
        return None if None in days else max((day for day in days if day is not None), default=None)

    @property
    def qualification(self) -> str:
        """The names of what holds, in one line."""
        return "、".join(dict.fromkeys(row.name for row in self.qualifications if row.ended_at is None))


class Qualification(Model):
    """A certificate that allows somebody to teach or assess, from one local date to another."""

    __tablename__ = "qualifications"
    __table_args__ = (CheckConstraint("valid_until_on >= valid_from_on", name="ends_after_start"),)

    id: Mapped[Id]
    instructor_id: Mapped[int] = fk("instructors.id")
    duty: Mapped[Duty] = enum_column(Duty)
    name: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(40), default="")
    valid_from_on: Mapped[date | None]
    valid_until_on: Mapped[date | None]
    """The last day; empty where it holds for good."""
    ended_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]

    def holds_on(self, on: date) -> bool:
        """Whether it holds on a local date."""
        return (
            self.ended_at is None
            and (self.valid_from_on is None or self.valid_from_on <= on)
            and (self.valid_until_on is None or self.valid_until_on >= on)
        )
