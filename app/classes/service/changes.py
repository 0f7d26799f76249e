"""What each kind of variation means: what it must say, how things stood before, and what it does when approved."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.classes import signals
from app.classes.models import TrainingClass, Variation
from app.classes.queries import (
    POST_OF_ORDER,
    active_seats,
    direction_words,
    mode_of_class,
    open_posts,
    pack_of_class,
    sessions_of,
)
from app.classes.rules import VariationKind
from app.classes.service.assessors import ASSESSING
from app.classes.service.leaving import LEAVING
from app.classes.service.moving import MERGING, MOVING
from app.classes.service.planning import direction_of
from app.classes.service.posts import Aim, propose, put_aim
from app.classes.service.refilling import REFILL_CHANGE, Change
from app.classes.service.rescheduling import MAKING_UP, RESCHEDULING, TEACHING, refuse_used
from app.classes.service.rooms import leave_site, settle_rooms
from app.classes.service.teaching import shift_assessment
from app.classes.service.telling import tell_seated
from app.classes.service.timetable import check_teachers, follow, refuse_clashes, refuse_taken_teachers, shift
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.orders.models import Order
from app.orders.rules import OrderStatus
from app.policies.rules.courses import refill_until
from app.regions.queries import county_of
from app.schools.models import Site

Facts = dict[str, Any]


def _check_site(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    site = db.session.get(Site, asked.get("site_id") or 0)
    if site is None or site.school_id != row.school_id or site.closed_at is not None or site.id == row.site_id:
        raise DomainError(N_("请选本校另一个能用的培训地点。"), "site_id")
    if site.capacity < row.seats_taken:
        raise DomainError(_("“%(site)s”只坐得下 %(n)s 人。", site=site.name, n=site.capacity), "site_id")
    if county_of(site.region_code) != county_of(row.region_code):
        raise DomainError(N_("不能换到别的县市：预留的资金和审批都在原来的县市。"), "site_id")
    return {"site_id": site.id, "site": site.name, "address": site.address}


def _site_before(row: TrainingClass, _after: Facts) -> Facts:
    return {"site_id": row.site_id, "site": row.site.name, "address": row.site.address}


def _move_site(row: TrainingClass, after: Facts, _variation: Variation, _by: Actor) -> None:
    site = db.session.get_one(Site, after["site_id"])
    row.site_id, row.region_code = site.id, site.region_code
    leave_site(row)
    settle_rooms(row)
    words = {"name": row.name, "site": after["site"], "address": after["address"]}
    tell_seated(row, _("“%(name)s”换了上课地点：%(site)s，%(address)s。请别跑错地方。", **words))


def _check_direction(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    mode, order = mode_of_class(row), db.session.get(Order, asked.get("order_id") or 0)
    if mode.needs_order and (order is None or order.status != OrderStatus.VERIFIED or not mode.takes_order(order.kind)):
        raise DomainError(N_("请选一个已核实、而且这种模式能用的订单。"), "order_id")
    organization_id, note = direction_of(mode, order, str(asked.get("direction_note") or ""))
    if organization_id is None and not note:
        raise DomainError(N_("请写明新的定向。"), "direction_note")
    if mode.needs_order is False:
        order = None
    words = order.organization.name if order is not None and organization_id is not None else note
    return {"order_id": order.id if order else None, "direction_note": note, "words": words}


def _direction_before(row: TrainingClass, _after: Facts) -> Facts:
    return {"order_id": row.order_id, "direction_note": row.direction_note, "words": direction_words(row)}


def _turn(row: TrainingClass, after: Facts, variation: Variation, _by: Actor) -> None:
    mode, order = mode_of_class(row), db.session.get(Order, after["order_id"] or 0)
    seats = list(active_seats(row.id))
    changed = row.order_id != after["order_id"]
    row.order_id = after["order_id"]
    row.direction_id, row.direction_note = direction_of(mode, order, after["direction_note"])
    if not changed or mode.post not in POST_OF_ORDER:
        return
    for seat in seats:
        seat.order_id = seat.post_number = None
        seat.variation_id, seat.post_why = variation.id, ""
    db.session.flush()
    if propose(row, seats, mode) < len(seats):
        raise Refused(_("新订单空着的岗位不够：名单上有 %(n)s 个人。", n=len(seats)))


def _check_post(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    seat = next((seat for seat in active_seats(row.id) if seat.id == asked.get("seat_id")), None)
    if seat is None:
        raise DomainError(N_("请选名单上的一个人。"), "seat_id")
    number, words = asked.get("post_number") or None, str(asked.get("livelihood") or "").strip()
    by_post = mode_of_class(row).post in POST_OF_ORDER
    if by_post and number not in open_posts(row):
        raise DomainError(N_("请选订单里空着的岗位。"), "post_number")
    if not by_post and not words:
        raise DomainError(N_("请写明新的岗位或去向。"), "livelihood")
    taken = [other for other in active_seats(row.id) if by_post and other.post_number == number and other.id != seat.id]
    if taken:
        raise DomainError(N_("这个岗位已经定给班里另一个人了。"), "post_number")
    return {"seat_id": seat.id, "place_no": seat.place_no, "post_number": number, "livelihood": words}


def _post_before(row: TrainingClass, after: Facts) -> Facts:
    seat = next(seat for seat in active_seats(row.id) if seat.id == after["seat_id"])
    return {"place_no": seat.place_no, "post_number": seat.post_number, "livelihood": seat.livelihood}


def _aim_again(row: TrainingClass, after: Facts, variation: Variation, _by: Actor) -> None:
    seat = next((seat for seat in active_seats(row.id) if seat.id == after["seat_id"]), None)
    if seat is None:
        raise Refused(N_("这个人已经不在名单上了。"))
    seat.variation_id, seat.post_why = variation.id, ""
    aim = Aim(after["post_number"], after["livelihood"])
    put_aim(seat, row, aim, mode_of_class(row), open_posts(row))


def _check_days(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    days = int(asked.get("days") or 0)
    if not 1 <= days <= 365:
        raise DomainError(N_("延期请填 1 到 365 天。"), "days")
    sessions = sessions_of(row.id)
    if any(session.starts_at <= clock.now() for session in sessions):
        raise Refused(N_("已经上过课了，不能整班延期。请一节一节调课。"))
    refuse_used(sessions)
    later = [shift(session, days) for session in sessions]
    check_teachers(row, later)
    refuse_taken_teachers(row, later)
    refuse_clashes(row, later)
    on = [session.on for session in later]
    return {"days": days, "start_on": min(on).isoformat(), "end_on": max(on).isoformat()}


def _days_before(row: TrainingClass, _after: Facts) -> Facts:
    return {"start_on": row.start_on.isoformat(), "end_on": row.end_on.isoformat()}


def _postpone(row: TrainingClass, after: Facts, _variation: Variation, by: Actor) -> None:
    sessions, later = sessions_of(row.id), timedelta(days=after["days"])
    refuse_used(sessions)
    for session in sessions:
        session.on += later
        session.starts_at += later
        session.ends_at += later
    follow(row, [session.on for session in sessions])
    shift_assessment(row, after["days"])
    row.refill_until_on = refill_until(pack_of_class(row), row.start_on)
    signals.class_postponed.send(row, days=after["days"], by=by)


CHANGES: Mapping[VariationKind, Change] = {
    VariationKind.REFILL: REFILL_CHANGE,
    VariationKind.WITHDRAW: LEAVING,
    VariationKind.CHANGE_SITE: Change(_check_site, _site_before, _move_site),
    VariationKind.CHANGE_DIRECTION: Change(_check_direction, _direction_before, _turn),
    VariationKind.CHANGE_POST: Change(_check_post, _post_before, _aim_again),
    VariationKind.CHANGE_ASSESSOR: ASSESSING,
    VariationKind.POSTPONE: Change(_check_days, _days_before, _postpone),
    VariationKind.MOVE_SESSION: RESCHEDULING,
    VariationKind.CHANGE_TEACHER: TEACHING,
    VariationKind.MAKE_UP: MAKING_UP,
    VariationKind.TRANSFER: MOVING,
    VariationKind.MERGE: MERGING,
}
"""The kinds that somebody asks for; cancelling approves itself."""
