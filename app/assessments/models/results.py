"""Marks by the assessor, and the outcome that follows from rules."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.assessments.rules import Counting
from app.audit.words import action_words
from app.kernel.database import Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels

labels({Counting.BEST: _l("取较好的一次"), Counting.LAST: _l("以补考为准")})
action_words({"marks_entered": _l("登记成绩"), "results_confirmed": _l("公布考核结果")})
constraint_messages(
    {
        "ck_marks_out_of_hundred": _l("分数要在 0 到 100 之间。"),
        "ck_marks_absent_without_marks": _l("没有参加考核的人不填分数。"),
        "law_marks_until_confirmed": _l("考核结果已经确认，成绩不能再改。"),
        "law_outcomes_from_records": _l("考核结果必须和考勤、成绩的记录一致。"),
        "law_attendance_until_confirmed": _l("考核结果已经确认，考勤不能再改。"),
        "pk_outcomes": _l("考核结果已经确认过了。"),
    }
)


class Mark(Model):
    """Theory and practice of one seat in one sitting, 0 to 100, made of the items; until the results are confirmed."""

    __tablename__ = "marks"
    __table_args__ = (
        CheckConstraint(
            "(theory IS NULL OR theory BETWEEN 0 AND 100) AND (practice IS NULL OR practice BETWEEN 0 AND 100)",
            name="out_of_hundred",
        ),
        CheckConstraint("NOT absent OR (theory IS NULL AND practice IS NULL)", name="absent_without_marks"),
        ForeignKeyConstraint(
            ["class_id", "sitting", "seat_id"],
            ["assessment_listed.class_id", "assessment_listed.sitting", "assessment_listed.seat_id"],
            name="fk_marks_listed",
        ),
    )

    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), primary_key=True)
    sitting: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=1, server_default=text("1"))
    """1, or 2 for the resit, whose marks stand beside the first."""
    class_id: Mapped[int] = fk("classes.id")
    theory: Mapped[int | None] = mapped_column(SmallInteger)
    practice: Mapped[int | None] = mapped_column(SmallInteger)
    absent: Mapped[bool] = mapped_column(default=False)
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[UtcTime]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict


class Outcome(Model):
    """What rules made of presence and marks when the assessor confirmed the class's results; never a tick."""

    __tablename__ = "outcomes"
    __table_args__ = (
        UniqueConstraint("seat_id", "present_enough", "passed", name="uq_outcomes_for_certificate"),
        CheckConstraint("NOT passed OR present_enough", name="passed_only_if_present"),
        CheckConstraint("NOT passed OR (theory IS NOT NULL AND practice IS NOT NULL)", name="passed_with_marks"),
        CheckConstraint("attended_hours >= 0 AND planned_hours > 0", name="hours_positive"),
    )

    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), primary_key=True)
    class_id: Mapped[int] = fk("classes.id")
    attended_hours: Mapped[int] = mapped_column(SmallInteger)
    planned_hours: Mapped[int] = mapped_column(SmallInteger)
    theory: Mapped[int | None] = mapped_column(SmallInteger)
    practice: Mapped[int | None] = mapped_column(SmallInteger)
    counted: Mapped[Counting] = enum_column(Counting, default=Counting.LAST, server_default=text("'last'"))
    """Which sitting counted where there were two, as the policy said."""
    present_enough: Mapped[bool]
    passed: Mapped[bool]
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    """Rule, figure and words for each threshold asked."""
    policy_pack_id: Mapped[int] = fk("policy_packs.id")
    at: Mapped[UtcTime]
    by_key: Mapped[str] = mapped_column(String(40))
