"""A class as someone who signs up meets it: read by one statement and without a lock, before anything is claimed."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, Date, and_, any_, bindparam, exists, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.classes.models import ClassInvitation, ClassSession, Seat, TrainingClass
from app.classes.rules import ClassStatus
from app.courses.models import Course
from app.courses.queries import POLICY_COLUMNS
from app.enrollments.models import Enrollment
from app.enrollments.queries import SEATED
from app.enrollments.rules import ACTIVE
from app.kernel import clock
from app.kernel.database import db, one_of
from app.kernel.errors import NotFound
from app.occupations.models import Occupation
from app.people.models import Person
from app.people.queries import facts_of, record_blanks, record_columns, record_in
from app.policies.models import PolicyPack
from app.policies.queries import NO_PACK, Stamp, pack_of, stamps_for
from app.policies.rules.eligibility import Verdict, judge
from app.policies.rules.facts import CourseFacts, RecordFacts
from app.policies.rules.pack import Pack
from app.schools.models import Site


@dataclass(frozen=True)
class Conditions:
    """What a person's sign-up for a class is judged by, and the words for it."""

    class_id: int
    name: str
    status: ClassStatus
    start_on: date
    school_id: int
    site: str
    full: bool
    """Whether every seat was taken when this was read; only the lock says it for certain."""
    already: bool
    """Whether the person has signed up for the class before."""
    overlaps: bool
    """Whether the person sits in another class that meets at the same time (R14)."""
    invited_until: datetime | None
    """Until when only those who asked for the class in advance may sign up."""
    invited: bool
    """Whether the person, or everybody of their village, was invited."""
    course: CourseFacts
    stamp: Stamp
    record: RecordFacts
    """The person's uses that count."""

    @cached_property
    def pack(self) -> Pack:
        """The policy that decides: the class's own since filing, before that today's."""
        return pack_of(self.stamp)

    @property
    def counts(self) -> bool:
        """Whether a seat takes one use of the person's record; a taster takes none."""
        return self.pack.mode_of(self.course).counts_in_record


def _statement() -> Any:
    """One class, its course, its policy's version, a person's record, and how they stand to it by all their rows."""
    person = any_(bindparam("rows", type_=ARRAY(BigInteger)))
    applied = and_(Enrollment.class_id == TrainingClass.id, Enrollment.person_id == person)
    meets = select(func.range_agg(func.tstzrange(ClassSession.starts_at, ClassSession.ends_at)))
    times = meets.where(ClassSession.class_id == TrainingClass.id).correlate(TrainingClass).scalar_subquery()
    sits = and_(Seat.person_id == person, one_of(Seat.status, SEATED), Seat.class_id != TrainingClass.id)
    own = aliased(PolicyPack, name="own")
    village = select(Person.region_code).where(Person.id == person)
    asked = or_(ClassInvitation.person_id == person, ClassInvitation.region_code.in_(village))
    invited = and_(ClassInvitation.class_id == TrainingClass.id, asked)
    today = stamps_for(TrainingClass.region_code, bindparam("today", type_=Date())).correlate(TrainingClass).lateral()
    return (
        select(
            *(TrainingClass.name, TrainingClass.status, TrainingClass.start_on, TrainingClass.school_id),
            Site.name.label("site"),
            (TrainingClass.seats_taken >= TrainingClass.capacity).label("full"),
            exists().where(applied, one_of(Enrollment.status, ACTIVE)).label("already"),
            exists().where(sits, Seat.sessions.op("&&")(times)).label("overlaps"),
            TrainingClass.invited_until,
            exists().where(invited).label("invited"),
            *POLICY_COLUMNS,
            *(func.coalesce(getattr(own, key), today.c[key]).label(f"pack_{key}") for key in STAMPED),
            *record_columns(),
        )
        .join(Site, Site.id == TrainingClass.site_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Occupation, Occupation.id == Course.occupation_id)
        .outerjoin(own, own.id == TrainingClass.policy_pack_id)
        .outerjoin(today, true())
        .where(TrainingClass.id == bindparam("class_id", type_=TrainingClass.id.type))
    )


PLAIN = ("name", "status", "start_on", "school_id", "site", "full", "already", "overlaps", "invited_until", "invited")
STAMPED = tuple(field.name for field in fields(Stamp))
_CONDITIONS = _statement()


def conditions_of(class_id: int, person_id: int = 0) -> Conditions:
    """The conditions of a class for a person; raises `NotFound` without a class, or without a policy in force there."""
    asked = {"class_id": class_id, "today": clock.today(), **record_blanks(person_id)}
    db.session.flush()
    row = db.session.connection().execute(_CONDITIONS, asked).one_or_none()  # columns only: no object is built
    if row is None:
        raise NotFound
    found = row._mapping  # noqa: SLF001  # public in spite of its name, says SQLAlchemy
    if found["pack_id"] is None:
        raise NotFound(NO_PACK)
    return Conditions(
        class_id=class_id,
        course=CourseFacts(**{column.key: found[column.key] for column in POLICY_COLUMNS}),
        stamp=Stamp(**{key: found[f"pack_{key}"] for key in STAMPED}),
        record=record_in(row),
        **{key: found[key] for key in PLAIN},
    )


def verdict_on(conditions: Conditions, person: Person) -> Verdict:
    """The verdict on a person for a class on its first day."""
    facts, record, overlaps = facts_of(person), conditions.record, conditions.overlaps
    return judge(conditions.pack, facts, conditions.course, record, on=conditions.start_on, overlaps=overlaps)
