"""How far somebody has watched a lesson, and the heartbeats that prove it."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Id, Model, UtcTime, fk


class Watching(Model):
    """One person in one lesson: `position` now, `reached` at most, in seconds; `token` names the page that counts."""

    __tablename__ = "watchings"
    __table_args__ = (CheckConstraint("position >= 0 AND position <= reached", name="position_reached"),)

    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True, index=True)
    session_id: Mapped[int] = fk("class_sessions.id")
    position: Mapped[int] = mapped_column(Integer, default=0)
    reached: Mapped[int] = mapped_column(Integer, default=0)
    token: Mapped[uuid.UUID]
    begun_at: Mapped[UtcTime]
    finished_at: Mapped[UtcTime | None]


class WatchBeat(Model):
    """One heartbeat: seconds credited since the person's last one in any lesson; append-only."""

    __tablename__ = "watch_beats"
    __table_args__ = (
        UniqueConstraint("client_key", name="uq_watch_beats_client_key"),
        CheckConstraint("seconds BETWEEN 0 AND 60", name="seconds_sensible"),
        Index("ix_watch_beats_person", "person_id", "at"),
        Index("ix_watch_beats_lesson", "seat_id", "lesson_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = fk("people.id", index=False)
    seat_id: Mapped[int] = fk("seats.id", index=False)
    lesson_id: Mapped[int] = fk("lessons.id", index=False)
    seconds: Mapped[int] = mapped_column(SmallInteger)
    position: Mapped[int] = mapped_column(Integer)
    at: Mapped[UtcTime]
    client_key: Mapped[uuid.UUID]
