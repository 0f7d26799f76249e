"""From one locked class to another of the same course: one person 转班, or everybody 并班.

Seat, money and the use of the record move in one transaction, and both classes get a new version. The rows of both
classes are held, the smaller id first, before anything here is asked.
"""

from collections.abc import Mapping
from typing import Any

from app.audit import service as audit
from app.classes import signals
from app.classes.models import Seat, TrainingClass, Variation
from app.classes.queries import POST_OF_ORDER, active_seats, direction_words, free_posts, mode_of_class, sessions_of
from app.classes.queries.openings import roomy, spare_places
from app.classes.rules import CLASS_FLOW, SEAT_FLOW, VARIABLE, ClassStatus, ClassStep, SeatStatus, SeatStep
from app.classes.service.leaving import attended, seat_of, vacate
from app.classes.service.places import move_place, release_all
from app.classes.service.refilling import Change, Facts
from app.classes.service.rescheduling import refuse_used
from app.classes.service.telling import tell_school
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.policies import queries as policies
from app.regions.queries import county_of


def _other(row: TrainingClass, class_id: object) -> TrainingClass:
    """The class to move to: locked, of the same course, in the same county."""
    other = db.session.get(TrainingClass, int(str(class_id or 0)))
    if other is None or other.id == row.id or other.course_id != row.course_id or not other.paid:
        raise DomainError(N_("请选同一门课的另一个班。"), "class_id")
    if other.status not in VARIABLE or other.fix_version < 1:
        raise DomainError(N_("那个班还没有批准，或者已经结束、取消了。"), "class_id")
    if county_of(other.region_code) != county_of(row.region_code):
        raise DomainError(N_("不能转到别的县市的班：预留的资金和审批都在原来的县市。"), "class_id")
    return other


def _facts(other: TrainingClass) -> Facts:
    days = {"start_on": other.start_on.isoformat(), "end_on": other.end_on.isoformat()}
    return {"class_id": other.id, "class_name": other.name, "site": other.site.name, **days}


def _place(other: TrainingClass) -> int:
    number = next(iter(spare_places(other)), None)
    if number is None or roomy(other) < 1:
        raise Refused(_("“%(name)s”没有空位了。", name=other.name), "class_id")
    return number


def _refuse_unfit(other: TrainingClass, seat: Seat, *, held: bool = False) -> None:
    answers = signals.move_checked.send(other, seat=seat, held=held)
    reasons = [reason for _receiver, found in answers for reason in found or ()]
    if reasons:
        words = {"name": seat.person.name, "why": "".join(policies.text(reason) for reason in reasons)}
        raise DomainError(_("%(name)s不能转到那个班：%(why)s", **words), "seat_id")


def _check_move(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    seat, other = seat_of(row, asked.get("seat_id")), _other(row, asked.get("class_id"))
    _place(other)
    _refuse_unfit(other, seat)
    return {"seat_id": seat.id, "person_id": seat.person_id, **_facts(other)}


def _move_before(row: TrainingClass, after: Facts) -> Facts:
    seat = seat_of(row, after["seat_id"])
    return {"person_id": seat.person_id, **_facts(row), "place_no": seat.place_no, "hours_kept": attended(seat)}


def _move(row: TrainingClass, after: Facts, variation: Variation, by: Actor) -> None:
    other = _other(row, after["class_id"])
    seat = next((seat for seat in active_seats(row.id) if seat.id == after["seat_id"]), None)
    if seat is None:
        raise Refused(N_("这个人已经不在名单上了。"))
    number = _place(other)
    _refuse_unfit(other, seat, held=True)
    _shift(row, seat, other, number, variation, by)


def _shift(row: TrainingClass, seat: Seat, other: TrainingClass, number: int, variation: Variation, by: Actor) -> None:
    """Give up one seat and take the other, with the money behind it; the record follows by the signal."""
    vacate(seat, variation, SeatStep.MOVE, clock.today(), attended(seat), by=by)
    db.session.flush()
    new = Seat(
        status=SeatStatus.HELD,
        class_id=other.id,
        person_id=seat.person_id,
        place_no=number,
        moved_from_id=seat.id,
        variation_id=variation.id,
        created_at=clock.now(),
    )
    _aim(seat, new, other)
    facts = {"class_id": other.id, "place_no": number, "variation_id": variation.id, "moved_from": seat.id}
    audit.born(new, by=by, facts=facts)
    audit.take(new, SEAT_FLOW, SeatStep.FIX, by=by, facts=facts)
    db.session.flush()
    move_place(row, seat.place_no, other, number, variation, by=by)
    signals.seat_moved.send(other, seat=new, left=seat, variation=variation, by=by)


def _aim(seat: Seat, new: Seat, other: TrainingClass) -> None:
    """The post moves along; where the other class trains for another order, its next free post takes its place."""
    if mode_of_class(other).post not in POST_OF_ORDER:
        new.livelihood = seat.livelihood
        return
    if seat.order_id is not None and seat.order_id == other.order_id:
        new.order_id, new.post_number = seat.order_id, seat.post_number
        return
    free = free_posts(other)
    if not free:
        raise Refused(_("“%(name)s”的订单里没有空着的岗位了。", name=other.name))
    new.order_id, new.post_number = other.order_id, free[0]


def _unbegun(row: TrainingClass, field: str | None = None) -> None:
    begun = any(session.starts_at <= clock.now() for session in sessions_of(row.id))
    if row.status != ClassStatus.APPROVED or begun:
        raise DomainError(_("“%(name)s”已经开课了，两个班都没有开课才能并班。", name=row.name), field)
    refuse_used(sessions_of(row.id))


def _check_merge(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    other = _other(row, asked.get("class_id"))
    _unbegun(row, "class_id")
    _unbegun(other, "class_id")
    seats = active_seats(row.id)
    both = {seat.person_id for seat in seats} & {seat.person_id for seat in active_seats(other.id)}
    if both:
        raise DomainError(_("有 %(n)s 个人两个班都在，不能并班。", n=len(both)), "class_id")
    room = roomy(other)
    if len(seats) > room:
        words = {"name": other.name, "room": max(room, 0), "n": len(seats)}
        raise DomainError(_("“%(name)s”只能再坐 %(room)s 人，这个班有 %(n)s 人，并不进去。", **words), "class_id")
    for seat in seats:
        _refuse_unfit(other, seat)
    return {**_facts(other), "people": len(seats) + len(active_seats(other.id)), "words": direction_words(other)}


def _merge_before(row: TrainingClass, _after: Facts) -> Facts:
    return {**_facts(row), "people": len(active_seats(row.id)), "words": direction_words(row)}


def _merge(row: TrainingClass, after: Facts, variation: Variation, by: Actor) -> None:
    """Move every seat, then cancel the class that is empty now, by the same variation."""
    _check_merge(row, after)
    other = _other(row, after["class_id"])
    seats = list(active_seats(row.id))
    for seat, number in zip(seats, spare_places(other, fresh_first=True), strict=False):
        _refuse_unfit(other, seat, held=True)
        _shift(row, seat, other, number, variation, by)
    if active_seats(row.id):
        raise Refused(_("“%(name)s”没有空位了。", name=other.name))
    money = release_all(row, by=by)
    facts = {"seats": 0, "places": money.places, "amount_fen": money.amount_fen, "merged_into": other.id}
    why = _("并入“%(name)s”", name=other.name)
    audit.take(row, CLASS_FLOW, ClassStep.CANCEL, by=by, note=why, facts=facts)
    db.session.flush()
    signals.class_cancelled.send(row, seats=[], reason=why, by=by)
    tell_school(row, _("“%(name)s”已经并入“%(other)s”，人都转过去了。", name=row.name, other=other.name))


MOVING = Change(_check_move, _move_before, _move)
MERGING = Change(_check_merge, _merge_before, _merge)
