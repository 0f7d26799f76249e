"""Schools' sites, teachers and assessors, and their listing."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organization, User
from app.audit.words import action_words, flow_words
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.flow import Flow
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.regions.models import Region

action_words({"added": _l("添加"), "ended": _l("离开"), "closed": _l("停用"), "reopened": _l("重新启用")})


class SchoolStatus(StrEnum):
    """Where a school stands on the institution list."""

    DRAFT = "draft"
    FILED = "filed"
    LISTED = "listed"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class SchoolStep(StrEnum):
    """What happens to a school's listing."""

    FILE = "file"
    RETURN = "return"
    LIST = "list"
    SUSPEND = "suspend"
    RESUME = "resume"
    REMOVE = "remove"


SCHOOL_FLOW = Flow(
    "school",
    SchoolStatus.DRAFT,
    [
        (SchoolStep.FILE, [SchoolStatus.DRAFT], SchoolStatus.FILED),
        (SchoolStep.RETURN, [SchoolStatus.FILED], SchoolStatus.DRAFT),
        (SchoolStep.LIST, [SchoolStatus.FILED], SchoolStatus.LISTED),
        (SchoolStep.SUSPEND, [SchoolStatus.LISTED], SchoolStatus.SUSPENDED),
        (SchoolStep.RESUME, [SchoolStatus.SUSPENDED], SchoolStatus.LISTED),
        (SchoolStep.REMOVE, [SchoolStatus.LISTED, SchoolStatus.SUSPENDED], SchoolStatus.REMOVED),
    ],
)

flow_words("schools", SchoolStatus, SchoolStep)
labels(
    {
        SchoolStatus.DRAFT: _l("草稿"),
        SchoolStatus.FILED: _l("待审核"),
        SchoolStatus.LISTED: _l("在目录内"),
        SchoolStatus.SUSPENDED: _l("已暂停"),
        SchoolStatus.REMOVED: _l("已移出目录"),
    },
    tones={
        SchoolStatus.FILED: "info",
        SchoolStatus.LISTED: "ok",
        SchoolStatus.SUSPENDED: "warn",
        SchoolStatus.REMOVED: "bad",
    },
)
labels(
    {
        SchoolStep.FILE: _l("申报"),
        SchoolStep.RETURN: _l("退回"),
        SchoolStep.LIST: _l("列入目录"),
        SchoolStep.SUSPEND: _l("暂停"),
        SchoolStep.RESUME: _l("恢复"),
        SchoolStep.REMOVE: _l("移出目录"),
    }
)


class School(Model):
    """The school side of an organization: its licence and its standing on the institution list."""

    __tablename__ = "schools"
    __table_args__ = (CheckConstraint("license_until_on > license_from_on", name="license_ends_after_start"),)

    id: Mapped[int] = fk("organizations.id", primary_key=True)
    """The organization's id: a school is an organization."""
    status: Mapped[SchoolStatus] = enum_column(SchoolStatus)
    region_code: Mapped[RegionCode]
    code: Mapped[str] = mapped_column(String(4), unique=True)
    """Four digits, part of certificate numbers."""
    license_number: Mapped[str] = mapped_column(String(40))
    license_from_on: Mapped[date]
    license_until_on: Mapped[date]
    scope: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[UtcTime]
    organization: Mapped[Organization] = relationship(lazy="joined")

    @property
    def organization_id(self) -> int:
        """The organization this school is."""
        return self.id


class Site(SealedRow, Model):
    """A place where training happens: a classroom, a yard, a village room, a pond (定点)."""

    __tablename__ = "sites"
    __table_args__ = (CheckConstraint("capacity BETWEEN 1 AND 500", name="capacity_sensible"),)

    id: Mapped[Id]
    school_id: Mapped[int] = fk("schools.id")
    name: Mapped[str] = mapped_column(String(60))
    region_code: Mapped[RegionCode]
    address: Mapped[str] = mapped_column(String(120))
    """A public place's address: shown on the menu."""
    capacity: Mapped[int]
    in_village: Mapped[bool] = mapped_column(default=False)
    """Not the school's own house: delivered in the village (送教上门)."""
    keeper_name: Mapped[str] = mapped_column(String(40), default="")
    keeper_phone_sealed: Mapped[bytes | None] = sealed_column()
    keeper_phone = Sealed()
    closed_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]
    region: Mapped[Region] = relationship(lazy="joined")


class Instructor(Model):
    """A teacher or assessor of a school, with a qualification; `user_id` where the person signs in."""

    __tablename__ = "instructors"
    __table_args__ = (
        CheckConstraint("teaches OR assesses", name="does_something"),
        UniqueConstraint("school_id", "user_id", name="uq_instructors_user"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = fk("schools.id")
    user_id: Mapped[int | None] = fk("users.id", nullable=True)
    name: Mapped[str] = mapped_column(String(40))
    teaches: Mapped[bool]
    assesses: Mapped[bool]
    qualification: Mapped[str] = mapped_column(String(120))
    valid_until_on: Mapped[date | None]
    ended_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]
    user: Mapped[User | None] = relationship(lazy="joined")
