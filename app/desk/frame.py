"""What the frame of every page says about the person: for where, and in whose place; the way to a trace."""

from typing import Any

from flask import url_for
from flask_login import current_user
from sqlalchemy import select

from app.accounts.models import Organization
from app.kernel.access import Can, Role, maybe_actor
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.money import yuan
from app.regions.models import Region

MOST_NAMES = 3
BARS: dict[Role, tuple[str, ...]] = {
    Role.LABORER: ("desk.home", "enrollments.list_own", "certificates.mine", "people.show_me"),
    Role.VILLAGE_OFFICER: ("desk.home", "outreach.show_day", "people.list_people", "enrollments.list_enrollments"),
    Role.TOWNSHIP_OFFICER: ("desk.home", "outreach.show_day", "people.list_people", "enrollments.list_enrollments"),
    Role.SCHOOL_CLERK: ("desk.home", "classes.list_classes", "attendance.today", "funding.list_claims"),
    Role.TEACHER: ("desk.home", "attendance.today", "classes.list_classes", "enrollments.list_enrollments"),
    Role.ASSESSOR: ("desk.home", "assessments.list_classes", "classes.list_classes"),
    Role.EMPLOYER: ("desk.home", "orders.list_orders", "placements.list_placements"),
    Role.TRAINING_OFFICER: ("desk.home", "classes.list_classes", "orders.list_orders", "rosters.list_plans"),
    Role.FIRST_REVIEWER: ("desk.home", "funding.list_claims", "classes.list_classes", "desk.find"),
    Role.SECOND_REVIEWER: ("desk.home", "funding.list_claims", "funding.list_objections", "classes.list_classes"),
    Role.SIGNER: ("desk.home", "funding.list_claims", "funding.list_batches", "desk.find"),
    Role.BUREAU_FINANCE: ("desk.home", "funding.list_batches", "ledger.list_budgets", "funding.list_claims"),
    Role.TREASURY: ("desk.home", "funding.list_batches", "ledger.list_budgets", "funding.list_claims"),
    Role.INSPECTOR: ("desk.home", "inspections.list_inspections", "classes.list_classes", "recordings.list_doubts"),
    Role.AUDITOR: ("desk.home", "desk.find", "desk.list_events", "funding.list_claims"),
    Role.ADMINISTRATOR: ("desk.home", "accounts.list_accounts", "accounts.list_organizations", "desk.list_events"),
}
"""Which doors each role wants under the thumb, the most useful first."""


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
