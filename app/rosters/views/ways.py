"""Ways on from an order to its plans."""

from collections.abc import Iterator

from flask import url_for

from app.kernel.access import Actor, Can
from app.kernel.i18n import _
from app.kernel.navigation import Way, guides
from app.orders.models import Order
from app.orders.rules import OrderStatus
from app.rosters import queries


@guides("order")
def planning(order: Order, by: Actor) -> Iterator[Way]:
    """A verified order is planned for while posts are free; afterwards it is said which plans hold them."""
    if not by.may(Can.PLAN_WRITE) or order.status != OrderStatus.VERIFIED:
        return
    if queries.posts_left(order) > 0:
        yield Way(_("照这张订单排计划"), url_for("rosters.new_plan", order=order.id), icon="plan")
        return
    holders = [_("%(plan)s（%(n)s 个）", plan=plan.title, n=plan.headcount) for plan in queries.open_plans_of(order.id)]
    yield Way(_("岗位都排进计划了"), note=_("这张订单的岗位在：%(plans)s。", plans=_("、").join(holders)))
