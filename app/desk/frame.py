"""What the frame of every page says about the person: for where, and in whose place; the way to a trace."""

from typing import Any

from flask import url_for
from flask_login import current_user
from sqlalchemy import select

from app.accounts.models import Organization
from app.kernel.access import Can, maybe_actor
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.money import yuan
from app.regions.models import Region

MOST_NAMES = 3


def whereabouts() -> dict[str, Any]:
    """The area or organization of the person signed in, and the account stood in for."""
    by = maybe_actor()
    if by is None:
        return {}
    principal = getattr(current_user, "principal", None)
    return {
        "area_name": _organization_name(by.organization_id) if by.organization_id else _names_of(by.area),
        "stands_for_name": principal.name if principal else "",
    }


def _organization_name(organization_id: int) -> str:
    found = db.session.get(Organization, organization_id)
    return found.name if found else ""


def _names_of(codes: tuple[str, ...]) -> str:
    """The names of an area, the first few where there are many."""
    if not codes:
        return ""
    names = list(db.session.scalars(select(Region.name).where(Region.code.in_(codes)).order_by(Region.code)))
    if len(names) > MOST_NAMES:
        return _("%(names)s等 %(n)s 处", names=_("、").join(names[:MOST_NAMES]), n=len(names))
    return _("、").join(names)


def trace_url(kind: str, number: int) -> str:
    """Where the chain of a row can be looked at by this person; empty for those who may not."""
    by = maybe_actor()
    return url_for("desk.show_trace", kind=kind, number=number) if by is not None and by.may(Can.TRACE_READ) else ""


def whole_yuan(fen: int) -> str:
    """Yuan without the fen where there are none: 4,200 and 4,200.50."""
    return yuan(fen).removesuffix(".00")
