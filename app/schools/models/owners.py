"""Who stands behind a school: the owner's other firms."""

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.words import action_words
from app.kernel.database import Id, Model, UtcTime, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l

action_words({"firm declared": _l("申报业主的其他单位"), "firm struck": _l("删除业主的其他单位")})
constraint_messages({"uq_owner_firms_standing": _l("这家单位已经申报过了。")})


class OwnerFirm(Model):
    """Another firm of a school's owner, by credit code; it is matched to the organization here that has it."""

    __tablename__ = "owner_firms"
    __table_args__ = (
        CheckConstraint("length(credit_code) = 18", name="credit_code_whole"),
        CheckConstraint("ended_at IS NULL OR ended_reason <> ''", name="ended_with_reason"),
        Index(
            "uq_owner_firms_standing",
            "school_id",
            "credit_code",
            "owner_name",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_owner_firms_credit_code", "credit_code"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = fk("schools.id")
    owner_name: Mapped[str] = mapped_column(String(40))
    """Who stands behind both: 举办者、实际控制人."""
    firm_name: Mapped[str] = mapped_column(String(80))
    credit_code: Mapped[str] = mapped_column(String(18))
    declared_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[UtcTime]
    ended_at: Mapped[UtcTime | None]
    ended_by: Mapped[str | None] = mapped_column(String(40))
    ended_reason: Mapped[str] = mapped_column(String(200), default="")
