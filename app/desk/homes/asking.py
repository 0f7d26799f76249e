"""What villages ask from the menu, on the homes of officers and schools."""

from app.desk.items import Item, way
from app.desk.queries import Sight
from app.kernel.i18n import _
from app.outreach.queries import request_counts


def for_officers(sight: Sight) -> list[Item | None]:
    """Offers to come to a home that want a yes or no; invited people whom no message reaches."""
    counts = request_counts(sight.by)
    offers = Item(
        _("学校愿意上门，要您答复"),
        way("outreach.list_requests", status="proposed"),
        counts.offers,
        _("同意以后，学校和老师才看得到地址"),
    )
    calls = Item(
        _("点单开班了，要当面去请"),
        way("outreach.list_requests", to_call="1"),
        counts.calls,
        _("没有手机的人，收不到短信"),
    )
    return [offers if counts.offers else None, calls if counts.calls else None]


def for_schools(sight: Sight) -> list[Item | None]:
    """People who ask for the school's courses; homes that ask for one."""
    counts = request_counts(sight.by)
    people = Item(_("村里点了您的课"), way("outreach.show_demand"), counts.people, _("邻村拼够人数，就可以来开班"))
    homes = Item(_("有人请老师上门教"), way("outreach.list_homes"), counts.homes, _("出不了门的人等着学校去"))
    return [people if counts.people else None, homes if counts.homes else None]
