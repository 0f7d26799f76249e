"""What is still free: teachers at a time, places of a locked class, hours that somebody may make up for."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.classes import signals
from app.classes.models import ClassSession, MakeupSeat, Seat, TrainingClass, Variation
from app.classes.queries.finding import active_seats, places_of, variations_of
from app.classes.queries.fixing import pack_of_class
from app.classes.rules import SIGN_UP, VARIABLE, ClassStatus, PlaceStatus, VariationKind, VariationStatus
from app.kernel.database import db
from app.regions.queries import county_of
from app.schools.models import Instructor

MEETING = SIGN_UP | {ClassStatus.FILED} | VARIABLE
"""Classes whose timetable binds their teachers."""


def teacher_taken(teacher_id: int, starts: datetime, ends: datetime, *, without: int) -> str | None:
    """The class in which a teacher stands at that time, the same person at another school too; None when free."""
    one, same = aliased(Instructor), aliased(Instructor)
    person = or_(same.id == one.id, same.user_id == one.user_id, same.id_number_index == one.id_number_index)
    entries = select(same.id).join(one, person).where(one.id == teacher_id)
    query = (
        select(TrainingClass.name)
        .join(ClassSession, ClassSession.class_id == TrainingClass.id)
        .where(ClassSession.teacher_id.in_(entries), TrainingClass.id != without)
        .where(TrainingClass.status.in_(MEETING), ClassSession.starts_at < ends, ClassSession.ends_at > starts)
    )
    return db.session.scalars(query.order_by(ClassSession.starts_at).limit(1)).first()


def site_taken(class_: TrainingClass, starts: datetime, ends: datetime) -> str | None:
    """The locked class that has the class's place, which has no rooms, to itself at that time; None when free."""
    query = (
        select(TrainingClass.name)
        .join(ClassSession, ClassSession.class_id == TrainingClass.id)
        .where(TrainingClass.site_id == class_.site_id, TrainingClass.id != class_.id, TrainingClass.fix_version >= 1)
        .where(TrainingClass.status.in_(MEETING), ClassSession.starts_at < ends, ClassSession.ends_at > starts)
    )
    return db.session.scalars(query.order_by(ClassSession.starts_at).limit(1)).first()


def promised_places(class_: TrainingClass) -> set[int]:
    """Dropped places that are held for somebody: offered, or asked for by a refill that waits for its decision."""
    offered = {number for _receiver, found in signals.places_promised.send(class_) for number in found or ()}
    asked = {
        int(one.after["place_no"])
        for one in variations_of(class_.id)
        if (one.kind, one.status) == (VariationKind.REFILL, VariationStatus.ASKED)
    }
    return offered | asked


def spare_places(class_: TrainingClass, *, fresh_first: bool = False) -> list[int]:
    """The numbers of places of a locked class that somebody from another class may take.

    Dropped places whose money is still reserved come before those that need money of their own, or after them.
    """
    held = {seat.place_no for seat in active_seats(class_.id)}
    money = {place.number: place.status for place in places_of(class_.id)}
    reserved = sorted(number for number, status in money.items() if status == PlaceStatus.RESERVED)
    dropped = [number for number in reserved if number not in held | promised_places(class_)]
    numbers = [number for number in range(1, class_.capacity + 1) if number not in held]
    fresh = [number for number in numbers if number not in money]
    fresh += [number for number in numbers if money.get(number) == PlaceStatus.RELEASED]
    return fresh + dropped if fresh_first else dropped + fresh


def roomy(class_: TrainingClass) -> int:
    """How many more people may sit in a locked class: by its capacity, its site and the policy's class size."""
    most = [class_.capacity, class_.site.capacity, pack_of_class(class_).count("class.size_max")]
    limit = min(one for one in most if one is not None)
    return limit - len(active_seats(class_.id)) - len(promised_places(class_))


def alternatives(class_: TrainingClass) -> list[TrainingClass]:
    """The other locked classes of the same course in the county that still change, the earliest start first."""
    query = select(TrainingClass).where(
        TrainingClass.course_id == class_.course_id,
        TrainingClass.id != class_.id,
        TrainingClass.paid,
        TrainingClass.fix_version >= 1,
        TrainingClass.status.in_(VARIABLE),
    )
    found = db.session.scalars(query.order_by(TrainingClass.start_on, TrainingClass.id)).unique()
    county = county_of(class_.region_code)
    return [row for row in found if county_of(row.region_code) == county]


def missed_hours(session: ClassSession) -> dict[int, int]:
    """The standard hours of a session that each seat may still make up for.

    Whoever keeps the attendance says what was missed; while nobody does, everybody may have missed all of it.
    """
    answers = [found for _receiver, found in signals.hours_missed.send(session) if found is not None]
    missed = {seat.id: session.hours for seat in active_seats(session.class_id)}
    for found in answers:
        missed = {seat_id: min(hours, found.get(seat_id, 0)) for seat_id, hours in missed.items()}
    made = made_up(session.id, missed)
    return {seat_id: hours - made.get(seat_id, 0) for seat_id, hours in missed.items()}


def made_up(session_id: int, seats: Collection[int]) -> dict[int, int]:
    """The standard hours of make-up sessions that were set for a session, by seat."""
    query = (
        select(MakeupSeat.seat_id, func.sum(ClassSession.hours))
        .join(ClassSession, ClassSession.id == MakeupSeat.session_id)
        .where(ClassSession.makes_up_id == session_id, MakeupSeat.seat_id.in_(list(seats)))
        .group_by(MakeupSeat.seat_id)
    )
    return {seat_id: int(hours) for seat_id, hours in db.session.execute(query)}


def makeup_seats_of(class_id: int) -> dict[int, list[Seat]]:
    """Who comes to each make-up session of a class, by session."""
    query = (
        select(MakeupSeat.session_id, Seat)
        .join(Seat, Seat.id == MakeupSeat.seat_id)
        .where(Seat.class_id == class_id)
        .order_by(Seat.place_no)
    )
    found: dict[int, list[Seat]] = {}
    for session_id, seat in db.session.execute(query).unique():
        found.setdefault(session_id, []).append(seat)
    return found


def unratified_sessions(class_id: int) -> dict[int, Variation]:
    """The sessions held otherwise than approved, with the emergency not ratified in time: hours in doubt.

    A later change of the same kind that the bureau approved puts a session right.
    """
    last: dict[tuple[int, VariationKind], Variation] = {}
    for one in reversed(variations_of(class_id)):
        session_id = one.after.get("session_id")
        carried = one.status in (VariationStatus.APPROVED, VariationStatus.IN_FORCE, VariationStatus.NOT_RATIFIED)
        if session_id is not None and carried and one.kind != VariationKind.MAKE_UP:
            last[session_id, one.kind] = one
    return {session_id: one for (session_id, _kind), one in last.items() if one.unratified}
