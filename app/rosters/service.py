"""What is done to a plan: made, changed, named, confirmed, reopened, closed."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from app.audit import service as audit
from app.courses.models import Course
from app.courses.queries import listed_courses, mode_of
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.ledger.models import Budget
from app.ledger.queries import budgets_for
from app.orders.models import Order
from app.orders.queries import order_for
from app.people.models import Person
from app.people.queries import people_for
from app.regions.models import Region
from app.regions.queries import in_area
from app.rosters import queries
from app.rosters.models import Plan, PlanName
from app.rosters.rules import (
    NAMED,
    PLAN_FLOW,
    REVISED,
    UNNAMED,
    OrderOffered,
    PlanFacts,
    PlanStatus,
    PlanStep,
    plan_problems,
    room_problem,
)


def plan(facts: PlanFacts, *, by: Actor) -> Plan:
    """Plan so many people by course, order and region for a budget; raises `DomainError` naming the field."""
    row = Plan(status=PLAN_FLOW.start, created_by=by.key, created_at=clock.now())
    _write(row, facts, by=by)
    audit.born(row, by=by, facts={"headcount": row.headcount, "estimate_fen": row.estimate_fen})
    return row


def revise(row: Plan, facts: PlanFacts, *, by: Actor, seen: int | None = None) -> None:
    """Change a plan that is not confirmed; the estimate follows."""
    _held_open(row, seen)
    _write(row, facts, by=by)
    _refuse_overfull(row, _named(row))
    audit.record(row, REVISED, by=by, facts={"headcount": row.headcount, "estimate_fen": row.estimate_fen})


def add_names(row: Plan, person_ids: Sequence[int], *, by: Actor, why: str = "") -> int:
    """Name people of the plan's region, in one go; returns how many were new. More than planned is refused."""
    _held_open(row, None)
    wanted = set(person_ids)
    reachable = people_for(by).where(in_area(Person.region_code, (row.region_code,)), Person.id.in_(wanted))
    known = {person.id for person in db.session.scalars(reachable).unique()}
    if known != wanted:
        raise DomainError(N_("有人不在这个计划的地区里，请重新勾选。"), "people")
    fresh = sorted(known - {name.person_id for name in queries.names_of(row.id)})
    _refuse_overfull(row, _named(row) + len(fresh))
    now = clock.now()
    db.session.add_all(
        PlanName(plan_id=row.id, person_id=person_id, why=why[:120], added_by=by.key, added_at=now)
        for person_id in fresh
    )
    if fresh:
        db.session.flush()
        note = _("%(n)s 人：%(why)s", n=len(fresh), why=why) if why else _("%(n)s 人", n=len(fresh))
        audit.record(row, NAMED, by=by, note=note, facts={"people": fresh})
    return len(fresh)


def remove_names(row: Plan, name_ids: Sequence[int], *, by: Actor) -> int:
    """Take people off the list of a plan that is not confirmed; returns how many."""
    _held_open(row, None)
    found = db.session.scalars(select(PlanName).where(PlanName.plan_id == row.id, PlanName.id.in_(name_ids))).unique()
    people = sorted(name.person_id for name in found)
    if people:
        db.session.execute(delete(PlanName).where(PlanName.plan_id == row.id, PlanName.id.in_(name_ids)))
        audit.record(row, UNNAMED, by=by, note=_("%(n)s 人", n=len(people)), facts={"people": people})
    return len(people)


def confirm(row: Plan, *, by: Actor, seen: int | None = None) -> None:
    """Confirm a plan with its names, which locks them."""
    audit.hold(row, seen=seen)
    named = _named(row)
    if not named:
        raise Refused(N_("名单还是空的，先从台账里选人，再下达计划。"))
    _refuse_overfull(row, named)
    audit.take(row, PLAN_FLOW, PlanStep.CONFIRM, by=by, facts={"named": named, "estimate_fen": row.estimate_fen})


def reopen(row: Plan, *, by: Actor, note: str = "", seen: int | None = None) -> None:
    """Open a confirmed plan again, so that names may change."""
    audit.hold(row, seen=seen)
    audit.take(row, PLAN_FLOW, PlanStep.REOPEN, by=by, note=note)


def close(row: Plan, *, by: Actor, note: str = "", seen: int | None = None) -> None:
    """Close a plan that is done or given up."""
    audit.hold(row, seen=seen)
    audit.take(row, PLAN_FLOW, PlanStep.CLOSE, by=by, note=note)


def _held_open(row: Plan, seen: int | None) -> None:
    audit.hold(row, seen=seen)
    if row.status != PlanStatus.DRAFT:
        raise Refused(N_("计划已经下达或结束，名单锁定了。要改请先退回修改。"))


def _named(row: Plan) -> int:
    return queries.count_named([row.id])[row.id]


def _refuse_overfull(row: Plan, named: int) -> None:
    problem = room_problem(row.headcount, named)
    if problem is not None:
        raise problem


def _write(row: Plan, facts: PlanFacts, *, by: Actor) -> None:
    """Take over what the plan says, after looking up and judging each part of it."""
    region, course = _region(facts, by), _course(facts)
    order = _order(facts, by)
    offered = OrderOffered(order.kind, order.status, queries.posts_left(order, without=row.id)) if order else None
    for problem in plan_problems(facts.headcount, mode_of(course), offered):
        raise problem
    if offered and facts.headcount > offered.posts_left:
        left = max(0, offered.posts_left)
        raise DomainError(_("这张订单还剩 %(n)s 个岗位没有计划，请改少人数。", n=left), "headcount")
    budget = _budget(facts, region, by)
    row.region_code, row.course_id, row.order_id = region.code, course.id, order.id if order else None
    row.budget_id, row.year, row.headcount = budget.id, budget.year, facts.headcount
    row.title = facts.title.strip() or f"{region.name} {course.title}"
    row.estimate_fen = queries.estimate(course, region.code, facts.headcount)


def _region(facts: PlanFacts, by: Actor) -> Region:
    region = queries.region_in_area(by, facts.region_code)
    if region is None:
        raise DomainError(N_("请选您负责的乡镇。"), "region_code")
    return region


def _course(facts: PlanFacts) -> Course:
    course = next((each for each in listed_courses() if each.id == facts.course_id), None)
    if course is None:
        raise DomainError(N_("请选一门在菜单上的课程。"), "course_id")
    return course


def _order(facts: PlanFacts, by: Actor) -> Order | None:
    return order_for(by, facts.order_id) if facts.order_id else None


def _budget(facts: PlanFacts, region: Region, by: Actor) -> Budget:
    budget = next((each.budget for each in budgets_for(by) if each.budget.id == facts.budget_id), None)
    if budget is None or budget.region_code not in region.path.split("/"):
        raise DomainError(N_("请选管得到这个乡镇的预算。"), "budget_id")
    if budget.closed_at is not None:
        raise DomainError(N_("这笔预算已经年终结清，请选新的预算。"), "budget_id")
    return budget
