"""Plans for tests, through their services."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.courses.models import Course
from app.kernel.access import Actor, Role
from app.ledger.models import Budget
from app.orders.models import Order
from app.people.models import Person
from app.rosters import service
from app.rosters.models import Plan
from app.rosters.rules import PlanFacts
from tests.makers import TOWNSHIP, make_user
from tests.making.courses import make_listed_course
from tests.making.ledger import make_budget
from tests.making.orders import make_verified_order


def planner() -> Actor:
    """A training officer of the county."""
    return make_user(Role.TRAINING_OFFICER).as_actor()


def plan_facts(
    course: Course | None = None, order: Order | None = None, budget: Budget | None = None, **changes: Any
) -> PlanFacts:
    """A plan for three people of the township; an order training with its order unless a course is given."""
    if course is None:
        course, order = make_listed_course(), order or make_verified_order()
    facts = PlanFacts(
        region_code=TOWNSHIP,
        course_id=course.id,
        headcount=3,
        budget_id=(budget or make_budget()).id,
        order_id=order.id if order else None,
    )
    return replace(facts, **changes)


def make_plan(*people: Person, by: Actor | None = None, **changes: Any) -> Plan:
    """A draft plan naming these people."""
    by = by or planner()
    row = service.plan(plan_facts(**changes), by=by)
    service.add_names(row, [person.id for person in people], by=by)
    return row


def make_confirmed_plan(people: Sequence[Person], *, by: Actor | None = None, **changes: Any) -> Plan:
    """A confirmed plan naming these people."""
    by = by or planner()
    row = make_plan(*people, by=by, **changes)
    service.confirm(row, by=by)
    return row
