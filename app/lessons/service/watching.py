"""A learner watches: the clock of the server says what counts, one lesson at a time, never faster than it passes."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import pack_of_class
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Refused
from app.kernel.marking import N_
from app.lessons import queries
from app.lessons.models import Lesson, LessonAnswer, WatchBeat, Watching
from app.lessons.rules import MOST_A_BEAT, SECONDS_A_MINUTE, LessonKind, back_to, credited, stop_at
from app.lessons.service.crediting import credit, minutes_an_hour
from app.people.models import Person
from app.policies import queries as policies

CAP = "online.hours_a_day"


@dataclass(frozen=True, slots=True)
class Beat:
    """What a heartbeat came to: seconds in the lesson, whether a question stands in the way, whether it is done."""

    position: int
    reached: int
    seconds: int
    question: int | None = None
    done: bool = False
    capped: bool = False


def open_lesson(by: Actor, seat_id: int, lesson_id: int) -> Watching:
    """Begin or go on with a lesson on this page; a page that was open elsewhere stops counting.

    Raises `NotFound` for others' lessons, `Refused` before the half-day begins and outside the class.
    """
    seat, class_, step = queries.step_for(by, seat_id, lesson_id)
    if not step.is_open:
        raise Refused(N_("这节课还没有开始，或者这个班现在不上课。"))
    _cap_of(class_)
    _hold(seat.person_id)
    row = step.watching or Watching(
        seat_id=seat.id, lesson_id=lesson_id, session_id=step.session.id, position=0, reached=0, begun_at=clock.now()
    )
    row.token = uuid.uuid4()
    db.session.add(row)
    db.session.flush()
    _write(row, seat.person_id, 0, uuid.uuid4())
    return row


def beat(by: Actor, seat_id: int, lesson_id: int, *, token: uuid.UUID, key: uuid.UUID, told: int) -> Beat:
    """Take a heartbeat: the page showed the lesson for `told` seconds since the last. Sent twice it counts once.

    Raises `Conflict` where the lesson was opened on another page, or another lesson is being watched.
    """
    seat, class_, step = queries.step_for(by, seat_id, lesson_id)
    _hold(seat.person_id)
    row = queries.watching_of(seat.id, lesson_id)
    if row is None or not step.is_open:
        raise Refused(N_("这节课还没有开始，或者这个班现在不上课。"))
    db.session.refresh(row)
    last = queries.last_beat(seat.person_id)
    if (last is not None and last.client_key == key) or _known(key):
        return _told(row, step.lesson, seat, 0)
    if row.token != token or last is None or last.lesson_id != lesson_id:
        raise Conflict(N_("您在别的页面打开了课件，这一页不再计时。一次只能学一个。"))
    left = max(_cap_of(class_) - queries.seconds_on(seat.person_id, clock.today()), 0)
    stops = queries.stops_of(seat.id, step.lesson)
    here = stop_at(stops, step.lesson.seconds) - row.position
    seconds = credited(told, last.at, clock.now(), left_today=left, left_here=here, mine=True)
    _go_on(row, seat, step.lesson, seconds, key)
    if row.reached >= step.lesson.seconds and stop_at(stops, step.lesson.seconds) >= step.lesson.seconds:
        _finish(row, seat, step.session, by)
    return _told(row, step.lesson, seat, seconds, capped=left <= seconds)


def hours_full_today(class_: TrainingClass, person_id: int) -> int | None:
    """The hours a day that may count online, where all of them were used today; None while some are left."""
    hours = pack_of_class(class_).count(CAP)
    if hours is None or queries.seconds_on(person_id, clock.today()) < _cap_of(class_):
        return None
    return hours


def answer(by: Actor, seat_id: int, lesson_id: int, number: int, chosen: int) -> bool:
    """Answer the question that stands in the way; wrong leads back. Every try is kept; True where right."""
    seat, _class, step = queries.step_for(by, seat_id, lesson_id)
    _hold(seat.person_id)
    row = queries.watching_of(seat.id, lesson_id)
    stops = queries.stops_of(seat.id, step.lesson)
    question = next((one for one in queries.questions_of(lesson_id) if one.number == number), None)
    if row is None or question is None or row.position < min(question.at_seconds, step.lesson.seconds):
        raise Refused(N_("先学到这里，再回答问题。"))
    if not 0 <= chosen < len(question.choices):
        raise DomainError(N_("请选一个答案。"))
    right = chosen == question.answer
    db.session.add(LessonAnswer(seat_id=seat.id, question_id=question.id, chosen=chosen, right=right, at=clock.now()))
    if not right:
        row.position = back_to(stops, number)
    db.session.flush()
    after = queries.stops_of(seat.id, step.lesson)
    if right and row.reached >= step.lesson.seconds and all(stop.passed for stop in after):
        _finish(row, seat, step.session, by)
    return right


def read_to_the_end(by: Actor, seat_id: int, lesson_id: int) -> Watching:
    """Without JavaScript: a text or document was read to its end; the server's own clock says for how long.

    The time since the page was opened counts, up to the lesson's length and the day's cap. Raises `Refused` for a film.
    """
    seat, class_, step = queries.step_for(by, seat_id, lesson_id)
    if step.lesson.kind is LessonKind.VIDEO:
        raise Refused(N_("视频要用能放视频的浏览器看，或者到村里集中学。"))
    _hold(seat.person_id)
    row, last = queries.watching_of(seat.id, lesson_id), queries.last_beat(seat.person_id)
    if row is None or last is None or last.lesson_id != lesson_id or not step.is_open:
        raise Conflict(N_("请重新打开课文再读。"))
    stops = queries.stops_of(seat.id, step.lesson)
    left = max(_cap_of(class_) - queries.seconds_on(seat.person_id, clock.today()), 0)
    passed = int((clock.now() - last.at).total_seconds())
    seconds = max(min(passed, left, stop_at(stops, step.lesson.seconds) - row.position), 0)
    while seconds > 0:
        part = min(seconds, MOST_A_BEAT * 2)
        _go_on(row, seat, step.lesson, part, uuid.uuid4(), at_back=seconds - part)
        seconds -= part
    if row.reached >= step.lesson.seconds and all(stop.passed for stop in stops):
        _finish(row, seat, step.session, by)
    return row


def _go_on(row: Watching, seat: Seat, lesson: Lesson, seconds: int, key: uuid.UUID, *, at_back: int = 0) -> None:
    row.position = min(row.position + seconds, lesson.seconds)
    row.reached = max(row.reached, row.position)
    _write(row, seat.person_id, seconds, key, at_back=at_back)


def _write(row: Watching, person_id: int, seconds: int, key: uuid.UUID, *, at_back: int = 0) -> None:
    """`at_back` seconds before now: a long reading is written as the heartbeats that it was."""
    db.session.add(
        WatchBeat(
            person_id=person_id,
            seat_id=row.seat_id,
            lesson_id=row.lesson_id,
            seconds=seconds,
            position=row.position,
            at=clock.now() - timedelta(seconds=at_back),
            client_key=key,
        )
    )
    db.session.flush()


def _finish(row: Watching, seat: Seat, session: ClassSession, by: Actor) -> None:
    if row.finished_at is None:
        row.finished_at = clock.now()
        db.session.flush()
        credit(seat, session, by=by)


def _told(row: Watching, lesson: Lesson, seat: Seat, seconds: int, *, capped: bool = False) -> Beat:
    stops = queries.stops_of(seat.id, lesson)
    waiting = next((stop.number for stop in stops if not stop.passed and row.position >= stop.at), None)
    return Beat(row.position, row.reached, seconds, waiting, row.finished_at is not None, capped)


def _known(key: uuid.UUID) -> bool:
    return db.session.query(WatchBeat.id).filter_by(client_key=key).first() is not None


def _hold(person_id: int) -> None:
    """One heartbeat of a person after the other, whatever pages they have open."""
    db.session.query(Person.id).filter_by(id=person_id).with_for_update().one()


def _cap_of(class_: TrainingClass) -> int:
    """Seconds a day that may count online; raises `Refused` where the policy leaves it blank."""
    pack = pack_of_class(class_)
    hours = pack.count(CAP)
    if hours is None:
        raise Refused(policies.text(pack.blank(CAP)))
    return hours * minutes_an_hour(class_) * SECONDS_A_MINUTE
