"""The region tree."""

from enum import IntEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Model


class Level(IntEnum):
    """How high a region stands."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5


class Region(Model):
    """One region; `path` holds the codes from the top down to itself, each closed by a slash."""

    __tablename__ = "regions"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_known"),
        CheckConstraint("path LIKE '%' || code || '/'", name="path_ends_here"),
        Index("ix_regions_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
        Index("ix_regions_name", "name"),
    )

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[int] = mapped_column(SmallInteger)
    parent_code: Mapped[str | None] = mapped_column(String(12), ForeignKey("regions.code"), index=True)
    path: Mapped[str] = mapped_column(String(80))
