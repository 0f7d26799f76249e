"""An inspection of one half-day, and what was found of each person on the roster."""

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import flow_words
from app.classes.models import ClassSession, Seat, TrainingClass
from app.inspections.rules import InspectionStatus, InspectionStep, Reason, Result, Way
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels

flow_words("inspections", InspectionStatus, InspectionStep)
labels(
    {
        InspectionStatus.PLANNED: _l("待督查"),
        InspectionStatus.DONE: _l("已督查"),
        InspectionStatus.ANSWERED: _l("学校已答复"),
        InspectionStatus.ACCEPTED: _l("整改已认可"),
        InspectionStatus.CALLED_OFF: _l("没有去"),
    },
    tones={
        InspectionStatus.PLANNED: "info",
        InspectionStatus.DONE: "info",
        InspectionStatus.ANSWERED: "warn",
        InspectionStatus.ACCEPTED: "ok",
    },
)
labels(
    {
        InspectionStep.CARRY_OUT: _l("现场督查"),
        InspectionStep.CALL_OFF: _l("取消督查"),
        InspectionStep.ANSWER: _l("学校答复"),
        InspectionStep.SEND_BACK: _l("退回答复"),
        InspectionStep.ACCEPT: _l("认可整改"),
    }
)
labels(
    {Result.PASSED: _l("合格"), Result.DEFECTS: _l("有问题，要整改"), Result.FAILED: _l("不合格，先停课")},
    tones={Result.PASSED: "ok", Result.DEFECTS: "warn", Result.FAILED: "bad"},
)
labels({Way.ON_SITE: _l("现场填写"), Way.PAPER: _l("纸质补录")})
labels(
    {
        Reason.DENIAL: _l("否认报名"),
        Reason.PICTURE: _l("影像疑点"),
        Reason.EMERGENCY: _l("没有追认的紧急变更"),
        Reason.FAILURE: _l("以前督查不合格"),
        Reason.NEW_SCHOOL: _l("新列入目录的机构"),
        Reason.UNIFORM: _l("考勤过于整齐"),
    }
)
constraint_messages(
    {
        "uq_inspections_planned": _l("这节课已经安排了督查。"),
        "ck_inspections_resumed_by_another": _l("认可整改的人不能自己恢复上课，要由另一个人来办。"),
    }
)


class Inspection(Model):
    """Somebody goes to see one half-day, or went; the school learns of it afterwards."""

    __tablename__ = "inspections"
    __table_args__ = (
        Index("uq_inspections_planned", "session_id", unique=True, postgresql_where=text("status = 'planned'")),
        CheckConstraint(
            "(status IN ('planned', 'called_off')) = (result IS NULL) AND (result IS NULL) = (done_at IS NULL)",
            name="found_when_done",
        ),
        CheckConstraint("(result IS NULL) = (head_count IS NULL)", name="counted_when_done"),
        CheckConstraint("head_count >= 0 AND unlisted >= 0 AND unlisted <= head_count", name="counts_sensible"),
        CheckConstraint("result IS NULL OR result = 'passed' OR findings <> ''", name="findings_said"),
        CheckConstraint("(status = 'accepted') = (mended_by IS NOT NULL)", name="accepted_by_someone"),
        CheckConstraint("resumed_by IS NULL OR resumed_by <> mended_by", name="resumed_by_another"),
    )

    id: Mapped[Id]
    status: Mapped[InspectionStatus] = enum_column(InspectionStatus, index=True)
    session_id: Mapped[int] = fk("class_sessions.id")
    class_id: Mapped[int] = fk("classes.id")
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    draw_id: Mapped[int | None] = fk("inspection_draws.id", nullable=True)
    """None where somebody planned it for a reason."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    planned_at: Mapped[UtcTime]
    planned_by: Mapped[str] = mapped_column(String(40))
    way: Mapped[Way | None] = enum_column(Way)
    result: Mapped[Result | None] = enum_column(Result)
    head_count: Mapped[int | None] = mapped_column(SmallInteger)
    """Trainees in the room, whether on the roster or not."""
    unlisted: Mapped[int | None] = mapped_column(SmallInteger)
    """Of them, not on the roster."""
    findings: Mapped[str] = mapped_column(String(1000), default="")
    done_at: Mapped[UtcTime | None]
    """When they were there."""
    entered_at: Mapped[UtcTime | None]
    done_by: Mapped[str | None] = mapped_column(String(40))
    suspended: Mapped[bool] = mapped_column(default=False)
    """The class was suspended for it."""
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[UtcTime | None]
    answered_by: Mapped[str | None] = mapped_column(String(40))
    mended_by: Mapped[str | None] = mapped_column(String(40))
    mended_at: Mapped[UtcTime | None]
    resumed_by: Mapped[str | None] = mapped_column(String(40))
    resumed_at: Mapped[UtcTime | None]
    session: Mapped[ClassSession] = relationship(lazy="joined")
    training_class: Mapped[TrainingClass] = relationship(lazy="joined")


class InspectionPerson(Model):
    """One person of the roster at an inspection: there or not, and what they answered when asked."""

    __tablename__ = "inspection_people"
    __table_args__ = (
        UniqueConstraint("inspection_id", "seat_id", name="uq_inspection_people_seat"),
        CheckConstraint("there OR agreed IS NULL", name="asked_face_to_face"),
    )

    id: Mapped[Id]
    inspection_id: Mapped[int] = fk("inspections.id", index=False)
    seat_id: Mapped[int] = fk("seats.id")
    there: Mapped[bool]
    agreed: Mapped[bool | None]
    """Whether they agreed to be in this class; None: not asked."""
    seat: Mapped[Seat] = relationship(lazy="joined")
