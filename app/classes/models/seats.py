"""Seats, and the places money is reserved for."""

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import flow_words
from app.classes.rules import PlaceStatus, SeatStatus, SeatStep
from app.classes.rules.posts import Fit
from app.kernel.database import Fen, Id, Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.people.models import Person

flow_words("seats", SeatStatus, SeatStep)
labels(
    {
        SeatStatus.HELD: _l("已占座"),
        SeatStatus.FIXED: _l("已定员"),
        SeatStatus.RELEASED: _l("已退座"),
        SeatStatus.WITHDRAWN: _l("中途退出"),
        SeatStatus.MOVED: _l("已转班"),
    },
    tones={SeatStatus.HELD: "info", SeatStatus.FIXED: "ok", SeatStatus.WITHDRAWN: "warn"},
)
labels(
    {
        SeatStep.FIX: _l("定员"),
        SeatStep.RELEASE: _l("退座"),
        SeatStep.WITHDRAW: _l("中途退出"),
        SeatStep.MOVE: _l("转班"),
    }
)
labels(
    {
        PlaceStatus.RESERVED: _l("资金已预留"),
        PlaceStatus.RELEASED: _l("预留已释放"),
        PlaceStatus.CLAIMED: _l("已转申领"),
    },
    tones={PlaceStatus.RESERVED: "info", PlaceStatus.CLAIMED: "ok"},
)
labels(
    {
        Fit.TRADE: _l("想学这一行"),
        Fit.PLACE: _l("想去这个地方"),
        Fit.WAGE: _l("工资合意"),
        Fit.VILLAGE: _l("同一个村"),
        Fit.TOWNSHIP: _l("同一个乡镇"),
        Fit.COUNTY: _l("同一个县市"),
        Fit.WORKSHOP: _l("离车间近"),
        Fit.HOME: _l("离车间远，在家做"),
        Fit.PLOT: _l("自家有田地或者水面"),
        Fit.CONTRACT: _l("买方按合同收购"),
    }
)
constraint_messages(
    {
        "uq_seats_person_active": _l("这个人已经在这个班里了。"),
        "ex_seats_no_overlap": _l("这个人在同一时间已经报了另一个班，上课时间冲突（R14）。"),
        "uq_seats_post_active": _l("这个岗位已经定给别人了。"),
        "uq_seats_place_active": _l("这个座位刚刚被别人占了，请再试一次。"),
        "law_sessions_locked": _l("开班批准后，课程表只能通过变更申请改动。"),
        "law_seats_locked": _l("开班批准后，名单只能通过变更申请改动。"),
        "uq_seats_moved_from": _l("这个人刚刚已经转走了，请刷新后再看。"),
    }
)
ACTIVE = "status IN ('held', 'fixed')"


class Seat(Model):
    """One person's seat in a class, with the post or livelihood it leads to (定员，定岗)."""

    __tablename__ = "seats"
    __table_args__ = (
        Index("uq_seats_person_active", "class_id", "person_id", unique=True, postgresql_where=text(ACTIVE)),
        Index("uq_seats_place_active", "class_id", "place_no", unique=True, postgresql_where=text(ACTIVE)),
        Index("uq_seats_post_active", "order_id", "post_number", unique=True, postgresql_where=text(ACTIVE)),
        Index("uq_seats_moved_from", "moved_from_id", unique=True),
        ExcludeConstraint(
            (text("int8range(person_id, person_id, '[]')"), "&&"),
            (text("sessions"), "&&"),
            name="ex_seats_no_overlap",
            using="gist",
            where=text(ACTIVE),
        ),
        ForeignKeyConstraint(
            ["order_id", "post_number"], ["order_posts.order_id", "order_posts.number"], name="fk_seats_post"
        ),
        CheckConstraint("place_no >= 1", name="numbered"),
        CheckConstraint("hours_kept IS NULL OR hours_kept >= 0", name="hours_kept_positive"),
    )

    id: Mapped[Id]
    status: Mapped[SeatStatus] = enum_column(SeatStatus)
    class_id: Mapped[int] = fk("classes.id")
    person_id: Mapped[int] = fk("people.id")
    place_no: Mapped[int] = mapped_column(SmallInteger)
    """From 1 to the class's capacity; a refill takes the dropped one's place."""
    sessions: Mapped[Any] = mapped_column(TSTZMULTIRANGE, deferred=True, server_default=text("'{}'::tstzmultirange"))
    """When the class meets, filled in by the database from the timetable: nobody holds two seats that overlap (I2)."""
    order_id: Mapped[int | None]
    post_number: Mapped[int | None] = mapped_column(SmallInteger)
    livelihood: Mapped[str] = mapped_column(String(120), default="")
    """定岗 in words where it is no post of an order: home or workshop, own plot or pond, contract, welfare post."""
    post_why: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """Why this post was proposed: keys of the rule (`Fit`), set apart by commas; empty where it was named by hand."""
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("seats.id"))
    """The seat in another class that the person held before an approved move."""
    variation_id: Mapped[int | None] = mapped_column(ForeignKey("variations.id", use_alter=True), index=True)
    """The approved variation that last changed this seat after the lock."""
    left_on: Mapped[date | None]
    hours_kept: Mapped[int | None] = mapped_column(SmallInteger)
    created_at: Mapped[UtcTime]
    person: Mapped[Person] = relationship(lazy="joined")


class ClassPlace(Model):
    """One filed place, and the money reserved for it: the most its claim line can reach."""

    __tablename__ = "class_places"
    __table_args__ = (CheckConstraint("reserved_fen >= 0", name="reserved_positive"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    status: Mapped[PlaceStatus] = enum_column(PlaceStatus)
    reserved_fen: Mapped[Fen]
    variation_id: Mapped[int | None] = mapped_column(ForeignKey("variations.id"))
    """The approved variation that brought the money here from another class; none where the approval reserved it."""
