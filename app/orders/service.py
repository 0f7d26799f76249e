"""What is done to an order: written, placed, verified or returned, withdrawn, closed."""

from dataclasses import asdict

from sqlalchemy import delete

from app.accounts.models import DeclaredInterest, Organization
from app.accounts.service import declare_interest, refuse_interested
from app.audit import service as audit
from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.kernel.marking import N_
from app.occupations.queries import occupation
from app.orders import queries
from app.orders.models import Order, OrderPost
from app.orders.rules import (
    OPEN_TO_CHANGE,
    ORDER_FLOW,
    REVISED,
    OrderFacts,
    OrderStep,
    order_problems,
    placing_problems,
)
from app.orders.signals import order_withdrawn
from app.regions.queries import region


def draft(facts: OrderFacts, *, organization_id: int, by: Actor) -> Order:
    """Write an order in the name of an organization; raises `DomainError` naming the field that is not right."""
    _check(facts, _in_whose_name(organization_id, by))
    row = Order(**asdict(facts), organization_id=organization_id, status=ORDER_FLOW.start)
    row.created_by, row.created_at = by.key, clock.now()
    audit.born(row, by=by, facts={"kind": facts.kind, "headcount": facts.headcount})
    return row


def revise(row: Order, facts: OrderFacts, *, by: Actor, seen: int | None = None) -> None:
    """Change an order that is a draft or was returned."""
    audit.hold(row, seen=seen)
    if row.status not in OPEN_TO_CHANGE:
        raise Refused(N_("订单已经提交，不能再改。要改请先让培训管理员退回。"))
    _check(facts, _in_whose_name(row.organization_id, by))
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    audit.record(row, REVISED, by=by, facts={"kind": facts.kind, "headcount": facts.headcount})


def place(row: Order, *, by: Actor, seen: int | None = None) -> None:
    """Send an order in for verification; its posts are numbered from 1 to the headcount."""
    audit.hold(row, seen=seen)
    organization = _in_whose_name(row.organization_id, by)
    facts = queries.facts_of(row)
    _check(facts, organization)
    declared = len(queries.relations_of(row.organization_id))
    _raise_first(placing_problems(facts, today=clock.today(), declared=declared))
    audit.take(row, ORDER_FLOW, OrderStep.PLACE, by=by, facts={"headcount": row.headcount})
    db.session.execute(delete(OrderPost).where(OrderPost.order_id == row.id))
    db.session.add_all(OrderPost(order_id=row.id, number=number) for number in range(1, row.headcount + 1))
    db.session.flush()


def verify(row: Order, *, by: Actor, note: str = "", seen: int | None = None) -> None:
    """State, after looking into it, that the order is real; never by whoever wrote or placed it, or is tied to it."""
    _for_decision(row, by=by, seen=seen)
    audit.take(row, ORDER_FLOW, OrderStep.VERIFY, by=by, note=note)


def send_back(row: Order, *, reason: str, by: Actor, seen: int | None = None) -> None:
    """Return the order to its employer with a reason."""
    _for_decision(row, by=by, seen=seen)
    _needs_reason(reason)
    audit.take(row, ORDER_FLOW, OrderStep.RETURN, by=by, note=reason)


def withdraw(row: Order, *, reason: str, by: Actor, seen: int | None = None) -> None:
    """The employer takes the order back before it is done; later steps hear of it in the same transaction."""
    audit.hold(row, seen=seen)
    _in_whose_name(row.organization_id, by)
    _needs_reason(reason)
    audit.take(row, ORDER_FLOW, OrderStep.WITHDRAW, by=by, note=reason)
    order_withdrawn.send(row, by=by)


def close(row: Order, *, by: Actor, note: str = "", seen: int | None = None) -> None:
    """Close an order whose posts are filled or no longer wanted."""
    audit.hold(row, seen=seen)
    audit.take(row, ORDER_FLOW, OrderStep.CLOSE, by=by, note=note)


def check_decider(row: Order, *, by: Actor) -> None:
    """Keep whoever wrote or placed the order, or is tied to its employer, from deciding on it; raises `Forbidden`."""
    refuse_interested(row.organization_id, by=by)
    wrote = {"created", REVISED, OrderStep.PLACE}
    hands = {key for event in events_of(row) if event.action in wrote for key in (event.actor_key, event.stands_for)}
    if hands.intersection(by.keys):
        raise Forbidden(N_("这张订单是您经手提交的，要由另一位培训管理员核实。"))


def declare_relation(
    row: Order,
    *,
    nature: str,
    by: Actor,
    other_organization_id: int | None = None,
    user_id: int | None = None,
    same_owner: bool = False,
) -> DeclaredInterest:
    """Declare the employer's tie to a school, a cooperative or an officer; shown beside every decision."""
    _in_whose_name(row.organization_id, by)
    if (other_organization_id is None) == (user_id is None):
        raise DomainError(N_("请选一家单位，或者一位经办干部。"), "other")
    if same_owner and other_organization_id is None:
        raise DomainError(N_("同一业主说的是两家单位，请选一家单位。"), "same_owner")
    return declare_interest(
        row.organization_id,
        nature=nature,
        by=by,
        other_organization_id=other_organization_id,
        user_id=user_id,
        same_owner=same_owner,
    )


def _in_whose_name(organization_id: int, by: Actor) -> Organization:
    found = next((each for each in queries.may_order_for(by) if each.id == organization_id), None)
    if found is None:
        raise NotFound
    return found


def _check(facts: OrderFacts, organization: Organization) -> None:
    _raise_first(order_problems(facts, organization.kind))
    if occupation(facts.occupation_id) is None:
        raise DomainError(N_("请选职业（工种）。"), "occupation_id")
    if region(facts.region_code) is None:
        raise DomainError(N_("请选工作地点所在的乡镇。"), "region_code")


def _raise_first(problems: tuple[DomainError, ...]) -> None:
    if problems:
        raise problems[0]


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError(N_("请写明原因。"), "reason")


def _for_decision(row: Order, *, by: Actor, seen: int | None) -> None:
    audit.hold(row, seen=seen)
    check_decider(row, by=by)
