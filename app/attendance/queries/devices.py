"""Devices that take the roll without a network: whose they are, what they said, what they may take along."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.attendance.models import ClockMark, OfflineSigning, RollDevice
from app.attendance.queries.entries import keeps_roll, seats_of_session, sessions_between
from app.attendance.queries.signings import signed_moments
from app.attendance.rules.offline import Clocks
from app.classes.models import ClassSession, TrainingClass
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.labels import label


def device_for(by: Actor, device_id: int) -> RollDevice:
    """One of the account's own devices; raises `NotFound`."""
    device = db.session.get(RollDevice, device_id)
    if device is None or device.user_id != by.user_id or device.revoked_at is not None:
        raise NotFound
    return device


def marks_of(device_id: int) -> list[Clocks]:
    """What a device's clocks said, in order of the server's time."""
    query = select(ClockMark).where(ClockMark.device_id == device_id).order_by(ClockMark.server_at, ClockMark.id)
    return [Clocks(row.boot, row.steady_ms, row.wall_at, row.server_at) for row in db.session.scalars(query)]


def records_at(device_id: int, sequence: int) -> Sequence[OfflineSigning]:
    """What a device sent with one number: more than one where it told different things."""
    query = select(OfflineSigning).where(OfflineSigning.device_id == device_id, OfflineSigning.sequence == sequence)
    return db.session.scalars(query.order_by(OfflineSigning.id)).all()


def day_to_take(by: Actor) -> list[dict[str, Any]]:
    """The half-days of today whose roll this account keeps, with the names: what a device takes along."""
    today = clock.today()
    pairs = [pair for pair in sessions_between(by, today, today) if keeps_roll(by, pair[1])]
    return [_taken(session, class_) for session, class_ in pairs]


def _taken(session: ClassSession, class_: TrainingClass) -> dict[str, Any]:
    signed = signed_moments(session.id)
    return {
        "id": session.id,
        "name": class_.name,
        "half": str(label(session.half)),
        "starts": clock.local(session.starts_at).strftime("%H:%M"),
        "ends": clock.local(session.ends_at).strftime("%H:%M"),
        "topic": session.topic,
        "place": class_.site.name,
        "seats": [
            {
                "id": seat.id,
                "place": seat.place_no,
                "name": seat.person.name,
                "signed": [str(moment) for moment in signed.get(seat.id, {})],
            }
            for seat in seats_of_session(session)
        ],
    }
