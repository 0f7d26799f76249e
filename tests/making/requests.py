"""Requests of villages for tests, through the services that officers, schools and laborers use."""

from datetime import date, timedelta

from app.classes.models import TrainingClass
from app.courses.models import Course
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.outreach import service
from app.outreach.models import VillageRequest
from app.outreach.rules.requests import Wanted
from app.people.models import Person
from app.people.sessions import PersonSession
from tests.makers import COUNTY, VILLAGE
from tests.making.classes import SchoolSet, make_course, occupation_id

NEXT_VILLAGE = "430681107226"
"""In the same township as `VILLAGE`."""
FAR_VILLAGE = "430681110202"
"""In another township of the county."""
ADDRESS = "弼时镇湄江村 3 组 8 号"


def county_officer() -> Actor:
    """An officer of the whole county."""
    return Actor("user:900077", "谢示例", frozenset({Role.TRAINING_OFFICER}), (COUNTY,))


def weeks(first: int = 20, last: int = 60) -> tuple[date, date]:
    """From so many days ahead to so many."""
    return clock.today() + timedelta(days=first), clock.today() + timedelta(days=last)


def make_farm_course(at: SchoolSet) -> Course:
    """A course that needs no order."""
    return make_course(at, "farm_skills", occupation_id=occupation_id("5-01-02-01"), title="稻虾共作")


def ask(
    course: Course,
    village: str = VILLAGE,
    *,
    others: int = 0,
    people: tuple[Person, ...] = (),
    days: tuple[int, int] = (20, 60),
    by: Actor | None = None,
) -> list[VillageRequest]:
    """An officer asks for a course."""
    wanted = Wanted(*weeks(*days))
    return service.ask(course, village, wanted, by=by or county_officer(), people=people, others=others)


def ask_home(course: Course, person: Person) -> VillageRequest:
    """An officer asks for somebody who can't leave home."""
    wanted = Wanted(*weeks(), at_home=True, address=ADDRESS)
    (row,) = service.ask(course, person.region_code, wanted, by=county_officer(), people=[person])
    return row


def arranged(row: VillageRequest, at: SchoolSet) -> VillageRequest:
    """A school offers to come, the village says yes."""
    service.offer_visit(row, service.NewVisit(at.teacher.id, row.from_on), by=at.by)
    service.accept_visit(row, by=county_officer())
    return row


def propose(row: VillageRequest, at: SchoolSet, *, capacity: int = 20, start: int = 30) -> TrainingClass:
    """A school answers a pool with a class of its own course."""
    day = clock.today() + timedelta(days=start)
    facts = service.NewProposal(row.course_id, at.site.id, at.teacher.id, day, capacity, direction_note="自家田")
    return service.propose(row, facts, by=at.by)


def laborer(person: Person) -> Actor:
    """A laborer acting for themselves."""
    return PersonSession(person).as_actor()
