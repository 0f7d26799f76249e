"""Each role's home; an account with several roles sees them as one."""

from collections.abc import Callable

from app.desk.homes.employers import employer
from app.desk.homes.inspectors import inspector
from app.desk.homes.laborers import laborer
from app.desk.homes.money import bureau_finance, first_reviewer, second_reviewer, signer, treasury
from app.desk.homes.officers import training_officer
from app.desk.homes.oversight import administrator, auditor
from app.desk.homes.schools import assessor, school_clerk, teacher
from app.desk.homes.villages import township_officer, village_officer
from app.desk.items import Home
from app.desk.queries import Sight
from app.kernel.access import Actor, Role

BUILDERS: dict[Role, Callable[[Sight], Home]] = {
    Role.LABORER: laborer,
    Role.VILLAGE_OFFICER: village_officer,
    Role.TOWNSHIP_OFFICER: township_officer,
    Role.SCHOOL_CLERK: school_clerk,
    Role.TEACHER: teacher,
    Role.ASSESSOR: assessor,
    Role.EMPLOYER: employer,
    Role.TRAINING_OFFICER: training_officer,
    Role.FIRST_REVIEWER: first_reviewer,
    Role.SECOND_REVIEWER: second_reviewer,
    Role.SIGNER: signer,
    Role.BUREAU_FINANCE: bureau_finance,
    Role.TREASURY: treasury,
    Role.INSPECTOR: inspector,
    Role.AUDITOR: auditor,
    Role.ADMINISTRATOR: administrator,
}


def home_of(by: Actor) -> Home:
    """What this person has to do, what waits for others, how things stand."""
    sight, found = Sight(by), Home()
    for role, build in BUILDERS.items():
        if role in by.roles:
            found += build(sight)
    return found
