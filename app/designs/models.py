"""Texts and seals, each change a row of its own: what stood on a day can always be told."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words
from app.kernel.database import Id, Model, UtcTime, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.papers.models import Upload

_CHANGED = _l("刚才别人已经改过，请看过现在的内容再改。")
constraint_messages(
    {
        "uq_print_texts_region": _CHANGED,
        "uq_print_texts_school": _CHANGED,
        "uq_seals_region": _CHANGED,
        "uq_seals_school": _CHANGED,
        "law_print_history": _l("以前的文字和印章要留底，不能改、不能删。"),
    }
)
action_words({"texts set": _l("改了文书文字"), "seal set": _l("换了印章"), "seal withdrawn": _l("停用了印章")})

OF_REGION, OF_SCHOOL = text("region_code IS NOT NULL"), text("school_id IS NOT NULL")
ONE_OWNER = "num_nonnulls(region_code, school_id) = 1"


class PrintText(Model):
    """The words a region or a school gives a design, as one revision; the newest holds."""

    __tablename__ = "print_texts"
    __table_args__ = (
        CheckConstraint(ONE_OWNER, name="of_one_owner"),
        CheckConstraint("revision > 0", name="counted_from_one"),
        Index(
            "uq_print_texts_region",
            "region_code",
            "design",
            "revision",
            unique=True,
            postgresql_where=OF_REGION,
        ),
        Index(
            "uq_print_texts_school",
            "school_id",
            "design",
            "revision",
            unique=True,
            postgresql_where=OF_SCHOOL,
        ),
    )

    id: Mapped[Id]
    region_code: Mapped[str | None] = mapped_column(String(12), ForeignKey("regions.code"))
    school_id: Mapped[int | None] = fk("schools.id", nullable=True, index=False)
    design: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(Integer)
    texts: Mapped[dict[str, str]] = mapped_column(JSONB)
    """Only what differs from the design's own words."""
    demanded: Mapped[list[str]] = mapped_column(JSONB)
    """The seals, by fact, without which no paper of this design may be issued here; a region's word alone."""
    set_at: Mapped[UtcTime]
    set_by: Mapped[str] = mapped_column(String(40))
    set_by_name: Mapped[str] = mapped_column(String(80))


class Seal(Model):
    """The picture of a seal, as one revision; the newest holds, and one without a picture ends its use."""

    __tablename__ = "seals"
    __table_args__ = (
        CheckConstraint(ONE_OWNER, name="of_one_owner"),
        CheckConstraint("revision > 0", name="counted_from_one"),
        Index("uq_seals_region", "region_code", "revision", unique=True, postgresql_where=OF_REGION),
        Index("uq_seals_school", "school_id", "revision", unique=True, postgresql_where=OF_SCHOOL),
    )

    id: Mapped[Id]
    region_code: Mapped[str | None] = mapped_column(String(12), ForeignKey("regions.code"))
    school_id: Mapped[int | None] = fk("schools.id", nullable=True, index=False)
    revision: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(60))
    """What stands on it: 汨罗市青禾职业技术学校."""
    upload_id: Mapped[int | None] = fk("uploads.id", nullable=True, index=False)
    set_at: Mapped[UtcTime]
    set_by: Mapped[str] = mapped_column(String(40))
    set_by_name: Mapped[str] = mapped_column(String(80))
    upload: Mapped[Upload | None] = relationship(lazy="joined")

    @property
    def since(self) -> datetime:
        """When it was put into use, or ended."""
        return self.set_at
