"""Which classes wait for an assessor, which are announced, which are confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from app.assessments.models import Mark, Outcome, Sitting
from app.assessments.queries.results import TO_ASSESS, lines_of
from app.assessments.queries.sittings import listed_in, marks_of, sittings_of
from app.attendance import queries as attendance
from app.classes.models import TrainingClass
from app.classes.queries import visible_to
from app.classes.rules import ClassStatus
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.i18n import _
from app.schools.models import Instructor

ANNOUNCED = (ClassStatus.APPROVED, ClassStatus.RUNNING, ClassStatus.SUSPENDED, ClassStatus.ENDED)


def assesses(by: Actor, class_: TrainingClass) -> bool:
    """Whether this person is the assessor named for the class (a deputy counts as the one stood for)."""
    named = class_.assessor
    return by.has(Role.ASSESSOR) and named is not None and named.user_id in attendance.user_ids(by)


def mine(by: Actor) -> ColumnElement[bool]:
    """Classes that this person is named assessor of."""
    named = select(Instructor.id).where(Instructor.user_id.in_(attendance.user_ids(by)), Instructor.assesses)
    return TrainingClass.assessor_id.in_(named)


def classes_to_assess(by: Actor) -> Sequence[TrainingClass]:
    """Paid classes that this assessor is named for and whose results are not confirmed; ended ones first."""
    query = select(TrainingClass).where(TrainingClass.paid, TrainingClass.status.in_(TO_ASSESS), mine(by))
    return (
        db.session.scalars(query.order_by(TrainingClass.status != ClassStatus.ENDED, TrainingClass.end_on))
        .unique()
        .all()
    )


def classes_to_announce(by: Actor) -> Sequence[TrainingClass]:
    """Locked classes of this person's school without an assessment list yet, the first to end first."""
    query = select(TrainingClass).where(
        TrainingClass.paid,
        TrainingClass.status.in_(ANNOUNCED),
        TrainingClass.school_id == by.organization_id,
        ~select(Sitting.id).where(Sitting.class_id == TrainingClass.id).exists(),
    )
    return db.session.scalars(query.order_by(TrainingClass.end_on, TrainingClass.id)).unique().all()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A class in which somebody may sit again."""

    class_: TrainingClass
    people: int
    on: date | None
    """The day of the resit, where the list of it holds everybody who waits."""


def classes_to_resit(by: Actor) -> list[Waiting]:
    """Classes of this person's school, or that this assessor is named for, in which somebody may still sit again."""
    own = mine(by) if by.has(Role.ASSESSOR) else TrainingClass.school_id == by.organization_id
    marked = select(Mark.seat_id).where(Mark.class_id == TrainingClass.id).exists()
    query = select(TrainingClass).where(TrainingClass.paid, TrainingClass.status.in_(TO_ASSESS), own, marked)
    found = []
    for row in db.session.scalars(query.order_by(TrainingClass.end_on, TrainingClass.id)).unique():
        again = {line.seat.id for line in lines_of(row) if line.may_resit}
        if again:
            known = {one.number: one for one in sittings_of(row.id)}.get(2)
            listed = known is not None and again <= listed_in(row.id, 2)
            found.append(Waiting(row, len(again), known.on if known and listed else None))
    return found


def list_closed(class_: TrainingClass, number: int) -> str:
    """Why the list of a sitting is not sent, or not again, any more; empty while it is."""
    if class_.status not in ANNOUNCED:
        return _("开班批准以后、考核结果确认以前，才能报送考核名单。")
    if any(mark.sitting == number for marks in marks_of(class_.id).values() for mark in marks):
        return _("这次考核已经开始录成绩，名单不能再改。")
    return ""


def sittings_ahead(by: Actor) -> list[tuple[Sitting, TrainingClass]]:
    """Assessments announced for today or later in this person's reach, the soonest first (R24)."""
    own = mine(by) if by.has(Role.ASSESSOR) else visible_to(by)
    query = (
        select(Sitting, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Sitting.class_id)
        .where(Sitting.on >= clock.today(), TrainingClass.status.in_(ANNOUNCED), own)
        .order_by(Sitting.on, Sitting.id)
        .limit(50)
    )
    return [(sitting, class_) for sitting, class_ in db.session.execute(query).unique()]


@dataclass(frozen=True, slots=True)
class Tally:
    """A class with its results in figures."""

    class_: TrainingClass
    people: int
    passed: int


def confirmed_classes(by: Actor, limit: int = 30) -> list[Tally]:
    """Classes in this person's reach whose results are confirmed, the latest first."""
    own = mine(by) if by.has(Role.ASSESSOR) else visible_to(by)
    counted = (
        select(Outcome.class_id, func.count().label("people"), func.count().filter(Outcome.passed).label("passed"))
        .group_by(Outcome.class_id)
        .subquery()
    )
    query = (
        select(TrainingClass, counted.c.people, counted.c.passed)
        .join(counted, counted.c.class_id == TrainingClass.id)
        .where(own)
        .order_by(TrainingClass.end_on.desc(), TrainingClass.id.desc())
        .limit(limit)
    )
    return [Tally(class_, people, passed) for class_, people, passed in db.session.execute(query).unique()]
