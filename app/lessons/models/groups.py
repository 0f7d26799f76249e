"""Group viewing 集中学: one screen in a village room, a keeper's roll-call at begin and end, photos."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.classes.models import ClassSession
from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.lessons.rules import Turn


class GroupViewing(Model):
    """One half-day viewed together; `ended_at` None while the screen is on."""

    __tablename__ = "group_viewings"

    id: Mapped[Id]
    class_id: Mapped[int] = fk("classes.id")
    session_id: Mapped[int] = fk("class_sessions.id")
    place: Mapped[str] = mapped_column(String(120))
    keeper_key: Mapped[str] = mapped_column(String(40))
    keeper_name: Mapped[str] = mapped_column(String(80))
    begun_at: Mapped[UtcTime]
    ended_at: Mapped[UtcTime | None]
    session: Mapped[ClassSession] = relationship(lazy="joined")


class ViewingPerson(Model):
    """Somebody whom the keeper saw, at begin or end."""

    __tablename__ = "viewing_people"

    viewing_id: Mapped[int] = mapped_column(ForeignKey("group_viewings.id"), primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), primary_key=True, index=True)
    turn: Mapped[Turn] = enum_column(Turn, primary_key=True)
    at: Mapped[UtcTime]


class ViewingPhoto(Model):
    """A photo of the room."""

    __tablename__ = "viewing_photos"

    viewing_id: Mapped[int] = mapped_column(ForeignKey("group_viewings.id"), primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("uploads.id"), primary_key=True)
    at: Mapped[UtcTime]
