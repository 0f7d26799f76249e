"""Learned online: only time that passed counts, once, in one place; together in a village room: a roll with photos."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.attendance import queries as attendance
from app.attendance.rules import Way
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.lessons import queries
from app.lessons import service as lessons
from app.lessons.rules import LessonKind, Turn
from app.lessons.service.crediting import settle
from tests.makers import VILLAGE, make_user
from tests.making.classes import clerk_of, make_class
from tests.making.lessons import learner, make_lesson, make_online_class, online_of
from tests.making.results import PICTURE, after, after_all

pytestmark = pytest.mark.usefixtures("session")

TOO_FAST = (
    "INSERT INTO watch_beats (person_id, seat_id, lesson_id, seconds, position, at, client_key)"
    " SELECT person_id, seat_id, lesson_id, 60, 0, at + interval '59 seconds', gen_random_uuid()"
    " FROM watch_beats ORDER BY at DESC LIMIT 1"
)


class Watcher:
    """A learner's page that tells every fifteen seconds what it showed."""

    def __init__(self, class_: TrainingClass, place: int = 1) -> None:
        self.class_ = class_
        self.seat, self.by = learner(class_, place)
        self.lesson = queries.lessons_by_session(class_.id)[online_of(class_).id][0]
        self.now: datetime = online_of(class_).starts_at
        self.token = uuid.uuid4()

    @contextmanager
    def later(self, seconds: int = 0) -> Iterator[None]:
        self.now += timedelta(seconds=seconds)
        with clock.at(self.now):
            yield

    def open(self) -> None:
        with self.later():
            self.token = lessons.open_lesson(self.by, self.seat.id, self.lesson.id).token

    def beat(self, told: int = 30, passed: int = 30, key: uuid.UUID | None = None) -> lessons.Beat:
        with self.later(passed):
            return lessons.beat(
                self.by, self.seat.id, self.lesson.id, token=self.token, key=key or uuid.uuid4(), told=told
            )

    def read(self, minutes: int) -> int:
        """Read on for so many minutes without JavaScript; the seconds reached."""
        self.open()
        with self.later(minutes * 60):
            return lessons.read_to_the_end(self.by, self.seat.id, self.lesson.id).reached


def hours_of(class_: TrainingClass, seat_id: int) -> int:
    return attendance.attended_hours(class_.id).get(seat_id, 0)


# --- the clock -------------------------------------------------------------------------------------------------------


def test_a_heartbeat_counts_what_the_page_showed_and_never_more_than_passed() -> None:
    page = Watcher(make_online_class(1))
    page.open()
    assert page.beat(told=15, passed=15).reached == 15
    assert page.beat(told=5, passed=15).reached == 20  # hidden for ten seconds
    assert page.beat(told=3000, passed=15).reached == 35  # a page that lies
    assert page.beat(told=600, passed=600).reached == 65  # away for long: two heartbeats at most


def test_a_heartbeat_sent_twice_counts_once() -> None:
    page, key = Watcher(make_online_class(1)), uuid.uuid4()
    page.open()
    assert page.beat(15, 15, key).reached == 15
    assert page.beat(15, 15, key).reached == 15


def test_the_page_that_was_opened_last_counts_and_the_other_is_told() -> None:
    page = Watcher(make_online_class(1))
    page.open()
    old = page.token
    page.open()
    page.token, new = old, page.token
    with pytest.raises(Conflict, match="一次只能学一个"):
        page.beat()
    page.token = new
    assert page.beat().reached == 30


def test_before_the_half_day_and_for_others_nothing_opens() -> None:
    class_ = make_online_class(2)
    page, (other, _by) = Watcher(class_), learner(class_, 2)
    with clock.at(online_of(class_).starts_at - timedelta(minutes=1)), pytest.raises(Refused, match="还没有开始"):
        lessons.open_lesson(page.by, page.seat.id, page.lesson.id)
    with page.later(), pytest.raises(NotFound):
        lessons.open_lesson(page.by, other.id, page.lesson.id)


@pytest.mark.parametrize(
    ("statement", "law"),
    [
        (TOO_FAST, "law_watched_in_time"),
        ("UPDATE watchings SET reached = 900, position = 900", "law_watched_by_beats"),
        ("UPDATE watch_beats SET seconds = 60", "never changed|permission denied"),
        ("DELETE FROM session_lessons", "law_session_lessons_locked"),
    ],
)  # fmt: skip
def test_the_database_gives_nobody_time_that_did_not_pass(statement: str, law: str) -> None:
    page = Watcher(make_online_class(1))
    page.open()
    page.beat()
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(DBAPIError, match=law) as broken, db.session.begin_nested():
        db.session.execute(text(statement))
    assert broken


# --- questions -------------------------------------------------------------------------------------------------------


def test_a_question_stands_in_the_way_and_a_wrong_answer_leads_back() -> None:
    page = Watcher(make_online_class(1, question=True))
    assert page.read(120) == 90 * 60  # half-way is as far as it goes
    assert page.beat().question == 1
    with page.later():
        assert not lessons.answer(page.by, page.seat.id, page.lesson.id, 1, 0)
        row = queries.watching_of(page.seat.id, page.lesson.id)
        assert row is not None
        assert (row.position, row.reached) == (0, 90 * 60)
        with pytest.raises(Refused, match="先学到这里"):
            lessons.answer(page.by, page.seat.id, page.lesson.id, 1, 1)
    page.read(90)
    with page.later():
        assert lessons.answer(page.by, page.seat.id, page.lesson.id, 1, 1)
    kept = db.session.execute(text('SELECT chosen, "right" FROM lesson_answers ORDER BY id')).all()
    assert [tuple(row) for row in kept] == [(0, False), (1, True)]


# --- hours -----------------------------------------------------------------------------------------------------------


def test_whoever_learned_it_all_has_the_hours_of_the_half_day_as_an_online_entry() -> None:
    class_ = make_online_class(2)
    page = Watcher(class_)
    assert page.read(200) == page.lesson.seconds
    with after(online_of(class_)):
        settle(online_of(class_).id)
    entry = attendance.entries_of(online_of(class_).id)[page.seat.id]
    assert (entry.hours, entry.method) == (online_of(class_).hours, Way.ONLINE)
    assert learner(class_, 2)[0].id not in attendance.entries_of(online_of(class_).id)


def test_a_part_counts_in_whole_hours_when_the_class_ends() -> None:
    class_ = make_online_class(1)
    page = Watcher(class_)
    page.read(100)
    with after_all(class_):
        classes.end(class_, by=clerk_of(class_))
    assert hours_of(class_, page.seat.id) == 2


def test_a_day_counts_no_more_than_the_policy_says_and_the_next_day_goes_on() -> None:
    page = Watcher(make_online_class(1))
    db.session.execute(text("UPDATE lessons SET seconds = 24000 WHERE id = :id"), {"id": page.lesson.id})
    db.session.expire_all()
    assert page.read(400) == 4 * 45 * 60
    page.now += timedelta(days=1)
    assert page.read(60) == 5 * 45 * 60 + 15 * 60


def test_the_lessons_of_a_half_day_must_be_as_long_as_its_hours_and_are_fixed_by_the_approval() -> None:
    class_ = make_class()
    short, by = make_lesson(class_, 30), clerk_of(class_)
    first = sessions_of(class_.id)[0]
    with pytest.raises(DomainError, match="要 180 分钟，选的课件一共 30 分钟"):
        lessons.assign(class_, {first.id: [short.id]}, by=by)
    locked = make_online_class(1)
    with pytest.raises(Refused, match="批准以后"):
        lessons.assign(locked, {}, by=clerk_of(locked))
    with pytest.raises(Forbidden):
        lessons.assign(class_, {}, by=clerk_of(locked))


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (lessons.NewLesson(LessonKind.TEXT, "", 10, "课文"), "title"),
        (lessons.NewLesson(LessonKind.TEXT, "一", 0, "课文"), "minutes"),
        (lessons.NewLesson(LessonKind.TEXT, "一", 10, " "), "body"),
        (lessons.NewLesson(LessonKind.VIDEO, "一", 10), "file"),
        (lessons.NewLesson(LessonKind.VIDEO, "一", 10, "", BytesIO(b"MZ no film"), "a.mp4"), "file"),
        (lessons.NewLesson(LessonKind.FILE, "一", 10, "", BytesIO(b"%PDF-1.4 broken"), "a.pdf"), "file"),
    ],
)
def test_a_lesson_that_is_none_is_refused_at_its_field(new: lessons.NewLesson, field: str) -> None:
    class_ = make_class()
    with pytest.raises(DomainError) as wrong:
        lessons.add_lesson(class_.course, new, by=clerk_of(class_))
    assert wrong.value.field == field


# --- together in the village room ------------------------------------------------------------------------------------


def keeper() -> Actor:
    return make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()


def test_a_roll_with_photos_in_the_village_room_is_attendance_for_whoever_stayed() -> None:
    class_, by = make_online_class(3), keeper()
    session, seats = online_of(class_), active_seats(make_online_class(1).id)
    everybody = [seat.id for seat in active_seats(class_.id)]
    with clock.at(session.starts_at):
        viewing = lessons.begin_viewing(class_, session, place="湄江村农民夜校", by=by)
        assert lessons.see_people(viewing, Turn.IN, everybody, by=by) == 3
        assert lessons.see_people(viewing, Turn.IN, everybody, by=by) == 0
        with pytest.raises(Refused, match="不在这个班"):
            lessons.see_people(viewing, Turn.IN, [seats[0].id], by=by)
        with pytest.raises(DomainError, match="还要 1 张现场照片"):
            lessons.end_viewing(viewing, by=by)
        lessons.add_photo(viewing, BytesIO(PICTURE), "room.png", by=by)
        with pytest.raises(Refused, match="开始和结束都要点名"):
            lessons.end_viewing(viewing, by=by)
        with pytest.raises(Refused, match="开始放映的人"):
            lessons.see_people(viewing, Turn.OUT, everybody, by=keeper())
    with clock.at(session.ends_at + timedelta(minutes=1)):
        lessons.see_people(viewing, Turn.OUT, everybody[:2], by=by)
        lessons.end_viewing(viewing, by=by)
    entries = attendance.entries_of(session.id)
    assert [entries[seat].hours for seat in everybody] == [session.hours, session.hours, 0]
    assert {entries[seat].method for seat in everybody} == {Way.GROUP}


def test_group_viewing_belongs_to_online_half_days_and_their_time() -> None:
    class_, by = make_online_class(1), keeper()
    first, second = sessions_of(class_.id)[:2]
    with clock.at(second.starts_at), pytest.raises(Refused, match="不是线上课"):
        lessons.begin_viewing(class_, second, place="", by=by)
    with clock.at(first.ends_at), pytest.raises(Refused, match="时间里进行"):
        lessons.begin_viewing(class_, first, place="", by=by)
