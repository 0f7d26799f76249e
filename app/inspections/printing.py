"""The form an inspector takes along where no phone works, typed in later. Papers are Chinese."""

from typing import Any

from app.classes.queries import active_seats
from app.classes.rules import Half
from app.inspections.models import Inspection
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.sealing import mask_id_number
from app.papers.models import PrintedForm
from app.papers.returns import print_form
from app.regions.queries import full_name

DESIGN = "inspection-form"
HALVES = {Half.MORNING: "上午", Half.AFTERNOON: "下午", Half.EVENING: "晚上"}


def form_facts(row: Inspection) -> dict[str, Any]:
    """What the form says: the half-day and its roster, with boxes to tick."""
    class_, session = row.training_class, row.session
    return {
        "school": class_.course.organization.name,
        "class_name": class_.name,
        "course": class_.course.title,
        "on": session.on.isoformat(),
        "half": HALVES[session.half],
        "place": f"{full_name(class_.site.region_code)}{class_.site.name}",
        "teacher": session.teacher.name,
        "number": str(row.id),
        "printed_on": clock.today().isoformat(),
        "rows": [
            {"name": seat.person.name, "identity": mask_id_number(seat.person.id_number)}
            for seat in active_seats(class_.id)
        ],
    }


def print_out(row: Inspection, *, by: Actor) -> PrintedForm:
    """The form on paper, with the code by which its scan comes back."""
    return print_form(DESIGN, form_facts(row), about=(Inspection.__tablename__, row.id), by=by)
