"""Occupations by code and edition."""

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Id, Model


class Occupation(Model):
    """One occupation; codes changed between editions, so an edition stands beside each code."""

    __tablename__ = "occupations"
    __table_args__ = (UniqueConstraint("code", "edition", name="uq_occupations_code_edition"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(40))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120))
    edition: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(40))
    trade: Mapped[str] = mapped_column(String(40), default="default")
    """The key of its illustration."""
