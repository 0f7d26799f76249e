"""What policy asks of a class: its mode, its pack, the four fixes still open, and what stands against filing it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from app.classes.models import Seat, TrainingClass
from app.classes.queries.finding import ACTIVE, active_seats, sessions_of
from app.courses.queries import policy_facts as course_facts
from app.kernel import clock
from app.kernel.database import db
from app.kernel.workdays import working_days_between
from app.orders.models import OrderPost
from app.orders.rules import OrderStatus
from app.policies import queries as policies
from app.policies.rules.amounts import Quote, missing_figures, most_a_line_can_reach
from app.policies.rules.courses import FilingFacts, course_problems, days_of, filing_problems
from app.policies.rules.fixes import FixFacts, OpenFix, SeatFacts, open_fixes
from app.policies.rules.modes import Mode, OrderKind, PostKind
from app.policies.rules.pack import Pack
from app.policies.rules.said import Reason

POST_OF_ORDER = (PostKind.ORDER_POST, PostKind.WELFARE_POST)


def pack_of_class(class_: TrainingClass) -> Pack:
    """The pack fixed at filing (R15); before that the one in force today where the class is held."""
    if class_.policy_pack_id is not None:
        return policies.pack_by_id(class_.policy_pack_id)
    return policies.pack_for(class_.region_code, clock.today())


def mode_of_class(class_: TrainingClass, pack: Pack | None = None) -> Mode:
    """The mode that decides what the class needs."""
    return (pack or pack_of_class(class_)).mode_of(course_facts(class_.course))


def direction_words(class_: TrainingClass) -> str:
    """定向 in words: the employer, buyer or village, else the industry or livelihood; "" while open."""
    return class_.direction.name if class_.direction is not None else class_.direction_note


def post_key(number: int) -> str:
    """How a post of an order is called in sentences."""
    return f"{number}号岗"


def post_words(seat: Seat) -> str:
    """定岗 of one seat in words; "" while open."""
    return post_key(seat.post_number) if seat.post_number is not None else seat.livelihood


def open_posts(class_: TrainingClass) -> list[int]:
    """The posts of the class's order that no active seat of another class holds."""
    if class_.order_id is None:
        return []
    held = select(Seat.post_number).where(
        Seat.order_id == class_.order_id,
        Seat.class_id != class_.id,
        Seat.status.in_(ACTIVE),
        Seat.post_number.is_not(None),
    )
    query = select(OrderPost.number).where(OrderPost.order_id == class_.order_id, OrderPost.number.not_in(held))
    return list(db.session.scalars(query.order_by(OrderPost.number)))


def free_posts(class_: TrainingClass) -> list[int]:
    """The posts of the class's order that nobody holds."""
    held = {seat.post_number for seat in active_seats(class_.id)}
    return [number for number in open_posts(class_) if number not in held]


def fix_facts(class_: TrainingClass, pack: Pack) -> FixFacts:
    """What the class has fixed so far, as the rule wants it."""
    order = class_.order
    return FixFacts(
        site=class_.site.name,
        site_region=class_.site.region_code,
        site_capacity=class_.site.capacity,
        hours_planned=class_.course.hours,
        hours_timetabled=sum(session.hours for session in sessions_of(class_.id)),
        seats=tuple(SeatFacts(seat.person.name, post_words(seat)) for seat in active_seats(class_.id)),
        size_max=pack.count("class.size_max"),
        order_kind=OrderKind(order.kind.value) if order is not None else None,
        order_verified=order is not None and order.status == OrderStatus.VERIFIED,
        direction=direction_words(class_),
        posts={post_key(number): 1 for number in open_posts(class_)},
    )


def open_fixes_of(class_: TrainingClass) -> tuple[OpenFix, ...]:
    """Everything of the four fixes that is still open, each in a sentence."""
    pack = pack_of_class(class_)
    return open_fixes(mode_of_class(class_, pack), fix_facts(class_, pack))


def hours_by_day(class_: TrainingClass) -> dict[date, int]:
    """Standard hours of the timetable by local date."""
    counted: Counter[date] = Counter()
    for session in sessions_of(class_.id):
        counted[session.on] += session.hours
    return dict(counted)


def policy_problems(class_: TrainingClass, on: date) -> Sequence[Reason]:
    """What stands against filing on a day by policy: course, class size, timetable, lead time, blank figures."""
    pack, course = policies.pack_for(class_.region_code, on), course_facts(class_.course)
    filing = FilingFacts(
        course=course,
        seats=len(active_seats(class_.id)),
        lead_workdays=working_days_between(on, class_.start_on, pack.workdays),
        hours_by_day=hours_by_day(class_),
    )
    return (*course_problems(pack, course), *filing_problems(pack, filing), *missing_figures(pack, course, filed_on=on))


def most_a_place_can_reach(class_: TrainingClass) -> Quote:
    """The most that one claim line of this class can reach; reserved for each filed place.

    Days are those of the timetable: half days count as days of attendance too. The year is that of the filing.
    """
    pack, course = pack_of_class(class_), course_facts(class_.course)
    days, filed_on = max(days_of(pack, course), len(hours_by_day(class_))), class_.filed_on or clock.today()
    course, trainees = replace(course, days=days), len(active_seats(class_.id))
    return most_a_line_can_reach(pack, course, filed_on=filed_on, trainees=trainees, region_code=class_.region_code)
