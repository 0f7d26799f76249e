"""Somebody leaves a locked class, by their own right or as the school reports it; the hours so far are kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.audit import service as audit
from app.classes import signals
from app.classes.models import Seat, TrainingClass, Variation
from app.classes.queries import active_seats
from app.classes.rules import SEAT_FLOW, SeatStep
from app.classes.service.places import release_place
from app.classes.service.refilling import Change, Facts
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_


def attended(seat: Seat) -> int:
    """The standard hours somebody attended, as far as anyone counts them."""
    answers = (hours for _receiver, hours in signals.hours_attended.send(seat) if hours is not None)
    return max(answers, default=0)


def seat_of(row: TrainingClass, seat_id: object) -> Seat:
    """An active seat of the class; raises `DomainError`."""
    seat = next((seat for seat in active_seats(row.id) if str(seat.id) == str(seat_id)), None)
    if seat is None:
        raise DomainError(N_("请选名单上的一个人。"), "seat_id")
    return seat


def vacate(seat: Seat, variation: Variation, step: SeatStep, left: date, hours_kept: int | None, *, by: Actor) -> None:
    """Take the step by which a seat is given up, with the day and the hours that are kept."""
    seat.variation_id, seat.left_on, seat.hours_kept = variation.id, left, hours_kept
    facts = {"class_id": seat.class_id, "place_no": seat.place_no, "hours_kept": hours_kept}
    audit.take(seat, SEAT_FLOW, step, by=by, note=variation.reason, facts=facts)


def after_leaving(row: TrainingClass, seat: Seat, *, by: Actor) -> None:
    """What follows once the new version stands: money past the refill day, enrollment, waiting list."""
    if row.refill_until_on is None or row.refill_until_on < clock.today():
        release_place(row.id, seat.place_no, by=by)
    signals.seat_withdrawn.send(row, seat=seat, on=seat.left_on, hours_kept=seat.hours_kept, by=by)


def _check(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    seat = seat_of(row, asked.get("seat_id"))
    left = date.fromisoformat(str(asked.get("left_on") or clock.today()))
    if not row.start_on <= left <= clock.today() and left != clock.today():
        raise DomainError(N_("退出日期要在开班以后、今天以前。"), "left_on")
    facts = {"seat_id": seat.id, "person_id": seat.person_id, "place_no": seat.place_no}
    return {**facts, "left_on": left.isoformat(), "hours_kept": attended(seat)}


def _before(_row: TrainingClass, after: Facts) -> Facts:
    return {"person_id": after["person_id"], "place_no": after["place_no"]}


def _leave(row: TrainingClass, after: Facts, variation: Variation, by: Actor) -> None:
    seat = next((seat for seat in active_seats(row.id) if seat.id == after["seat_id"]), None)
    if seat is None:
        raise Refused(N_("这个人已经不在名单上了。"))
    vacate(seat, variation, SeatStep.WITHDRAW, date.fromisoformat(after["left_on"]), attended(seat), by=by)
    after_leaving(row, seat, by=by)


LEAVING = Change(_check, _before, _leave)
