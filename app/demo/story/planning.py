"""Chapter six: the training officer plans so many people by course and township, then names them."""

from itertools import islice

from app.demo.story.cast import BISHI, CHANGLE, JIAYI, MILUO, PINGJIANG
from app.demo.story.telling import Chapter, Tale
from app.rosters import service
from app.rosters.models import Plan
from app.rosters.rules import PlanFacts

WHY = "村里报名摸底：想学、没有享受过补贴培训"


def plans(tale: Tale) -> Chapter:
    """Two plans with all their names go out; each is what one class is made of."""
    yield tale.at(-80, 10)
    _plan(tale, "excavators-1", BISHI, "excavator", 8, order="excavators")
    _plan(tale, "forest-1", JIAYI, "under-forest", 8)
    yield tale.at(-79, 10)
    for key, township in (("excavators-1", BISHI), ("forest-1", JIAYI)):
        _name(tale, key, township, 8)
        service.confirm(tale.plans[key], by=tale.who(_officer(township)))


def coming_plans(tale: Tale) -> Chapter:
    """A plan that is being named, and one that is only a number yet."""
    yield tale.at(-7, 10)
    _plan(tale, "care-next", BISHI, "infant-care", 10, order="care")
    _plan(tale, "crayfish-next", CHANGLE, "rice-crayfish", 20)
    yield tale.at(-6, 15)
    people = tale.laborers[BISHI][-6:]
    service.add_names(tale.plans["care-next"], [person.id for person in people], by=tale.who("training"), why=WHY)


def _officer(township: str) -> str:
    return "training" if township.startswith(MILUO) else "training-pingjiang"


def _plan(tale: Tale, key: str, township: str, course: str, headcount: int, *, order: str = "") -> Plan:
    county = MILUO if township.startswith(MILUO) else PINGJIANG
    facts = PlanFacts(
        region_code=township,
        course_id=tale.courses[course].id,
        headcount=headcount,
        budget_id=tale.budgets[county, tale.workday(-40).year].id,
        order_id=tale.orders[order].id if order else None,
    )
    tale.plans[key] = service.plan(facts, by=tale.who(_officer(township)))
    return tale.plans[key]


def _name(tale: Tale, key: str, township: str, count: int) -> None:
    people = list(islice(tale.line(township), count))
    tale.named[key] = people
    by = tale.who(_officer(township))
    service.add_names(tale.plans[key], [person.id for person in people], by=by, why=WHY)
