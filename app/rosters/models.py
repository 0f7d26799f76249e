"""Plans: so many people, by course, order and township, for a budget; then by name."""

from sqlalchemy import CheckConstraint, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words, flow_words
from app.courses.models import Course
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.orders.models import Order
from app.people.models import Person
from app.regions.models import Region
from app.rosters.rules import NAMED, UNNAMED
from app.rosters.rules import PLAN_FLOW as PLAN_FLOW
from app.rosters.rules import PlanStatus as PlanStatus
from app.rosters.rules import PlanStep as PlanStep
from app.rosters.rules import Trained as Trained

flow_words("plans", PlanStatus, PlanStep)
labels(
    {PlanStatus.DRAFT: _l("拟定中"), PlanStatus.CONFIRMED: _l("已下达"), PlanStatus.CLOSED: _l("已结束")},
    tones={PlanStatus.DRAFT: "info", PlanStatus.CONFIRMED: "ok"},
)
labels(
    {PlanStep.CONFIRM: _l("下达计划"), PlanStep.REOPEN: _l("退回修改"), PlanStep.CLOSE: _l("结束计划")},
    tones={PlanStep.CONFIRM: "ok", PlanStep.REOPEN: "warn"},
)
action_words({NAMED: _l("加入名单"), UNNAMED: _l("移出名单")})
labels({Trained.NEVER: _l("没享受过补贴培训"), Trained.NOT_THIS: _l("没学过这个工种等级"), Trained.ANY: _l("不限")})
constraint_messages(
    {
        "uq_plan_names_person": _l("这个人已经在名单上了。"),
        "ck_plans_headcount_sensible": _l("计划人数要在 1 到 2000 之间。"),
    }
)


class Plan(Model):
    """So many people of a township to be trained in a course, for an order where the mode has one, out of a budget."""

    __tablename__ = "plans"
    __table_args__ = (CheckConstraint("headcount BETWEEN 1 AND 2000", name="headcount_sensible"),)

    id: Mapped[Id]
    status: Mapped[PlanStatus] = enum_column(PlanStatus)
    title: Mapped[str] = mapped_column(String(80))
    region_code: Mapped[RegionCode]
    """The township (or county) the people come from."""
    year: Mapped[int] = mapped_column(SmallInteger)
    course_id: Mapped[int] = fk("courses.id")
    order_id: Mapped[int | None] = fk("orders.id", nullable=True)
    budget_id: Mapped[int] = fk("budgets.id")
    headcount: Mapped[int] = mapped_column(SmallInteger)
    estimate_fen: Mapped[Fen]
    """The most the plan can cost under the policy on the day it was made."""
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[UtcTime]
    course: Mapped[Course] = relationship(lazy="joined")
    order: Mapped[Order | None] = relationship(lazy="joined")
    region: Mapped[Region] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict


class PlanName(Model):
    """One person on a plan's name list (名单)."""

    __tablename__ = "plan_names"
    __table_args__ = (UniqueConstraint("plan_id", "person_id", name="uq_plan_names_person"),)

    id: Mapped[Id]
    plan_id: Mapped[int] = fk("plans.id")
    person_id: Mapped[int] = fk("people.id")
    why: Mapped[str] = mapped_column(String(120), default="")
    """The filter that found the person, in words."""
    added_by: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[UtcTime]
    person: Mapped[Person] = relationship(lazy="joined")
