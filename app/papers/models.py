"""What was printed and what was uploaded, by content."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Id, Model, UtcTime


class Paper(Model):
    """One printed document: its facts, its file, its hash; reprints come from here, never from live tables."""

    __tablename__ = "papers"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        CheckConstraint("size > 0", name="not_empty"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    design: Mapped[str] = mapped_column(String(40))
    design_version: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any] | list[Any]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(80))
    store_key: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[UtcTime]
    created_by: Mapped[str] = mapped_column(String(40))


class Upload(Model):
    """One uploaded file, judged by its content."""

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        CheckConstraint("size > 0", name="not_empty"),
        UniqueConstraint("store_key", "created_by", "kind", name="uq_uploads_once"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(80))
    store_key: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[UtcTime]
    created_by: Mapped[str] = mapped_column(String(40))
