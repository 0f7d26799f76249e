"""Lessons of a course, the questions in between, and the half-days of a class that are held by them."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words
from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.lessons.rules import LessonKind, Turn
from app.papers.models import Upload

labels({LessonKind.TEXT: _l("文字"), LessonKind.FILE: _l("文档"), LessonKind.VIDEO: _l("视频")})
labels({Turn.IN: _l("开始时点名"), Turn.OUT: _l("结束时点名")})
action_words(
    {
        "lesson_added": _l("添加课件"),
        "lessons_assigned": _l("安排线上课"),
        "viewing_begun": _l("集中学开始"),
        "viewing_ended": _l("集中学结束"),
        "taster_repeated": _l("登记技能体验"),
        "taster_invited": _l("邀请体验的人"),
    }
)
constraint_messages(
    {
        "law_session_lessons_locked": _l("开班批准以后，哪节课在线上学不能再改。"),
        "law_watched_in_time": _l("学习时间不能比钟走得快。"),
        "law_watched_by_beats": _l("学习进度要和学习记录一致。"),
        "uq_watch_beats_client_key": _l("这次学习记录已经收到了。"),
        "law_taster_never_claimed": _l("技能体验不能申领补贴。"),
    }
)


class Lesson(Model):
    """One lesson of a course; `seconds` is how long it takes: a film's length, or the reading time of a text."""

    __tablename__ = "lessons"
    __table_args__ = (
        UniqueConstraint("course_id", "number", name="uq_lessons_number"),
        CheckConstraint("seconds BETWEEN 1 AND 36000", name="seconds_sensible"),
        CheckConstraint("(kind = 'text') = (upload_id IS NULL)", name="text_or_file"),
    )

    id: Mapped[Id]
    course_id: Mapped[int] = fk("courses.id")
    number: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(80))
    kind: Mapped[LessonKind] = enum_column(LessonKind)
    body: Mapped[str] = mapped_column(Text, default="")
    upload_id: Mapped[int | None] = fk("uploads.id", nullable=True, index=False)
    seconds: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[UtcTime]
    created_by: Mapped[str] = mapped_column(String(40))
    upload: Mapped[Upload | None] = relationship(lazy="joined")


class LessonQuestion(Model):
    """A question in a lesson, asked once so many seconds were watched."""

    __tablename__ = "lesson_questions"
    __table_args__ = (
        UniqueConstraint("lesson_id", "number", name="uq_lesson_questions_number"),
        CheckConstraint("at_seconds >= 1", name="in_the_lesson"),
        CheckConstraint("answer >= 0 AND answer < jsonb_array_length(choices)", name="answer_among_choices"),
    )

    id: Mapped[Id]
    lesson_id: Mapped[int] = fk("lessons.id")
    number: Mapped[int] = mapped_column(SmallInteger)
    at_seconds: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(200))
    choices: Mapped[list[Any]] = mapped_column(JSONB)
    answer: Mapped[int] = mapped_column(SmallInteger)
    """Which choice is right, from 0."""


class SessionLesson(Model):
    """A half-day of a class that is learned online, by this lesson; fixed with the approval."""

    __tablename__ = "session_lessons"

    session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True, index=True)
    class_id: Mapped[int] = fk("classes.id")


class LessonAnswer(Model):
    """What somebody chose; every try is kept."""

    __tablename__ = "lesson_answers"

    id: Mapped[Id]
    seat_id: Mapped[int] = fk("seats.id")
    question_id: Mapped[int] = fk("lesson_questions.id")
    chosen: Mapped[int] = mapped_column(SmallInteger)
    right: Mapped[bool]
    at: Mapped[UtcTime]
