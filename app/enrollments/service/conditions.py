"""A class as someone who signs up meets it: read in a few columns and without a lock, before anything is claimed."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import exists, func, select

from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.rules import ClassStatus
from app.courses.models import Course
from app.courses.queries import POLICY_COLUMNS
from app.enrollments.models import Enrollment
from app.enrollments.queries import SEATED
from app.enrollments.rules import ACTIVE
from app.kernel import clock
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.occupations.models import Occupation
from app.people.models import Person
from app.people.queries import facts_of, record_of
from app.policies.queries import Stamp, pack_of, stamp_by_id, stamp_for
from app.policies.rules.eligibility import Verdict, judge
from app.policies.rules.facts import CourseFacts
from app.policies.rules.pack import Pack
from app.schools.models import Site


@dataclass(frozen=True)
class Conditions:
    """What a sign-up for a class is judged by, and the words for it."""

    class_id: int
    name: str
    status: ClassStatus
    start_on: date
    full: bool
    """Whether every seat was taken when this was read; only the lock says it for certain."""
    site: str
    course: CourseFacts
    stamp: Stamp

    @cached_property
    def pack(self) -> Pack:
        """The policy that decides: the class's own since filing, before that today's."""
        return pack_of(self.stamp)

    @property
    def counts(self) -> bool:
        """Whether a seat takes one use of the person's record; a taster takes none."""
        return self.pack.mode_of(self.course).counts_in_record


_CLASS = (
    TrainingClass.name,
    TrainingClass.status,
    TrainingClass.start_on,
    (TrainingClass.seats_taken >= TrainingClass.capacity).label("full"),
    Site.name.label("site"),
    TrainingClass.region_code,
    TrainingClass.policy_pack_id,
)


def conditions_of(class_id: int) -> Conditions:
    """The conditions of a class as they are now; raises `NotFound` without a class or a policy in force there."""
    query = (
        select(*_CLASS, *POLICY_COLUMNS)
        .join(Site, Site.id == TrainingClass.site_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Occupation, Occupation.id == Course.occupation_id)
        .where(TrainingClass.id == class_id)
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    course = CourseFacts(**{column.key: getattr(found, column.key) for column in POLICY_COLUMNS})
    own = found.policy_pack_id
    stamp = stamp_by_id(own) if own is not None else stamp_for(found.region_code, clock.today())
    return Conditions(class_id, found.name, found.status, found.start_on, found.full, found.site, course, stamp)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a person has signed up for the class already, and whether they sit in another at the same time (R14)."""

    already: bool
    overlaps: bool


def standing(class_id: int, person_id: int) -> Standing:
    """How a person stands towards a class."""
    already = exists().where(
        Enrollment.class_id == class_id, Enrollment.person_id == person_id, Enrollment.status.in_(ACTIVE)
    )
    meets = select(func.range_agg(func.tstzrange(ClassSession.starts_at, ClassSession.ends_at)))
    times = meets.where(ClassSession.class_id == class_id).scalar_subquery()
    overlaps = exists().where(
        Seat.person_id == person_id, Seat.status.in_(SEATED), Seat.class_id != class_id, Seat.sessions.op("&&")(times)
    )
    return Standing(*db.session.execute(select(already, overlaps)).one())


def verdict_on(conditions: Conditions, person: Person, *, overlaps: bool) -> Verdict:
    """The verdict on a person for a class on its first day."""
    record = record_of(person.id)
    return judge(
        conditions.pack, facts_of(person), conditions.course, record, on=conditions.start_on, overlaps=overlaps
    )
