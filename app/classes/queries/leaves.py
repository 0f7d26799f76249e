"""Who is on leave."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.classes.models import ClassSession, Leave, Seat, TrainingClass
from app.classes.queries.finding import visible_to
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.queries import of_person

STANDING = Leave.taken_back_at.is_(None)


def leaves_of(class_id: int) -> Sequence[Leave]:
    """Every leave in a class that was not taken back, the latest days first."""
    query = select(Leave).where(Leave.class_id == class_id, STANDING)
    return db.session.scalars(query.order_by(Leave.first_on.desc(), Leave.id.desc())).unique().all()


def leaves_of_seat(seat_id: int) -> Sequence[Leave]:
    """The leaves of one seat that were not taken back, in order of time."""
    query = select(Leave).where(Leave.seat_id == seat_id, STANDING).order_by(Leave.first_on)
    return db.session.scalars(query).unique().all()


def on_leave(class_id: int, on: date) -> dict[int, Leave]:
    """Who of a class is on leave on a day, by seat; for the roll."""
    query = select(Leave).where(Leave.class_id == class_id, STANDING, Leave.first_on <= on, Leave.last_on >= on)
    return {leave.seat_id: leave for leave in db.session.scalars(query).unique()}


def leave_hours(class_id: int, seat_id: int, more: Leave | None = None) -> int:
    """The standard hours of ordinary sessions on a seat's days of leave, with one leave that is yet to be written."""
    leaves = [*leaves_of_seat(seat_id), *([more] if more is not None else [])]
    query = select(ClassSession.on, ClassSession.hours).where(
        ClassSession.class_id == class_id, ClassSession.makes_up_id.is_(None)
    )
    rows = db.session.execute(query)
    return sum(hours for on, hours in rows if any(one.first_on <= on <= one.last_on for one in leaves))


def own_seat(by: Actor, seat_id: int) -> Seat:
    """A seat that the laborer acting holds or held; raises `NotFound`."""
    mine = of_person(Seat.person_id, by.person_id or 0)
    row = db.session.scalars(select(Seat).where(Seat.id == seat_id, mine)).unique().first()
    if row is None:
        raise NotFound
    return row


def leave_for(by: Actor, leave_id: int) -> Leave:
    """One leave that the person may see: their own, or of a class within their reach; raises `NotFound`."""
    query = select(Leave).where(Leave.id == leave_id)
    if by.person_id is not None:
        query = query.join(Seat, Seat.id == Leave.seat_id).where(of_person(Seat.person_id, by.person_id))
    else:
        query = query.join(TrainingClass, TrainingClass.id == Leave.class_id).where(visible_to(by))
    row = db.session.scalars(query).unique().first()
    if row is None:
        raise NotFound
    return row
