"""Classes that were taught, assessed and certified, for tests; through the services all the way."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO

from app.accounts.models import Organization, User
from app.assessments import queries as assessment_queries
from app.assessments import service as assessments
from app.attendance import service as attendance
from app.attendance.rules import Method, Presence
from app.certificates import service as certificates
from app.certificates.models import CertificateBatch
from app.classes import service as classes
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.courses.models import Course
from app.enrollments import service as enrollments
from app.enrollments.rules import Consent
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db
from app.orders.models import Order
from app.papers.models import FormScan
from app.people.models import Person
from app.schools.models import Instructor
from tests.makers import make_user
from tests.making.classes import (
    SchoolSet,
    approve_class,
    begin_class,
    clerk_of,
    make_class,
    make_course,
    make_order,
    make_person,
    make_school_set,
    one_session,
)

GOOD = (80, 85)
PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
LIST_DAYS = 7
"""How long before the list is sent in the example policy (R24)."""


def enroll(class_: TrainingClass, people: int, make: Callable[[], Person] = make_person) -> None:
    """So many newly registered people enrolled in an open class."""
    for _number in range(people):
        enrollments.enroll(class_.id, make(), by=SYSTEM, consent=Consent.WITNESSED, consent_note="村支书在村部见证")


def make_running_class(
    people: int = 3, *, order: Order | None = None, at: SchoolSet | None = None, course: Course | None = None
) -> TrainingClass:
    """A class on its first day: farm skills, or order training where an order is given."""
    at = at or make_school_set()
    course = course or (make_course(at) if order else None)
    row = make_class(at, course, order=order, capacity=max(10, people))
    enroll(row, people)
    by = clerk_of(row)
    classes.propose_posts(row, by=by)
    classes.file(row, by=by)
    return begin_class(approve_class(row))


def make_hiring_class(people: int = 3) -> TrainingClass:
    """A running class for an employer's order."""
    return make_running_class(people, order=make_order())


def mark_all(class_: TrainingClass, absent: Mapping[int, int] | None = None) -> None:
    """Everyone present in every session, but by place number the first so many sessions of some."""
    by, missed = clerk_of(class_), absent or {}
    for number, session in enumerate(sessions_of(class_.id)):
        said = {
            seat.id: Presence.ABSENT if number < missed.get(seat.place_no, 0) else Presence.PRESENT
            for seat in active_seats(class_.id)
        }
        with after(session):
            attendance.mark(session, said, by=by, method=Method.ROLL_CALL)


def after(session: ClassSession) -> AbstractContextManager[None]:
    """The time right after a session."""
    return clock.at(session.ends_at + timedelta(minutes=5))


def after_all(class_: TrainingClass) -> AbstractContextManager[None]:
    """The time right after the last session."""
    return after(sessions_of(class_.id)[-1])


def end_class(class_: TrainingClass) -> TrainingClass:
    """The class ended after its last session."""
    with after(sessions_of(class_.id)[-1]):
        classes.end(class_, by=clerk_of(class_))
    return class_


def account_of(instructor: Instructor, *roles: Role) -> User:
    """An account for a teacher or assessor, made when there is none."""
    if instructor.user is None:
        organization = db.session.get_one(Organization, instructor.school_id)
        instructor.user = make_user(*roles, organization=organization, name=instructor.name)
        db.session.flush()
    return instructor.user


def assessor_of(class_: TrainingClass) -> Actor:
    """The class's assessor."""
    assert class_.assessor is not None
    return account_of(class_.assessor, Role.ASSESSOR).as_actor()


def teacher_of(class_: TrainingClass) -> Actor:
    """The teacher of the class's first session."""
    return account_of(sessions_of(class_.id)[0].teacher, Role.TEACHER).as_actor()


def points(theory: int | None = None, practice: int | None = None) -> dict[int, int]:
    """Points of the usual two items; one that is left out was not given."""
    return {number: given for number, given in ((1, theory), (2, practice)) if given is not None}


def announce(class_: TrainingClass) -> None:
    """The assessment announced in time for the day of the last session, once."""
    if assessment_queries.sittings_of(class_.id):
        return
    last = max(session.on for session in sessions_of(class_.id))
    with clock.at(clock.moment_of(last - timedelta(days=LIST_DAYS), 9)):
        assessments.announce(class_, 1, on=last, place="", by=clerk_of(class_))


def give_up_resits(class_: TrainingClass, by: Actor) -> None:
    """Whoever may sit again does not want to."""
    for line in assessment_queries.lines_of(class_):
        if line.may_resit:
            assessments.waive_resit(class_, line.seat.id, reason="本人签字不再补考", by=by)


def assess(class_: TrainingClass, marks: Mapping[int, tuple[int, int]] | None = None) -> TrainingClass:
    """Results confirmed; everyone has good marks but those whose place number is given, who give the resit up."""
    by, told = assessor_of(class_), marks or {}
    announce(class_)
    with after(sessions_of(class_.id)[-1]):
        given = {seat.id: points(*told.get(seat.place_no, GOOD)) for seat in active_seats(class_.id)}
        assessments.mark(class_, given, by=by)
        give_up_resits(class_, by)
        assessments.confirm(class_, by=by)
    return class_


def result_sheet_scan(class_: TrainingClass) -> FormScan:
    """The result sheet of the first sitting, printed and scanned back signed."""
    by, sitting = clerk_of(class_), assessment_queries.sitting_of(class_.id, 1)
    form = assessments.print_sheet(class_, sitting, by=by)
    return assessments.scan_sheet(class_, sitting, BytesIO(PICTURE), "scan.png", by=by, code=form.code)


def make_assessed_class(
    people: int = 3,
    *,
    order: Order | None = None,
    absent: Mapping[int, int] | None = None,
    marks: Mapping[int, tuple[int, int]] | None = None,
) -> TrainingClass:
    """A class whose results are confirmed."""
    row = make_running_class(people, order=order)
    mark_all(row, absent)
    return assess(end_class(row), marks)


def issue(class_: TrainingClass) -> CertificateBatch:
    """Certificates issued to all who passed, after the last session."""
    with after(sessions_of(class_.id)[-1]):
        return certificates.issue(class_, by=clerk_of(class_))


def seat_at(class_: TrainingClass, place: int) -> Seat:
    """The seat with this place number."""
    return next(seat for seat in active_seats(class_.id) if seat.place_no == place)


def make_taster(people: int, *, at: SchoolSet | None = None) -> TrainingClass:
    """A taster of one lesson that has begun; nobody is marked."""
    at = at or make_school_set()
    course = make_course(at, "taster", title="插花体验", theory_hours=0, practice_hours=1, level=0)
    class_ = make_class(at, course)
    first = sessions_of(class_.id)[0]
    classes.set_sessions(class_, [one_session(at, first.on, hours=1)], by=at.by)
    enroll(class_, people)
    with after(sessions_of(class_.id)[0]):
        classes.begin(class_, by=at.by)
    return class_
