"""Signings: single proofs that somebody was there. Append-only; hours are worked out from them."""

import uuid
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.attendance.rules import Moment, Way
from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l

COUNTED = "NOT waits AND correction_id IS NULL"
MOMENT_NUMBER = "CASE moment WHEN 'in' THEN 0 WHEN 'mid' THEN 1 ELSE 2 END"
constraint_messages(
    {
        "uq_signings_once": _l("已经签过了，不用再签。"),
        "uq_signings_client_key": _l("这次签到已经记下了。"),
        "uq_signings_device": _l("这台手机刚刚替别人签过到，要等教师确认。"),
        "ex_signings_one_room": _l("这个人同一时间在另一个班签过到，不能同时在两个地方。"),
        "law_signings_in_place": _l("这次签到与班次、座位或课时对不上。"),
        "law_signings_until_confirmed": _l("考核结果已经确认，不能再补签到。"),
        "ck_signings_witnessed_by_another": _l("按手印要有另一个人见证，请写见证人的姓名。"),
    }
)


class Signing(Model):
    """One proof of presence: who, in which half-day, at which moment, how, when, where, on which device, told by whom.

    One that waits proves nothing until whoever keeps the roll confirms it, by a signing that names it. `person_id` and
    `during` are filled in by the database, for the law that nobody signs in two rooms at once: whoever has hours in a
    half-day has two of the three moments, so two overlapping half-days would share one.
    """

    __tablename__ = "signings"
    __table_args__ = (
        Index(
            "uq_signings_once",
            "session_id",
            "seat_id",
            "moment",
            "waits",
            unique=True,
            postgresql_where=text("correction_id IS NULL"),
        ),
        Index("uq_signings_client_key", "client_key", unique=True),
        Index(
            "uq_signings_device",
            "session_id",
            "moment",
            "device",
            unique=True,
            postgresql_where=text("NOT waits AND way = 'rotating_code' AND confirms_id IS NULL"),
        ),
        ExcludeConstraint(
            (text("int8range(person_id, person_id, '[]')"), "&&"),
            (text(f"int4range(({MOMENT_NUMBER}), ({MOMENT_NUMBER}), '[]')"), "&&"),
            (text("during"), "&&"),
            name="ex_signings_one_room",
            using="gist",
            where=text(COUNTED),
        ),
        CheckConstraint("way <> 'witnessed' OR witness <> ''", name="witnessed_by_another"),
        CheckConstraint("waits = (cardinality(worries) > 0)", name="waits_for_a_reason"),
        CheckConstraint("confirms_id IS NULL OR (NOT waits AND confirmed_by IS NOT NULL)", name="confirmed_by"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        CheckConstraint("(way = 'correction') = (correction_id IS NOT NULL)", name="corrections_named"),
    )

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id")
    session_id: Mapped[int] = fk("class_sessions.id", index=False)
    seat_id: Mapped[int] = fk("seats.id")
    person_id: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    during: Mapped[Any] = mapped_column(TSTZRANGE, server_default=text("'empty'::tstzrange"))
    moment: Mapped[Moment] = enum_column(Moment)
    way: Mapped[Way] = enum_column(Way)
    at: Mapped[UtcTime]
    """When the server wrote it down."""
    signed_at: Mapped[UtcTime]
    """When the person was there: the server's time, a device's corrected one, or what the paper says."""
    waits: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    worries: Mapped[list[str]] = mapped_column(ARRAY(String(20)), default=list, server_default=text("'{}'"))
    """What whoever keeps the roll has to look at (`Worry`)."""
    together: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Arrival and departure were taken down together after the half-day."""
    device: Mapped[bytes | None] = mapped_column(LargeBinary)
    """A hash of the browser's own random mark: the same device has the same."""
    roll_device_id: Mapped[int | None] = fk("roll_devices.id", nullable=True, index=False)
    """The registered device that recorded it without a network."""
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy_m: Mapped[int | None] = mapped_column(Integer)
    distance_m: Mapped[int | None] = mapped_column(Integer)
    """From the site, where both places are known."""
    place_note: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    witness: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))
    paper_id: Mapped[int | None] = fk("uploads.id", nullable=True, index=False)
    """The photographed sheet, where there is one."""
    note: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    confirms_id: Mapped[int | None] = mapped_column(ForeignKey("signings.id"), unique=True)
    """The waiting signing that this one confirms."""
    confirmed_by: Mapped[str | None] = mapped_column(String(40))
    correction_id: Mapped[int | None] = fk("corrections.id", nullable=True, index=False)
    client_key: Mapped[uuid.UUID]
    by_key: Mapped[str] = mapped_column(String(40))


class SigningRefusal(Model):
    """A waiting signing that whoever keeps the roll did not confirm."""

    __tablename__ = "signing_refusals"

    signing_id: Mapped[int] = mapped_column(ForeignKey("signings.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[UtcTime]
    by_key: Mapped[str] = mapped_column(String(40))


class CheckSeed(Model):
    """What the checks in the middle of a class's half-days are drawn from: shown to nobody before the class is over."""

    __tablename__ = "check_seeds"
    __table_args__ = (CheckConstraint("share_percent BETWEEN 0 AND 100", name="share_of_hundred"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(String(64))
    share_percent: Mapped[int] = mapped_column(SmallInteger)
    drawn_at: Mapped[UtcTime]
