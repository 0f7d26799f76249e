"""The room's blueprint, its door, and the ways to it from a class."""

from collections.abc import Iterator

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.classes.models import TrainingClass
from app.classes.rules import LOCKED
from app.inspections.queries import doubt_counts, of_class
from app.kernel.access import Actor, Can, Role
from app.kernel.i18n import _, _l
from app.kernel.navigation import Way, door, guides

bp = Blueprint("inspections", __name__)
Answer = str | Response | tuple[str, int]
door(
    _l("督查"),
    "inspections.list_inspections",
    Can.INSPECTION_READ,
    icon="search",
    order=52,
    roles=(Role.INSPECTOR, Role.TRAINING_OFFICER, Role.AUDITOR, Role.SCHOOL_CLERK),
)


@guides("class")
def inspections_of_class(row: TrainingClass, by: Actor) -> Iterator[Way]:
    """From a class to its inspections and phone checks; a school sees the way once there is something to see."""
    if not by.may(Can.INSPECTION_READ) or row.status not in LOCKED:
        return
    seen = len(of_class(by, row.id))
    doubts = doubt_counts(row.id) if by.area else 0
    if not by.area and not seen:
        return
    words = _("督查（%(n)s 次，疑点 %(d)s 个）", n=seen, d=doubts) if doubts else _("督查（%(n)s 次）", n=seen)
    yield Way(words, url_for("inspections.show_class", class_id=row.id), "search")
