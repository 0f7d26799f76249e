"""A plan's flow, and what a plan must say. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.errors import DomainError
from app.kernel.flow import Flow
from app.kernel.marking import N_
from app.orders.rules import OrderStatus
from app.policies.rules.modes import Mode, OrderKind

MOST_PEOPLE = 2000


class PlanStatus(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CLOSED = "closed"


class PlanStep(StrEnum):
    """What happens to a plan."""

    CONFIRM = "confirm"
    REOPEN = "reopen"
    CLOSE = "close"


REVISED = "revised"
NAMED = "named"
UNNAMED = "unnamed"
"""What is recorded about a plan beside the steps of its flow."""

PLAN_FLOW = Flow(
    "plan",
    PlanStatus.DRAFT,
    [
        (PlanStep.CONFIRM, [PlanStatus.DRAFT], PlanStatus.CONFIRMED),
        (PlanStep.REOPEN, [PlanStatus.CONFIRMED], PlanStatus.DRAFT),
        (PlanStep.CLOSE, [PlanStatus.DRAFT, PlanStatus.CONFIRMED], PlanStatus.CLOSED),
    ],
)


class Trained(StrEnum):
    """Whether people who had a subsidised training before are wanted on the list."""

    NEVER = "never"
    NOT_THIS = "not_this"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a plan says: so many people of a region, in a course, out of a budget, for an order where needed."""

    region_code: str
    course_id: int
    headcount: int
    budget_id: int
    order_id: int | None = None
    title: str = ""
    """Empty means the region and the course."""


@dataclass(frozen=True, slots=True)
class OrderOffered:
    """The order chosen for a plan: its kind, status, and how many of its posts no other plan counts on."""

    kind: OrderKind
    status: OrderStatus
    posts_left: int


def plan_problems(headcount: int, mode: Mode, order: OrderOffered | None) -> Iterator[DomainError]:
    """What stands against a plan, each naming its field."""
    if not 1 <= headcount <= MOST_PEOPLE:
        yield DomainError(N_("计划人数要在 1 到 2000 之间。"), "headcount")
    if order is None:
        if mode.needs_order:
            yield DomainError(N_("这种培训模式要有订单，请选一张已核实的订单。"), "order_id")
        return
    if not mode.needs_order:
        yield DomainError(N_("这种培训模式不需要订单，请选“不用订单”。"), "order_id")
    elif order.status != OrderStatus.VERIFIED:
        yield DomainError(N_("这张订单还没有核实，或者已经撤回。"), "order_id")
    elif not mode.takes_order(order.kind):
        yield DomainError(N_("这种订单和课程的培训模式对不上，请换一张订单或者换一门课。"), "order_id")


def room_problem(headcount: int, named: int) -> DomainError | None:
    """A name list never holds more people than the plan has places; None where it fits."""
    if named <= headcount:
        return None
    return DomainError(N_("名单不能超过计划人数，请少选几个人，或者先改计划人数。"), "people")
