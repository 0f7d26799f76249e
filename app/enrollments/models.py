"""Applications for a class: enrolled, or numbered on the waiting list."""

from typing import Any

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import flow_words
from app.classes.models import Seat, TrainingClass
from app.enrollments.rules import Consent, EnrollmentStatus, EnrollmentStep
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.people.models import Person

flow_words("enrollments", EnrollmentStatus, EnrollmentStep)
labels(
    {
        EnrollmentStatus.ENROLLED: _l("已报名"),
        EnrollmentStatus.WAITING: _l("候补中"),
        EnrollmentStatus.OFFERED: _l("轮到候补，等答复"),
        EnrollmentStatus.WITHDRAWN: _l("已退出"),
        EnrollmentStatus.LAPSED: _l("逾期未答复"),
        EnrollmentStatus.LEFT: _l("中途离班"),
        EnrollmentStatus.COMPLETED: _l("已结业"),
        EnrollmentStatus.NOT_REACHED: _l("未结业"),
        EnrollmentStatus.CANCELLED: _l("班次取消"),
        EnrollmentStatus.TRANSFERRED: _l("已转班"),
    },
    tones={
        EnrollmentStatus.ENROLLED: "ok",
        EnrollmentStatus.WAITING: "info",
        EnrollmentStatus.OFFERED: "warn",
        EnrollmentStatus.COMPLETED: "ok",
        EnrollmentStatus.LEFT: "warn",
        EnrollmentStatus.NOT_REACHED: "warn",
        EnrollmentStatus.CANCELLED: "bad",
    },
)
labels(
    {
        EnrollmentStep.OFFER: _l("轮到候补，请本人答复"),
        EnrollmentStep.ACCEPT: _l("接受名额"),
        EnrollmentStep.DECLINE: _l("放弃名额"),
        EnrollmentStep.LAPSE: _l("逾期未答复"),
        EnrollmentStep.WAIT_ON: _l("没有补上，继续候补"),
        EnrollmentStep.PROMOTE: _l("候补转正"),
        EnrollmentStep.WITHDRAW: _l("退出报名"),
        EnrollmentStep.LEAVE: _l("中途离班"),
        EnrollmentStep.COMPLETE: _l("结业"),
        EnrollmentStep.FALL_SHORT: _l("未达结业要求"),
        EnrollmentStep.CANCEL: _l("随班次取消"),
        EnrollmentStep.ANNUL: _l("查实不是本人的意思，作废"),
        EnrollmentStep.TRANSFER: _l("转到同一门课的另一个班"),
    }
)
labels(
    {
        Consent.OWN_CODE: _l("本人验证码确认"),
        Consent.SIGNED_SLIP: _l("本人签字单"),
        Consent.WITNESSED: _l("见证人在场按手印"),
    }
)
constraint_messages(
    {
        "uq_enrollments_person_active": _l("这个人已经报过这个班了。"),
        "enrollments.person_id": _l("这个人的两份登记刚刚合并了，请再试一次。"),
        "ck_enrollments_seat_or_number": _l("报名要么有座位，要么有候补号。"),
        "uq_enrollments_offer_place": _l("这个空出的名额已经留给另一位候补的人了。"),
    }
)


class Enrollment(Model):
    """One person's application for one class."""

    __tablename__ = "enrollments"
    __table_args__ = (
        Index(
            "uq_enrollments_person_active",
            "class_id",
            "person_id",
            unique=True,
            postgresql_where=text("status IN ('enrolled', 'waiting', 'offered')"),
        ),
        Index(
            "uq_enrollments_offer_place",
            "class_id",
            "offer_place",
            unique=True,
            postgresql_where=text("status = 'offered'"),
        ),
        Index("ix_enrollments_offer_until", "offer_until", postgresql_where=text("status = 'offered'")),
        Index("uq_enrollments_waiting_no", "class_id", "waiting_no", unique=True),
        Index("uq_enrollments_seat", "seat_id", unique=True),
        CheckConstraint("status <> 'enrolled' OR seat_id IS NOT NULL", name="enrolled_has_seat"),
        CheckConstraint("status <> 'waiting' OR (seat_id IS NULL AND waiting_no IS NOT NULL)", name="seat_or_number"),
        CheckConstraint(
            "status <> 'offered' OR (offer_until IS NOT NULL AND (seat_id IS NULL) = (offer_place IS NOT NULL))",
            name="offer_holds_a_place",
        ),
    )

    id: Mapped[Id]
    status: Mapped[EnrollmentStatus] = enum_column(EnrollmentStatus)
    class_id: Mapped[int] = fk("classes.id")
    person_id: Mapped[int] = fk("people.id")
    seat_id: Mapped[int | None] = fk("seats.id", nullable=True, index=False)
    waiting_no: Mapped[int | None]
    """The number on the waiting list, given once and kept."""
    priority: Mapped[bool] = mapped_column(default=False)
    """Whether the policy lets the person's group go first on the waiting list; as judged at sign-up."""
    offer_until: Mapped[UtcTime | None]
    """Until when the place offered from the waiting list is held for the person's answer."""
    offer_place: Mapped[int | None] = mapped_column(SmallInteger)
    """In a locked class: the dropped place that is offered; before the lock the seat itself is held."""
    accepted_at: Mapped[UtcTime | None]
    """When the person took the offered place of a locked class; the bureau decides on the refill."""
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    """The person's village, for the officer's area."""
    made_by: Mapped[str] = mapped_column(String(40))
    consent: Mapped[Consent] = enum_column(Consent)
    consent_upload_id: Mapped[int | None] = fk("uploads.id", nullable=True)
    consent_note: Mapped[str] = mapped_column(String(200), default="")
    """For a witnessed consent: who witnessed it, where."""
    verdict: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The eligibility verdict at sign-up: rule, reason, policy version."""
    created_at: Mapped[UtcTime]
    ended_at: Mapped[UtcTime | None]
    person: Mapped[Person] = relationship(lazy="joined")
    seat: Mapped[Seat | None] = relationship(lazy="joined")
    training_class: Mapped[TrainingClass] = relationship(lazy="joined")
