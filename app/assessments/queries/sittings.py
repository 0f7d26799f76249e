"""What is assessed in a class, its sittings, who is listed, and the points given so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.assessments.models import AssessmentItem, ItemMark, Listed, Mark, ResitWaiver, Sitting
from app.assessments.rules import DEFAULT, Marks, NewItem, Part, checked, earliest, parts_failed
from app.assessments.rules.items import LONGEST_NAME
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, pack_of_class
from app.classes.queries.teaching import assessment_plan_of
from app.kernel import clock
from app.kernel.database import db
from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Item:
    """One thing assessed, numbered; stored or only planned."""

    number: int
    part: Part
    name: str
    full_marks: int
    id: int | None = None


def stored_items(class_id: int) -> list[Item]:
    """The items that are settled or were written for a class, in order."""
    query = select(AssessmentItem).where(AssessmentItem.class_id == class_id).order_by(AssessmentItem.number)
    return [Item(row.number, row.part, row.name, row.full_marks, row.id) for row in db.session.scalars(query)]


def items_of(class_: TrainingClass) -> list[Item]:
    """What is assessed: as written for the class, else as its filing's plan says, else one item a part."""
    found = stored_items(class_.id)
    return found or [Item(n, one.part, one.name, one.full_marks) for n, one in enumerate(planned_items(class_), 1)]


def planned_items(class_: TrainingClass) -> list[NewItem]:
    """The items of the plan that was filed and locked; a part that it leaves out is one item, as policy asks."""
    plan = assessment_plan_of(class_.id)
    told = (
        [NewItem(Part(one.part.value), one.name[:LONGEST_NAME], one.full_marks) for one in plan.items] if plan else []
    )
    return checked([*told, *(one for one in DEFAULT if one.part not in {item.part for item in told})])


def sittings_of(class_id: int) -> Sequence[Sitting]:
    """The assessment and, where there is one, the resit."""
    return db.session.scalars(select(Sitting).where(Sitting.class_id == class_id).order_by(Sitting.number)).all()


def sitting_of(class_id: int, number: int) -> Sitting:
    """One sitting; raises `NotFound`."""
    row = db.session.scalars(select(Sitting).where(Sitting.class_id == class_id, Sitting.number == number)).first()
    if row is None:
        raise NotFound
    return row


def listed_in(class_id: int, number: int) -> set[int]:
    """The seats on the list of a sitting."""
    query = select(Listed.seat_id).where(Listed.class_id == class_id, Listed.sitting == number)
    return set(db.session.scalars(query))


def marks_of(class_id: int) -> dict[int, list[Mark]]:
    """The marks of each seat so far, in order of the sittings."""
    found: dict[int, list[Mark]] = {}
    for row in db.session.scalars(select(Mark).where(Mark.class_id == class_id).order_by(Mark.sitting)):
        found.setdefault(row.seat_id, []).append(row)
    return found


def item_points(class_id: int) -> dict[tuple[int, int], dict[int, int]]:
    """The points by (seat, sitting) and item number."""
    query = (
        select(ItemMark.seat_id, ItemMark.sitting, AssessmentItem.number, ItemMark.points)
        .join(AssessmentItem, AssessmentItem.id == ItemMark.item_id)
        .where(AssessmentItem.class_id == class_id)
        .order_by(AssessmentItem.number)
    )
    found: dict[tuple[int, int], dict[int, int]] = {}
    for seat_id, sitting, number, points in db.session.execute(query):
        found.setdefault((seat_id, sitting), {})[number] = points
    return found


def waivers_of(class_id: int) -> dict[int, ResitWaiver]:
    """Why somebody is not assessed again, by seat."""
    query = select(ResitWaiver).where(ResitWaiver.class_id == class_id)
    return {row.seat_id: row for row in db.session.scalars(query)}


def people_for(class_: TrainingClass, number: int) -> list[Seat]:
    """Who belongs on the list of a sitting: everybody; for a resit those who failed or were absent before it."""
    seats = list(active_seats(class_.id))
    if number == 1:
        return seats
    pack, marks, waived = pack_of_class(class_), marks_of(class_.id), waivers_of(class_.id)

    def again(seat: Seat) -> bool:
        before = [mark for mark in marks.get(seat.id, ()) if mark.sitting == number - 1]
        if not before or seat.id in waived:
            return False
        told = Marks(before[0].theory, before[0].practice)
        return before[0].absent or (None not in told and bool(parts_failed(pack, told)))

    return [seat for seat in seats if again(seat)]


def earliest_day(class_: TrainingClass) -> date | None:
    """The first day for which a list sent today is in time (R24); None where the policy is silent."""
    return earliest(pack_of_class(class_), clock.today())
