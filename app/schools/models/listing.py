"""Schools, their standing on the institution list, and the occupations they are listed for."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organization
from app.audit.words import action_words, flow_words
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.flow import Flow
from app.kernel.i18n import _l
from app.kernel.labels import labels

action_words(
    {
        "added": _l("添加"),
        "ended": _l("离开"),
        "closed": _l("停用"),
        "reopened": _l("重新启用"),
    }
)


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


class ListingStatus(StrEnum):
    """Where an occupation of a school stands on the list."""

    ASKED = "asked"
    LISTED = "listed"
    REFUSED = "refused"
    ENDED = "ended"


class ListingStep(StrEnum):
    """What happens to it."""

    LIST = "list"
    REFUSE = "refuse"
    END = "end"


LISTING_FLOW = Flow(
    "listing",
    ListingStatus.ASKED,
    [
        (ListingStep.LIST, [ListingStatus.ASKED], ListingStatus.LISTED),
        (ListingStep.REFUSE, [ListingStatus.ASKED], ListingStatus.REFUSED),
        (ListingStep.END, [ListingStatus.LISTED], ListingStatus.ENDED),
    ],
)

flow_words("school_listings", ListingStatus, ListingStep)
labels(
    {
        ListingStatus.ASKED: _l("待审核"),
        ListingStatus.LISTED: _l("已列入"),
        ListingStatus.REFUSED: _l("未列入"),
        ListingStatus.ENDED: _l("已取消"),
    },
    tones={ListingStatus.ASKED: "info", ListingStatus.LISTED: "ok", ListingStatus.REFUSED: "bad"},
)
labels({ListingStep.LIST: _l("列入"), ListingStep.REFUSE: _l("不列入"), ListingStep.END: _l("取消")})
constraint_messages(
    {
        "uq_school_listings_standing": _l("这个职业（工种）和等级已经申报过，或者已经列入。"),
        "ck_school_listings_ends_after_start": _l("截止日期不能早于开始日期。"),
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


class SchoolListing(Model):
    """An occupation at a level that a school asks to train for, or is listed for from one local date to another."""

    __tablename__ = "school_listings"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 5", name="level_known"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_start"),
        CheckConstraint("status IN ('asked', 'refused') OR from_on IS NOT NULL", name="listed_from_a_day"),
        Index(
            "uq_school_listings_standing",
            "school_id",
            "occupation_code",
            "level",
            unique=True,
            postgresql_where=text("status IN ('asked', 'listed')"),
        ),
    )

    id: Mapped[Id]
    status: Mapped[ListingStatus] = enum_column(ListingStatus)
    school_id: Mapped[int] = fk("schools.id")
    occupation_code: Mapped[str] = mapped_column(String(40))
    level: Mapped[int] = mapped_column(SmallInteger)
    """5 (初级工) to 1 (高级技师); 0 for a training without a level."""
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    """The last day; empty where none is set."""
    asked_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[UtcTime]
