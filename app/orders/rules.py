"""Kinds of order, their flow, and what each kind must say."""

from enum import StrEnum

from app.kernel.flow import Flow


class OrderKind(StrEnum):
    """What somebody real promises: posts, piecework, joint production, welfare posts, or the bureau's own project."""

    HIRING = "hiring"
    PIECEWORK = "piecework"
    JOINT_PRODUCTION = "joint_production"
    PUBLIC_WELFARE = "public_welfare"
    PROJECT = "project"


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
