"""Seats, the places money is reserved for, the lock and its variations."""

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZMULTIRANGE, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import flow_words
from app.classes.models.classes import TrainingClass
from app.classes.rules import (
    PlaceStatus,
    SeatStatus,
    SeatStep,
    VariationKind,
    VariationStatus,
    VariationStep,
)
from app.kernel.database import Fen, Id, Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.people.models import Person

flow_words("seats", SeatStatus, SeatStep)
flow_words("variations", VariationStatus, VariationStep)
labels(
    {
        SeatStatus.HELD: _l("已占座"),
        SeatStatus.FIXED: _l("已定员"),
        SeatStatus.RELEASED: _l("已退座"),
        SeatStatus.WITHDRAWN: _l("中途退出"),
    },
    tones={SeatStatus.HELD: "info", SeatStatus.FIXED: "ok", SeatStatus.WITHDRAWN: "warn"},
)
labels({SeatStep.FIX: _l("定员"), SeatStep.RELEASE: _l("退座"), SeatStep.WITHDRAW: _l("中途退出")})
labels(
    {
        VariationKind.REFILL: _l("补员"),
        VariationKind.WITHDRAW: _l("学员退出"),
        VariationKind.CHANGE_SITE: _l("变更培训地点"),
        VariationKind.CHANGE_DIRECTION: _l("变更定向"),
        VariationKind.CHANGE_POST: _l("变更岗位"),
        VariationKind.POSTPONE: _l("延期"),
        VariationKind.MOVE_SESSION: _l("调课"),
        VariationKind.CHANGE_TEACHER: _l("代课"),
        VariationKind.CANCEL: _l("取消班次"),
    }
)
labels(
    {
        VariationStatus.ASKED: _l("待审批"),
        VariationStatus.APPROVED: _l("已批准"),
        VariationStatus.REFUSED: _l("未批准"),
    },
    tones={VariationStatus.ASKED: "info", VariationStatus.APPROVED: "ok", VariationStatus.REFUSED: "bad"},
)
labels({VariationStep.APPROVE: _l("批准变更"), VariationStep.REFUSE: _l("不予批准")})
labels(
    {
        PlaceStatus.RESERVED: _l("资金已预留"),
        PlaceStatus.RELEASED: _l("预留已释放"),
        PlaceStatus.CLAIMED: _l("已转申领"),
    },
    tones={PlaceStatus.RESERVED: "info", PlaceStatus.CLAIMED: "ok"},
)
constraint_messages(
    {
        "uq_seats_person_active": _l("这个人已经在这个班里了。"),
        "ex_seats_no_overlap": _l("这个人在同一时间已经报了另一个班，上课时间冲突（R14）。"),
        "uq_seats_post_active": _l("这个岗位已经定给别人了。"),
        "uq_seats_place_active": _l("这个座位刚刚被别人占了，请再试一次。"),
        "law_sessions_locked": _l("开班批准后，课程表只能通过变更申请改动。"),
        "law_seats_locked": _l("开班批准后，名单只能通过变更申请改动。"),
        "ck_variations_not_decided_by_the_asker": _l("变更是您自己申请的，要由另一个人审批。"),
        "law_fixes_by_approved_variation": _l("四定的改动必须有已批准的变更申请。"),
    }
)
ACTIVE = "status IN ('held', 'fixed')"


class Seat(Model):
    """One person's seat in a class, with the post or livelihood it leads to (定员，定岗)."""

    __tablename__ = "seats"
    __table_args__ = (
        Index("uq_seats_person_active", "class_id", "person_id", unique=True, postgresql_where=text(ACTIVE)),
        Index("uq_seats_place_active", "class_id", "place_no", unique=True, postgresql_where=text(ACTIVE)),
        Index("uq_seats_post_active", "order_id", "post_number", unique=True, postgresql_where=text(ACTIVE)),
        ExcludeConstraint(
            (text("int8range(person_id, person_id, '[]')"), "&&"),
            (text("sessions"), "&&"),
            name="ex_seats_no_overlap",
            using="gist",
            where=text(ACTIVE),
        ),
        ForeignKeyConstraint(
            ["order_id", "post_number"], ["order_posts.order_id", "order_posts.number"], name="fk_seats_post"
        ),
        CheckConstraint("place_no >= 1", name="numbered"),
        CheckConstraint("hours_kept IS NULL OR hours_kept >= 0", name="hours_kept_positive"),
    )

    id: Mapped[Id]
    status: Mapped[SeatStatus] = enum_column(SeatStatus)
    class_id: Mapped[int] = fk("classes.id")
    person_id: Mapped[int] = fk("people.id")
    place_no: Mapped[int] = mapped_column(SmallInteger)
    """From 1 to the class's capacity; a refill takes the dropped one's place."""
    sessions: Mapped[Any] = mapped_column(TSTZMULTIRANGE, server_default=text("'{}'::tstzmultirange"))
    """When the class meets, filled in by the database from the timetable: nobody holds two seats that overlap (I2)."""
    order_id: Mapped[int | None]
    post_number: Mapped[int | None] = mapped_column(SmallInteger)
    livelihood: Mapped[str] = mapped_column(String(120), default="")
    """定岗 in words where it is no post of an order: home or workshop, own plot or pond, contract, welfare post."""
    variation_id: Mapped[int | None] = mapped_column(ForeignKey("variations.id", use_alter=True), index=True)
    """The approved variation that last changed this seat after the lock."""
    left_on: Mapped[date | None]
    hours_kept: Mapped[int | None] = mapped_column(SmallInteger)
    created_at: Mapped[UtcTime]
    person: Mapped[Person] = relationship(lazy="joined")


class ClassPlace(Model):
    """One filed place, and the money reserved for it: the most its claim line can reach."""

    __tablename__ = "class_places"
    __table_args__ = (CheckConstraint("reserved_fen >= 0", name="reserved_positive"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    status: Mapped[PlaceStatus] = enum_column(PlaceStatus)
    reserved_fen: Mapped[Fen]


class ClassFix(Model):
    """One version of the four fixes of a class, as approved, with its hash."""

    __tablename__ = "class_fixes"
    __table_args__ = (
        CheckConstraint("version = 1 OR variation_id IS NOT NULL", name="changed_by_variation"),
        UniqueConstraint("variation_id", name="uq_class_fixes_variation"),
    )

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(String(64))
    variation_id: Mapped[int | None] = fk("variations.id", nullable=True, index=False)
    fixed_at: Mapped[UtcTime]
    fixed_by: Mapped[str] = mapped_column(String(40))


class Variation(Model):
    """A change to a locked class: who asks, what, why, before and after; decided by the bureau."""

    __tablename__ = "variations"
    __table_args__ = (
        CheckConstraint("(status = 'asked') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint(
            "decided_by <> asked_by OR kind IN ('refill', 'withdraw', 'cancel')", name="not_decided_by_the_asker"
        ),
    )

    id: Mapped[Id]
    status: Mapped[VariationStatus] = enum_column(VariationStatus)
    class_id: Mapped[int] = fk("classes.id")
    kind: Mapped[VariationKind] = enum_column(VariationKind)
    reason: Mapped[str] = mapped_column(String(400))
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[UtcTime]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[UtcTime | None]
    decision_note: Mapped[str] = mapped_column(String(400), default="")
    training_class: Mapped[TrainingClass] = relationship(lazy="select")

    @property
    def school_id(self) -> int:
        """The school that asked, as events know it."""
        return self.training_class.school_id

    @property
    def region_code(self) -> str:
        """Where the class is held, as events know it."""
        return self.training_class.region_code
