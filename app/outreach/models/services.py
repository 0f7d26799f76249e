"""The service log: what was done for whom, on which day, and what came of it."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.outreach.rules import How, ServiceKind, ServiceResult
from app.people.models import Person


class ServiceRecord(SealedRow, Model):
    """One service for one person; never deleted, a wrong one is struck out with a reason."""

    __tablename__ = "service_records"
    __table_args__ = (
        Index("uq_service_records_client_key", "client_key", unique=True),
        Index(
            "ix_service_records_person",
            "person_id",
            "done_on",
            postgresql_include=["kind", "result"],
            postgresql_where=text("struck_at IS NULL"),
        ),
        Index("ix_service_records_village", "region_code", "done_on"),
        CheckConstraint("struck_at IS NULL OR struck_reason <> ''", name="struck_with_reason"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = fk("people.id")
    region_code: Mapped[str] = mapped_column(String(12), ForeignKey("regions.code"))
    """The person's village on the day it was noted."""
    kind: Mapped[ServiceKind] = enum_column(ServiceKind)
    done_on: Mapped[date]
    """The local day on which it was done."""
    result: Mapped[ServiceResult] = enum_column(ServiceResult)
    about: Mapped[str] = mapped_column(String(80), default="")
    """The post or course it was about, in words."""
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Sealed()
    how: Mapped[How] = enum_column(How)
    placement_id: Mapped[int | None] = fk("placements.id", nullable=True)
    """The placement that a follow-up (稳岗回访) is about."""
    made_by: Mapped[str] = mapped_column(String(40))
    made_by_name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[UtcTime]
    client_key: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    """The device's own key of the record, so that a sync sent twice is taken once."""
    struck_at: Mapped[UtcTime | None]
    struck_by: Mapped[str | None] = mapped_column(String(40))
    struck_reason: Mapped[str] = mapped_column(String(200), default="")
    person: Mapped[Person] = relationship(lazy="joined")
