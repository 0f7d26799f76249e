"""Find enrollments, judge people for a class, and see who waits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import pack_of_class
from app.classes.rules import SeatStatus
from app.courses.queries import policy_facts
from app.enrollments.models import Enrollment
from app.enrollments.rules import ACTIVE, EnrollmentStatus
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Can
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.models import Person
from app.people.queries import facts_of, of_person, read_facts, record_of
from app.policies.rules.eligibility import Verdict, judge
from app.policies.rules.facts import Stage
from app.regions.queries import in_area

SEATED = (SeatStatus.HELD, SeatStatus.FIXED)


@dataclass(frozen=True, slots=True)
class EnrollmentFilters:
    """How a list of enrollments is narrowed; empty values narrow nothing."""

    status: EnrollmentStatus | None = None
    word: str = ""
    """Part of a name, or of a class."""
    class_id: int = 0


def reference(enrollment_id: int) -> str:
    """Under which name an enrollment holds a use of the person's record of subsidies."""
    return f"enrollment:{enrollment_id}"


def visible_to(by: Actor) -> ColumnElement[bool]:
    """A person's own; of the people in an officer's area; a school's; for who pays, of classes held in the area."""
    if by.key == SYSTEM.key:
        return Enrollment.id > 0
    if by.person_id is not None:
        return of_person(Enrollment.person_id, by.person_id)
    ways = [in_area(Enrollment.region_code, by.area)] if by.area else []
    if by.organization_id is not None:
        ways.append(Enrollment.school_id == by.organization_id)
    if by.area and by.may(Can.CLAIM_READ):
        held = select(TrainingClass.id).where(in_area(TrainingClass.region_code, by.area))
        ways.append(Enrollment.class_id.in_(held))
    return or_(*ways) if ways else false()


def enrollment_for(by: Actor, enrollment_id: int) -> Enrollment:
    """One enrollment, if this person may see it; raises `NotFound`."""
    row = db.session.scalars(select(Enrollment).where(Enrollment.id == enrollment_id, visible_to(by))).first()
    if row is None:
        raise NotFound
    return row


NO_FILTERS = EnrollmentFilters()


def enrollments_query(by: Actor, filters: EnrollmentFilters = NO_FILTERS) -> Select[Enrollment]:
    """The enrollments a person may see, newest first, for one page of a list.

    Who was moved to another class 转班 is listed there, and in the class they left only where that class is asked for.
    """
    query = select(Enrollment).where(visible_to(by))
    if filters.status is None and not filters.class_id:
        query = query.where(Enrollment.status != EnrollmentStatus.TRANSFERRED)
    if filters.status is not None:
        query = query.where(Enrollment.status == filters.status)
    if filters.class_id:
        query = query.where(Enrollment.class_id == filters.class_id)
    if filters.word:
        people = select(Person.id).where(Person.name.contains(filters.word, autoescape=True))
        classes = select(TrainingClass.id).where(TrainingClass.name.contains(filters.word, autoescape=True))
        query = query.where(or_(Enrollment.person_id.in_(people), Enrollment.class_id.in_(classes)))
    return query.order_by(Enrollment.id.desc())


def in_class(by: Actor, class_id: int, filters: EnrollmentFilters = NO_FILTERS) -> Select[Enrollment]:
    """The enrollments of one class that a person may see: seats by place, then the waiting list in its order."""
    query = enrollments_query(by, replace(filters, class_id=class_id)).order_by(None)
    place = select(Seat.place_no).where(Seat.id == Enrollment.seat_id).scalar_subquery()
    rank = Enrollment.status.not_in(ACTIVE)
    turn = (Enrollment.offer_until.is_(None), Enrollment.priority.desc(), Enrollment.waiting_no.nulls_last())
    return query.order_by(rank, place.nulls_last(), *turn, Enrollment.id)


def counts_of(by: Actor, class_id: int) -> dict[EnrollmentStatus, int]:
    """How many enrollments of a class stand in each status, within what the person may see."""
    query = select(Enrollment.status, func.count()).where(visible_to(by), Enrollment.class_id == class_id)
    rows = db.session.execute(query.group_by(Enrollment.status))
    return {row[0]: row[1] for row in rows}


def own_enrollments(person_id: int) -> Sequence[Enrollment]:
    """A person's enrollments, those that stand first, then newest first."""
    query = select(Enrollment).where(of_person(Enrollment.person_id, person_id))
    return db.session.scalars(query.order_by(Enrollment.status.not_in(ACTIVE), Enrollment.id.desc())).all()


def active_of(class_id: int, person_id: int) -> Enrollment | None:
    """The person's enrollment in a class that stands, enrolled or waiting."""
    query = select(Enrollment).where(
        Enrollment.class_id == class_id, of_person(Enrollment.person_id, person_id), Enrollment.status.in_(ACTIVE)
    )
    return db.session.scalars(query).first()


def standing_in(class_id: int, people: Collection[int]) -> dict[int, Enrollment]:
    """The enrollments that stand of these people in a class, by person."""
    query = select(Enrollment).where(
        Enrollment.class_id == class_id, Enrollment.person_id.in_(people), Enrollment.status.in_(ACTIVE)
    )
    return {row.person_id: row for row in db.session.scalars(query)}


def of_seat(seat_id: int) -> Enrollment:
    """The enrollment that holds a seat, or held it last; raises `NotFound`."""
    row = db.session.scalars(select(Enrollment).where(Enrollment.seat_id == seat_id)).first()
    if row is None:
        raise NotFound
    return row


def active_in(class_id: int) -> Sequence[Enrollment]:
    """Everybody enrolled or waiting in a class, in the order they came."""
    query = select(Enrollment).where(Enrollment.class_id == class_id, Enrollment.status.in_(ACTIVE))
    return db.session.scalars(query.order_by(Enrollment.id)).all()


def waiting_in(class_id: int) -> Sequence[Enrollment]:
    """The waiting list of a class, in its order: whom the policy lets go first, then by number."""
    query = select(Enrollment).where(Enrollment.class_id == class_id, Enrollment.status == EnrollmentStatus.WAITING)
    return db.session.scalars(query.order_by(Enrollment.priority.desc(), Enrollment.waiting_no)).all()


def ahead_of(row: Enrollment) -> int:
    """How many people come first on the waiting list: the number is public and kept, the order is the policy's."""
    sooner = and_(Enrollment.priority == row.priority, Enrollment.waiting_no < row.waiting_no)
    query = select(func.count()).where(
        Enrollment.class_id == row.class_id,
        Enrollment.status == EnrollmentStatus.WAITING,
        sooner if row.priority else or_(Enrollment.priority, sooner),
    )
    return db.session.scalar(query) or 0


def offered_in(class_id: int) -> Sequence[Enrollment]:
    """Who has been offered a place of a class and has not got it for good yet."""
    query = select(Enrollment).where(Enrollment.class_id == class_id, Enrollment.status == EnrollmentStatus.OFFERED)
    return db.session.scalars(query.order_by(Enrollment.id)).all()


def offers_to_chase(by: Actor) -> Select[Enrollment]:
    """The offers that somebody in the actor's sight has not answered yet, what lapses first on top: whom to call."""
    waits = (Enrollment.status == EnrollmentStatus.OFFERED, Enrollment.accepted_at.is_(None))
    return select(Enrollment).where(visible_to(by), *waits).order_by(Enrollment.offer_until, Enrollment.id)


def overdue_offers() -> Sequence[int]:
    """The offers whose time is over."""
    waits = (Enrollment.status == EnrollmentStatus.OFFERED, Enrollment.accepted_at.is_(None))
    query = select(Enrollment.id).where(*waits, Enrollment.offer_until <= clock.now())
    return db.session.scalars(query.order_by(Enrollment.class_id, Enrollment.offer_until)).all()


def busy(people: Collection[int], class_id: int, *, leaving: int = 0) -> set[int]:
    """Which of these people hold a seat in another class (but the one they leave) that meets at the same time (R14)."""
    meets = select(func.range_agg(func.tstzrange(ClassSession.starts_at, ClassSession.ends_at)))
    times = meets.where(ClassSession.class_id == class_id).scalar_subquery()
    query = select(Seat.person_id).where(
        Seat.person_id.in_(people),
        Seat.status.in_(SEATED),
        Seat.class_id.not_in((class_id, leaving)),
        Seat.sessions.op("&&")(times),
    )
    return set(db.session.scalars(query))


def precheck(class_: TrainingClass, person: Person, *, stage: Stage = Stage.SIGN_UP, without: str = "") -> Verdict:
    """The verdict on a person for a class, on its first day; `without` leaves out the use that this sign-up holds."""
    return prechecks(class_, [person], stage=stage, without={person.id: without})[person.id]


def prechecks(
    class_: TrainingClass,
    people: Sequence[Person],
    *,
    stage: Stage = Stage.SIGN_UP,
    without: Mapping[int, str] | None = None,
    leaving: int = 0,
) -> dict[int, Verdict]:
    """The verdicts on several people for a class, by person; `leaving` is a class whose seats they give up for it."""
    if not people:
        return {}
    pack, course = pack_of_class(class_), policy_facts(class_.course)
    elsewhere = busy([person.id for person in people], class_.id, leaving=leaving)
    held = without or {}
    read_facts(people)
    return {
        person.id: judge(
            pack,
            facts_of(person),
            course,
            record_of(person.id, without=held.get(person.id, "")),
            on=class_.start_on,
            overlaps=person.id in elsewhere,
            stage=stage,
        )
        for person in people
    }
