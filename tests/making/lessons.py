"""Classes of which a half-day is learned online, and who learns; through the services."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from app.classes import service as classes
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.lessons import service as lessons
from app.lessons.models import GroupViewing, Lesson
from app.lessons.rules import LessonKind
from app.orders.rules import OrderKind
from app.people.models import Person
from tests.making.classes import (
    SchoolSet,
    approve_class,
    begin_class,
    clerk_of,
    enter,
    make_class,
    make_course,
    make_order,
)
from tests.making.results import PICTURE, enroll, make_taster

MINUTES = 180
"""Four standard hours: a half-day of the usual class."""


def make_lesson(class_: TrainingClass, minutes: int = MINUTES, *, question: bool = False) -> Lesson:
    """A text of the class's course, with a question half-way where one is wanted."""
    by = clerk_of(class_)
    new = lessons.NewLesson(LessonKind.TEXT, "稻田开沟", minutes, "先看水源。\n\n再开环沟，沟宽三米。")
    row = lessons.add_lesson(class_.course, new, by=by)
    if question:
        asked = lessons.NewQuestion(minutes // 2, "环沟多宽？", ["一米", "三米"], 1)
        lessons.add_question(row, class_.course, asked, by=by)
    return row


def make_online_class(people: int = 2, *, question: bool = False) -> TrainingClass:
    """A running class whose first half-day is learned online, and all others on site."""
    class_ = make_class()
    lesson = make_lesson(class_, question=question)
    lessons.assign(class_, {sessions_of(class_.id)[0].id: [lesson.id]}, by=clerk_of(class_))
    enroll(class_, people)
    by = clerk_of(class_)
    classes.propose_posts(class_, by=by)
    classes.file(class_, by=by)
    return begin_class(approve_class(class_))


def online_of(class_: TrainingClass) -> ClassSession:
    """The half-day that is learned online."""
    return sessions_of(class_.id)[0]


def learner(class_: TrainingClass, place: int = 1) -> tuple[Seat, Actor]:
    """Somebody of the class, as the actor that a signed-in laborer is."""
    seat = next(seat for seat in active_seats(class_.id) if seat.place_no == place)
    return seat, Actor(key=f"person:{seat.person_id}", name=seat.person.name, roles=frozenset({Role.LABORER}))


def of_lessons(at: SchoolSet, person: Person, by: Actor) -> dict[str, Any]:
    """The rows that the addresses of lessons, group viewings and tasters name, at a school."""
    class_ = make_class(at, start_on=clock.today() + timedelta(days=90))
    lesson, session = make_lesson(class_, question=True), online_of(class_)
    lessons.assign(class_, {session.id: [lesson.id]}, by=at.by)
    seat_id = enter(class_, person).seat_id
    viewing = GroupViewing(
        class_id=class_.id, session_id=session.id, place="村部", keeper_key=by.key, keeper_name=by.name
    )
    viewing.begun_at = clock.now()
    db.session.add(viewing)
    db.session.flush()
    lessons.add_photo(viewing, BytesIO(PICTURE), "room.png", by=by)
    taster = make_taster(1, at=at)
    order = make_order(OrderKind.PIECEWORK)
    full = make_class(at, make_course(at, "farm_skills", occupation_id=taster.course.occupation_id, level=0))
    return {
        "lesson_id": lesson.id,
        "online.seat_id": seat_id,
        "viewing_id": viewing.id,
        "viewing.number": 1,
        "taster.class_id": taster.id,
        "taster.order_id": order.id,
        "taster.target_id": full.id,
    }
