"""定岗: which post or livelihood each seat leads to, named by the school before filing."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.audit import service as audit
from app.classes.models import Seat, TrainingClass
from app.classes.queries import POST_OF_ORDER, active_seats, free_posts, mode_of_class, open_posts
from app.classes.queries.wishing import offered_to, path_of, wished_by
from app.classes.rules import EDITABLE, ClassAct
from app.classes.rules.posts import Fit, best_fitting, nearness
from app.classes.service.planning import own
from app.classes.service.seats import hold
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.policies.rules.modes import Mode, PostKind

LONGEST = 120
WHY: Mapping[PostKind, tuple[Fit, ...]] = MappingProxyType(
    {PostKind.WORKPLACE_OR_HOME: (Fit.HOME,), PostKind.OWN_PLOT: (Fit.PLOT,), PostKind.CONTRACT: (Fit.CONTRACT,)}
)


@dataclass(frozen=True, slots=True)
class Aim:
    """What a seat leads to: the number of a post of the order, or a livelihood in words."""

    post_number: int | None = None
    livelihood: str = ""


def name_posts(class_: TrainingClass, aims: Mapping[int, Aim], *, by: Actor) -> None:
    """Name what each seat (by its id) leads to; raises `DomainError` for a post that is not free."""
    row = _editable(class_, by)
    mode = mode_of_class(row)
    seats = {seat.id: seat for seat in active_seats(row.id)}
    wanted = {seat_id: aim for seat_id, aim in aims.items() if seat_id in seats}
    had = {seat_id: (seats[seat_id].post_number, seats[seat_id].livelihood) for seat_id in wanted}
    refuse_twice([aim.post_number for aim in wanted.values()])
    for seat_id in wanted:
        seats[seat_id].order_id = seats[seat_id].post_number = None
    db.session.flush()
    posts = open_posts(row)
    for seat_id, aim in wanted.items():
        put_aim(seats[seat_id], row, aim, mode, posts)
        if had[seat_id] != (seats[seat_id].post_number, seats[seat_id].livelihood):
            seats[seat_id].post_why = ""
    audit.record(row, ClassAct.POSTS_NAMED, by=by, facts={"seats": len(wanted)})
    db.session.flush()


def propose_posts(class_: TrainingClass, *, by: Actor) -> int:
    """Give every seat that names nothing yet a free post or a livelihood, by wish and place; how many were given."""
    row = _editable(class_, by)
    open_seats = [seat for seat in active_seats(row.id) if seat.post_number is None and not seat.livelihood]
    given = propose(row, open_seats, mode_of_class(row))
    audit.record(row, ClassAct.POSTS_NAMED, by=by, facts={"seats": given})
    db.session.flush()
    return given


def propose(row: TrainingClass, seats: list[Seat], mode: Mode) -> int:
    """Put proposals on seats in the order of their places, with reasons; where posts are few, on the best fitting."""
    if mode.post not in POST_OF_ORDER:
        return sum(_propose_livelihood(row, seat, mode) for seat in seats)
    numbers = free_posts(row)
    chosen = best_fitting(wished_by(seats), offered_to(row), len(numbers))
    lucky = [seat for seat in seats if seat.id in chosen]
    for seat, number in zip(lucky, numbers, strict=False):
        seat.order_id, seat.post_number = row.order_id, number
        seat.post_why = ",".join(chosen[seat.id])
    return len(lucky)


def _propose_livelihood(row: TrainingClass, seat: Seat, mode: Mode) -> bool:
    """At the workshop for those who live near it, at home for the others; else as such classes usually go on."""
    words, why = usual_words(row, mode), WHY.get(mode.post, ())
    if mode.post is PostKind.WORKPLACE_OR_HOME:
        near = nearness(path_of(seat.person.region), offered_to(row).place)
        if near in (Fit.VILLAGE, Fit.TOWNSHIP):
            words, why = _("到车间做"), (Fit.WORKSHOP, near)
    seat.livelihood, seat.post_why = words, ",".join(why) if words else ""
    return bool(words)


def usual_words(row: TrainingClass, mode: Mode) -> str:
    """What people of such a class usually go on to; "" where only a post of the order will do."""
    usual = {
        PostKind.WORKPLACE_OR_HOME: _("在家做，材料到车间领"),
        PostKind.CONTRACT: _("与%(buyer)s的收购合同", buyer=row.direction.name) if row.direction else "",
        PostKind.OWN_PLOT: row.direction_note,
    }
    return usual.get(mode.post, "")[:LONGEST]


def put_aim(seat: Seat, row: TrainingClass, aim: Aim, mode: Mode, posts: list[int]) -> None:
    """Put an aim on a seat, as the mode wants it: a post of the order, or words."""
    if mode.post in POST_OF_ORDER and aim.post_number is not None:
        if aim.post_number not in posts:
            raise DomainError(_("%(n)s 号岗已经定给别人了，或者订单里没有。", n=aim.post_number), "post_number")
        seat.order_id, seat.post_number, seat.livelihood = row.order_id, aim.post_number, ""
    else:
        words = "" if mode.post in POST_OF_ORDER else aim.livelihood.strip()[:LONGEST]
        seat.order_id, seat.post_number, seat.livelihood = None, None, words


def refuse_twice(numbers: list[int | None]) -> None:
    """Refuse one post for two people."""
    named = [number for number in numbers if number is not None]
    for number in named:
        if named.count(number) > 1:
            raise DomainError(_("%(n)s 号岗填给了两个人。", n=number), "post_number")


def _editable(class_: TrainingClass, by: Actor) -> TrainingClass:
    row = hold(class_)
    own(row, by)
    if row.status not in EDITABLE:
        raise Refused(N_("申报以后岗位不能直接改。批准以后可以申请“变更岗位”。"))
    return row
