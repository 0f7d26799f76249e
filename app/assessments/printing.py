"""The result sheet as facts for print. Papers are Chinese whatever language the page is in."""

from typing import Any

from app.assessments import queries
from app.assessments.models import Sitting
from app.classes.models import TrainingClass
from app.kernel import clock
from app.kernel.sealing import mask_id_number

PARTS = {"theory": "理论", "practice": "实操"}


def sheet_facts(class_: TrainingClass, sitting: Sitting) -> dict[str, Any]:
    """What the result sheet of a sitting says: everybody listed, each item's points, lines to sign."""
    items, listed = queries.items_of(class_), queries.listed_in(class_.id, sitting.number)
    lines = [line for line in queries.lines_of(class_) if line.seat.id in listed]
    return {
        "school": class_.course.organization.name,
        "class_name": class_.name,
        "class_code": f"{class_.id:05d}",
        "course": class_.course.title,
        "occupation": f"{class_.course.occupation.name_zh} {class_.course.occupation.code}",
        "sitting": "补考" if sitting.is_resit else "考核",
        "on": sitting.on.isoformat(),
        "place": sitting.place,
        "assessor": class_.assessor.name if class_.assessor else "",
        "printed_on": clock.today().isoformat(),
        "items": [
            {"part": PARTS[item.part.value], "name": item.name, "full_marks": str(item.full_marks)} for item in items
        ],
        "rows": [_row(line, items, sitting.number) for line in lines],
    }


def _row(line: queries.Line, items: list[queries.Item], number: int) -> dict[str, Any]:
    mark = next((one for one in line.marks if one.sitting == number), None)
    points = line.points.get(number, {})
    absent = mark is not None and mark.absent
    return {
        "name": line.seat.person.name,
        "identity": mask_id_number(line.seat.person.id_number),
        "points": [str(points.get(item.number, "")) for item in items],
        "theory": _said(mark.theory if mark else None),
        "practice": _said(mark.practice if mark else None),
        "note": "缺考" if absent else "",
    }


def _said(mark: int | None) -> str:
    return "" if mark is None else str(mark)
