"""Devices that take the roll without a network, and everything they ever brought back."""

import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l

constraint_messages(
    {
        "uq_roll_devices_key": _l("这台手机已经登记过了。"),
        "uq_offline_signings_sequence": _l("这条离线记录已经收到过了。"),
    }
)


class Fate(StrEnum):
    """What became of a record from a device."""

    TAKEN = "taken"
    ALREADY = "already"
    QUARANTINED = "quarantined"


class RollDevice(Model):
    """A teacher's phone, known by the public half of a key that never leaves it."""

    __tablename__ = "roll_devices"

    id: Mapped[Id]
    user_id: Mapped[int] = fk("users.id")
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """P-256, as SubjectPublicKeyInfo."""
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    label: Mapped[str] = mapped_column(String(120), default="")
    registered_at: Mapped[UtcTime]
    revoked_at: Mapped[UtcTime | None]
    user: Mapped[User] = relationship(lazy="joined")


class ClockMark(Model):
    """What a device's two clocks said at a moment the server knows: at registration, at taking along, at a sync."""

    __tablename__ = "clock_marks"
    __table_args__ = (Index("ix_clock_marks_device", "device_id", "server_at"),)

    id: Mapped[Id]
    device_id: Mapped[int] = fk("roll_devices.id", index=False)
    boot: Mapped[uuid.UUID]
    """Which run of the page the steady clock belongs to: it starts anew with each."""
    steady_ms: Mapped[int] = mapped_column(BigInteger)
    wall_at: Mapped[UtcTime]
    server_at: Mapped[UtcTime]


class OfflineSigning(Model):
    """One signed record of a device, kept as it came; a sequence number is taken in once."""

    __tablename__ = "offline_signings"
    __table_args__ = (
        UniqueConstraint("device_id", "sequence", "digest", name="uq_offline_signings_sequence"),
        Index("ix_offline_signings_fate", "fate"),
    )

    id: Mapped[Id]
    device_id: Mapped[int] = fk("roll_devices.id", index=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the record's text; the next record names it."""
    told: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The text and the signature as they came."""
    fate: Mapped[Fate] = enum_column(Fate)
    why: Mapped[str] = mapped_column(String(200), default="")
    session_id: Mapped[int | None] = fk("class_sessions.id", nullable=True)
    signing_id: Mapped[int | None] = fk("signings.id", nullable=True)
    received_at: Mapped[UtcTime]
    device: Mapped[RollDevice] = relationship(lazy="joined")
