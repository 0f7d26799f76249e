"""Seats: claimed under the lock of the class's row, by every door alike (I1, I2)."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, bindparam, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from app.audit import service as audit
from app.classes.models import Seat, TrainingClass
from app.classes.queries.finding import ACTIVE, training_class
from app.classes.rules import LOCKED, SEAT_FLOW, SIGN_UP, WAITING, ClassStatus, SeatStatus, SeatStep
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db, one_of
from app.kernel.errors import NotFound, Refused
from app.kernel.marking import N_

_COUNTERS = ["seats_taken", "waiting_last"]
ONLY_NUMBERED = (*sorted(SIGN_UP), ClassStatus.FILED)
"""Where a full class numbers newcomers and nothing else has to follow; a locked one may have a dropped place."""


def next_number(class_id: ColumnElement[int]) -> CTE:
    """Part of a statement: the next number on the waiting list of a class that is full, before its lock.

    The row is claimed by the update itself, so that claim and what is done with it are one statement. No row comes
    back where a seat is free by now or the class stands elsewhere: then ask `claim_seat`.
    """
    full = TrainingClass.seats_taken >= TrainingClass.capacity
    claim = update(TrainingClass).where(TrainingClass.id == class_id, one_of(TrainingClass.status, ONLY_NUMBERED), full)
    numbered = claim.values(waiting_last=TrainingClass.waiting_last + 1)
    return numbered.returning(TrainingClass.school_id, TrainingClass.waiting_last).cte("numbered")


def claim_seat(class_id: int, person_id: int, *, by: Actor) -> Seat | int:
    """The smallest free place for the person, or the next number on the waiting list when none is free.

    Once a class is filed, and until the refill day once it is approved, newcomers are only numbered: a dropped place
    is taken by a variation (`refill`). Raises `Refused` where the class takes nobody, `NotFound` without a class.
    Called with the class row unlocked or locked; it stays locked to the end of the transaction.
    """
    columns = (
        TrainingClass.status,
        TrainingClass.capacity,
        TrainingClass.seats_taken,
        TrainingClass.waiting_last,
        TrainingClass.refill_until_on,
    )
    found = db.session.execute(select(*columns).where(TrainingClass.id == class_id).with_for_update()).one_or_none()
    if found is None:
        raise NotFound
    if found.status in SIGN_UP and found.seats_taken < found.capacity:
        return _take(class_id, person_id, found.capacity, by=by)
    closed = found.status in LOCKED and (found.refill_until_on is None or found.refill_until_on < clock.today())
    if found.status not in SIGN_UP | WAITING or closed:
        raise Refused(N_("这个班现在不能报名。"))
    number: int = found.waiting_last + 1
    db.session.execute(
        update(TrainingClass).where(TrainingClass.id == class_id).values(waiting_last=number),
        execution_options={"synchronize_session": False},
    )
    forget_counters(class_id)
    return number


def _statement() -> Any:
    """The seat in the smallest place that nobody holds, with its event."""
    columns = Seat.__table__.c
    blanks = {
        name: bindparam(f"new_{name}", type_=columns[name].type) for name in ("class_id", "person_id", "created_at")
    }
    number = func.generate_series(1, bindparam("capacity", type_=Integer())).column_valued("number")
    held = select(Seat.place_no).where(Seat.class_id == blanks["class_id"], one_of(Seat.status, ACTIVE))
    free = select(literal(SeatStatus.HELD.value), number, *blanks.values()).where(number.not_in(held))
    row = insert(Seat).from_select(["status", "place_no", *blanks], free.order_by(number).limit(1))
    made = row.returning(*columns).cte("made")
    facts = func.jsonb_build_object("class_id", made.c.class_id, "place_no", made.c.place_no, type_=JSONB)
    return select(Seat).from_statement(select(made).add_cte(audit.born_in(made, Seat.__tablename__, facts)))


_TAKE = _statement()


def _take(class_id: int, person_id: int, capacity: int, *, by: Actor) -> Seat:
    """Take the smallest free place; only while holding the class's row."""
    asked = {"new_class_id": class_id, "new_person_id": person_id, "new_created_at": clock.now(), "capacity": capacity}
    seat: Seat | None = db.session.scalars(_TAKE, {**asked, **audit.said_by(by)}).one_or_none()
    if seat is None:
        raise Refused(N_("名额已满。"))
    forget_counters(class_id)
    return seat


def release_seat(seat: Seat, *, by: Actor, note: str = "") -> None:
    """Give a seat back before the class is locked; a seat given back already stays so. Raises `Refused` once locked."""
    training = hold(training_class(seat.class_id))
    if seat.status == SeatStatus.RELEASED:
        return
    if training.status in LOCKED and training.paid:
        raise Refused(N_("开班已经批准，学员退出要走“学员退出”变更，退出日期和已上的课时都要记下来。"))
    seat.order_id = seat.post_number = None
    audit.take(seat, SEAT_FLOW, SeatStep.RELEASE, by=by, note=note, facts={"class_id": seat.class_id})
    db.session.flush()
    forget_counters(seat.class_id)


def hold(class_: TrainingClass, *, seen: int | None = None) -> TrainingClass:
    """Lock the class's row and read it afresh, before a decision that depends on how it stands."""
    db.session.flush()
    return audit.hold(class_, seen=seen)


def forget_counters(class_id: int) -> None:
    """What the database counted is read again when somebody asks."""
    row = db.session.identity_map.get(db.session.identity_key(TrainingClass, class_id))
    if row is not None:
        db.session.expire(row, _COUNTERS)
