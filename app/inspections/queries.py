"""Find inspections, draws and phone checks within what a person may see; what is known before a draw; what differs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from app.attendance.queries import attended_days, entries_of
from app.attendance.rules import CAME, Presence
from app.classes.models import ClassSession, Seat, TrainingClass, Variation
from app.classes.queries import pack_of_class, visible_to
from app.classes.rules import ClassStatus
from app.enrollments.denials.models import Denial
from app.enrollments.denials.queries import STANDING
from app.enrollments.models import Enrollment
from app.inspections.models import Inspection, InspectionDraw, InspectionPerson, PhoneCall, PhoneCheck
from app.inspections.rules import (
    FIGURES,
    SHOWN_TO_SCHOOL,
    CallResult,
    Facts,
    InspectionStatus,
    Result,
    Weights,
    commitment,
    draw,
    listing_hash,
    reasons,
    weigh,
)
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.recordings.queries import standing_doubts
from app.regions.queries import in_area
from app.schools.models import School
from app.schools.queries import standings_of

LEAST_LESSONS = 3
"""Before so many lessons everybody may well have come to all."""
SLACK_DAYS = 1
"""People remember a day more or less."""


def _seen(by: Actor) -> ColumnElement[bool]:
    """An officer sees the area's, the planned ones too; a school its own, once they were carried out."""
    if by.area:
        return visible_to(by)
    return and_(visible_to(by), Inspection.status.in_(SHOWN_TO_SCHOOL))


def inspections_query(by: Actor, status: InspectionStatus | None = None) -> Select[Inspection]:
    """The inspections a person may see: what is planned first by its lesson, then the newest."""
    query = (
        select(Inspection)
        .join(TrainingClass, TrainingClass.id == Inspection.class_id)
        .join(ClassSession, ClassSession.id == Inspection.session_id)
        .where(_seen(by))
    )
    if status is not None:
        query = query.where(Inspection.status == status)
    planned = Inspection.status == InspectionStatus.PLANNED
    return query.order_by(planned.desc(), ClassSession.starts_at.desc(), Inspection.id.desc())


def inspection_for(by: Actor, inspection_id: int) -> Inspection:
    """One inspection that this person may see; raises `NotFound`."""
    query = select(Inspection).join(TrainingClass, TrainingClass.id == Inspection.class_id)
    row = db.session.scalars(query.where(Inspection.id == inspection_id, _seen(by))).first()
    if row is None:
        raise NotFound
    return row


def of_class(by: Actor, class_id: int) -> Sequence[Inspection]:
    """The inspections of a class that this person may see, newest first."""
    return db.session.scalars(inspections_query(by).where(Inspection.class_id == class_id)).all()


def people_of(inspection_id: int) -> Sequence[InspectionPerson]:
    """What was found of each person, by place on the roster."""
    query = select(InspectionPerson).join(Seat, Seat.id == InspectionPerson.seat_id)
    return db.session.scalars(
        query.where(InspectionPerson.inspection_id == inspection_id).order_by(Seat.place_no, Seat.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Difference:
    """What the inspector saw against what the attendance of that half-day says."""

    counted: int
    recorded: int
    missing: tuple[Seat, ...]
    """Recorded as having come, and not seen."""
    absent: tuple[Seat, ...]
    """Seen, and not recorded as having come."""

    def __bool__(self) -> bool:
        """Whether there is anything to look into."""
        return self.counted != self.recorded or bool(self.missing or self.absent)


def difference(row: Inspection) -> Difference | None:
    """What differs; None while nothing was seen or nobody's attendance is known yet."""
    entries = entries_of(row.session_id)
    if row.head_count is None or not entries:
        return None
    came = {seat_id for seat_id, entry in entries.items() if entry.presence in CAME}
    people = people_of(row.id)
    return Difference(
        row.head_count,
        len(came),
        tuple(one.seat for one in people if not one.there and one.seat_id in came),
        tuple(one.seat for one in people if one.there and one.seat_id not in came),
    )


def standing_failure(class_id: int) -> Inspection | None:
    """The failed inspection for which a class is suspended and was not let on since."""
    query = select(Inspection).where(
        Inspection.class_id == class_id, Inspection.suspended, Inspection.resumed_at.is_(None)
    )
    return db.session.scalars(query.order_by(Inspection.id.desc())).first()


# --- draws -----------------------------------------------------------------------------------------------------------


def draws_query(by: Actor) -> Select[InspectionDraw]:
    """The draws of a person's area, newest first."""
    return select(InspectionDraw).where(in_area(InspectionDraw.region_code, by.area)).order_by(InspectionDraw.id.desc())


def draw_for(by: Actor, draw_id: int) -> InspectionDraw:
    """One draw of a person's area; raises `NotFound`."""
    row = db.session.scalars(draws_query(by).where(InspectionDraw.id == draw_id)).first()
    if row is None:
        raise NotFound
    return row


def running_sessions(region_code: str, on: date) -> Sequence[ClassSession]:
    """The half-days of running classes in a region on a local date that are not over and not planned to be seen."""
    planned = select(Inspection.session_id).where(Inspection.status == InspectionStatus.PLANNED)
    query = (
        select(ClassSession)
        .join(TrainingClass, TrainingClass.id == ClassSession.class_id)
        .where(
            ClassSession.on == on,
            ClassSession.ends_at > clock.now(),
            TrainingClass.status == ClassStatus.RUNNING,
            in_area(TrainingClass.region_code, (region_code,)),
            ClassSession.id.not_in(planned),
        )
    )
    return db.session.scalars(query.order_by(ClassSession.id)).all()


def weights_of(class_: TrainingClass) -> Weights:
    """What each fact weighs by the class's policy; a blank figure weighs nothing."""
    pack = pack_of_class(class_)
    return Weights(**{name: pack.count(key) or 0 for name, key in FIGURES.items()})


def _count(query: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def facts_of(class_: TrainingClass) -> Facts:
    """What is known of a class and its school that makes it more worth a visit."""
    mine = select(Enrollment.id).where(Enrollment.class_id == class_.id)
    denials = select(Denial.id).where(Denial.enrollment_id.in_(mine), Denial.status.in_(STANDING))
    changes = db.session.scalars(select(Variation).where(Variation.class_id == class_.id)).all()
    failed = select(Inspection.id).where(Inspection.school_id == class_.school_id, Inspection.result == Result.FAILED)
    return Facts(
        denial=_count(denials),
        picture=standing_doubts([class_.id]).get(class_.id, 0),
        emergency=sum(change.unratified for change in changes),
        failure=_count(failed),
        new_school=int(_is_new(class_)),
        uniform=int(_is_uniform(class_)),
    )


def _is_new(class_: TrainingClass) -> bool:
    days = pack_of_class(class_).count("inspection.new_school_days")
    school = db.session.get_one(School, class_.school_id)
    listed = [standing.from_on for standing in standings_of(school) if standing.status == "listed"]
    return days is not None and (not listed or clock.today() - min(listed) < timedelta(days=days))


def _is_uniform(class_: TrainingClass) -> bool:
    """Whether hardly anybody ever missed a lesson (F17)."""
    most = pack_of_class(class_).count("inspection.uniform_percent")
    query = select(ClassSession.id).where(ClassSession.class_id == class_.id, ClassSession.starts_at < clock.now())
    marked = [entries for number in db.session.scalars(query) if (entries := entries_of(number))]
    every = [entry.presence for entries in marked for entry in entries.values()]
    if most is None or len(marked) < LEAST_LESSONS:
        return False
    return sum(presence is Presence.PRESENT for presence in every) * 100 >= most * len(every)


def listing_of(sessions: Sequence[ClassSession]) -> list[dict[str, Any]]:
    """The list that is drawn from: each half-day with its class, facts, what they add, and its weight."""
    found = []
    for session in sessions:
        class_ = db.session.get_one(TrainingClass, session.class_id)
        facts, weights = facts_of(class_), weights_of(class_)
        found.append(
            {
                "session_id": session.id,
                "class_id": class_.id,
                "class": class_.name,
                "facts": asdict(facts),
                "added": {str(reason): added for reason, added in reasons(facts, weights).items()},
                "weight": weigh(facts, weights),
            }
        )
    return found


def recompute(row: InspectionDraw) -> bool:
    """Whether the draw comes out the same again: seed as committed, list unchanged, the same half-days in order."""
    if row.seed is None or row.listing is None:
        return False
    weights = {line["session_id"]: line["weight"] for line in row.listing}
    return (
        commitment(row.seed) == row.seed_sha256
        and listing_hash(row.listing) == row.listing_sha256
        and draw(row.seed, weights, row.want) == row.picked
    )


# --- phone checks ----------------------------------------------------------------------------------------------------


def checks_of(class_id: int) -> Sequence[PhoneCheck]:
    """The phone checks of a class, newest first."""
    query = select(PhoneCheck).where(PhoneCheck.class_id == class_id)
    return db.session.scalars(query.order_by(PhoneCheck.id.desc())).all()


def check_for(by: Actor, check_id: int) -> PhoneCheck:
    """One phone check of the person's area; raises `NotFound`. Schools don't see whom we call."""
    query = select(PhoneCheck).join(TrainingClass, TrainingClass.id == PhoneCheck.class_id)
    allowed = bool(by.area) and by.may(Can.INSPECTION_READ)
    row = db.session.scalars(query.where(PhoneCheck.id == check_id, visible_to(by))).first() if allowed else None
    if row is None:
        raise NotFound
    return row


def calls_of(check_id: int) -> dict[int, PhoneCall]:
    """The calls of a check, by seat."""
    query = select(PhoneCall).where(PhoneCall.check_id == check_id)
    return {call.seat_id: call for call in db.session.scalars(query)}


def to_call(row: PhoneCheck) -> list[int]:
    """The seats to call, in the order drawn: so many as are due, and one more for each who could not be asked."""
    calls, found, asked = calls_of(row.id), [], 0
    for seat_id in row.seats:
        if asked >= row.due:
            break
        found.append(seat_id)
        call = calls.get(seat_id)
        asked += call is None or call.result is CallResult.REACHED
    return found


def odd_calls(row: PhoneCheck) -> dict[int, list[str]]:
    """What people said that does not fit, by seat: not in class, did not agree, other days than recorded."""
    days = attended_days(row.class_id)
    found: dict[int, list[str]] = {}
    for seat_id, call in calls_of(row.id).items():
        marks = [word for word, odd in (("in_class", call.in_class is False), ("agreed", call.agreed is False)) if odd]
        if call.days is not None and abs(call.days - days.get(seat_id, 0)) > SLACK_DAYS:
            marks.append("days")
        if marks:
            found[seat_id] = marks
    return found


def doubt_counts(class_id: int) -> int:
    """How many inspections and calls of a class do not fit what was recorded."""
    query = select(Inspection).where(Inspection.class_id == class_id, Inspection.result.is_not(None))
    differing = sum(bool(difference(row)) for row in db.session.scalars(query))
    return differing + sum(len(odd_calls(check)) for check in checks_of(class_id))
