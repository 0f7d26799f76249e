"""Orders for tests, through their services."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Organization
from app.accounts.rules import OrganizationKind
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.occupations.models import Occupation
from app.orders import service
from app.orders.models import Order
from app.orders.rules import KINDS_OF, OrderFacts, OrderKind, PayBasis
from tests.makers import TOWNSHIP, make_organization, make_user

EXCAVATOR = "6-30-05-05"
WEAVING = "no-code-2"
BY_PIECE = (OrderKind.PIECEWORK, OrderKind.JOINT_PRODUCTION)


def occupation_id(code: str = EXCAVATOR) -> int:
    """The id of an occupation by its code."""
    return db.session.scalars(select(Occupation.id).where(Occupation.code == code)).one()


def order_facts(kind: OrderKind = OrderKind.HIRING, **changes: Any) -> OrderFacts:
    """What a good order of a kind says; keywords change parts of it."""
    by_piece = kind in BY_PIECE
    facts = OrderFacts(
        kind=kind,
        occupation_id=occupation_id(),
        title="挖掘机操作工",
        headcount=3,
        region_code=TOWNSHIP,
        workplace="弼时镇工业小区 2 号",
        pay_basis=PayBasis.PIECE if by_piece else PayBasis.MONTHLY,
        pay_from_fen=150 if by_piece else 500_000,
        pay_to_fen=200 if by_piece else 700_000,
        pay_unit="只" if by_piece else "",
        materials_supplied=kind == OrderKind.PIECEWORK,
        bought_back=by_piece,
        start_on=clock.today() + timedelta(days=60),
        abilities="会开小型挖掘机，懂安全操作。",
        relations_note="无",
    )
    return replace(facts, **changes)


def employer_of(kind: OrganizationKind = OrganizationKind.EMPLOYER) -> tuple[Organization, Actor]:
    """An admitted employing organization and the actor who signs for it."""
    organization = make_organization(kind)
    return organization, make_user(Role.EMPLOYER, organization=organization).as_actor()


def make_order(kind: OrderKind = OrderKind.HIRING, **changes: Any) -> Order:
    """A draft order of a fresh organization that may place this kind (not for projects: an officer writes those)."""
    organization, by = employer_of(next(found for found, kinds in KINDS_OF.items() if kind in kinds))
    return service.draft(order_facts(kind, **changes), organization_id=organization.id, by=by)


def make_placed_order(kind: OrderKind = OrderKind.HIRING, **changes: Any) -> Order:
    """An order sent in by its employer."""
    organization, by = employer_of(next(found for found, kinds in KINDS_OF.items() if kind in kinds))
    row = service.draft(order_facts(kind, **changes), organization_id=organization.id, by=by)
    service.place(row, by=by)
    return row


def make_verified_order(kind: OrderKind = OrderKind.HIRING, **changes: Any) -> Order:
    """An order that a training officer verified."""
    row = make_placed_order(kind, **changes)
    service.verify(row, by=make_user(Role.TRAINING_OFFICER).as_actor())
    return row
