"""A blended class: the first half-day is learned together before one screen, by lessons with a question in between."""

from datetime import timedelta
from io import BytesIO

from PIL import Image

from app.attendance import service as attendance
from app.attendance.rules import Method, Presence
from app.classes import service as classes
from app.classes.queries import active_seats, sessions_of
from app.demo.story.cast import JIAYI
from app.demo.story.living import Course, Crowd, approved, filed, opened, signed_up
from app.demo.story.past_classes import SHOP
from app.demo.story.telling import Chapter, Tale
from app.lessons import service as lessons
from app.lessons.rules import LessonKind, Turn

TEXTS = (
    (
        "开一个小店",
        "先想好卖什么：自家的粉皮、霉豆腐、土蜂蜜都行。\n\n再拍三张照片：全景、近景、手里拿着的。",
    ),
    ("定价和快递", "价钱要算上包装和快递。\n\n易碎的用泡沫垫好，发货以后把单号告诉买家。"),
)


def online_lessons(tale: Tale) -> Chapter:
    """Two lessons of the online shop, a class that views them together, then goes on at the computers."""
    run = Course("online-g", "online-shop", "school-pingjiang", "net-room", "du", -9, 8, livelihood=SHOP)
    yield tale.at(run.starts - 16)
    yield from opened(tale, run)
    row, by = tale.classes[run.key], tale.who(run.school)
    made = []
    for title, body in TEXTS:
        lesson = lessons.add_lesson(row.course, lessons.NewLesson(LessonKind.TEXT, title, 90, body), by=by)
        made.append(lesson.id)
        asked = lessons.NewQuestion(45, "发货以后要做什么？", ["等着收钱", "把单号告诉买家"], 1)
        lessons.add_question(lesson, row.course, asked, by=by)
    first = sessions_of(row.id)[0]
    lessons.assign(row, {first.id: made}, by=by)
    yield from signed_up(tale, run, Crowd(JIAYI, 5))
    yield from filed(tale, run)
    yield from approved(tale, run)
    first, *others = sessions_of(row.id)
    yield first.starts_at - timedelta(minutes=10)
    classes.begin(row, by=by)
    yield first.starts_at
    viewing = lessons.begin_viewing(row, first, place="加义镇电脑室", by=by)
    everybody = [seat.id for seat in active_seats(row.id)]
    lessons.see_people(viewing, Turn.IN, everybody, by=by)
    lessons.add_photo(viewing, _picture(), "room.jpg", by=by)
    yield first.ends_at + timedelta(minutes=1)
    lessons.see_people(viewing, Turn.OUT, everybody[:-1], by=by)
    lessons.end_viewing(viewing, by=by)
    for session in others:
        yield session.ends_at + timedelta(minutes=5)
        said = {seat.id: Presence.PRESENT for seat in active_seats(row.id)}
        attendance.mark(session, said, by=by, method=Method.ROLL_CALL)


def _picture() -> BytesIO:
    """A plain picture that stands for the room."""
    file = BytesIO()
    Image.new("RGB", (640, 480), (92, 116, 96)).save(file, "JPEG")
    file.seek(0)
    return file


LEARNING = (online_lessons,)
