"""The codes of a class in this installation: the one on the screen, each trainee's own, and whose a code is."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.attendance.rules import Moment
from app.attendance.rules.codes import Shown, clean_code, own_code, read_token, step_at, token
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import ACTIVE
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, NotFound
from app.kernel.marking import N_

LAST = 4


def _key() -> bytes:
    secret: bytes = current_app.config["SECRET_KEY"]
    return hmac.digest(secret, b"sidan attendance codes 1", "sha256")


def token_now(session_id: int, moment: Moment, now: datetime) -> str:
    """The code on the teacher's screen at this moment."""
    return token(_key(), Shown(session_id, moment, step_at(now)))


def shown(text: str) -> Shown:
    """What a code on a screen says; raises `NotFound` where we never gave it out."""
    found = read_token(_key(), text)
    if found is None:
        raise NotFound(N_("这个码不对。请扫教师屏幕上正在显示的码。"))
    return found


def code_of(seat_id: int) -> str:
    """A trainee's own code in this class."""
    return own_code(_key(), seat_id)


def seat_of_code(class_id: int, typed: str) -> int:
    """Whose seat in a class a code belongs to; raises `DomainError` on `code`."""
    code, key = clean_code(typed), _key()
    seats = db.session.scalars(select(Seat.id).where(Seat.class_id == class_id, Seat.status.in_(ACTIVE)))
    for seat_id in seats:
        if hmac.compare_digest(own_code(key, seat_id).encode(), code.encode()):
            return seat_id
    raise DomainError(N_("这个签到码不是这个班学员的，请再看一遍。"), "code")


def trainee(class_id: int, last_four: str, typed: str) -> Seat:
    """Whoever knows both the own code and the last four of the identity number; raises `DomainError`."""
    seat = db.session.get_one(Seat, seat_of_code(class_id, typed))
    number = seat.person.id_number or ""
    if not hmac.compare_digest(number[-LAST:].upper().encode(), last_four.strip().upper().encode()):
        raise DomainError(N_("身份证后四位和签到码对不上，请再看一遍。"), "last_four")
    return seat


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """What the page of a code shows before anybody is known: the class and the half-day."""

    session: ClassSession
    class_: TrainingClass


def at_the_door(session_id: int) -> AtTheDoor:
    """The half-day that a code leads to; raises `NotFound`."""
    session = db.session.get(ClassSession, session_id)
    if session is None:
        raise NotFound(N_("这节课刚刚调过，请找教师看现在的课程表。"))
    return AtTheDoor(session, db.session.get_one(TrainingClass, session.class_id))


def own_seats(by: Actor) -> list[Any]:
    """A trainee's seats in classes that go on, with the class, the latest first."""
    query = (
        select(Seat, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Seat.class_id)
        .where(Seat.person_id == by.person_id, Seat.status.in_(ACTIVE))
        .order_by(TrainingClass.start_on.desc(), Seat.id.desc())
    )
    return list(db.session.execute(query).unique())


def own_seat(by: Actor, class_id: int) -> Seat:
    """The trainee's own seat in a class; raises `NotFound`."""
    query = select(Seat).where(Seat.class_id == class_id, Seat.person_id == by.person_id, Seat.status.in_(ACTIVE))
    seat = db.session.scalars(query).first()
    if seat is None:
        raise NotFound
    return seat
