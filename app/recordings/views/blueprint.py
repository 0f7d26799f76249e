"""The room's blueprint, its door, and the way to it from a class."""

from collections.abc import Iterator

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.classes.models import TrainingClass
from app.classes.rules import ClassStatus
from app.kernel.access import Actor, Can, Role
from app.kernel.i18n import _, _l
from app.kernel.navigation import Way, door, guides
from app.recordings.queries import counts, standing_doubts

bp = Blueprint("recordings", __name__)
Answer = str | Response | tuple[str, int]
BEGUN = (ClassStatus.RUNNING, ClassStatus.SUSPENDED, ClassStatus.ENDED, ClassStatus.ASSESSED, ClassStatus.ARCHIVED)
door(
    _l("影像疑点"),
    "recordings.list_doubts",
    Can.RECORDING_JUDGE,
    icon="eye",
    order=53,
    roles=(Role.INSPECTOR, Role.TRAINING_OFFICER),
)


@guides("class")
def recordings_of_class(row: TrainingClass, by: Actor) -> Iterator[Way]:
    """From a class to its photos and films, with how many doubts stand against them."""
    if not by.may(Can.RECORDING_READ) or row.status not in BEGUN:
        return
    kept, doubts = counts([row.id]).get(row.id, 0), standing_doubts([row.id]).get(row.id, 0)
    words = _("课堂影像（%(n)s）", n=kept)
    if doubts:
        words = _("课堂影像（%(n)s，疑点 %(d)s 个）", n=kept, d=doubts)
    yield Way(words, url_for("recordings.show_class", class_id=row.id), "eye")
