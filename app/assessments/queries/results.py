"""Read marks and outcomes; say what the rules would make of them now."""

from dataclasses import dataclass, field

from sqlalchemy import select

from app.assessments.models import Mark, Outcome, ResitWaiver
from app.assessments.queries.sittings import item_points, marks_of, waivers_of
from app.assessments.rules import (
    Counting,
    Marks,
    Part,
    Point,
    Result,
    counted,
    counting_of,
    judge,
    parts_failed,
    resits_allowed,
)
from app.attendance import queries as attendance
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, pack_of_class
from app.classes.rules import ClassStatus
from app.kernel.database import db
from app.policies.rules.pack import Pack

NO_MARKS = Marks(None, None)
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


@dataclass(frozen=True, slots=True)
class Line:
    """One trainee: hours and marks so far, and what the rules make of them (frozen once confirmed)."""

    seat: Seat
    hours: int
    marks: tuple[Mark, ...]
    """One a sitting, in order."""
    points: dict[int, dict[int, int]] = field(default_factory=dict)
    """By sitting, then by item number."""
    counted: Marks = NO_MARKS
    """What counts of the sittings, out of 100."""
    result: Result = field(default_factory=lambda: Result(present_enough=False, passed=False, points=()))
    waiver: ResitWaiver | None = None
    failed: tuple[Part, ...] = ()
    """The parts that would be sat again."""
    resits_left: int = 0

    @property
    def first(self) -> Mark | None:
        """The mark of the first sitting."""
        return self.marks[0] if self.marks else None

    @property
    def absent(self) -> bool:
        """Whether they came to no sitting."""
        return bool(self.marks) and all(mark.absent for mark in self.marks)

    @property
    def is_marked(self) -> bool:
        """Whether the first sitting is whole: every item, or absent."""
        mark = self.first
        return mark is not None and (mark.absent or (mark.theory is not None and mark.practice is not None))

    @property
    def may_resit(self) -> bool:
        """Whether another sitting could still change the result."""
        again = self.is_marked and not self.result.passed and self.result.present_enough
        return again and self.waiver is None and self.resits_left > 0

    @property
    def is_settled(self) -> bool:
        """Whether the outcome may follow: all marks there, and every chance used or given up."""
        return self.is_marked and not self.may_resit


def lines_of(class_: TrainingClass) -> list[Line]:
    """Every active seat with what is known, by place."""
    hours, marks, outcomes = attendance.attended_hours(class_.id), marks_of(class_.id), outcomes_of(class_.id)
    points, waivers = item_points(class_.id), waivers_of(class_.id)
    planned, pack = attendance.planned_hours(class_.id), pack_of_class(class_)
    lines = []
    for seat in active_seats(class_.id):
        own = tuple(marks.get(seat.id, ()))
        told = _counted(pack, own, outcomes.get(seat.id))
        line = Line(
            seat,
            hours.get(seat.id, 0),
            own,
            {mark.sitting: points.get((seat.id, mark.sitting), {}) for mark in own},
            told,
            _result(pack, outcomes.get(seat.id), told, own, planned, hours.get(seat.id, 0)),
            waivers.get(seat.id),
            tuple(parts_failed(pack, told)),
            _left(pack, own),
        )
        lines.append(line)
    return lines


def _counted(pack: Pack, marks: tuple[Mark, ...], outcome: Outcome | None) -> Marks:
    """What counts; while the policy does not say which, the last that was given."""
    counting = outcome.counted if outcome is not None else counting_of(pack) or Counting.LAST
    return counted([Marks(mark.theory, mark.practice) for mark in marks], counting)


def _left(pack: Pack, marks: tuple[Mark, ...]) -> int:
    """Resits still to be had; where the policy is silent one is kept open, so that nothing is decided by guess."""
    allowed = resits_allowed(pack)
    done = sum(mark.absent or mark.theory is not None or mark.practice is not None for mark in marks[1:])
    return max((1 if allowed is None else allowed) - done, 0)


def _result(
    pack: Pack, outcome: Outcome | None, told: Marks, marks: tuple[Mark, ...], planned: int, attended: int
) -> Result:
    if outcome is not None:
        return Result(outcome.present_enough, outcome.passed, tuple(points_of(outcome)))
    absent = bool(marks) and all(mark.absent for mark in marks)
    return judge(pack, planned_hours=planned, attended_hours=attended, marks=told, absent=absent)
