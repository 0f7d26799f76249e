"""What is assessed, when, who was announced for it, the points by item, and who gave a resit up."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.assessments.rules import DoubtKind, Part, WaivedFor
from app.audit.words import action_words
from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels

action_words(
    {
        "assessment_listed": _l("报送考核名单"),
        "assessment_moved": _l("改考核日期"),
        "assessment_joined": _l("补进考核名单"),
        "assessment_items": _l("定考核项目"),
        "resit_waived": _l("登记放弃补考"),
        "result_sheet_printed": _l("打印成绩单"),
        "result_sheet_scanned": _l("上传签字成绩单"),
    }
)
labels({Part.THEORY: _l("理论"), Part.PRACTICE: _l("实操")})
labels({WaivedFor.GAVE_UP: _l("本人放弃补考"), WaivedFor.NOT_OFFERED: _l("政策不设补考")})
labels(
    {
        DoubtKind.CLONES: _l("分数雷同"),
        DoubtKind.RATE: _l("合格率异常"),
        DoubtKind.DISTRIBUTION: _l("平均分异常"),
        DoubtKind.UNIFORM: _l("打分没有差别"),
    }
)
constraint_messages(
    {
        "uq_assessment_sittings_number": _l("这一次考核已经报过名单了。"),
        "fk_marks_listed": _l("考核名单里没有这个人，先报送名单再录成绩。"),
        "law_marks_from_items": _l("理论和实操的成绩由各项分数合计得来，不能另填。"),
        "law_items_settled": _l("已经开始录成绩，考核项目不能再改。"),
        "law_resit_follows": _l("补考要在第一次考核之后另择日期，只给考过没有达到或者缺考的人。"),
        "law_outcome_after_resit": _l("没有达到的人，补考过或者登记了放弃补考，才能出结果。"),
    }
)


class AssessmentItem(Model):
    """One thing that is assessed in a class; settled once the first marks are entered."""

    __tablename__ = "assessment_items"
    __table_args__ = (
        UniqueConstraint("class_id", "number", name="uq_assessment_items_number"),
        CheckConstraint("full_marks BETWEEN 1 AND 1000", name="full_marks_sensible"),
        CheckConstraint("name <> ''", name="named"),
    )

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id")
    number: Mapped[int] = mapped_column(SmallInteger)
    part: Mapped[Part] = enum_column(Part)
    name: Mapped[str] = mapped_column(String(40))
    full_marks: Mapped[int] = mapped_column(SmallInteger)


class Sitting(Model):
    """The first assessment of a class, or its resit 补考: a day, announced with the list of who is assessed (R24)."""

    __tablename__ = "assessment_sittings"
    __table_args__ = (
        UniqueConstraint("class_id", "number", name="uq_assessment_sittings_number"),
        CheckConstraint("number >= 1", name="numbered"),
    )

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id")
    number: Mapped[int] = mapped_column(SmallInteger)
    """1 is the assessment, 2 the resit."""
    on: Mapped[date]
    place: Mapped[str] = mapped_column(String(120), default="")
    listed_at: Mapped[UtcTime]
    by_key: Mapped[str] = mapped_column(String(40))

    @property
    def is_resit(self) -> bool:
        """Whether this is a resit."""
        return self.number > 1


class Listed(Model):
    """Somebody on the list of a sitting; only they can be marked in it."""

    __tablename__ = "assessment_listed"
    __table_args__ = (
        ForeignKeyConstraint(
            ["class_id", "sitting"],
            ["assessment_sittings.class_id", "assessment_sittings.number"],
            name="fk_assessment_listed_sitting",
        ),
    )

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    sitting: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), primary_key=True, index=True)
    at: Mapped[UtcTime]


class ItemMark(Model):
    """The points of one seat for one item in one sitting."""

    __tablename__ = "item_marks"
    __table_args__ = (
        ForeignKeyConstraint(["seat_id", "sitting"], ["marks.seat_id", "marks.sitting"], name="fk_item_marks_mark"),
        CheckConstraint("points >= 0", name="points_positive"),
    )

    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), primary_key=True)
    sitting: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("assessment_items.id"), primary_key=True, index=True)
    points: Mapped[int] = mapped_column(SmallInteger)


class ResitWaiver(Model):
    """Why somebody who did not pass is not assessed again."""

    __tablename__ = "resit_waivers"
    __table_args__ = (CheckConstraint("reason <> ''", name="reasoned"),)

    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), primary_key=True)
    class_id: Mapped[int] = fk("classes.id")
    waived_for: Mapped[WaivedFor] = enum_column(WaivedFor)
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[UtcTime]
    by_key: Mapped[str] = mapped_column(String(40))
