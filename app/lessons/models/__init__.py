"""The tables of this step."""

from app.lessons.models.groups import GroupViewing, ViewingPerson, ViewingPhoto
from app.lessons.models.lessons import Lesson, LessonAnswer, LessonQuestion, SessionLesson
from app.lessons.models.tasters import TasterInvitation
from app.lessons.models.watching import WatchBeat, Watching

__all__ = [
    "GroupViewing",
    "Lesson",
    "LessonAnswer",
    "LessonQuestion",
    "SessionLesson",
    "TasterInvitation",
    "ViewingPerson",
    "ViewingPhoto",
    "WatchBeat",
    "Watching",
]
