"""Budgets, movements and their postings: append-only, balanced, integer fen."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words, flow_words
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.ledger.rules import Figures, Outlook, QuotaStatus, QuotaStep, YearEndStatus, YearEndStep
from app.regions.models import Region

action_words(
    {
        "opened": _l("开账"),
        "appropriated": _l("登记下达的指标"),
        "carried-over": _l("年终结转"),
        "recovered money used": _l("追回的钱再用"),
    }
)
flow_words("quotas", QuotaStatus, QuotaStep)
flow_words("year_ends", YearEndStatus, YearEndStep)


class Pot(StrEnum):
    """Where money of a budget stands."""

    APPROPRIATED = "appropriated"
    """A source: minus everything that was appropriated."""
    EXPECTED = "expected"
    """A source: minus the expected quota that no appropriation has replaced yet."""
    AVAILABLE = "available"
    RESERVED = "reserved"
    OWED = "owed"
    PAID = "paid"
    RECOVERED = "recovered"
    """Paid back by a payee; not spent again unless finance says so, and handed in at the year-end."""


SOURCES = (Pot.APPROPRIATED, Pot.EXPECTED)
"""Where money comes from: minus their balance was put in."""


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
    EXPECT = "expect"
    UNEXPECT = "unexpect"
    RECOVER = "recover"
    USE_AGAIN = "use_again"


labels(
    {
        Pot.APPROPRIATED: _l("下达指标"),
        Pot.AVAILABLE: _l("可用"),
        Pot.RESERVED: _l("已预留"),
        Pot.OWED: _l("应付"),
        Pot.PAID: _l("已支付"),
        Pot.EXPECTED: _l("预计指标"),
        Pot.RECOVERED: _l("已追回"),
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
        MovementKind.CARRY_OVER: _l("上年结转"),
        MovementKind.EXPECT: _l("批准预计指标"),
        MovementKind.UNEXPECT: _l("收回预计指标"),
        MovementKind.RECOVER: _l("追回"),
        MovementKind.USE_AGAIN: _l("追回再用"),
    }
)
labels(
    {
        QuotaStatus.ASKED: _l("待领导批准"),
        QuotaStatus.AUTHORIZED: _l("已批准"),
        QuotaStatus.REFUSED: _l("不同意"),
        QuotaStatus.TAKEN_BACK: _l("已收回"),
    },
    tones={QuotaStatus.ASKED: "warn", QuotaStatus.AUTHORIZED: "ok", QuotaStatus.REFUSED: "bad"},
)
labels({QuotaStep.AUTHORIZE: _l("批准"), QuotaStep.REFUSE: _l("不同意"), QuotaStep.TAKE_BACK: _l("收回")})
labels(
    {
        YearEndStatus.PREPARED: _l("待第二人核对"),
        YearEndStatus.CONFIRMED: _l("已结转"),
        YearEndStatus.DROPPED: _l("已作废"),
    },
    tones={YearEndStatus.PREPARED: "warn", YearEndStatus.CONFIRMED: "ok"},
)
labels({YearEndStep.CONFIRM: _l("核对无误，结转"), YearEndStep.DROP: _l("作废")})
labels(
    {
        Outlook.EMPTY: _l("已经用完"),
        Outlook.RUNS_DRY: _l("年内会用完"),
        Outlook.LASTS: _l("够用到年底"),
        Outlook.STANDS_STILL: _l("近来没有用"),
        Outlook.TOO_EARLY: _l("开账不久，还看不出来"),
    },
    tones={Outlook.EMPTY: "bad", Outlook.RUNS_DRY: "warn", Outlook.LASTS: "ok"},
)
constraint_messages(
    {
        "ck_ledger_accounts_never_overdrawn": _l("预算不够了，这一步没有做。请看预算页上的可用数。"),
        "uq_ledger_movements_once": _l("这笔账已经记过了，没有再记第二遍。"),
        "law_paid_from_appropriated": _l("下达的指标不够付这一笔。预计指标只能用来开班预留，不能支付。"),
        "law_posting_in_its_movement": _l("已经记下的账不能再添一笔。"),
        "law_budget_closed_by_two": _l("年终结转要由一个人准备、另一个人核对确认。"),
        "ck_quotas_by_two": _l("申请预计指标的人不能自己批准。"),
        "ck_year_ends_by_two": _l("准备结转的人不能自己确认，请另一个人核对。"),
        "uq_year_ends_open": _l("这本账已经准备好结转，正等第二人核对。"),
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
        CheckConstraint("pot IN ('appropriated', 'expected') OR balance_fen >= 0", name="never_overdrawn"),
        CheckConstraint("pot <> 'expected' OR balance_fen <= 0", name="never_more_than_expected"),
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
    legs: Mapped[int] = mapped_column(SmallInteger)
    """How many postings it has: one added later is refused."""
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


class Quota(Model):
    """An expected quota (预计指标): finance asks, a leader authorises; work is reserved against it, nothing is paid."""

    __tablename__ = "quotas"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("(status = 'asked') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("decided_by <> asked_by AND decided_by <> coalesce(asked_for, '')", name="by_two"),
    )

    id: Mapped[Id]
    status: Mapped[QuotaStatus] = enum_column(QuotaStatus)
    budget_id: Mapped[int] = fk("budgets.id")
    amount_fen: Mapped[Fen]
    basis: Mapped[str] = mapped_column(String(200))
    """Why the money is expected: the paper that announces it."""
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_for: Mapped[str | None] = mapped_column(String(40))
    """Whom the one who asked stood in for."""
    asked_at: Mapped[UtcTime]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[UtcTime | None]
    decision_note: Mapped[str] = mapped_column(String(200), default="")
    budget: Mapped[Budget] = relationship(lazy="joined")

    @property
    def region_code(self) -> str:
        """Where the money is spent, as events know it."""
        return self.budget.region_code


class YearEnd(Model):
    """A year-end as one officer prepared it; a second one confirms the very figures."""

    __tablename__ = "year_ends"
    __table_args__ = (
        Index("uq_year_ends_open", "budget_id", unique=True, postgresql_where=text("status <> 'dropped'")),
        CheckConstraint("(status = 'prepared') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint(
            "status <> 'confirmed' OR (decided_by <> prepared_by AND decided_by <> coalesce(prepared_for, ''))",
            name="by_two",
        ),
        CheckConstraint(
            "appropriated_fen + expected_fen = available_fen + reserved_fen + owed_fen + paid_fen + recovered_fen",
            name="both_sides_equal",
        ),
    )

    id: Mapped[Id]
    status: Mapped[YearEndStatus] = enum_column(YearEndStatus)
    budget_id: Mapped[int] = fk("budgets.id")
    appropriated_fen: Mapped[Fen]
    expected_fen: Mapped[Fen]
    available_fen: Mapped[Fen]
    reserved_fen: Mapped[Fen]
    owed_fen: Mapped[Fen]
    paid_fen: Mapped[Fen]
    recovered_fen: Mapped[Fen]
    prepared_by: Mapped[str] = mapped_column(String(40))
    prepared_for: Mapped[str | None] = mapped_column(String(40))
    """Whom the one who prepared it stood in for."""
    prepared_at: Mapped[UtcTime]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[UtcTime | None]
    budget: Mapped[Budget] = relationship(lazy="joined")

    @property
    def region_code(self) -> str:
        """Where the money is spent, as events know it."""
        return self.budget.region_code

    @property
    def figures(self) -> Figures:
        """What was prepared."""
        return Figures(
            self.appropriated_fen,
            self.expected_fen,
            self.available_fen,
            self.reserved_fen,
            self.owed_fen,
            self.paid_fen,
            self.recovered_fen,
        )
