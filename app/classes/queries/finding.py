"""Find classes and what belongs to them, within what a person may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import defer, selectinload

from app.classes.models import ClassFix, ClassPlace, ClassSession, Seat, Term, TrainingClass, Variation
from app.classes.rules import SIGN_UP, UNDECIDED, ClassStatus, PlaceStatus, SeatStatus
from app.courses.models import Course
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.models import Person
from app.regions.queries import in_area
from app.schools.models import Instructor

ACTIVE = (SeatStatus.HELD, SeatStatus.FIXED)


@dataclass(frozen=True, slots=True)
class ClassFilters:
    """How a list of classes is narrowed."""

    word: str = ""
    status: ClassStatus | None = None
    mode: str = ""
    region_code: str = ""
    school_id: int | None = None
    course_id: int | None = None
    term_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The classes a person may see: a school its own, a bureau its area's, teachers and assessors those they serve."""
    ways = [in_area(TrainingClass.region_code, by.area)] if by.area else []
    if by.organization_id is not None and by.has(Role.SCHOOL_CLERK):
        ways.append(TrainingClass.school_id == by.organization_id)
    if by.has(Role.TEACHER, Role.ASSESSOR):
        ways.append(_serves(by))
    return or_(*ways) if ways else false()


def _instructors(by: Actor) -> Select[int]:
    users = [int(key.partition(":")[2]) for key in by.keys if key.startswith("user:")]
    return select(Instructor.id).where(Instructor.user_id.in_(users))


def teaches_in(by: Actor, class_: TrainingClass) -> bool:
    """Whether this person teaches a session of the class."""
    mine = (ClassSession.class_id == class_.id, ClassSession.teacher_id.in_(_instructors(by)))
    return by.has(Role.TEACHER) and db.session.scalar(select(ClassSession.id).where(*mine).limit(1)) is not None


def _serves(by: Actor) -> ColumnElement[bool]:
    mine = _instructors(by)
    teaches = select(ClassSession.class_id).where(ClassSession.teacher_id.in_(mine))
    return or_(TrainingClass.assessor_id.in_(mine), TrainingClass.id.in_(teaches))


def class_for(by: Actor, class_id: int) -> TrainingClass:
    """One class, if this person may see it; raises `NotFound`."""
    row = db.session.scalars(select(TrainingClass).where(TrainingClass.id == class_id, visible_to(by))).first()
    if row is None:
        raise NotFound
    return row


def training_class(class_id: int) -> TrainingClass:
    """One class by its id, unscoped; raises `NotFound`."""
    row = db.session.get(TrainingClass, class_id)
    if row is None:
        raise NotFound
    return row


def _matching(filters: ClassFilters) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if filters.word:
        named = TrainingClass.name.contains(filters.word, autoescape=True)
        course = select(Course.id).where(Course.title.contains(filters.word, autoescape=True))
        wanted.append(or_(named, TrainingClass.course_id.in_(course)))
    for column, value in (
        (TrainingClass.status, filters.status),
        (TrainingClass.mode, filters.mode or None),
        (TrainingClass.school_id, filters.school_id),
        (TrainingClass.course_id, filters.course_id),
        (TrainingClass.term_id, filters.term_id),
    ):
        if value is not None:
            wanted.append(column == value)
    if filters.region_code:
        wanted.append(in_area(TrainingClass.region_code, (filters.region_code,)))
    if filters.from_on is not None:
        wanted.append(TrainingClass.start_on >= filters.from_on)
    if filters.until_on is not None:
        wanted.append(TrainingClass.start_on <= filters.until_on)
    return and_(*wanted) if wanted else TrainingClass.id.is_not(None)


NO_FILTERS = ClassFilters()
MOST_ELSEWHERE = 50


def classes_query(by: Actor, filters: ClassFilters = NO_FILTERS) -> Select[TrainingClass]:
    """The classes of a list, the latest start first; what waits for the reader's decision comes before the rest."""
    waiting_first = TrainingClass.status != ClassStatus.FILED
    query = select(TrainingClass).where(visible_to(by), _matching(filters))
    return query.order_by(waiting_first, TrainingClass.start_on.desc(), TrainingClass.id.desc())


def counts_by_status(by: Actor) -> dict[ClassStatus, int]:
    """How many classes stand in each status, within what the person may see."""
    query = select(TrainingClass.status, func.count()).where(visible_to(by)).group_by(TrainingClass.status)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {status: found[status] for status in ClassStatus if status in found}


def classes_elsewhere(by: Actor) -> list[tuple[TrainingClass, int]]:
    """Classes held outside a person's area with people of the area in them, and how many; the latest start first."""
    if not by.area:
        return []
    query = (
        select(TrainingClass.id, func.count())
        .join(Seat, Seat.class_id == TrainingClass.id)
        .join(Person, Person.id == Seat.person_id)
        .where(
            in_area(Person.region_code, by.area),
            ~in_area(TrainingClass.region_code, by.area),
            Seat.status.in_(ACTIVE),
            TrainingClass.status.not_in((ClassStatus.ARCHIVED, ClassStatus.CANCELLED)),
        )
        .group_by(TrainingClass.id)
        .order_by(TrainingClass.start_on.desc(), TrainingClass.id.desc())
        .limit(MOST_ELSEWHERE)
    )
    return [(training_class(class_id), people) for class_id, people in db.session.execute(query)]


def open_classes(filters: ClassFilters = NO_FILTERS) -> Select[TrainingClass]:
    """Classes in which anyone may take a seat, the earliest start first; unscoped: the menu is public."""
    query = select(TrainingClass).where(TrainingClass.status.in_(SIGN_UP), _matching(filters))
    return query.order_by(TrainingClass.start_on, TrainingClass.id)


def seat(seat_id: int) -> Seat:
    """One seat; raises `NotFound`."""
    row = db.session.get(Seat, seat_id)
    if row is None:
        raise NotFound
    return row


def seats_of(class_id: int) -> Sequence[Seat]:
    """Every seat there ever was in a class, by place; when it meets is not read with them: it is long."""
    query = select(Seat).where(Seat.class_id == class_id).order_by(Seat.place_no, Seat.id)
    return db.session.scalars(query.options(defer(Seat.sessions))).all()


def active_seats(class_id: int) -> Sequence[Seat]:
    """The seats that people hold now, by place."""
    query = select(Seat).where(Seat.class_id == class_id, Seat.status.in_(ACTIVE)).order_by(Seat.place_no)
    return db.session.scalars(query).all()


def sessions_of(class_id: int) -> Sequence[ClassSession]:
    """The timetable, in order of time."""
    query = select(ClassSession).where(ClassSession.class_id == class_id).order_by(ClassSession.starts_at)
    return db.session.scalars(query).all()


def places_of(class_id: int) -> Sequence[ClassPlace]:
    """The filed places with the money reserved for each."""
    query = select(ClassPlace).where(ClassPlace.class_id == class_id).order_by(ClassPlace.number)
    return db.session.scalars(query).all()


def empty_places(class_id: int) -> Sequence[ClassPlace]:
    """Filed places with money reserved in which nobody sits."""
    held = select(Seat.place_no).where(Seat.class_id == class_id, Seat.status.in_(ACTIVE))
    query = select(ClassPlace).where(
        ClassPlace.class_id == class_id, ClassPlace.status == PlaceStatus.RESERVED, ClassPlace.number.not_in(held)
    )
    return db.session.scalars(query.order_by(ClassPlace.number)).all()


def fixes_of(class_id: int) -> Sequence[ClassFix]:
    """Every version of the lock, oldest first."""
    return db.session.scalars(select(ClassFix).where(ClassFix.class_id == class_id).order_by(ClassFix.version)).all()


def variations_of(class_id: int) -> Sequence[Variation]:
    """Every variation that changed the class, or is to, newest first."""
    query = select(Variation).where((Variation.class_id == class_id) | (Variation.other_class_id == class_id))
    return db.session.scalars(query.order_by(Variation.id.desc())).all()


def variation_for(by: Actor, variation_id: int) -> Variation:
    """One variation of a class that the person may see; raises `NotFound`."""
    query = select(Variation).join(TrainingClass, TrainingClass.id == Variation.class_id)
    row = db.session.scalars(query.where(Variation.id == variation_id, visible_to(by))).first()
    if row is None:
        raise NotFound
    return row


def open_variations(by: Actor) -> Select[Variation]:
    """Variations that wait for a decision: emergencies by the day they are due, then the others, oldest first."""
    query = select(Variation).join(TrainingClass, TrainingClass.id == Variation.class_id)
    loaded = query.options(selectinload(Variation.training_class)).where(Variation.status.in_(UNDECIDED))
    return loaded.where(visible_to(by)).order_by(Variation.ratify_by, Variation.asked_at, Variation.id)


def terms_of(school_id: int) -> Sequence[Term]:
    """The school's terms, newest first."""
    return db.session.scalars(select(Term).where(Term.school_id == school_id).order_by(Term.id.desc())).all()


def term_for(by: Actor, term_id: int) -> Term:
    """One term of which the person may see a class, or the school's own; raises `NotFound`."""
    row = db.session.get(Term, term_id)
    seen = select(TrainingClass.id).where(TrainingClass.term_id == term_id, visible_to(by)).limit(1)
    if row is None or (row.school_id != by.organization_id and db.session.scalar(seen) is None):
        raise NotFound
    return row


def session_of(class_id: int, session_id: int) -> ClassSession:
    """One half-day of a class; raises `NotFound`."""
    row = db.session.get(ClassSession, session_id)
    if row is None or row.class_id != class_id:
        raise NotFound
    return row


def classes_of_order(order_id: int, statuses: Sequence[ClassStatus]) -> Sequence[TrainingClass]:
    """The classes that train for an order and stand in one of these statuses."""
    query = select(TrainingClass).where(TrainingClass.order_id == order_id, TrainingClass.status.in_(statuses))
    return db.session.scalars(query.order_by(TrainingClass.id)).all()
