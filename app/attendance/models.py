"""Attendance entries: append-only; a correction is a new entry that names the one it corrects."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.attendance.rules import Method as Method
from app.attendance.rules import Presence as Presence
from app.attendance.rules import Standing as Standing
from app.audit.words import action_words
from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels

action_words({"attendance_marked": _l("点名"), "attendance_corrected": _l("更正考勤")})
labels(
    {
        Presence.PRESENT: _l("出勤"),
        Presence.LATE: _l("迟到早退"),
        Presence.LEAVE: _l("请假"),
        Presence.ABSENT: _l("缺勤"),
    },
    tones={Presence.PRESENT: "ok", Presence.LATE: "warn", Presence.LEAVE: "info", Presence.ABSENT: "bad"},
)
labels(
    {
        Method.ROLL_CALL: _l("教师点名"),
        Method.PAPER: _l("纸质签到补录"),
        Method.WITNESSED: _l("见证按手印"),
        Method.ONLINE: _l("线上记录"),
    }
)
labels(
    {
        Standing.REACHED: _l("已经够了"),
        Standing.ON_COURSE: _l("目前够"),
        Standing.BEHIND: _l("目前不够"),
        Standing.OUT_OF_REACH: _l("已经够不到"),
        Standing.UNASKED: _l("政策没有规定"),
    },
    tones={
        Standing.REACHED: "ok",
        Standing.ON_COURSE: "info",
        Standing.BEHIND: "warn",
        Standing.OUT_OF_REACH: "bad",
    },
)
constraint_messages(
    {
        "law_attendance_in_place": _l("这条考勤与班次、座位或课时对不上。"),
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
    )

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id")
    session_id: Mapped[int] = fk("class_sessions.id")
    seat_id: Mapped[int] = fk("seats.id")
    presence: Mapped[Presence] = enum_column(Presence)
    method: Mapped[Method] = enum_column(Method)
    hours: Mapped[int] = mapped_column(SmallInteger)
    """Standard hours credited, at most the session's."""
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_entries.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[UtcTime]
    by_key: Mapped[str] = mapped_column(String(40))
