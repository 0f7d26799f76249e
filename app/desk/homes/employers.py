"""The home of an employer."""

from app.desk.counting import Count
from app.desk.homes.parts import home, in_status, line
from app.desk.items import ORDERS, PLACEMENTS, Figure, Home, Item, way
from app.desk.queries import Sight
from app.kernel.i18n import _
from app.orders.rules import OrderStatus
from app.placements.rules import PlacementStatus


def employer(sight: Sight) -> Home:
    """Place orders, confirm who came."""
    expected = sight.placements.of(PlacementStatus.EXPECTED)
    came = Count(expected.rows, expected.first)
    ask = _("要多少人、会什么、给多少工资")
    first = None if sight.orders.total() else Item(_("下第一个订单"), way("orders.new_order"), note=ask)
    returned, come = _("改正后再提交"), _("人来了就确认，没来也说一声")
    trained = _("学校按订单办班，结业后送人上岗")
    return home(
        [
            in_status(ORDERS, sight.orders, OrderStatus.RETURNED, _("订单被退回"), note=returned, tone="warn"),
            in_status(ORDERS, sight.orders, OrderStatus.DRAFT, _("订单草稿要提交")),
            line(
                PLACEMENTS,
                came,
                _("上岗要您确认"),
                note=come,
                status=PlacementStatus.EXPECTED,
            ),
            first,
        ],
        [
            in_status(ORDERS, sight.orders, OrderStatus.PLACED, _("订单核实"), note=_("县人社局培训管理员在办")),
            in_status(ORDERS, sight.orders, OrderStatus.VERIFIED, _("已核实的订单"), note=trained),
        ],
        [
            Figure(sight.orders.total(), _("全部订单"), ORDERS.list_url() or None),
            Figure(
                sight.placements.total(PlacementStatus.CONFIRMED),
                _("已上岗"),
                PLACEMENTS.at(PlacementStatus.CONFIRMED),
                "ok",
            ),
        ],
    )
