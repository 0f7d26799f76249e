"""Courses on the menu."""

from sqlalchemy import CheckConstraint, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organization
from app.audit.words import flow_words
from app.courses.rules import CourseStatus, CourseStep, Delivery
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.occupations.models import Occupation

flow_words("courses", CourseStatus, CourseStep)
labels(
    {
        CourseStatus.DRAFT: _l("草稿"),
        CourseStatus.OFFERED: _l("待审核"),
        CourseStatus.RETURNED: _l("已退回"),
        CourseStatus.LISTED: _l("已上菜单"),
        CourseStatus.WITHDRAWN: _l("已下架"),
    },
    tones={CourseStatus.OFFERED: "info", CourseStatus.RETURNED: "warn", CourseStatus.LISTED: "ok"},
)
labels(
    {
        CourseStep.OFFER: _l("提交审核"),
        CourseStep.RETURN: _l("退回"),
        CourseStep.LIST: _l("上菜单"),
        CourseStep.WITHDRAW: _l("下架"),
    },
    tones={CourseStep.OFFER: "info", CourseStep.RETURN: "warn", CourseStep.LIST: "ok", CourseStep.WITHDRAW: "bad"},
)
labels(
    {
        Delivery.SITE: _l("到校上课"),
        Delivery.VILLAGE: _l("送教进村"),
        Delivery.BOTH: _l("到校或进村"),
        Delivery.ONLINE: _l("线上"),
    }
)
constraint_messages({"ck_courses_hours_positive": _l("理论和实操学时合起来要大于 0。")})


class Course(Model):
    """What can be learned, from whom, in which mode; hours are standard hours (标准学时, 45 minutes)."""

    __tablename__ = "courses"
    __table_args__ = (
        CheckConstraint(
            "theory_hours >= 0 AND practice_hours >= 0 AND theory_hours + practice_hours > 0", name="hours_positive"
        ),
        CheckConstraint("level BETWEEN 0 AND 5", name="level_known"),
    )

    id: Mapped[Id]
    status: Mapped[CourseStatus] = enum_column(CourseStatus)
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    """The school's region, for whom it is listed."""
    mode: Mapped[str] = mapped_column(String(40), index=True)
    """A mode of the policy pack, e.g. 'order_training'."""
    base_mode: Mapped[str] = mapped_column(String(40), default="")
    """For an online course: the mode that decides what is required."""
    title: Mapped[str] = mapped_column(String(60))
    title_pinyin: Mapped[str] = mapped_column(String(200), default="")
    occupation_id: Mapped[int] = fk("occupations.id")
    level: Mapped[int] = mapped_column(SmallInteger)
    """5 (初级工) to 1 (高级技师); 0 for a training without a level."""
    rate_class: Mapped[str] = mapped_column(String(40), default="")
    """The pack's class of occupations that decides the rate."""
    theory_hours: Mapped[int] = mapped_column(SmallInteger)
    practice_hours: Mapped[int] = mapped_column(SmallInteger)
    delivery: Mapped[Delivery] = enum_column(Delivery)
    syllabus: Mapped[str] = mapped_column(Text)
    benefits: Mapped[str] = mapped_column(String(400), default="")
    """What the trainee gets: certificate, post, meals, insurance."""
    trade: Mapped[str] = mapped_column(String(40), default="default")
    """The key of the picture."""
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[UtcTime]
    organization: Mapped[Organization] = relationship(
        lazy="joined", primaryjoin="foreign(Course.school_id) == Organization.id", viewonly=True
    )
    occupation: Mapped[Occupation] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict

    @property
    def hours(self) -> int:
        """All standard hours."""
        return self.theory_hours + self.practice_hours

    @property
    def deciding_mode(self) -> str:
        """The mode that decides what is required: an online course follows its base mode."""
        return self.base_mode or self.mode
