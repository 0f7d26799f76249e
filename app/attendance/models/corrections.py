"""Corrections: asked by one person, confirmed by another; a doubt where they come after the results."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.attendance.models.entries import AttendanceEntry
from app.attendance.rules import CorrectionStatus, Presence
from app.classes.models import TrainingClass
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l

constraint_messages(
    {
        "uq_corrections_open": _l("这条记录已经有人申请更正了，等另一个人确认。"),
        "ck_corrections_confirmed_by_another": _l("更正是您自己提的，要由另一个人来确认。"),
    }
)


class Correction(Model):
    """What somebody says an entry should have been, and why; it counts once a second person confirms it."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index("uq_corrections_open", "entry_id", unique=True, postgresql_where=text("status = 'asked'")),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="confirmed_by_another"),
        CheckConstraint("(status IN ('asked', 'doubted')) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("reason <> ''", name="with_reason"),
        CheckConstraint("presence NOT IN ('leave', 'absent') OR hours = 0", name="absent_without_hours"),
    )

    id: Mapped[Id]
    status: Mapped[CorrectionStatus] = enum_column(CorrectionStatus, index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("attendance_entries.id"), index=True)
    class_id: Mapped[int] = fk("classes.id")
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    """Where the class is held: whose bureau may look at it."""
    presence: Mapped[Presence] = enum_column(Presence)
    hours: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(String(200))
    paper_id: Mapped[int | None] = fk("uploads.id", nullable=True)
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[UtcTime]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[UtcTime | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    entry: Mapped[AttendanceEntry] = relationship(lazy="joined", foreign_keys=[entry_id])
    training_class: Mapped[TrainingClass] = relationship(lazy="select")
