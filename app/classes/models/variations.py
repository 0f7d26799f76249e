"""The lock of a class, its variations, who is on leave and who makes a session up."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import flow_words
from app.classes.models.classes import TrainingClass
from app.classes.models.seats import Seat
from app.classes.rules import Emergency, LeaveKind, VariationKind, VariationStatus, VariationStep
from app.kernel import clock
from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels

flow_words("variations", VariationStatus, VariationStep)
labels(
    {
        VariationKind.REFILL: _l("补员"),
        VariationKind.WITHDRAW: _l("学员退出"),
        VariationKind.CHANGE_SITE: _l("变更培训地点"),
        VariationKind.CHANGE_DIRECTION: _l("变更定向"),
        VariationKind.CHANGE_POST: _l("变更岗位"),
        VariationKind.CHANGE_ASSESSOR: _l("变更考评员"),
        VariationKind.POSTPONE: _l("延期"),
        VariationKind.MOVE_SESSION: _l("调课"),
        VariationKind.CHANGE_TEACHER: _l("代课"),
        VariationKind.MAKE_UP: _l("补课"),
        VariationKind.TRANSFER: _l("转班"),
        VariationKind.MERGE: _l("并班"),
        VariationKind.CANCEL: _l("取消班次"),
    }
)
labels(
    {
        VariationStatus.ASKED: _l("待审批"),
        VariationStatus.APPROVED: _l("已批准"),
        VariationStatus.REFUSED: _l("未批准"),
        VariationStatus.IN_FORCE: _l("已先执行，待追认"),
        VariationStatus.NOT_RATIFIED: _l("没有追认"),
    },
    tones={
        VariationStatus.ASKED: "info",
        VariationStatus.APPROVED: "ok",
        VariationStatus.REFUSED: "bad",
        VariationStatus.IN_FORCE: "warn",
        VariationStatus.NOT_RATIFIED: "bad",
    },
)
labels(
    {
        VariationStep.APPROVE: _l("批准变更"),
        VariationStep.REFUSE: _l("不予批准"),
        VariationStep.ENFORCE: _l("紧急变更，先执行"),
        VariationStep.RATIFY: _l("追认"),
        VariationStep.REJECT: _l("不予追认"),
        VariationStep.LAPSE: _l("逾期没有追认"),
    }
)
labels(
    {
        LeaveKind.ILLNESS: _l("生病"),
        LeaveKind.FAMILY: _l("家里有事"),
        LeaveKind.FARMING: _l("农忙"),
        LeaveKind.WORK: _l("要做工"),
        LeaveKind.OTHER: _l("别的事"),
    }
)
labels(
    {
        Emergency.WEATHER: _l("下雨、大风或者高温"),
        Emergency.ILLNESS: _l("老师病了"),
        Emergency.POWER: _l("停电停水"),
        Emergency.SITE: _l("场地用不了"),
        Emergency.OTHER: _l("别的急事"),
    }
)
constraint_messages(
    {
        "ck_variations_not_decided_by_the_asker": _l("变更是您自己申请的，要由另一个人审批。"),
        "ck_variations_reported_before_the_session": _l("紧急变更要在上课以前报告。"),
        "law_fixes_by_approved_variation": _l("四定的改动必须有已批准的变更申请。"),
        "law_makeups_within_missed": _l("补课的学时不能多于缺的学时。"),
        "ex_leaves_no_overlap": _l("这个人这几天已经请过假了。"),
    }
)


class ClassFix(Model):
    """One version of the four fixes of a class, as approved, with its hash."""

    __tablename__ = "class_fixes"
    __table_args__ = (
        CheckConstraint("version = 1 OR variation_id IS NOT NULL", name="changed_by_variation"),
        UniqueConstraint("variation_id", "class_id", name="uq_class_fixes_variation"),
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
        CheckConstraint("(status IN ('asked', 'in_force')) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint(
            "decided_by <> asked_by OR kind IN ('refill', 'withdraw', 'cancel')", name="not_decided_by_the_asker"
        ),
        CheckConstraint("(kind IN ('transfer', 'merge')) = (other_class_id IS NOT NULL)", name="of_two_classes"),
        CheckConstraint("other_class_id <> class_id", name="two_different_classes"),
        CheckConstraint(
            "status NOT IN ('in_force', 'not_ratified') OR ratify_by IS NOT NULL", name="only_emergencies_in_force"
        ),
        CheckConstraint(
            "ratify_by IS NULL OR (session_starts_at IS NOT NULL AND asked_at < session_starts_at)",
            name="reported_before_the_session",
        ),
        Index("ix_variations_ratify_by", "ratify_by", postgresql_where=text("status = 'in_force'")),
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
    other_class_id: Mapped[int | None] = fk("classes.id", nullable=True)
    """The second class of a transfer or a merger."""
    session_starts_at: Mapped[UtcTime | None]
    """Of an emergency: when the session was to start."""
    ratify_by: Mapped[UtcTime | None]
    """Of an emergency: until when the bureau is to ratify it."""
    training_class: Mapped[TrainingClass] = relationship(lazy="select", foreign_keys=[class_id])
    other_class: Mapped[TrainingClass | None] = relationship(lazy="select", foreign_keys=[other_class_id])

    @property
    def class_ids(self) -> list[int]:
        """The classes it changes, in the order in which their rows are held."""
        return sorted({self.class_id, *([self.other_class_id] if self.other_class_id is not None else [])})

    @property
    def ratify_on(self) -> date | None:
        """The last day on which an emergency may be ratified."""
        return clock.local(self.ratify_by - timedelta(minutes=1)).date() if self.ratify_by is not None else None

    @property
    def unratified(self) -> bool:
        """Whether it was an emergency that nobody ratified, or not in time."""
        late = self.status == VariationStatus.IN_FORCE and self.ratify_by is not None and self.ratify_by <= clock.now()
        return late or self.status == VariationStatus.NOT_RATIFIED

    @property
    def school_id(self) -> int:
        """The school that asked, as events know it."""
        return self.training_class.school_id

    @property
    def region_code(self) -> str:
        """Where the class is held, as events know it."""
        return self.training_class.region_code


class MakeupSeat(Model):
    """Who comes to a make-up session; the others have that half-day off."""

    __tablename__ = "makeup_seats"

    session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"), primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), primary_key=True, index=True)


class Leave(Model):
    """Days on which somebody on the roster stays away, told beforehand; nobody has to approve it."""

    __tablename__ = "leaves"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_start"),
        CheckConstraint("(taken_back_at IS NULL) = (taken_back_by IS NULL)", name="taken_back_by_somebody"),
        ExcludeConstraint(
            (text("int8range(seat_id, seat_id, '[]')"), "&&"),
            (text("daterange(first_on, last_on, '[]')"), "&&"),
            name="ex_leaves_no_overlap",
            using="gist",
            where=text("taken_back_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id")
    seat_id: Mapped[int] = fk("seats.id")
    first_on: Mapped[date]
    last_on: Mapped[date]
    kind: Mapped[LeaveKind] = enum_column(LeaveKind)
    note: Mapped[str] = mapped_column(String(120), default="")
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_by_name: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[UtcTime]
    taken_back_at: Mapped[UtcTime | None]
    taken_back_by: Mapped[str | None] = mapped_column(String(40))
    seat: Mapped[Seat] = relationship(lazy="joined")
