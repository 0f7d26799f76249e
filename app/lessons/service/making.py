"""The school puts lessons into a course, with questions in between, and says which half-days are learned online."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from sqlalchemy import delete

from app.audit import service as audit
from app.classes.models import TrainingClass
from app.classes.queries import pack_of_class, sessions_of
from app.courses.models import Course
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.lessons import queries
from app.lessons.models import Lesson, LessonQuestion, SessionLesson, Watching
from app.lessons.rules import SECONDS_A_MINUTE, LessonKind
from app.papers.service import MEGABYTE, keep_upload
from app.papers.uploads import FILMS, PDF

MOST = 18 * MEGABYTE
LONGEST_MINUTES = 600
LEAST_CHOICES = 2
MINUTES_AN_HOUR = "course.minutes_an_hour"
ALLOWED = {LessonKind.FILE: (PDF,), LessonKind.VIDEO: tuple(FILMS)}


@dataclass(frozen=True, slots=True)
class NewLesson:
    """A lesson to be; `minutes` is the film's length, or the time it takes to read."""

    kind: LessonKind
    title: str
    minutes: int
    body: str = ""
    file: IO[bytes] | None = None
    filename: str = ""


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question to be; `answer` counts from 0."""

    at_minutes: int
    text: str
    choices: Sequence[str]
    answer: int


def add_lesson(course: Course, new: NewLesson, *, by: Actor) -> Lesson:
    """Add a lesson to the school's course; raises `DomainError` on the field that does not fit."""
    _own(course, by)
    if not new.title.strip():
        raise DomainError(N_("请写课件名称。"), "title")
    if not 1 <= new.minutes <= LONGEST_MINUTES:
        raise DomainError(N_("时长要在 1 到 600 分钟之间。"), "minutes")
    if new.kind is LessonKind.TEXT and not new.body.strip():
        raise DomainError(N_("请写课文。"), "body")
    number = len(queries.lessons_of(course.id)) + 1
    row = Lesson(
        course_id=course.id,
        number=number,
        title=new.title.strip(),
        kind=new.kind,
        body=new.body.strip() if new.kind is LessonKind.TEXT else "",
        upload_id=None if new.kind is LessonKind.TEXT else _upload(new, by),
        seconds=new.minutes * SECONDS_A_MINUTE,
        created_at=clock.now(),
        created_by=by.key,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(course, "lesson_added", by=by, facts={"lesson_id": row.id, "kind": str(row.kind)})
    return row


def _upload(new: NewLesson, by: Actor) -> int:
    if new.file is None:
        raise DomainError(N_("请选择文件。"), "file")
    return keep_upload(new.file, new.filename, ALLOWED[new.kind], MOST, by=by, kind="lesson", field="file").id


def add_question(lesson: Lesson, course: Course, new: NewQuestion, *, by: Actor) -> LessonQuestion:
    """Ask something in between; a wrong answer leads back to the question before, or the beginning."""
    _own(course, by)
    choices = [one.strip() for one in new.choices if one.strip()]
    if not new.text.strip() or len(choices) < LEAST_CHOICES:
        raise DomainError(N_("请写问题和至少两个选项。"), "choices")
    if not 0 <= new.answer < len(choices):
        raise DomainError(N_("请说明第几个选项是对的。"), "answer")
    at = new.at_minutes * SECONDS_A_MINUTE
    if not 1 <= at <= lesson.seconds:
        raise DomainError(N_("问题要在课件的时长以内。"), "at_minutes")
    if db.session.query(Watching).filter_by(lesson_id=lesson.id).first() is not None:
        raise Refused(N_("已经有人在学这个课件，不能再加问题。"))
    row = LessonQuestion(
        lesson_id=lesson.id,
        number=len(queries.questions_of(lesson.id)) + 1,
        at_seconds=at,
        text=new.text.strip(),
        choices=choices,
        answer=new.answer,
    )
    db.session.add(row)
    db.session.flush()
    return row


def assign(class_: TrainingClass, lessons: Mapping[int, Sequence[int]], *, by: Actor) -> None:
    """Say which half-days of a class are learned online, and by which lessons; until the filing is approved.

    Raises `DomainError` where the lessons of a half-day are shorter than its standard hours.
    """
    held = audit.hold(class_)
    if by.organization_id != held.school_id:
        raise Forbidden(N_("这一步由开班的学校来做。"))
    if held.fix_version:
        raise Refused(N_("开班批准以后，哪节课在线上学不能再改。"))
    known = {lesson.id: lesson for lesson in queries.lessons_of(held.course_id)}
    minutes = pack_of_class(held).count(MINUTES_AN_HOUR)
    db.session.execute(delete(SessionLesson).where(SessionLesson.class_id == held.id))
    for number, session in enumerate(sessions_of(held.id), 1):
        chosen = [known[one] for one in dict.fromkeys(lessons.get(session.id, ())) if one in known]
        if chosen and minutes is None:
            raise Refused(N_("政策包里“一个标准学时的分钟数”没有填写，不能往下办。请先补上这个标准。"))
        length, due = sum(one.seconds for one in chosen), session.hours * (minutes or 0) * SECONDS_A_MINUTE
        if chosen and length < due:
            words = {"n": number, "have": length // SECONDS_A_MINUTE, "due": due // SECONDS_A_MINUTE}
            raise DomainError(_("第 %(n)s 次课要 %(due)s 分钟，选的课件一共 %(have)s 分钟。", **words))
        db.session.add_all(SessionLesson(session_id=session.id, lesson_id=one.id, class_id=held.id) for one in chosen)
    db.session.flush()
    audit.record(held, "lessons_assigned", by=by, facts={"sessions": sum(bool(one) for one in lessons.values())})


def _own(course: Course, by: Actor) -> None:
    if by.organization_id != course.school_id:
        raise Forbidden(N_("课件由开课的学校来做。"))
