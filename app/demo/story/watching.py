"""What was seen of the lessons: photos, one of them used twice; a visit by lot, one that failed, people called."""

import io
from datetime import timedelta

from PIL import Image

from app.attendance.queries import attended_days
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import active_seats, seat, sessions_of
from app.demo.story.cast import MILUO
from app.demo.story.drawing import lesson_picture, photo
from app.demo.story.telling import Chapter, Tale
from app.enrollments.denials.links import answers_at
from app.inspections import service as inspections
from app.inspections.queries import to_call
from app.inspections.rules import CallResult, Result
from app.inspections.service import Said, Seen
from app.kernel import clock
from app.recordings import service as recordings
from app.recordings.queries import site_spot


def photos(tale: Tale) -> Chapter:
    """The pond is photographed twice a day; the care class sends one of these pictures as its own."""
    yield tale.at(-4, 19)
    pond, care = tale.classes["crayfish-2"], tale.classes["care-2"]
    lessons = [lesson for lesson in sessions_of(pond.id) if lesson.ends_at < clock.now()][:3]
    for number, lesson in enumerate(lessons):
        picture = lesson_picture(number + 1, people=6, outdoors=True)
        _send(tale, pond, lesson, picture, "school", "下塘实操" if number else "")
    others = [lesson for lesson in sessions_of(care.id) if lesson.ends_at < clock.now()][:2]
    for number, lesson in enumerate(others):
        _send(tale, care, lesson, lesson_picture(number + 11, people=7), "school-qiaoshou", "分组练习")
    used_again = lesson_picture(1, people=6, outdoors=True).resize((720, 540))
    file = io.BytesIO(photo(used_again, quality=60))
    recordings.take_in(others[-1], file, by=tale.who("school-qiaoshou"), note="户外课")


def _send(
    tale: Tale, row: TrainingClass, lesson: ClassSession, picture: Image.Image, login: str, note: str = ""
) -> None:
    file = io.BytesIO(photo(picture, lesson.starts_at + timedelta(minutes=40), site_spot(row)))
    recordings.take_in(lesson, file, by=tale.who(login), note=note)


def visit_by_lot(tale: Tale) -> Chapter:
    """Yesterday's draw in Miluo: the inspector went, and all was well."""
    day = tale.workday(-1)
    yield clock.moment_of(day, 7)
    by = tale.who("inspector")
    draw = inspections.commit_seed(MILUO, day, 1, by=by)
    yield clock.moment_of(day, 7, 5)
    (visit,) = inspections.open_draw(draw, by=by)
    yield visit.session.starts_at + timedelta(minutes=40)
    seats = [one.id for one in active_seats(visit.class_id)]
    picture = photo(lesson_picture(21, people=len(seats)), clock.now(), site_spot(visit.training_class))
    recordings.take_in(visit.session, io.BytesIO(picture), by=by, note="督查时拍的")
    agreed = dict.fromkeys(seats[:3], True)
    inspections.carry_out(visit, Seen(Result.PASSED, len(seats), 0, seats, agreed), by=by)


def failed_visit(tale: Tale, row: TrainingClass, lesson: ClassSession) -> Chapter:
    """A complaint, a visit, a class suspended on the spot; mended and accepted, it waits for the second person."""
    by, officer = tale.who("inspector"), tale.who("training")
    yield clock.moment_of(lesson.on, 7, 30)
    visit = inspections.plan(lesson, reason="村民来电：实训场围挡倒了，小孩能进去。", by=officer)
    yield lesson.starts_at + timedelta(minutes=25)
    seats = [one.id for one in active_seats(row.id)]
    findings = "实训场围挡倒了两处没有修，挖掘机旁边没有人看守。修好复查以后再上课。"
    inspections.carry_out(visit, Seen(Result.FAILED, len(seats) - 1, 0, seats[1:], findings=findings), by=by)
    yield tale.after(lesson.on, 1, 15)
    inspections.answer(visit, text="围挡已经修好，挂了警示牌，上课时安排专人看守，照片已传。", by=tale.who("school"))
    yield tale.after(lesson.on, 2, 10)
    inspections.accept(visit, note="上午到现场复查，围挡和警示牌都有了，等同事办恢复上课。", by=officer)


def calls(tale: Tale) -> Chapter:
    """A tenth of the pond's class is called."""
    yield tale.at(-1, 18)
    row, by = tale.classes["crayfish-2"], tale.who("inspector")
    check = inspections.start_check(row, by=by)
    yield tale.at(-1, 18, 20)
    for _ in check.seats:
        called = seat(to_call(check)[-1])
        if answers_at(called.person):
            break
        inspections.record_call(check, called, Said(CallResult.WRONG_NUMBER, note="没有登记电话"), by=by)
    else:
        return
    inspections.show_number(check, called, by=by)
    days = attended_days(row.id).get(called.id, 0)
    said = Said(CallResult.REACHED, in_class=True, agreed=True, days=days, teacher="钱师傅")
    inspections.record_call(check, called, said, by=by)


WATCHED = (photos, visit_by_lot, calls)
