"""Read marks and outcomes; say what the rules would make of them now."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.assessments.models import Mark, Outcome
from app.assessments.rules import Marks, Point, Result, judge
from app.attendance import queries as attendance
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, pack_of_class, visible_to
from app.classes.rules import ClassStatus
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.schools.models import Instructor

TO_ASSESS = (ClassStatus.RUNNING, ClassStatus.ENDED)


def outcomes_of(class_id: int) -> dict[int, Outcome]:
    """The confirmed outcome of each seat; empty before the results are confirmed."""
    return {row.seat_id: row for row in db.session.scalars(select(Outcome).where(Outcome.class_id == class_id))}


def outcome_of_seat(seat_id: int) -> Outcome | None:
    """The confirmed outcome of one seat."""
    return db.session.get(Outcome, seat_id)


def passed_seats(class_id: int) -> set[int]:
    """The seats whose confirmed outcome is a pass."""
    return set(db.session.scalars(select(Outcome.seat_id).where(Outcome.class_id == class_id, Outcome.passed)))


def points_of(outcome: Outcome) -> list[Point]:
    """The thresholds as they were judged when the result was confirmed; each reads like a `Reason`."""
    return [Point(**point) for point in outcome.reasons]


def marks_of(class_id: int) -> dict[int, Mark]:
    """The marks of each seat so far."""
    return {row.seat_id: row for row in db.session.scalars(select(Mark).where(Mark.class_id == class_id))}


def assesses(by: Actor, class_: TrainingClass) -> bool:
    """Whether this person is the assessor named for the class (a deputy counts as the one stood for)."""
    named = class_.assessor
    return by.has(Role.ASSESSOR) and named is not None and named.user_id in attendance.user_ids(by)


@dataclass(frozen=True, slots=True)
class Line:
    """One trainee: hours so far, marks so far, and what the rules make of them (frozen once confirmed)."""

    seat: Seat
    hours: int
    mark: Mark | None
    result: Result

    @property
    def is_marked(self) -> bool:
        """Whether nothing is missing to confirm: both marks, or absent."""
        mark = self.mark
        return mark is not None and (mark.absent or (mark.theory is not None and mark.practice is not None))


def lines_of(class_: TrainingClass) -> list[Line]:
    """Every active seat with what is known, by place."""
    hours, marks, outcomes = attendance.attended_hours(class_.id), marks_of(class_.id), outcomes_of(class_.id)
    planned, pack = attendance.planned_hours(class_.id), pack_of_class(class_)
    lines = []
    for seat in active_seats(class_.id):
        mark, outcome = marks.get(seat.id), outcomes.get(seat.id)
        if outcome is not None:
            result = Result(outcome.present_enough, outcome.passed, tuple(points_of(outcome)))
        else:
            told = Marks(mark.theory, mark.practice) if mark else Marks(None, None)
            result = judge(
                pack,
                planned_hours=planned,
                attended_hours=hours.get(seat.id, 0),
                marks=told,
                absent=mark.absent if mark else False,
            )
        lines.append(Line(seat, hours.get(seat.id, 0), mark, result))
    return lines


def _mine(by: Actor) -> ColumnElement[bool]:
    named = select(Instructor.id).where(Instructor.user_id.in_(attendance.user_ids(by)), Instructor.assesses)
    return TrainingClass.assessor_id.in_(named)


def classes_to_assess(by: Actor) -> Sequence[TrainingClass]:
    """Paid classes that this assessor is named for and whose results are not confirmed; ended ones first."""
    query = select(TrainingClass).where(TrainingClass.paid, TrainingClass.status.in_(TO_ASSESS), _mine(by))
    return (
        db.session.scalars(query.order_by(TrainingClass.status != ClassStatus.ENDED, TrainingClass.end_on))
        .unique()
        .all()
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """A class with its results in figures."""

    class_: TrainingClass
    people: int
    passed: int


def confirmed_classes(by: Actor, limit: int = 30) -> list[Tally]:
    """Classes in this person's reach whose results are confirmed, the latest first."""
    own = _mine(by) if by.has(Role.ASSESSOR) else visible_to(by)
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
