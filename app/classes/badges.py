"""Name badges 胸牌: one for each trainee and each teacher, to be worn; they never come back, so they bear no code."""

from typing import Any

from app.audit import service as audit
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import ClassAct
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.i18n import _l
from app.kernel.marking import N_
from app.papers.models import Paper
from app.papers.service import keep, render
from app.regions.queries import full_name

BADGES = "name-badges"
BADGES_TITLE = _l("胸牌")


def print_badges(row: TrainingClass, *, by: Actor) -> Paper:
    """Print the badges of a class as it stands now; raises `Refused` while nobody is in it."""
    facts = badge_facts(row)
    if not facts["badges"]:
        raise Refused(N_("班里还没有人，没有胸牌可印。"))
    paper = keep("class_paper", BADGES, facts, render(BADGES, facts), by=by)
    audit.record(row, ClassAct.PAPER_PRINTED, by=by, facts={"paper_id": paper.id, "design": BADGES})
    db.session.flush()
    return paper


def badge_facts(row: TrainingClass) -> dict[str, Any]:
    """One badge for each trainee, in the order of the roster, then one for each teacher."""
    trainees = [
        {
            "name": seat.person.name,
            "role": "学员",
            "number": str(number),
            "from": full_name(seat.person.region_code, from_level=4),
        }
        for number, seat in enumerate(active_seats(row.id), 1)
    ]
    teachers = dict.fromkeys(session.teacher.name for session in sessions_of(row.id))
    return {
        "school": row.school.name,
        "class_name": row.name,
        "course": row.course.title,
        "starts_on": row.start_on,
        "ends_on": row.end_on,
        "printed_on": clock.today(),
        "badges": [*trainees, *({"name": name, "role": "教师", "from": row.school.name} for name in teachers)],
    }
