"""Where the pages hang, their doors, and the ways to them."""

from collections.abc import Iterator

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.classes.models import TrainingClass
from app.kernel.access import Actor, Can, Role
from app.kernel.i18n import _, _l
from app.kernel.navigation import Way, door, guides
from app.lessons import queries

bp = Blueprint("lessons", __name__)
door(_l("线上学习"), "lessons.list_own", Can.SELF_LEARN, icon="school", order=35, roles=(Role.LABORER,))
door(_l("技能体验"), "lessons.list_tasters", Can.LESSON_WRITE, icon="calendar", order=52, roles=(Role.SCHOOL_CLERK,))
Answer = str | Response | tuple[str, int]


@guides("class")
def of_class(row: TrainingClass, by: Actor) -> Iterator[Way]:
    """From a class to what it learns online, and from a taster to what it may lead to."""
    if not row.paid:
        if by.may(Can.LESSON_WRITE) and row.status in queries.TASTED:
            yield Way(_("体验之后"), url_for("lessons.show_taster", class_id=row.id))
    elif by.may(Can.LESSON_READ) and queries.lessons_of(row.course_id):
        yield Way(_("线上课与集中学"), url_for("lessons.show_class", class_id=row.id))
