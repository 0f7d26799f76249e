"""Put lessons together, watch them, view them in a group, repeat a taster."""

from app.lessons.service import closing as closing
from app.lessons.service.groups import add_photo, begin_viewing, end_viewing, see_people
from app.lessons.service.making import NewLesson, NewQuestion, add_lesson, add_question, assign
from app.lessons.service.tasters import NewTaster, Repeated, invite, repeat_taster
from app.lessons.service.watching import Beat, answer, beat, hours_full_today, open_lesson, read_to_the_end

__all__ = [
    "Beat",
    "NewLesson",
    "NewQuestion",
    "NewTaster",
    "Repeated",
    "add_lesson",
    "add_photo",
    "add_question",
    "answer",
    "assign",
    "beat",
    "begin_viewing",
    "end_viewing",
    "hours_full_today",
    "invite",
    "open_lesson",
    "read_to_the_end",
    "repeat_taster",
    "see_people",
]
