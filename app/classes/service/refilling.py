"""Refill 补员: the next on the waiting list takes a dropped place by a recorded variation, until day N."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.audit import service as audit
from app.classes import signals
from app.classes.models import Seat, TrainingClass, Variation
from app.classes.queries import POST_OF_ORDER, active_seats, empty_places, free_posts, mode_of_class
from app.classes.rules import SEAT_FLOW, SeatStatus, SeatStep, VariationKind, VariationStatus
from app.classes.service.posts import usual_words
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.people.models import Person
from app.people.queries import row_ids
from app.people.service import hold_people
from app.policies.rules.modes import PostKind

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of variation."""

    check: Callable[[TrainingClass, Mapping[str, Any]], Facts]
    """What is asked, made whole; raises `DomainError` naming the field."""
    before: Callable[[TrainingClass, Facts], Facts]
    apply: Callable[[TrainingClass, Facts, Variation, Actor], None]


def check_refill(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    """A dropped place, in time, for somebody who does not sit here yet."""
    person = db.session.get(Person, asked.get("person_id") or 0)
    if person is None:
        raise DomainError(N_("请选候补名单上的一个人。"), "person_id")
    if row.refill_until_on is None or row.refill_until_on < clock.today():
        raise Refused(N_("补员期限已过，空出的名额不再补人。"))
    place_no = int(asked.get("place_no") or 0)
    if place_no not in [place.number for place in empty_places(row.id)]:
        raise DomainError(N_("这个名额没有空出来，或者已经有人了。"), "place_no")
    rows = row_ids(person.id)
    if any(seat.person_id in rows for seat in active_seats(row.id)):
        raise DomainError(N_("这个人已经在这个班里了。"), "person_id")
    return {"person_id": person.id, "place_no": place_no, "livelihood": str(asked.get("livelihood") or "").strip()}


def refuse_second(row: TrainingClass, place_no: int) -> None:
    """Refuse a second refill of a place while the first waits for its decision."""
    query = select(Variation.after["place_no"].as_integer()).where(
        Variation.class_id == row.id,
        Variation.kind == VariationKind.REFILL,
        Variation.status == VariationStatus.ASKED,
    )
    if place_no in db.session.scalars(query).all():
        raise Refused(N_("这个名额的补员已经在等审批了。"))


def _last_holder(row: TrainingClass, place_no: int) -> Seat | None:
    query = select(Seat).where(Seat.class_id == row.id, Seat.place_no == place_no, Seat.status == SeatStatus.WITHDRAWN)
    return db.session.scalars(query.order_by(Seat.id.desc())).first()


def _before(row: TrainingClass, after: Facts) -> Facts:
    seat = _last_holder(row, after["place_no"])
    return {"person_id": seat.person_id if seat else None, "place_no": after["place_no"]}


def _sit(row: TrainingClass, after: Facts, variation: Variation, by: Actor) -> None:
    """Insert the new seat in the dropped place, with the post that was dropped, and fix it.

    The person is held first: the seat refers to them, and another door may hold them and wait for this class's hours.
    """
    hold_people([after["person_id"]])
    check_refill(row, after)
    seat = Seat(
        status=SeatStatus.HELD,
        class_id=row.id,
        person_id=after["person_id"],
        place_no=after["place_no"],
        variation_id=variation.id,
        created_at=clock.now(),
    )
    _aim(row, seat, after)
    audit.born(seat, by=by, facts={"class_id": row.id, "place_no": seat.place_no, "variation_id": variation.id})
    audit.take(seat, SEAT_FLOW, SeatStep.FIX, by=by, facts={"class_id": row.id, "place_no": seat.place_no})
    db.session.flush()
    signals.seat_refilled.send(row, seat=seat, variation=variation, by=by)


def _aim(row: TrainingClass, seat: Seat, after: Facts) -> None:
    mode, dropped = mode_of_class(row), _last_holder(row, seat.place_no)
    if mode.post not in POST_OF_ORDER:
        kept = dropped.livelihood if dropped and mode.post is not PostKind.OWN_PLOT else ""
        seat.livelihood = after.get("livelihood") or kept or usual_words(row, mode)
        return
    free = free_posts(row)
    if not free:
        raise Refused(N_("订单里没有空着的岗位了，不能补员。"))
    wanted = dropped.post_number if dropped else None
    seat.order_id, seat.post_number = row.order_id, wanted if wanted in free else free[0]


REFILL_CHANGE = Change(check_refill, _before, _sit)
