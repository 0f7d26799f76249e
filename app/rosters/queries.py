"""Find plans, their name lists, and who in the register could be named."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select

from app.courses import queries as courses
from app.courses.models import Course
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, NotFound
from app.kernel.paging import Page, paginate
from app.ledger.models import Budget
from app.ledger.queries import Standing, standing
from app.orders.models import Order
from app.orders.queries import verified_orders
from app.people.models import COUNTING, Person, SubsidyUse
from app.people.queries import PeopleFilters, facts_of, people_for, read_facts, record_of
from app.policies.queries import pack_for
from app.policies.queries import text as words_of
from app.policies.rules.amounts import most_a_line_can_reach
from app.policies.rules.eligibility import Verdict, judge
from app.policies.rules.facts import Stage
from app.regions.models import Region
from app.regions.queries import in_area
from app.rosters.models import Plan, PlanName
from app.rosters.rules import PlanStatus, Trained


@dataclass(frozen=True, slots=True)
class PlanFilters:
    """How a list of plans is narrowed."""

    status: PlanStatus | None = None
    region_code: str = ""
    word: str = ""


def plan_for(by: Actor, plan_id: int) -> Plan:
    """The plan if its region lies in the person's area; raises `NotFound`."""
    found = db.session.scalars(select(Plan).where(Plan.id == plan_id, in_area(Plan.region_code, by.area))).first()
    if found is None:
        raise NotFound
    return found


def plan(plan_id: int) -> Plan:
    """The plan with this id, unscoped; raises `NotFound`."""
    found = db.session.get(Plan, plan_id)
    if found is None:
        raise NotFound
    return found


def plans_for(by: Actor, filters: PlanFilters | None = None) -> Select[Plan]:
    """The plans of a person's area, newest first, for one page of a list."""
    wanted = filters or PlanFilters()
    query = select(Plan).where(in_area(Plan.region_code, by.area))
    if wanted.status:
        query = query.where(Plan.status == wanted.status)
    if wanted.region_code:
        query = query.where(in_area(Plan.region_code, (wanted.region_code,)))
    if wanted.word:
        of_course = select(Course.id).where(courses.has_word(wanted.word))
        query = query.where(Plan.title.contains(wanted.word, autoescape=True) | Plan.course_id.in_(of_course))
    return query.order_by(Plan.id.desc())


def count_by_status(by: Actor) -> dict[PlanStatus, int]:
    """How many plans of the person's area stand in each status."""
    query = select(Plan.status, func.count()).where(in_area(Plan.region_code, by.area)).group_by(Plan.status)
    found = dict(db.session.execute(query).all())
    return {status: found[status] for status in PlanStatus if status in found}


def names_of(plan_id: int) -> Sequence[PlanName]:
    """A plan's whole name list, by name in pinyin."""
    return db.session.scalars(_names(plan_id)).unique().all()


def names_page(plan_id: int, number: int, size: int = 20) -> Page[PlanName]:
    """One page of a plan's name list."""
    return paginate(_names(plan_id), number, size)


def _names(plan_id: int) -> Select[PlanName]:
    query = select(PlanName).join(Person, Person.id == PlanName.person_id).where(PlanName.plan_id == plan_id)
    return query.order_by(Person.pinyin, PlanName.id)


def count_named(plan_ids: Sequence[int]) -> dict[int, int]:
    """How many people each plan names."""
    query = select(PlanName.plan_id, func.count()).where(PlanName.plan_id.in_(plan_ids)).group_by(PlanName.plan_id)
    return {**dict.fromkeys(plan_ids, 0), **dict(db.session.execute(query).all())}


def candidates(by: Actor, plan: Plan, filters: PeopleFilters, trained: Trained) -> Select[Person]:
    """Who of the plan's region fits the filters and is not named by it yet, by name."""
    query: Select[Person] = people_for(by, filters).where(in_area(Person.region_code, (plan.region_code,)))
    query = query.where(~exists().where(PlanName.plan_id == plan.id, PlanName.person_id == Person.id))
    if trained != Trained.ANY:
        query = query.where(~_had_training(plan if trained == Trained.NOT_THIS else None))
    return query


def _had_training(plan: Plan | None) -> ColumnElement[bool]:
    """Whether a subsidised training counts in the person's record: of the plan's occupation and level, else any."""
    found = exists().where(SubsidyUse.person_id == Person.id, SubsidyUse.status.in_(COUNTING))
    if plan is None:
        return found
    same = (SubsidyUse.occupation_code == plan.course.occupation.code, SubsidyUse.level == plan.course.level)
    return found.where(*same)


def open_plans_of(order_id: int) -> Sequence[Plan]:
    """The plans that count on posts of an order, oldest first."""
    query = select(Plan).where(Plan.order_id == order_id, Plan.status != PlanStatus.CLOSED)
    return db.session.scalars(query.order_by(Plan.id)).unique().all()


def posts_left(order: Order, *, without: int | None = None) -> int:
    """How many posts of an order no open plan counts on, leaving out the plan `without`."""
    return posts_left_of([order], without=without)[order.id]


def posts_left_of(orders: Sequence[Order], *, without: int | None = None) -> dict[int, int]:
    """How many posts of each order no open plan counts on, leaving out the plan `without`."""
    ids = [order.id for order in orders]
    query = select(Plan.order_id, func.sum(Plan.headcount)).where(
        Plan.order_id.in_(ids), Plan.status != PlanStatus.CLOSED
    )
    if without is not None:
        query = query.where(Plan.id != without)
    planned = {order_id: int(total) for order_id, total in db.session.execute(query.group_by(Plan.order_id))}
    return {order.id: order.headcount - planned.get(order.id, 0) for order in orders}


def fitting_orders(by: Actor) -> Sequence[Order]:
    """The verified orders of the person's area."""
    return [order for code in by.area for order in verified_orders(region=code)]


def estimate(course: Course, region_code: str, headcount: int) -> int:
    """The most so many people can cost in a course, fen; raises `DomainError` naming a figure left blank."""
    today = clock.today()
    pack = pack_for(region_code, today)
    facts, trainees = courses.policy_facts(course), headcount or None
    quote = most_a_line_can_reach(pack, facts, filed_on=today, trainees=trainees, region_code=region_code)
    if not quote.is_payable:
        raise DomainError(" ".join(words_of(reason) for reason in quote.not_payable_reasons), "course_id")
    return quote.amount_fen * headcount


def budget_of(plan: Plan) -> Standing:
    """The plan's budget with where its money stands."""
    return standing(db.session.get_one(Budget, plan.budget_id))


def verdicts(plan: Plan, people: Sequence[Person]) -> dict[int, Verdict]:
    """Whether each person may have the plan's training subsidised, judged as if it began today."""
    today = clock.today()
    pack, course = pack_for(plan.region_code, today), courses.policy_facts(plan.course)
    read_facts(people)
    return {
        person.id: judge(pack, facts_of(person), course, record_of(person.id), on=today, stage=Stage.SIGN_UP)
        for person in people
    }


def region_in_area(by: Actor, code: str) -> Region | None:
    """A region, where it lies in the person's area."""
    return db.session.scalars(select(Region).where(Region.code == code, in_area(Region.code, by.area))).first()
