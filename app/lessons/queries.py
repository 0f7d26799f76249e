"""Read lessons, who has watched how far, group viewings, and tasters with what they may lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import ACTIVE, class_for, open_classes, sessions_of, visible_to
from app.classes.rules import ClassStatus
from app.courses.models import Course
from app.courses.queries import course_for
from app.enrollments.models import Enrollment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.lessons.models import (
    GroupViewing,
    Lesson,
    LessonAnswer,
    LessonQuestion,
    SessionLesson,
    TasterInvitation,
    ViewingPerson,
    ViewingPhoto,
    WatchBeat,
    Watching,
)
from app.lessons.rules import Stop, Turn
from app.orders.models import Order
from app.orders.queries import verified_orders
from app.papers.models import Upload
from app.policies.rules.modes import OrderKind
from app.regions.queries import county_of

LEARNING = (ClassStatus.RUNNING,)
TASTED = (ClassStatus.RUNNING, ClassStatus.ENDED, ClassStatus.ARCHIVED)


def lessons_of(course_id: int) -> Sequence[Lesson]:
    """The lessons of a course, in order."""
    return db.session.scalars(select(Lesson).where(Lesson.course_id == course_id).order_by(Lesson.number)).all()


def lesson_for(by: Actor, lesson_id: int) -> tuple[Lesson, Course]:
    """A lesson of a course within this person's reach; raises `NotFound`."""
    row = db.session.get(Lesson, lesson_id)
    if row is None:
        raise NotFound
    return row, course_for(by, row.course_id)


def questions_of(lesson_id: int) -> Sequence[LessonQuestion]:
    """The questions of a lesson, in order."""
    query = select(LessonQuestion).where(LessonQuestion.lesson_id == lesson_id)
    return db.session.scalars(query.order_by(LessonQuestion.at_seconds, LessonQuestion.number)).all()


def lessons_by_session(class_id: int) -> dict[int, list[Lesson]]:
    """The lessons of each half-day that is learned online."""
    query = (
        select(SessionLesson.session_id, Lesson)
        .join(Lesson, Lesson.id == SessionLesson.lesson_id)
        .where(SessionLesson.class_id == class_id)
        .order_by(Lesson.number)
    )
    found: dict[int, list[Lesson]] = {}
    for session_id, lesson in db.session.execute(query).unique():
        found.setdefault(session_id, []).append(lesson)
    return found


def stops_of(seat_id: int, lesson: Lesson) -> list[Stop]:
    """The questions of a lesson with whether this seat's holder passed them."""
    questions = questions_of(lesson.id)
    query = select(LessonAnswer.question_id).where(
        LessonAnswer.seat_id == seat_id,
        LessonAnswer.right,
        LessonAnswer.question_id.in_([question.id for question in questions]),
    )
    passed = set(db.session.scalars(query))
    return [Stop(one.number, min(one.at_seconds, lesson.seconds), one.id in passed) for one in questions]


def watching_of(seat_id: int, lesson_id: int) -> Watching | None:
    """How far somebody is in a lesson."""
    return db.session.get(Watching, (seat_id, lesson_id))


def last_beat(person_id: int) -> WatchBeat | None:
    """A person's last heartbeat in any lesson."""
    query = select(WatchBeat).where(WatchBeat.person_id == person_id).order_by(WatchBeat.at.desc(), WatchBeat.id.desc())
    return db.session.scalars(query.limit(1)).first()


def seconds_on(person_id: int, day: date) -> int:
    """Seconds credited to a person on a local day, in all lessons."""
    begin = clock.moment_of(day, 0)
    query = select(func.coalesce(func.sum(WatchBeat.seconds), 0)).where(
        WatchBeat.person_id == person_id, WatchBeat.at >= begin
    )
    return int(db.session.scalar(query) or 0)


def reached_in(session_id: int) -> dict[int, int]:
    """Seconds watched of a half-day's lessons, by seat."""
    query = select(Watching.seat_id, func.sum(Watching.reached)).where(Watching.session_id == session_id)
    return {row[0]: int(row[1]) for row in db.session.execute(query.group_by(Watching.seat_id))}


@dataclass(frozen=True, slots=True)
class Step:
    """One lesson as a learner sees it."""

    lesson: Lesson
    session: ClassSession
    watching: Watching | None
    is_open: bool

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return self.watching.reached * 100 // self.lesson.seconds if self.watching else 0


def seat_of(by: Actor, seat_id: int) -> tuple[Seat, TrainingClass]:
    """The learner's own seat in a class; raises `NotFound`."""
    query = (
        select(Seat, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Seat.class_id)
        .where(Seat.id == seat_id, Seat.person_id == by.person_id, Seat.status.in_(ACTIVE))
    )
    found = db.session.execute(query).unique().first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def steps_of(seat: Seat, class_: TrainingClass, now: datetime) -> list[Step]:
    """Everything a seat's holder learns online, in order of the timetable."""
    lessons, found = lessons_by_session(class_.id), []
    for session in sessions_of(class_.id):
        for lesson in lessons.get(session.id, []):
            open_now = class_.status in LEARNING and session.starts_at <= now
            found.append(Step(lesson, session, watching_of(seat.id, lesson.id), open_now))
    return found


def step_for(by: Actor, seat_id: int, lesson_id: int) -> tuple[Seat, TrainingClass, Step]:
    """One lesson of the learner's own; raises `NotFound`."""
    seat, class_ = seat_of(by, seat_id)
    for step in steps_of(seat, class_, clock.now()):
        if step.lesson.id == lesson_id:
            return seat, class_, step
    raise NotFound


def own_seats(by: Actor) -> list[tuple[Seat, TrainingClass]]:
    """The learner's seats in classes with online half-days."""
    online = select(SessionLesson.class_id)
    query = (
        select(Seat, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Seat.class_id)
        .where(Seat.person_id == by.person_id, Seat.status.in_(ACTIVE), TrainingClass.id.in_(online))
        .order_by(TrainingClass.start_on.desc())
    )
    return [(seat, class_) for seat, class_ in db.session.execute(query).unique()]


def viewing_for(by: Actor, viewing_id: int) -> tuple[GroupViewing, TrainingClass]:
    """A group viewing of a class within reach; raises `NotFound`."""
    row = db.session.get(GroupViewing, viewing_id)
    if row is None:
        raise NotFound
    return row, class_for(by, row.class_id)


def viewings_of(class_id: int) -> Sequence[GroupViewing]:
    """The group viewings of a class, newest first."""
    query = select(GroupViewing).where(GroupViewing.class_id == class_id).order_by(GroupViewing.id.desc())
    return db.session.scalars(query).unique().all()


def seen_at(viewing_id: int) -> dict[Turn, set[int]]:
    """Whom the keeper saw, by turn."""
    found: dict[Turn, set[int]] = {turn: set() for turn in Turn}
    for row in db.session.scalars(select(ViewingPerson).where(ViewingPerson.viewing_id == viewing_id)):
        found[row.turn].add(row.seat_id)
    return found


def seen_together(class_id: int) -> dict[int, set[int]]:
    """Whom a keeper saw at the beginning of a group viewing, by half-day."""
    query = (
        select(GroupViewing.session_id, ViewingPerson.seat_id)
        .join(ViewingPerson, ViewingPerson.viewing_id == GroupViewing.id)
        .where(GroupViewing.class_id == class_id, ViewingPerson.turn == Turn.IN)
    )
    found: dict[int, set[int]] = {}
    for session_id, seat_id in db.session.execute(query):
        found.setdefault(session_id, set()).add(seat_id)
    return found


def photos_of(viewing_id: int) -> list[Upload]:
    """The photos of a group viewing."""
    query = select(Upload).join(ViewingPhoto, ViewingPhoto.upload_id == Upload.id)
    return list(db.session.scalars(query.where(ViewingPhoto.viewing_id == viewing_id).order_by(ViewingPhoto.at)))


def tasters_of(by: Actor, limit: int = 30) -> Sequence[TrainingClass]:
    """The tasters that a school held, newest first."""
    query = select(TrainingClass).where(
        ~TrainingClass.paid,
        TrainingClass.status.in_(TASTED),
        visible_to(by),
    )
    return db.session.scalars(query.order_by(TrainingClass.id.desc()).limit(limit)).unique().all()


def taster_for(by: Actor, class_id: int) -> TrainingClass:
    """A taster within reach; raises `NotFound` for any other class."""
    row = class_for(by, class_id)
    if row.paid:
        raise NotFound
    return row


def courses_after(class_: TrainingClass) -> list[TrainingClass]:
    """Open classes of full courses in the taster's trade, in its county."""
    county = county_of(class_.region_code)
    return [
        one
        for one in db.session.scalars(open_classes()).unique()
        if one.paid and one.course.occupation_id == class_.course.occupation_id and county_of(one.region_code) == county
    ]


def piecework_after(class_: TrainingClass) -> list[Order]:
    """Orders for piecework in the county: in the trade first, then those that may be done at home."""
    found = verified_orders([OrderKind.PIECEWORK], county_of(class_.region_code))
    trade = class_.course.occupation_id
    near = [one for one in found if one.occupation_id == trade or one.home_based]
    return sorted(near, key=lambda one: one.occupation_id != trade)


def invited_of(class_id: int) -> Sequence[TasterInvitation]:
    """Who was invited from a taster, and where to."""
    query = select(TasterInvitation).where(TasterInvitation.class_id == class_id)
    return db.session.scalars(query.order_by(TasterInvitation.id)).all()


def signed_up_since(class_id: int) -> dict[int, int]:
    """Of those invited from a taster, how many signed up for each class they were invited to."""
    query = (
        select(TasterInvitation.target_class_id, func.count())
        .join(
            Enrollment,
            (Enrollment.class_id == TasterInvitation.target_class_id)
            & (Enrollment.person_id == TasterInvitation.person_id),
        )
        .where(TasterInvitation.class_id == class_id)
        .group_by(TasterInvitation.target_class_id)
    )
    return {class_id: people for class_id, people in db.session.execute(query) if class_id is not None}


def photo_of(viewing_id: int, number: int) -> Upload:
    """One photo of a group viewing by its place, from 1; raises `NotFound`."""
    photos = photos_of(viewing_id)
    if not 1 <= number <= len(photos):
        raise NotFound
    return photos[number - 1]
