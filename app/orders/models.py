"""Orders and the posts they offer."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organization
from app.audit.words import action_words, flow_words
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.occupations.models import Occupation
from app.orders.rules import REVISED, OrderKind, OrderStatus, OrderStep, PayBasis
from app.regions.models import Region

flow_words("orders", OrderStatus, OrderStep)
action_words({REVISED: _l("修改")})
labels(
    {
        OrderKind.HIRING: _l("用工订单"),
        OrderKind.PIECEWORK: _l("来料加工订单"),
        OrderKind.JOINT_PRODUCTION: _l("产销合作订单"),
        OrderKind.PUBLIC_WELFARE: _l("公益性岗位"),
        OrderKind.PROJECT: _l("项目制任务"),
    }
)
labels({PayBasis.MONTHLY: _l("月工资"), PayBasis.PIECE: _l("计件")})
labels(
    {
        OrderStatus.DRAFT: _l("草稿"),
        OrderStatus.PLACED: _l("待核实"),
        OrderStatus.RETURNED: _l("已退回"),
        OrderStatus.VERIFIED: _l("已核实"),
        OrderStatus.WITHDRAWN: _l("已撤回"),
        OrderStatus.CLOSED: _l("已完结"),
    },
    tones={
        OrderStatus.PLACED: "info",
        OrderStatus.RETURNED: "warn",
        OrderStatus.VERIFIED: "ok",
        OrderStatus.WITHDRAWN: "bad",
    },
)
labels(
    {
        OrderStep.PLACE: _l("提交订单"),
        OrderStep.RETURN: _l("退回"),
        OrderStep.VERIFY: _l("核实通过"),
        OrderStep.WITHDRAW: _l("撤回订单"),
        OrderStep.CLOSE: _l("完结"),
    },
    tones={OrderStep.PLACE: "info", OrderStep.RETURN: "warn", OrderStep.VERIFY: "ok", OrderStep.WITHDRAW: "bad"},
)
constraint_messages(
    {
        "ck_orders_headcount_sensible": _l("人数要在 1 到 2000 之间。"),
        "ck_orders_pay_from_to": _l("工资的低数不能大于高数，也不能是 0。"),
    }
)


class Order(Model):
    """An order: so many people in a post, or their produce bought, from a day, at a pay."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("headcount BETWEEN 1 AND 2000", name="headcount_sensible"),
        CheckConstraint("pay_from_fen > 0 AND pay_to_fen >= pay_from_fen", name="pay_from_to"),
        CheckConstraint(
            "kind <> 'piecework' OR (materials_supplied AND bought_back)", name="piecework_supplied_and_bought"
        ),
    )

    id: Mapped[Id]
    status: Mapped[OrderStatus] = enum_column(OrderStatus)
    kind: Mapped[OrderKind] = enum_column(OrderKind)
    organization_id: Mapped[int] = fk("organizations.id")
    """Who places it: an employer, a workshop, a cooperative, a village, or the bureau for a project."""
    occupation_id: Mapped[int] = fk("occupations.id")
    title: Mapped[str] = mapped_column(String(60))
    """The post or produce in the employer's words."""
    headcount: Mapped[int] = mapped_column(SmallInteger)
    region_code: Mapped[RegionCode]
    """Where the work is."""
    workplace: Mapped[str] = mapped_column(String(120))
    pay_basis: Mapped[PayBasis] = enum_column(PayBasis)
    pay_from_fen: Mapped[Fen]
    pay_to_fen: Mapped[Fen]
    pay_unit: Mapped[str] = mapped_column(String(10), default="")
    """What a piece is, where pay is by the piece: 只，件，斤."""
    materials_supplied: Mapped[bool] = mapped_column(default=False)
    bought_back: Mapped[bool] = mapped_column(default=False)
    home_based: Mapped[bool] = mapped_column(default=False)
    start_on: Mapped[date]
    abilities: Mapped[str] = mapped_column(Text)
    """What a person must be able to do."""
    relations_note: Mapped[str] = mapped_column(String(400), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[UtcTime]
    organization: Mapped[Organization] = relationship(lazy="joined")
    occupation: Mapped[Occupation] = relationship(lazy="joined")
    region: Mapped[Region] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict


class OrderPost(Model):
    """One post of an order, by number; a person is tied to it when a class fixes its four things."""

    __tablename__ = "order_posts"
    __table_args__ = (CheckConstraint("number >= 1", name="numbered"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
