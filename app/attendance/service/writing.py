"""The one place that writes signings and entries, and the lock under which it happens."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from app.attendance import queries
from app.attendance.models import AttendanceEntry, Signing
from app.attendance.rules import Ground, Measures, Moment, Place, Presence, Supported, Way
from app.classes.models import ClassSession, Leave, TrainingClass
from app.classes.rules import LeaveKind
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Forbidden, Refused
from app.kernel.marking import N_

MOVED = N_("这节课刚刚调过，请看现在的课程表。")


@dataclass(frozen=True, slots=True)
class NewSigning:
    """One proof to be written down."""

    seat_id: int
    moment: Moment
    way: Way
    signed_at: datetime
    worries: tuple[str, ...] = ()
    device: bytes | None = None
    place: Place | None = None
    distance_m: int | None = None
    place_note: str = ""
    client_key: uuid.UUID = field(default_factory=uuid.uuid4)
    together: bool = False
    witness: str = ""
    paper_id: int | None = None
    note: str = ""
    roll_device_id: int | None = None
    confirms_id: int | None = None
    confirmed_by: str | None = None
    correction_id: int | None = None


def held(session: ClassSession) -> TrainingClass:
    """The class of a half-day, kept from moving, ending or being assessed while presence is written; many may write.

    The half-day is read again under the lock. Raises `Refused` where it was moved away meanwhile.
    """
    class_ = db.session.get_one(
        TrainingClass, session.class_id, with_for_update={"read": True, "of": TrainingClass}, populate_existing=True
    )
    if db.session.get(ClassSession, session.id, populate_existing=True) is None:
        raise Refused(MOVED)
    return class_


def refuse_others(class_: TrainingClass, by: Actor) -> None:
    """Raise `Forbidden` for anyone but a teacher of the class or a clerk of its school."""
    if not queries.keeps_roll(by, class_):
        raise Forbidden(N_("只有这个班的授课教师或本校经办人可以点名。"))


_SIGNINGS = cast("Table", Signing.__table__)
_WRITE = insert(_SIGNINGS).on_conflict_do_nothing().returning(_SIGNINGS.c.seat_id, _SIGNINGS.c.moment, _SIGNINGS.c.id)
"""One statement for all, so that it is worked out once."""


class HalfDayLike(Protocol):
    """What a signing asks of a half-day."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def class_id(self) -> int:
        """Its class."""


def write(session: HalfDayLike, signings: Iterable[NewSigning], *, by: Actor) -> dict[tuple[int, Moment], int]:
    """Write signings of a half-day; the ids of those that are new, by seat and moment. What is there stays."""
    now = clock.now()
    rows = [_row(session, one, now, by) for one in signings]
    if not rows:
        return {}
    made = db.session.execute(_WRITE, rows if len(rows) > 1 else rows[0])
    return {(row.seat_id, row.moment): row.id for row in made}


def _row(session: HalfDayLike, one: NewSigning, now: datetime, by: Actor) -> dict[str, Any]:
    return {
        "class_id": session.class_id,
        "session_id": session.id,
        "seat_id": one.seat_id,
        "moment": one.moment,
        "way": one.way,
        "at": now,
        "signed_at": one.signed_at,
        "waits": bool(one.worries),
        "worries": list(one.worries),
        "together": one.together,
        "device": one.device,
        "roll_device_id": one.roll_device_id,
        "latitude": one.place.latitude if one.place else None,
        "longitude": one.place.longitude if one.place else None,
        "accuracy_m": one.place.accuracy_m if one.place else None,
        "distance_m": one.distance_m,
        "place_note": one.place_note,
        "witness": one.witness,
        "paper_id": one.paper_id,
        "note": one.note,
        "confirms_id": one.confirms_id,
        "confirmed_by": one.confirmed_by,
        "correction_id": one.correction_id,
        "client_key": one.client_key,
        "by_key": by.key,
    }


def entry(
    session: ClassSession, seat_id: int, settled: Supported, way: Way, measures: Measures, *, by: Actor
) -> AttendanceEntry:
    """A settled record, not yet added."""
    return AttendanceEntry(
        class_id=session.class_id,
        session_id=session.id,
        seat_id=seat_id,
        presence=settled.presence,
        method=way,
        hours=settled.hours,
        grace_minutes=measures.grace_minutes,
        missed_percent=measures.missed_percent,
        grounds=[[ground.message, ground.params] for ground in settled.grounds],
        reason="",
        at=clock.now(),
        by_key=by.key,
    )


def absent(session: ClassSession, seat_id: int, presence: Presence, way: Way, *, by: Actor) -> AttendanceEntry:
    """A settled record of somebody who did not come, not yet added."""
    return entry(session, seat_id, Supported(0, presence), way, Measures(), by=by)


LEAVES = {
    LeaveKind.ILLNESS: N_("请假：生病。"),
    LeaveKind.FAMILY: N_("请假：家里有事。"),
    LeaveKind.FARMING: N_("请假：农忙。"),
    LeaveKind.WORK: N_("请假：要做工。"),
    LeaveKind.OTHER: N_("请假：别的事。"),
}


def on_leave(session: ClassSession, seat_id: int, leave: Leave, way: Way, *, by: Actor) -> AttendanceEntry:
    """A settled record of somebody who had said beforehand that they stay away, and why; not yet added."""
    settled = Supported(0, Presence.LEAVE, (Ground(LEAVES[leave.kind], {}),))
    return entry(session, seat_id, settled, way, Measures(), by=by)


def ways_of(session_id: int) -> Mapping[int, Way]:
    """By seat the way of the first signing that counts."""
    found: dict[int, Way] = {}
    for row in queries.signings_of(session_id):
        if not row.waits:
            found.setdefault(row.seat_id, row.way)
    return found
