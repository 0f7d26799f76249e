"""Kinds of order, their flow, and what each kind must say. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.accounts.rules import OrganizationKind
from app.kernel.errors import DomainError
from app.kernel.flow import Flow
from app.kernel.marking import N_
from app.policies.rules.modes import OrderKind as OrderKind


class PayBasis(StrEnum):
    """How the work is paid."""

    MONTHLY = "monthly"
    PIECE = "piece"


class OrderStatus(StrEnum):
    """Where an order stands."""

    DRAFT = "draft"
    PLACED = "placed"
    RETURNED = "returned"
    VERIFIED = "verified"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class OrderStep(StrEnum):
    """What happens to an order."""

    PLACE = "place"
    RETURN = "return"
    VERIFY = "verify"
    WITHDRAW = "withdraw"
    CLOSE = "close"


REVISED = "revised"
"""What is recorded about an order beside the steps of its flow."""

ORDER_FLOW = Flow(
    "order",
    OrderStatus.DRAFT,
    [
        (OrderStep.PLACE, [OrderStatus.DRAFT, OrderStatus.RETURNED], OrderStatus.PLACED),
        (OrderStep.RETURN, [OrderStatus.PLACED], OrderStatus.RETURNED),
        (OrderStep.VERIFY, [OrderStatus.PLACED], OrderStatus.VERIFIED),
        (
            OrderStep.WITHDRAW,
            [OrderStatus.DRAFT, OrderStatus.PLACED, OrderStatus.RETURNED, OrderStatus.VERIFIED],
            OrderStatus.WITHDRAWN,
        ),
        (OrderStep.CLOSE, [OrderStatus.VERIFIED], OrderStatus.CLOSED),
    ],
)
OPEN_TO_CHANGE = frozenset({OrderStatus.DRAFT, OrderStatus.RETURNED})
MOST_POSTS = 2000

_BUSINESS = (OrderKind.HIRING, OrderKind.PIECEWORK, OrderKind.JOINT_PRODUCTION)
KINDS_OF: Mapping[OrganizationKind, tuple[OrderKind, ...]] = {
    OrganizationKind.EMPLOYER: _BUSINESS,
    OrganizationKind.WORKSHOP: (OrderKind.PIECEWORK, OrderKind.HIRING, OrderKind.JOINT_PRODUCTION),
    OrganizationKind.COOPERATIVE: (OrderKind.JOINT_PRODUCTION, OrderKind.PIECEWORK, OrderKind.HIRING),
    OrganizationKind.VILLAGE: (OrderKind.PUBLIC_WELFARE,),
    OrganizationKind.BUREAU: (OrderKind.PROJECT,),
    OrganizationKind.SCHOOL: (),
}
"""Which kinds of order an organization may place, the likeliest first."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What an order says. Pay is fen: a month, or a piece (`pay_unit`); for a project the usual wage of the trade."""

    kind: OrderKind
    occupation_id: int
    title: str
    headcount: int
    region_code: str
    workplace: str
    pay_basis: PayBasis
    pay_from_fen: int
    pay_to_fen: int
    start_on: date
    abilities: str
    pay_unit: str = ""
    materials_supplied: bool = False
    bought_back: bool = False
    home_based: bool = False
    relations_note: str = ""


def order_problems(facts: OrderFacts, organization: OrganizationKind) -> tuple[DomainError, ...]:
    """What stands against an order as written, each naming its field."""
    return (*_kind(facts, organization), *_pay(facts), *_by_kind(facts))


def _kind(facts: OrderFacts, organization: OrganizationKind) -> Iterator[DomainError]:
    if facts.kind not in KINDS_OF[organization]:
        yield DomainError(N_("这类单位不能下这种订单。"), "kind")
    if not 1 <= facts.headcount <= MOST_POSTS:
        yield DomainError(N_("人数要在 1 到 2000 之间。"), "headcount")


def _pay(facts: OrderFacts) -> Iterator[DomainError]:
    if facts.pay_from_fen <= 0:
        yield DomainError(N_("报酬要大于 0 元。"), "pay_from_fen")
    elif facts.pay_to_fen < facts.pay_from_fen:
        yield DomainError(N_("高的数不能比低的数小；只有一个数时两处填一样。"), "pay_to_fen")
    if facts.pay_basis == PayBasis.PIECE and not facts.pay_unit.strip():
        yield DomainError(N_("按件计酬要写明一件是什么，例如：只、件、斤。"), "pay_unit")


def _by_kind(facts: OrderFacts) -> Iterator[DomainError]:
    by_piece = facts.pay_basis == PayBasis.PIECE
    if facts.kind == OrderKind.PIECEWORK:
        if not by_piece:
            yield DomainError(N_("来料加工按件计酬，请选“计件”。"), "pay_basis")
        if not facts.materials_supplied:
            yield DomainError(N_("来料加工由您单位供料，请勾选“材料由我单位供给”。"), "materials_supplied")
    if facts.kind in (OrderKind.PIECEWORK, OrderKind.JOINT_PRODUCTION) and not facts.bought_back:
        yield DomainError(N_("做出来的东西由您单位收购，请勾选“产品由我单位收购”。"), "bought_back")
    if facts.kind == OrderKind.JOINT_PRODUCTION and not by_piece:
        yield DomainError(N_("产销合作请填收购价：选“计件”，单位填斤、公斤等。"), "pay_basis")
    if facts.kind == OrderKind.PUBLIC_WELFARE and by_piece:
        yield DomainError(N_("公益性岗位按月发补贴，请选“月工资”。"), "pay_basis")


def placing_problems(facts: OrderFacts, *, today: date, declared: int) -> tuple[DomainError, ...]:
    """What stands against sending an order in; `declared` counts the relations on record."""
    problems = []
    if facts.start_on < today:
        problems.append(DomainError(N_("上岗日期已经过去，请改成今天或以后。"), "start_on"))
    if not declared and not facts.relations_note.strip():
        message = N_("请写明与培训机构、合作社、经办干部有没有关系，没有就写“无”。")
        problems.append(DomainError(message, "relations_note"))
    return tuple(problems)
