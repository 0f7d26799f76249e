"""The one table of events."""

from typing import Any

from sqlalchemy import BigInteger, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Id, Model, UtcTime


class Event(Model):
    """One act on one row; the application's database role may add events and read them, nothing else."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_subject", "subject_type", "subject_id", "id"),
        Index("ix_audit_events_actor", "actor_key", "id"),
        Index("ix_audit_events_at", "at"),
    )

    id: Mapped[Id]
    at: Mapped[UtcTime]
    actor_key: Mapped[str] = mapped_column(String(40))
    actor_name: Mapped[str] = mapped_column(String(80))
    stands_for: Mapped[str | None] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(40))
    """The table of the row."""
    subject_id: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(60))
    status_before: Mapped[str | None] = mapped_column(String(40))
    status_after: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(2000), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    region_code: Mapped[str | None] = mapped_column(String(12), index=True)
    organization_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    txid: Mapped[int] = mapped_column(BigInteger, server_default=text("(pg_current_xact_id()::text::bigint)"))
    """The transaction that wrote it; the law “no status without its event” looks here."""
