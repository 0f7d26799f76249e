"""What a filing holds beyond the four fixes: the plan of teaching, assessment and evidence; what the lock books."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZMULTIRANGE, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.classes.rules import SessionKind
from app.classes.rules.teaching import EvidenceWay, ResourceKind
from app.kernel.database import Id, Model, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.schools.models import Machine


class Booked(StrEnum):
    """What an approved class has to itself while it meets."""

    ROOM = "room"
    SITE = "site"
    TEACHER = "teacher"
    MACHINE = "machine"


labels({ResourceKind.TEXTBOOK: _l("教材"), ResourceKind.DIGITAL: _l("数字课程"), ResourceKind.CONSUMABLE: _l("耗材")})
labels(
    {
        EvidenceWay.ROTATING_CODE: _l("扫教师屏幕上的动态码"),
        EvidenceWay.OWN_CODE: _l("教师扫学员自己的码"),
        EvidenceWay.ROLL_CALL: _l("教师点名"),
        EvidenceWay.PAPER: _l("纸质签到表"),
        EvidenceWay.WITNESSED: _l("见证按手印"),
        EvidenceWay.ONLINE: _l("线上学习记录"),
        EvidenceWay.GROUP: _l("集中学点名"),
    }
)
labels({Booked.ROOM: _l("教室"), Booked.SITE: _l("场地"), Booked.TEACHER: _l("教师"), Booked.MACHINE: _l("设备")})
constraint_messages(
    {
        "law_plan_locked": _l("开班批准后，教学计划、资源、考核方案和签到办法只能通过变更申请改动。"),
        "ex_class_bookings_room": _l("同一时间这间教室已经批给了另一个班（F21）。"),
        "ex_class_bookings_site": _l(
            "同一时间这个场地已经批给了另一个班（F21）。一处能同时上两个班的，请学校先登记教室。"
        ),
        "ex_class_bookings_teacher": _l("同一时间这位老师已经在另一个批准的班上课（F13）。"),
        "ex_class_bookings_machine": _l("同一时间这台设备已经批给了另一个班。"),
        "law_room_of_site": _l("教室要在这个班的培训地点里。"),
        "law_machine_of_site": _l("设备要在这个班的培训地点里。"),
        "ck_teaching_units_hours_sensible": _l("每个单元的学时应当是 1 到 400。"),
    }
)


class TeachingUnit(Model):
    """One unit of the teaching plan 教学计划; hours are standard hours."""

    __tablename__ = "teaching_units"
    __table_args__ = (
        UniqueConstraint("class_id", "number", name="uq_teaching_units_number"),
        CheckConstraint("hours BETWEEN 1 AND 400", name="hours_sensible"),
    )

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id", index=False)
    number: Mapped[int] = mapped_column(SmallInteger)
    topic: Mapped[str] = mapped_column(String(120))
    kind: Mapped[SessionKind] = enum_column(SessionKind)
    hours: Mapped[int] = mapped_column(SmallInteger)


class ClassResource(Model):
    """A textbook, a digital course or material of a class 教学资源."""

    __tablename__ = "class_resources"

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id")
    kind: Mapped[ResourceKind] = enum_column(ResourceKind)
    name: Mapped[str] = mapped_column(String(120))
    amount: Mapped[str] = mapped_column(String(40), default="")


class ClassMachine(Model):
    """A machine that a class practices on."""

    __tablename__ = "class_machines"

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machines.id"), primary_key=True, index=True)
    machine: Mapped[Machine] = relationship(lazy="joined")


class AssessmentPlan(Model):
    """When, where and what is assessed 考核方案; the assessor is the class's."""

    __tablename__ = "assessment_plans"

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    on: Mapped[date]
    place: Mapped[str] = mapped_column(String(120))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Each with `part` (theory or practice), `name` and `full_marks`."""


class EvidencePlan(Model):
    """How each hour will be shown 证据方案: ways of signing, photos, mid-session checks, whether a place is asked."""

    __tablename__ = "evidence_plans"
    __table_args__ = (CheckConstraint("photos_a_session BETWEEN 0 AND 50", name="photos_sensible"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    ways: Mapped[list[str]] = mapped_column(JSONB)
    photos_a_session: Mapped[int] = mapped_column(SmallInteger)
    mid_checks: Mapped[bool]
    place_asked: Mapped[bool]


def _booked_once(kind: Booked) -> ExcludeConstraint:
    return ExcludeConstraint(
        (text("int8range(resource_id, resource_id, '[]')"), "&&"),
        (text("times"), "&&"),
        name=f"ex_class_bookings_{kind.value}",
        using="gist",
        where=text(f"kind = '{kind.value}'"),
    )


class ClassBooking(Model):
    """What a locked class has to itself and when; written by the database alone, so that no door books twice."""

    __tablename__ = "class_bookings"
    __table_args__ = tuple(_booked_once(kind) for kind in Booked)

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    kind: Mapped[Booked] = enum_column(Booked, primary_key=True)
    resource_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """A room, a site without rooms, a machine; of a teacher the smallest number of all entries of the same person."""
    times: Mapped[Any] = mapped_column(TSTZMULTIRANGE)
