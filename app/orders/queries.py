"""Find orders, their posts, and the relations declared beside them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.accounts.models import DeclaredInterest, Organization, User, UserArea, UserRole
from app.accounts.rules import EMPLOYING, OrganizationKind, OrganizationStatus, UserStatus
from app.kernel.access import Actor, Can, Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.money import yuan
from app.occupations.models import Occupation
from app.orders.models import Order, OrderPost
from app.orders.rules import OrderFacts, OrderKind, OrderStatus, PayBasis
from app.regions.models import Region
from app.regions.queries import county_of, in_area


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """How a list of orders is narrowed."""

    kind: OrderKind | None = None
    status: OrderStatus | None = None
    region_code: str = ""
    word: str = ""


def _visible(by: Actor) -> ColumnElement[bool]:
    """Own orders; those sent in within the area; for a school, the verified ones of its county."""
    projects = select(Organization.id).where(Organization.kind == OrganizationKind.BUREAU)
    sent = or_(Order.status != OrderStatus.DRAFT, Order.organization_id.in_(projects))
    ways = [and_(in_area(Order.region_code, by.area), sent)]
    if by.organization_id is not None:
        ways.append(Order.organization_id == by.organization_id)
        if by.has(Role.SCHOOL_CLERK):
            county = _school_county(by.organization_id)
            ways.append(and_(Order.status == OrderStatus.VERIFIED, in_area(Order.region_code, county)))
    return or_(*ways)


def _school_county(organization_id: int) -> tuple[str, ...]:
    organization = db.session.get(Organization, organization_id)
    return (county_of(organization.region_code),) if organization else ()


def order_for(by: Actor, order_id: int) -> Order:
    """The order if this person may see it; raises `NotFound`."""
    found = db.session.scalars(select(Order).where(Order.id == order_id, _visible(by))).first()
    if found is None:
        raise NotFound
    return found


def order(order_id: int) -> Order:
    """The order with this id, unscoped; raises `NotFound`."""
    found = db.session.get(Order, order_id)
    if found is None:
        raise NotFound
    return found


def orders_for(by: Actor, filters: OrderFilters | None = None) -> Select[Order]:
    """The orders a person may see, newest first, for one page of a list."""
    wanted = filters or OrderFilters()
    query = select(Order).where(_visible(by))
    if wanted.kind:
        query = query.where(Order.kind == wanted.kind)
    if wanted.status:
        query = query.where(Order.status == wanted.status)
    if wanted.region_code:
        query = query.where(in_area(Order.region_code, (wanted.region_code,)))
    if wanted.word:
        query = query.where(_has_word(wanted.word))
    return query.order_by(Order.id.desc())


def _has_word(word: str) -> ColumnElement[bool]:
    of_firm = select(Organization.id).where(Organization.name.contains(word, autoescape=True))
    of_trade = select(Occupation.id).where(Occupation.name_zh.contains(word, autoescape=True))
    return or_(
        Order.title.contains(word, autoescape=True),
        Order.organization_id.in_(of_firm),
        Order.occupation_id.in_(of_trade),
    )


def count_by_status(by: Actor) -> dict[OrderStatus, int]:
    """How many orders a person sees in each status."""
    query = select(Order.status, func.count()).where(_visible(by)).group_by(Order.status)
    found = dict(db.session.execute(query).all())
    return {status: found[status] for status in OrderStatus if status in found}


def verified_orders(kinds: Collection[OrderKind] | None = None, region: str | None = None) -> Sequence[Order]:
    """The verified orders of these kinds in a region's subtree, the soonest start first; None means any."""
    query = select(Order).where(Order.status == OrderStatus.VERIFIED)
    if kinds is not None:
        query = query.where(Order.kind.in_(list(kinds)))
    if region is not None:
        query = query.where(in_area(Order.region_code, (region,)))
    return db.session.scalars(query.order_by(Order.start_on, Order.id)).all()


def posts_of(order_id: int) -> list[int]:
    """The numbers of an order's posts, from 1."""
    query = select(OrderPost.number).where(OrderPost.order_id == order_id).order_by(OrderPost.number)
    return list(db.session.scalars(query))


def free_posts(order_id: int, taken: Collection[int] = ()) -> list[int]:
    """The posts not among those that the caller knows to be taken."""
    held = set(taken)
    return [number for number in posts_of(order_id) if number not in held]


def facts_of(order: Order) -> OrderFacts:
    """What the order says, as the rules want it."""
    return OrderFacts(
        kind=order.kind,
        occupation_id=order.occupation_id,
        title=order.title,
        headcount=order.headcount,
        region_code=order.region_code,
        workplace=order.workplace,
        pay_basis=order.pay_basis,
        pay_from_fen=order.pay_from_fen,
        pay_to_fen=order.pay_to_fen,
        start_on=order.start_on,
        abilities=order.abilities,
        pay_unit=order.pay_unit,
        materials_supplied=order.materials_supplied,
        bought_back=order.bought_back,
        home_based=order.home_based,
        relations_note=order.relations_note,
    )


def may_order_for(by: Actor) -> Sequence[Organization]:
    """In whose name a person may place orders: their own organization's, or a bureau's of the officer's area."""
    admitted = Organization.status == OrganizationStatus.ADMITTED
    if by.organization_id is not None:
        own = select(Organization).where(
            Organization.id == by.organization_id, Organization.kind.in_(EMPLOYING), admitted
        )
        return db.session.scalars(own).all()
    if not by.may(Can.ORDER_VERIFY):
        return []
    bureaus = select(Organization).where(
        Organization.kind == OrganizationKind.BUREAU, admitted, in_area(Organization.region_code, by.area)
    )
    return db.session.scalars(bureaus.order_by(Organization.region_code, Organization.id)).all()


def pay_words(order: Order) -> str:
    """The pay in words: by the month or by the piece, from and to."""
    low, high = yuan(order.pay_from_fen).removesuffix(".00"), yuan(order.pay_to_fen).removesuffix(".00")
    amount = low if low == high else f"{low}–{high}"
    if order.pay_basis == PayBasis.PIECE:
        return _("每%(unit)s %(amount)s 元", unit=order.pay_unit, amount=amount)
    return _("每月 %(amount)s 元", amount=amount)


@dataclass(frozen=True, slots=True)
class Relation:
    """A declared relation: with whom, of what nature."""

    organization: Organization | None
    user: User | None
    nature: str


def relations_of(organization_id: int) -> list[Relation]:
    """The relations an organization declared, and those that others declared with it."""
    query = select(DeclaredInterest).where(
        or_(
            DeclaredInterest.organization_id == organization_id,
            DeclaredInterest.other_organization_id == organization_id,
        )
    )
    found = []
    for row in db.session.scalars(query.order_by(DeclaredInterest.id)):
        other = row.other_organization_id if row.organization_id == organization_id else row.organization_id
        found.append(
            Relation(
                db.session.get(Organization, other) if other else None,
                db.session.get(User, row.user_id) if row.user_id else None,
                row.nature,
            )
        )
    return found


def possible_relations(order: Order) -> tuple[Sequence[Organization], Sequence[User]]:
    """With whom a relation can be declared: schools and cooperatives, and the officers who decide for the place."""
    kinds = (OrganizationKind.SCHOOL, OrganizationKind.COOPERATIVE)
    organizations = select(Organization).where(
        Organization.kind.in_(kinds),
        Organization.status == OrganizationStatus.ADMITTED,
        Organization.id != order.organization_id,
    )
    path = db.session.scalar(select(Region.path).where(Region.code == order.region_code)) or ""
    officers = (
        select(User)
        .join(UserRole, (UserRole.user_id == User.id) & (UserRole.role == Role.TRAINING_OFFICER))
        .join(UserArea, UserArea.user_id == User.id)
        .where(UserArea.region_code.in_(path.strip("/").split("/")), User.status == UserStatus.ACTIVE)
    )
    return (
        db.session.scalars(organizations.order_by(Organization.kind, Organization.name)).all(),
        db.session.scalars(officers.order_by(User.id)).unique().all(),
    )
