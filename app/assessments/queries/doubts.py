"""Lay the marks of a class beside those of other classes: what looks odd is a doubt, and decides nothing."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from app.assessments.models import AssessmentItem, ItemMark, Mark
from app.assessments.queries.classes import confirmed_classes
from app.assessments.rules import Doubt, Marks, Sheet, doubts_about, parts_failed
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, pack_of_class
from app.kernel.access import Actor
from app.kernel.database import db
from app.policies.rules.pack import Pack

MOST_COMPARED = 20
"""The latest other classes that a class is laid beside."""


def doubts_of(class_: TrainingClass) -> list[Doubt]:
    """What looks odd in the marks of a class's first sitting, with evidence."""
    of_course = _others(class_, TrainingClass.course_id == class_.course_id)
    of_assessor = _others(class_, TrainingClass.assessor_id == class_.assessor_id) if class_.assessor_id else []
    pack = pack_of_class(class_)
    sheets = _sheets(pack, {class_.id: class_.name} | dict(of_course) | dict(of_assessor))
    if class_.id not in sheets:
        return []
    return doubts_about(
        pack,
        sheets[class_.id],
        [sheets[key] for key, _name in of_course if key in sheets],
        [sheets[key] for key, _name in of_assessor if key in sheets],
    )


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A class with what looks odd in it."""

    class_: TrainingClass
    doubts: list[Doubt]


def doubtful_classes(by: Actor, limit: int = 30) -> list[Doubtful]:
    """The latest confirmed classes in reach in which something looks odd."""
    found = [Doubtful(tally.class_, doubts_of(tally.class_)) for tally in confirmed_classes(by, limit)]
    return [one for one in found if one.doubts]


def people_in(doubt: Doubt, class_id: int) -> list[Seat]:
    """The seats that a doubt is about, by place."""
    return [seat for seat in active_seats(class_id) if seat.id in doubt.people]


def _others(class_: TrainingClass, alike: ColumnElement[bool]) -> list[tuple[int, str]]:
    query = select(TrainingClass.id, TrainingClass.name).where(
        alike,
        TrainingClass.id != class_.id,
        TrainingClass.id.in_(select(Mark.class_id)),
    )
    rows = db.session.execute(query.order_by(TrainingClass.id.desc()).limit(MOST_COMPARED))
    return [(row[0], row[1]) for row in rows]


def _sheets(pack: Pack, names: dict[int, str]) -> dict[int, Sheet]:
    """The first sittings of these classes, whole rows only."""
    points = _points(names)
    marks: dict[int, dict[int, Marks]] = {}
    for row in db.session.scalars(select(Mark).where(Mark.class_id.in_(names), Mark.sitting == 1)):
        if row.theory is not None and row.practice is not None:
            marks.setdefault(row.class_id, {})[row.seat_id] = Marks(row.theory, row.practice)
    return {
        key: Sheet(
            names[key],
            {seat: tuple(points[key, seat]) for seat in given if (key, seat) in points},
            given,
            sum(not parts_failed(pack, one) for one in given.values()),
        )
        for key, given in marks.items()
    }


def _points(class_ids: Collection[int]) -> dict[tuple[int, int], list[int]]:
    query = (
        select(AssessmentItem.class_id, ItemMark.seat_id, ItemMark.points)
        .join(AssessmentItem, AssessmentItem.id == ItemMark.item_id)
        .where(AssessmentItem.class_id.in_(class_ids), ItemMark.sitting == 1)
        .order_by(AssessmentItem.class_id, ItemMark.seat_id, AssessmentItem.number)
    )
    found: dict[tuple[int, int], list[int]] = {}
    for class_id, seat_id, points in db.session.execute(query):
        found.setdefault((class_id, seat_id), []).append(points)
    return found
