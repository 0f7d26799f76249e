"""Who may assess a class, and who may announce it."""

from app.assessments import queries
from app.attendance import queries as attendance
from app.classes.models import TrainingClass
from app.classes.queries import sessions_of
from app.kernel.access import Actor, Role
from app.kernel.errors import Forbidden, Refused
from app.kernel.marking import N_


def refuse_others(class_: TrainingClass, by: Actor) -> None:
    """Only the assessor of the class, who never taught it (考培分离); raises `Forbidden`."""
    if not queries.assesses(by, class_):
        raise Forbidden(N_("只有这个班的考评员可以录入和确认成绩。"))
    taught = {session.teacher.user_id for session in sessions_of(class_.id)}
    if taught.intersection(attendance.user_ids(by)):
        raise Forbidden(N_("您给这个班上过课，按考培分离的规定不能再考评这个班。"))


def is_of_school(class_: TrainingClass, by: Actor) -> bool:
    """Whether this person acts for the school that runs the class."""
    return by.has(Role.SCHOOL_CLERK) and by.organization_id == class_.school_id


def refuse_outsiders(class_: TrainingClass, by: Actor) -> None:
    """Only the school of the class or its assessor; raises `Forbidden`."""
    if not is_of_school(class_, by) and not queries.assesses(by, class_):
        raise Forbidden(N_("这一步由开班的学校或者这个班的考评员来做。"))


def refuse_taster(class_: TrainingClass) -> None:
    """A taster is not assessed; raises `Refused`."""
    if not class_.paid:
        raise Refused(N_("技能体验不考核。"))
