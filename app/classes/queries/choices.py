"""What the forms of classes let a person pick from: pairs of value and words."""

from collections.abc import Iterable

from sqlalchemy import select

from app.classes.models import ClassSession, TrainingClass
from app.classes.queries.fixing import free_posts, mode_of_class
from app.courses.queries import CourseFilters, courses_for
from app.courses.rules import CourseStatus
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.labels import label
from app.orders.queries import OrderFilters, orders_for
from app.orders.rules import OrderStatus
from app.regions.queries import county_of, in_area
from app.rosters.models import Plan, PlanStatus
from app.schools.models import Instructor, School, SchoolStatus
from app.schools.queries import school, sites_of, teachers_of

Pairs = list[tuple[int, str]]


def courses(by: Actor) -> Pairs:
    """The school's courses on the menu."""
    filters = CourseFilters(status=CourseStatus.LISTED, school_id=by.organization_id)
    rows = db.session.scalars(courses_for(by, filters)).all()
    return [(row.id, _("%(title)s（%(hours)s 学时）", title=row.title, hours=row.hours)) for row in rows]


def sites(school_id: int) -> Pairs:
    """The school's places with their seats."""
    return [
        (row.id, _("%(name)s（%(n)s 座，%(place)s）", name=row.name, n=row.capacity, place=row.region.name))
        for row in sites_of(school_id)
    ]


def teachers(school_id: int) -> Pairs:
    """Who teaches at the school now."""
    return [(row.id, f"{row.name} {row.qualification}") for row in teachers_of(school_id)]


def assessors(school_id: int) -> Pairs:
    """Who may assess: the school's own assessors first, then those of the county's other schools."""
    county = county_of(school(school_id).region_code)
    query = (
        select(Instructor, School)
        .join(School, School.id == Instructor.school_id)
        .where(Instructor.assesses, Instructor.ended_at.is_(None), in_area(School.region_code, (county,)))
        .where((School.status == SchoolStatus.LISTED) | (School.id == school_id))
        .order_by(School.id != school_id, School.id, Instructor.id)
    )
    return [(row.id, f"{row.name} {at.organization.name}") for row, at in db.session.execute(query).unique()]


def plans(school_id: int) -> Pairs:
    """The plans in force for the school's courses."""
    query = select(Plan).where(Plan.status == PlanStatus.CONFIRMED).order_by(Plan.id.desc())
    rows = db.session.scalars(query).unique()
    return [(row.id, row.title) for row in rows if row.course.school_id == school_id]


def orders(by: Actor, row: TrainingClass | None = None) -> Pairs:
    """The verified orders that the school may train for; with a class, those that its mode takes."""
    mode = mode_of_class(row) if row is not None else None
    found = db.session.scalars(orders_for(by, OrderFilters(status=OrderStatus.VERIFIED))).unique()
    return [
        (
            order.id,
            _("%(title)s，%(who)s，%(kind)s %(n)s 人", title=order.title, who=order.organization.name,
              kind=label(order.kind), n=order.headcount),
        )
        for order in found
        if mode is None or mode.takes_order(order.kind)
    ]  # fmt: skip


def posts(row: TrainingClass) -> Pairs:
    """The posts of the class's order that nobody holds."""
    return [(number, _("%(n)s 号岗", n=number)) for number in free_posts(row)]


def session_words(sessions: Iterable[ClassSession]) -> Pairs:
    """The sessions still to come, in words."""
    return [
        (row.id, f"{row.on.isoformat()} {label(row.half)} {row.topic}")
        for row in sessions
        if row.starts_at > clock.now()
    ]
