"""Find requests: an officer's area, a laborer's own, what a school answered, the homes one goes to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select

from app.courses.models import Course
from app.courses.rules import CourseStatus
from app.kernel.access import Actor, Can, Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.outreach.models import VillageRequest
from app.outreach.rules.requests import RequestStatus
from app.people.models import Person
from app.people.queries import row_ids
from app.regions.queries import county_of, in_area
from app.schools.models import Instructor, School

R = VillageRequest
GOING = (RequestStatus.ARRANGED, RequestStatus.DONE)
"""Statuses in which who goes to a home may see where it is."""
ORDER = {status: number for number, status in enumerate(RequestStatus)}


@dataclass(frozen=True, slots=True)
class RequestFilters:
    """What narrows a list of requests; empty values narrow nothing."""

    status: RequestStatus | None = None
    to_call: bool = False
    """Invited, and nobody can send them a message."""
    at_home: bool = False
    class_id: int = 0


def visible_requests(by: Actor) -> ColumnElement[bool]:
    """The requests of an officer's area; for a school those that it answered."""
    ways = [in_area(R.region_code, by.area)] if by.area else []
    if by.organization_id is not None and by.has(Role.SCHOOL_CLERK):
        ways.append(R.school_id == by.organization_id)
    return or_(*ways) if ways else false()


def requests_for(by: Actor, filters: RequestFilters | None = None) -> Select[VillageRequest]:
    """The requests a person may see, those that wait first, the latest ahead."""
    wanted = filters or RequestFilters()
    query = select(R).where(visible_requests(by))
    if wanted.status is not None:
        query = query.where(R.status == wanted.status)
    if wanted.to_call:
        query = query.where(needs_a_call())
    if wanted.class_id:
        query = query.where(R.class_id == wanted.class_id)
    if wanted.at_home:
        query = query.where(R.at_home)
    return query.order_by(case(ORDER, value=R.status), R.created_at.desc(), R.id.desc())


def is_asked_for(class_id: int) -> bool:
    """Whether villages asked for a class."""
    return db.session.scalar(select(R.id).where(R.class_id == class_id).limit(1)) is not None


def needs_a_call() -> ColumnElement[bool]:
    """Invited people without a phone, and villages that asked for a number of people."""
    phone = exists().where(Person.id == R.person_id, Person.phone_sealed.is_not(None))
    return and_(R.status == RequestStatus.INVITED, ~phone)


def request_for(by: Actor, request_id: int) -> VillageRequest:
    """One request, if this person may see it; raises `NotFound`."""
    row = db.session.scalars(select(R).where(R.id == request_id, visible_requests(by))).unique().first()
    if row is None:
        raise NotFound
    return row


def own_requests(person_id: int) -> Sequence[VillageRequest]:
    """What a person asked for, or was asked for in their name."""
    query = select(R).where(R.person_id.in_(row_ids(person_id)))
    return db.session.scalars(query.order_by(case(ORDER, value=R.status), R.id.desc())).unique().all()


def own_request(person_id: int, request_id: int) -> VillageRequest:
    """One of a person's own requests; raises `NotFound`."""
    row = next((row for row in own_requests(person_id) if row.id == request_id), None)
    if row is None:
        raise NotFound
    return row


def goes_there(row: VillageRequest, by: Actor) -> bool:
    """Whether this person goes to the home: the clerk of the accepted school, or its teacher."""
    if row.status not in GOING:
        return False
    if by.organization_id is not None and by.has(Role.SCHOOL_CLERK):
        return by.organization_id == row.school_id
    return row.teacher is not None and row.teacher.user_id is not None and row.teacher.user_id in _users(by)


def _users(by: Actor) -> set[int]:
    return {int(key.partition(":")[2]) for key in by.keys if key.startswith("user:")}


def visits_for(by: Actor) -> Select[VillageRequest]:
    """The homes that a school or a teacher goes to, the next first."""
    ways = []
    if by.organization_id is not None and by.has(Role.SCHOOL_CLERK):
        ways.append(R.school_id == by.organization_id)
    if by.has(Role.TEACHER):
        ways.append(R.teacher_id.in_(select(Instructor.id).where(Instructor.user_id.in_(_users(by)))))
    mine = or_(*ways) if ways else false()
    return select(R).where(R.at_home, R.status.in_(GOING), mine).order_by(R.status == RequestStatus.DONE, R.visit_on)


def visit_for(by: Actor, request_id: int) -> VillageRequest:
    """A home that this person goes to; raises `NotFound`."""
    row = db.session.scalars(visits_for(by).where(R.id == request_id)).unique().first()
    if row is None:
        raise NotFound
    return row


def homes_asked(by: Actor) -> Select[VillageRequest]:
    """Requests from homes that no school answered yet, for a school of the county: shown without name or address."""
    counties = {county_of(code) for code in db.session.scalars(_seats_of(by))}
    wanted = (R.at_home, R.status == RequestStatus.ASKED, in_area(R.region_code, sorted(counties)))
    return select(R).where(*wanted).order_by(R.until_on, R.id)


def home_asked(by: Actor, request_id: int) -> VillageRequest:
    """One of those, or one that the school answered; raises `NotFound`."""
    row = db.session.scalars(homes_asked(by).where(R.id == request_id)).unique().first()
    return row if row is not None else request_for(by, request_id)


def _seats_of(by: Actor) -> Select[str]:
    return select(School.region_code).where(School.id == by.organization_id)


def courses_for_pool(by: Actor, course_id: int) -> Sequence[Course]:
    """The school's courses on the menu that answer a demand: this course, or the same occupation, level and mode."""
    wanted = db.session.get_one(Course, course_id)
    same = and_(Course.occupation_id == wanted.occupation_id, Course.level == wanted.level, Course.mode == wanted.mode)
    query = select(Course).where(
        Course.school_id == by.organization_id,
        Course.status == CourseStatus.LISTED,
        or_(Course.id == course_id, same),
    )
    return db.session.scalars(query.order_by(Course.id != course_id, Course.id)).unique().all()


def may_answer(by: Actor) -> bool:
    """Whether the person may propose a class for a pool."""
    return by.may(Can.REQUEST_ANSWER) and by.organization_id is not None


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """What about requests waits for somebody: offers to answer, people to call; demand for a school's own courses."""

    offers: int = 0
    calls: int = 0
    people: int = 0
    homes: int = 0


def request_counts(by: Actor) -> RequestCounts:
    """The numbers for a home page, by one statement."""
    one = func.count().filter
    if by.organization_id is not None:
        mine = select(Course.id).where(Course.school_id == by.organization_id)
        asked = and_(R.status == RequestStatus.ASKED, R.course_id.in_(mine))
        people = func.coalesce(func.sum(R.headcount).filter(~R.at_home), 0)
        people_asked, homes = db.session.execute(select(people, one(R.at_home)).where(asked)).one()
        return RequestCounts(people=people_asked, homes=homes)
    offered = and_(R.at_home, R.status == RequestStatus.PROPOSED)
    waiting = and_(R.status.in_((RequestStatus.PROPOSED, RequestStatus.INVITED)), in_area(R.region_code, by.area))
    offers, calls = db.session.execute(select(one(offered), one(needs_a_call())).where(waiting)).one()
    return RequestCounts(offers=offers, calls=calls)
