"""Budgets, movements and their postings: append-only, balanced, integer fen."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.regions.models import Region

action_words({"opened": _l("开账"), "appropriated": _l("登记下达的指标"), "carried-over": _l("年终结转")})


class Pot(StrEnum):
    """Where money of a budget stands."""

    APPROPRIATED = "appropriated"
    """The source: minus everything put into the budget."""
    AVAILABLE = "available"
    RESERVED = "reserved"
    OWED = "owed"
    PAID = "paid"


class MovementKind(StrEnum):
    """Why money moved."""

    APPROPRIATE = "appropriate"
    RESERVE = "reserve"
    RELEASE = "release"
    OWE = "owe"
    CANCEL = "cancel"
    PAY = "pay"
    RETURN = "return"
    CLOSE_YEAR = "close_year"
    CARRY_OVER = "carry_over"


labels(
    {
        Pot.APPROPRIATED: _l("下达指标"),
        Pot.AVAILABLE: _l("可用"),
        Pot.RESERVED: _l("已预留"),
        Pot.OWED: _l("应付"),
        Pot.PAID: _l("已支付"),
    }
)
labels(
    {
        MovementKind.APPROPRIATE: _l("下达指标"),
        MovementKind.RESERVE: _l("开班预留"),
        MovementKind.RELEASE: _l("释放预留"),
        MovementKind.OWE: _l("批准应付"),
        MovementKind.CANCEL: _l("撤销应付"),
        MovementKind.PAY: _l("支付"),
        MovementKind.RETURN: _l("退回"),
        MovementKind.CLOSE_YEAR: _l("年终结清"),
        MovementKind.CARRY_OVER: _l("结转下年"),
    }
)
constraint_messages(
    {
        "ck_ledger_accounts_never_overdrawn": _l("预算不够了，这一步没有做。请看预算页上的可用数。"),
        "uq_ledger_movements_once": _l("这笔账已经记过了，没有再记第二遍。"),
        "uq_budgets_region_source_year": _l("这个地方这一年的这项资金已经开过账了。"),
    }
)


class Budget(Model):
    """One pot of public money: region, source of funds, year."""

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("region_code", "fund_source", "year", name="uq_budgets_region_source_year"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_sensible"),
        CheckConstraint("(closed_at IS NULL) = (carried_into_id IS NULL)", name="closed_into_next"),
    )

    id: Mapped[Id]
    region_code: Mapped[RegionCode]
    fund_source: Mapped[str] = mapped_column(String(60))
    year: Mapped[int] = mapped_column(SmallInteger)
    closed_at: Mapped[UtcTime | None]
    carried_into_id: Mapped[int | None] = fk("budgets.id", nullable=True)
    """After the year-end: the next year's budget, where everything that still stood goes on."""
    created_at: Mapped[UtcTime]
    region: Mapped[Region] = relationship(lazy="joined")


class LedgerAccount(Model):
    """One standing of a budget; its balance is moved by the database when a posting is added, by nothing else."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("budget_id", "pot", name="uq_ledger_accounts_pot"),
        CheckConstraint("pot = 'appropriated' OR balance_fen >= 0", name="never_overdrawn"),
    )

    id: Mapped[Id]
    budget_id: Mapped[int] = fk("budgets.id")
    pot: Mapped[Pot] = enum_column(Pot)
    balance_fen: Mapped[Fen] = mapped_column(default=0)


class Movement(Model):
    """One movement of money; `reference` names what it was for ('class:12', 'claim-line:9')."""

    __tablename__ = "ledger_movements"
    __table_args__ = (
        UniqueConstraint("once_key", name="uq_ledger_movements_once"),
        Index("ix_ledger_movements_reference", "reference"),
    )

    id: Mapped[Id]
    budget_id: Mapped[int] = fk("budgets.id")
    """A movement stays within one budget; a carry-over is two of them."""
    kind: Mapped[MovementKind] = enum_column(MovementKind)
    reference: Mapped[str] = mapped_column(String(60))
    once_key: Mapped[str | None] = mapped_column(String(80))
    """A movement that may happen only once carries a key: doing it again is refused by the database."""
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[UtcTime]
    by_key: Mapped[str] = mapped_column(String(40))
    postings: Mapped[list["Posting"]] = relationship(lazy="selectin", order_by="Posting.id")


class Posting(Model):
    """One side of a movement; the sides of a movement sum to zero."""

    __tablename__ = "ledger_postings"
    __table_args__ = (CheckConstraint("amount_fen <> 0", name="not_zero"),)

    id: Mapped[Id]
    movement_id: Mapped[int] = fk("ledger_movements.id")
    account_id: Mapped[int] = fk("ledger_accounts.id")
    amount_fen: Mapped[Fen]
    account: Mapped[LedgerAccount] = relationship(lazy="joined", viewonly=True)
