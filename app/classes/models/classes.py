"""Classes, their terms and their timetable."""

from datetime import date
from enum import StrEnum

from flask_babel import LazyString
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organization
from app.audit.words import action_words, flow_words
from app.classes.rules import ClassAct, ClassStatus, ClassStep, Half, SessionKind
from app.courses.models import Course
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.orders.models import Order
from app.regions.models import Region
from app.schools.models import Instructor, Site

flow_words("classes", ClassStatus, ClassStep)
labels(
    {
        ClassStatus.DRAFT: _l("草稿"),
        ClassStatus.OPEN: _l("预报名中"),
        ClassStatus.FILED: _l("开班待审"),
        ClassStatus.RETURNED: _l("退回修改"),
        ClassStatus.APPROVED: _l("已批准"),
        ClassStatus.RUNNING: _l("培训中"),
        ClassStatus.SUSPENDED: _l("已暂停"),
        ClassStatus.ENDED: _l("培训结束"),
        ClassStatus.ASSESSED: _l("已考核"),
        ClassStatus.ARCHIVED: _l("已归档"),
        ClassStatus.CANCELLED: _l("已取消"),
    },
    tones={
        ClassStatus.OPEN: "info",
        ClassStatus.FILED: "info",
        ClassStatus.RETURNED: "warn",
        ClassStatus.APPROVED: "ok",
        ClassStatus.RUNNING: "ok",
        ClassStatus.SUSPENDED: "warn",
        ClassStatus.CANCELLED: "bad",
    },
)
labels(
    {
        ClassStep.OPEN: _l("开放预报名"),
        ClassStep.FILE: _l("申报开班"),
        ClassStep.RETURN: _l("退回修改"),
        ClassStep.APPROVE: _l("批准开班"),
        ClassStep.BEGIN: _l("开班"),
        ClassStep.BEGIN_TASTER: _l("开始体验"),
        ClassStep.SUSPEND: _l("暂停"),
        ClassStep.RESUME: _l("恢复"),
        ClassStep.END: _l("结束培训"),
        ClassStep.ASSESS: _l("确认考核结果"),
        ClassStep.ARCHIVE: _l("归档"),
        ClassStep.CLOSE_TASTER: _l("体验结束"),
        ClassStep.CANCEL: _l("取消班次"),
    }
)
labels({Half.MORNING: _l("上午"), Half.AFTERNOON: _l("下午"), Half.EVENING: _l("晚上")})
labels({SessionKind.THEORY: _l("理论"), SessionKind.PRACTICE: _l("实操")})
_acts: dict[StrEnum, LazyString] = {
    ClassAct.PLAN_CHANGED: _l("修改班次"),
    ClassAct.TIMETABLE_SET: _l("排课程表"),
    ClassAct.TEACHING_PLANNED: _l("填写教学方案"),
    ClassAct.POSTPONED: _l("延期"),
    ClassAct.POSTS_NAMED: _l("定岗"),
    ClassAct.VARIATION_ASKED: _l("申请变更"),
    ClassAct.VARIED: _l("变更生效"),
    ClassAct.REPORTED: _l("报告紧急变更"),
    ClassAct.LEAVE_ASKED: _l("请假"),
    ClassAct.LEAVE_TAKEN_BACK: _l("销假"),
    ClassAct.PLACES_RELEASED: _l("释放空名额的预留资金"),
    ClassAct.ORDER_LOST: _l("订单被撤回"),
    ClassAct.PAPER_PRINTED: _l("打印"),
    ClassAct.PAPER_SCANNED: _l("上传盖章件"),
    ClassAct.INVITED: _l("先请点单的人报名"),
}
labels(_acts)
action_words({str(act): words for act, words in _acts.items()})
constraint_messages(
    {
        "ck_classes_seats_within_capacity": _l("名额已满。"),
        "law_seats_counted": _l("座位数由系统按名单自动计算，不能手工改。"),
        "law_classes_locked": _l("开班批准后，定点、定员、定向、定岗只能通过变更申请改动。"),
        "uq_class_sessions_half": _l("同一天的同一个半天只能排一次课。"),
    }
)


class Term(Model):
    """Several classes (班) of one school run as one term (期)."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("school_id", "name", name="uq_terms_name"),)

    id: Mapped[Id]
    school_id: Mapped[int] = fk("schools.id")
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[UtcTime]


class TrainingClass(Model):
    """A course run once with one roster; its seats are counted by the database from the seats themselves."""

    __tablename__ = "classes"
    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 500", name="capacity_sensible"),
        CheckConstraint("seats_taken >= 0 AND seats_taken <= capacity", name="seats_within_capacity"),
        CheckConstraint("end_on >= start_on", name="ends_after_start"),
        CheckConstraint(
            "status IN ('draft', 'open', 'filed', 'returned', 'cancelled') OR NOT paid OR fix_version >= 1",
            name="locked_once_approved",
        ),
        CheckConstraint("paid OR budget_id IS NULL", name="taster_without_money"),
        ForeignKeyConstraint(
            ["id", "locked_version"],
            ["class_fixes.class_id", "class_fixes.version"],
            name="fk_classes_lock",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    status: Mapped[ClassStatus] = enum_column(ClassStatus, index=True)
    name: Mapped[str] = mapped_column(String(80))
    school_id: Mapped[int] = fk("schools.id")
    course_id: Mapped[int] = fk("courses.id")
    mode: Mapped[str] = mapped_column(String(40))
    """The deciding mode, copied from the course when the class was made."""
    paid: Mapped[bool]
    """Whether the mode is paid; a taster never is."""
    term_id: Mapped[int | None] = fk("terms.id", nullable=True)
    plan_id: Mapped[int | None] = fk("plans.id", nullable=True)
    region_code: Mapped[RegionCode]
    """Where it is held: the site's region."""
    site_id: Mapped[int] = fk("sites.id")
    order_id: Mapped[int | None] = fk("orders.id", nullable=True)
    direction_id: Mapped[int | None] = fk("organizations.id", nullable=True)
    """定向: the employer, workshop, buyer or village the people are trained for."""
    direction_note: Mapped[str] = mapped_column(String(120), default="")
    """定向 in words where it is no organization: an industry, own livelihood."""
    capacity: Mapped[int] = mapped_column(SmallInteger)
    seats_taken: Mapped[int] = mapped_column(SmallInteger, default=0)
    waiting_last: Mapped[int] = mapped_column(default=0)
    """The last number given out on the waiting list."""
    start_on: Mapped[date]
    end_on: Mapped[date]
    assessor_id: Mapped[int | None] = fk("instructors.id", nullable=True)
    budget_id: Mapped[int | None] = fk("budgets.id", nullable=True)
    policy_pack_id: Mapped[int | None] = fk("policy_packs.id", nullable=True)
    """The pack in force on the filing day (R15)."""
    filed_on: Mapped[date | None]
    refill_until_on: Mapped[date | None]
    """Day N of the policy: until then dropped places are refilled."""
    fix_version: Mapped[int] = mapped_column(SmallInteger, default=0)
    """0 before approval; 1 at approval; one more with every approved variation."""
    locked_version: Mapped[int | None] = mapped_column(SmallInteger)
    """The same as `fix_version` once locked; ties the class to its stored fixes."""
    opened_at: Mapped[UtcTime | None]
    invited_until: Mapped[UtcTime | None]
    """Until then only those who were invited may sign up; empty where the class is open to all at once."""
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[UtcTime]
    version: Mapped[int] = mapped_column(default=1)
    course: Mapped[Course] = relationship(lazy="joined")
    site: Mapped[Site] = relationship(lazy="joined")
    region: Mapped[Region] = relationship(lazy="joined")
    order: Mapped[Order | None] = relationship(lazy="select")
    direction: Mapped[Organization | None] = relationship(lazy="select", foreign_keys=[direction_id])
    assessor: Mapped[Instructor | None] = relationship(lazy="select")
    term: Mapped[Term | None] = relationship(lazy="select")
    school: Mapped[Organization] = relationship(
        lazy="select", primaryjoin="foreign(TrainingClass.school_id) == Organization.id", viewonly=True
    )
    sessions: Mapped[list["ClassSession"]] = relationship(
        lazy="select", order_by="ClassSession.starts_at", viewonly=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict

    @property
    def organization_id(self) -> int:
        """The school, as events know it."""
        return self.school_id

    @property
    def seats_left(self) -> int:
        """Seats nobody holds."""
        return self.capacity - self.seats_taken


class ClassInvitation(Model):
    """Who may sign up before all others: one person, or everybody of a village."""

    __tablename__ = "class_invitations"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (region_code IS NULL)", name="person_or_village"),
        Index("uq_class_invitations_person", "class_id", "person_id", unique=True),
        Index("uq_class_invitations_village", "class_id", "region_code", unique=True),
    )

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id", index=False)
    person_id: Mapped[int | None] = fk("people.id", nullable=True)
    region_code: Mapped[str | None] = mapped_column(String(12), ForeignKey("regions.code"))
    invited_at: Mapped[UtcTime]


class ClassSession(Model):
    """One half-day of a class's timetable; hours are standard hours."""

    __tablename__ = "class_sessions"
    __table_args__ = (
        UniqueConstraint(
            "class_id", "on", "half", name="uq_class_sessions_half", deferrable=True, initially="DEFERRED"
        ),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("hours BETWEEN 1 AND 8 OR (hours = 0 AND minutes > 0)", name="hours_sensible"),
    )

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id")
    on: Mapped[date]
    half: Mapped[Half] = enum_column(Half)
    starts_at: Mapped[UtcTime]
    ends_at: Mapped[UtcTime]
    hours: Mapped[int] = mapped_column(SmallInteger)
    minutes: Mapped[int] = mapped_column(SmallInteger, default=0)
    """For a taster, which is shorter than a standard hour."""
    kind: Mapped[SessionKind] = enum_column(SessionKind)
    topic: Mapped[str] = mapped_column(String(120))
    teacher_id: Mapped[int] = fk("instructors.id")
    room_id: Mapped[int | None] = fk("rooms.id", nullable=True)
    """Where the place has rooms; without one the half-day has the whole place to itself."""
    makes_up_id: Mapped[int | None] = fk("class_sessions.id", nullable=True)
    """The session that those in `makeup_seats` missed and come to make up for; none for an ordinary one."""
    teacher: Mapped[Instructor] = relationship(lazy="joined")
