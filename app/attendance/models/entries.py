"""The settled record of one person's half-day: append-only; a correction is a new entry that names the one it corrects.

Its hours are never typed freely: the database refuses more than the person's signings support.
"""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.attendance.rules import Presence, Way
from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l

constraint_messages(
    {
        "law_attendance_in_place": _l("这条考勤与班次、座位或课时对不上。"),
        "law_attendance_supported": _l("签到记录不支持这么多学时。"),
        "uq_attendance_entries_first": _l("这个人这半天已经点过名了，要改请用更正。"),
        "uq_attendance_entries_corrects": _l("这条记录刚刚被别人更正过，请刷新后再看。"),
    }
)


class AttendanceEntry(Model):
    """One person's presence in one half-day session; the entry that nothing corrects counts."""

    __tablename__ = "attendance_entries"
    __table_args__ = (
        Index(
            "uq_attendance_entries_first",
            "session_id",
            "seat_id",
            unique=True,
            postgresql_where=text("corrects_id IS NULL"),
        ),
        Index("uq_attendance_entries_corrects", "corrects_id", unique=True),
        CheckConstraint("hours >= 0", name="hours_positive"),
        CheckConstraint("presence NOT IN ('leave', 'absent') OR hours = 0", name="absent_without_hours"),
        CheckConstraint("corrects_id IS NULL OR reason <> ''", name="correction_with_reason"),
        CheckConstraint("grace_minutes BETWEEN 0 AND 60", name="grace_sensible"),
        CheckConstraint("missed_percent BETWEEN 0 AND 100", name="missed_of_hundred"),
    )

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id")
    session_id: Mapped[int] = fk("class_sessions.id")
    seat_id: Mapped[int] = fk("seats.id")
    presence: Mapped[Presence] = enum_column(Presence)
    method: Mapped[Way] = enum_column(Way)
    hours: Mapped[int] = mapped_column(SmallInteger)
    """Standard hours credited, at most what the signings support."""
    grace_minutes: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    missed_percent: Mapped[int | None] = mapped_column(SmallInteger)
    """The policy's figures by which the hours were worked out."""
    grounds: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'::jsonb"))
    """Why the hours are what they are: sentences with their parameters."""
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_entries.id"))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id", use_alter=True))
    """The confirmed correction this entry carries out; empty where it only follows the signings."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[UtcTime]
    by_key: Mapped[str] = mapped_column(String(40))
