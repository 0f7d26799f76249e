"""A phone check of a class (R22): who is called is drawn, in which order; what each person said."""

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words
from app.classes.models import Seat, TrainingClass
from app.inspections.rules import CallResult
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels

CHECK_DRAWN, CALLED = "phone check drawn", "called"
action_words({CHECK_DRAWN: _l("抽取电话抽查名单"), CALLED: _l("电话抽查")})
labels(
    {
        CallResult.REACHED: _l("打通了，问到了"),
        CallResult.NO_ANSWER: _l("没人接"),
        CallResult.WRONG_NUMBER: _l("号码不对"),
        CallResult.REFUSED: _l("不愿意说"),
    },
    tones={
        CallResult.REACHED: "ok",
        CallResult.NO_ANSWER: "neutral",
        CallResult.WRONG_NUMBER: "warn",
        CallResult.REFUSED: "warn",
    },
)
constraint_messages({"uq_phone_calls_seat": _l("这个人刚刚有人打过了。")})


class PhoneCheck(Model):
    """One phone check: everybody of the roster in the order drawn; the first so many are to be called."""

    __tablename__ = "phone_checks"
    __table_args__ = (CheckConstraint("due > 0 AND due <= cardinality(seats)", name="due_sensible"),)

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id")
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    seed: Mapped[str] = mapped_column(String(64))
    percent: Mapped[int] = mapped_column(SmallInteger)
    due: Mapped[int] = mapped_column(SmallInteger)
    seats: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    drawn_at: Mapped[UtcTime]
    drawn_by: Mapped[str] = mapped_column(String(40))
    training_class: Mapped[TrainingClass] = relationship(lazy="joined")


class PhoneCall(Model):
    """What one person said on the phone."""

    __tablename__ = "phone_calls"
    __table_args__ = (
        UniqueConstraint("check_id", "seat_id", name="uq_phone_calls_seat"),
        CheckConstraint(
            "(result = 'reached') = (in_class IS NOT NULL) AND (result = 'reached') = (agreed IS NOT NULL)",
            name="asked_when_reached",
        ),
        CheckConstraint("days BETWEEN 0 AND 400", name="days_sensible"),
    )

    id: Mapped[Id]
    check_id: Mapped[int] = fk("phone_checks.id", index=False)
    seat_id: Mapped[int] = fk("seats.id")
    result: Mapped[CallResult] = enum_column(CallResult)
    in_class: Mapped[bool | None]
    agreed: Mapped[bool | None]
    days: Mapped[int | None] = mapped_column(SmallInteger)
    """How many days they say they went."""
    teacher: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    called_at: Mapped[UtcTime]
    called_by: Mapped[str] = mapped_column(String(40))
    seat: Mapped[Seat] = relationship(lazy="joined")
