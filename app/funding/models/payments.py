"""Public notices, objections, requests for funds, transfers and their answers."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organization
from app.audit.words import action_words, flow_words
from app.funding.models.claims import Claim, ClaimLine
from app.funding.models.guardians import GuardianAccount
from app.funding.rules import (
    BatchStatus,
    BatchStep,
    ObjectionStatus,
    ObjectionStep,
    Payee,
    TransferStatus,
    TransferStep,
)
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.ledger.models import Budget
from app.people.models import Person

action_words(
    {
        "passed": _l("通过"),
        "cut": _l("核减"),
        "cut agreed": _l("同意核减"),
        "cut contested": _l("对核减有异议"),
        "cut kept": _l("维持核减"),
        "cut dropped": _l("取消核减"),
        "dropped": _l("移出明细"),
        "held line refused": _l("异议成立，不予支付"),
        "bank file exported": _l("导出银行代发文件"),
        "bank file fetched": _l("下载了付款文件"),
        "bank answer read": _l("读入银行回盘"),
        "notice hung": _l("公示张贴照片"),
        "cut lapsed": _l("过期没有异议，按核减办"),
        "further decision": _l("集体研究"),
        "invoiced": _l("开具发票"),
        "invoice cancelled": _l("作废发票"),
        "fee recorded": _l("登记自费收据"),
        "voucher recorded": _l("登记培训券"),
        "paper attached": _l("上传材料"),
        "treasury list exported": _l("导出资金拨付清单"),
    }
)
"""Acts on claims, their lines and payments that are no step of a flow."""
flow_words("objections", ObjectionStatus, ObjectionStep)
flow_words("payment_batches", BatchStatus, BatchStep)
flow_words("transfers", TransferStatus, TransferStep)
labels(
    {
        ObjectionStatus.OPEN: _l("待核查"),
        ObjectionStatus.UPHELD: _l("异议成立"),
        ObjectionStatus.DISMISSED: _l("异议不成立"),
    },
    tones={ObjectionStatus.OPEN: "warn", ObjectionStatus.UPHELD: "bad"},
)
labels({ObjectionStep.UPHOLD: _l("异议成立"), ObjectionStep.DISMISS: _l("异议不成立")})
labels(
    {
        BatchStatus.MADE: _l("待核对"),
        BatchStatus.REQUESTED: _l("待财政支付"),
        BatchStatus.SETTLED: _l("已办结"),
        BatchStatus.CALLED_OFF: _l("已撤回"),
    },
    tones={BatchStatus.MADE: "warn", BatchStatus.REQUESTED: "info", BatchStatus.SETTLED: "ok"},
)
labels({BatchStep.CHECK: _l("核对后发出"), BatchStep.CALL_OFF: _l("退回不发"), BatchStep.SETTLE: _l("办结")})
labels(
    {
        TransferStatus.WAITING: _l("待支付"),
        TransferStatus.PAID: _l("已支付"),
        TransferStatus.PARTLY_PAID: _l("部分支付"),
        TransferStatus.FAILED: _l("支付失败"),
        TransferStatus.RETURNED: _l("银行退回"),
        TransferStatus.CALLED_OFF: _l("请款撤回"),
    },
    tones={
        TransferStatus.WAITING: "info",
        TransferStatus.PAID: "ok",
        TransferStatus.PARTLY_PAID: "warn",
        TransferStatus.FAILED: "bad",
        TransferStatus.RETURNED: "bad",
    },
)
labels(
    {
        TransferStep.PAY: _l("支付成功"),
        TransferStep.PAY_PART: _l("部分支付"),
        TransferStep.FAIL: _l("支付失败"),
        TransferStep.RETURN: _l("银行退回"),
        TransferStep.CALL_OFF: _l("请款撤回"),
    }
)
constraint_messages(
    {
        "uq_notice_photos_upload": _l("这张照片已经传过了。"),
        "uq_receipts_number": _l("这个回单号已经登记过了，不能重复登记。"),
        "uq_payment_parts_open": _l("这一笔已经在另一次请款里了，等它有结果后再请。"),
        "law_transfer_paid_by_receipts": _l("已付金额和回单对不上，这一步没有做。"),
        "law_batch_frozen": _l("请款发出后不能改动。"),
    }
)


class Notice(Model):
    """A public notice of a claim's lines for the policy's working days; names and identity numbers masked, frozen."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("claim_id", "number", name="uq_notices_number"),
        CheckConstraint("until_on >= from_on", name="ends_after_start"),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = fk("claims.id")
    number: Mapped[int] = mapped_column(default=1)
    region_code: Mapped[RegionCode]
    from_on: Mapped[date]
    until_on: Mapped[date]
    """The last day of the notice, a local date."""
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """What is shown: masked only."""
    paper_id: Mapped[int | None] = fk("papers.id", nullable=True)
    """The printed notice (公示表)."""
    closed_at: Mapped[UtcTime | None]
    published_by: Mapped[str] = mapped_column(String(40))
    published_at: Mapped[UtcTime]
    claim: Mapped[Claim] = relationship(lazy="joined")


class NoticePhoto(Model):
    """A photo of the notice as it hangs on the village board."""

    __tablename__ = "notice_photos"
    __table_args__ = (UniqueConstraint("notice_id", "upload_id", name="uq_notice_photos_upload"),)

    id: Mapped[Id]
    notice_id: Mapped[int] = fk("notices.id", index=False)
    upload_id: Mapped[int] = fk("uploads.id")
    hung_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(80))
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[UtcTime]


class Objection(SealedRow, Model):
    """Somebody objects to a line on notice, with a name or without; the line is held until it is answered."""

    __tablename__ = "objections"

    id: Mapped[Id]
    status: Mapped[ObjectionStatus] = enum_column(ObjectionStatus)
    notice_id: Mapped[int] = fk("notices.id")
    line_id: Mapped[int] = fk("claim_lines.id")
    region_code: Mapped[RegionCode]
    text: Mapped[str] = mapped_column(String(1000))
    contact_sealed: Mapped[bytes | None] = sealed_column()
    contact = Sealed()
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_by: Mapped[str | None] = mapped_column(String(40))
    answered_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]
    line: Mapped[ClaimLine] = relationship(lazy="joined")
    notice: Mapped[Notice] = relationship(lazy="joined")


class PaymentBatch(Model):
    """A request for funds (请款): its transfers and total, frozen with a hash when it goes to the treasury."""

    __tablename__ = "payment_batches"
    __table_args__ = (
        UniqueConstraint("number", name="uq_payment_batches_number"),
        CheckConstraint("total_fen > 0", name="total_positive"),
        CheckConstraint("checked_by <> requested_by", name="checked_by_another"),
    )

    id: Mapped[Id]
    status: Mapped[BatchStatus] = enum_column(BatchStatus)
    number: Mapped[str] = mapped_column(String(30))
    region_code: Mapped[RegionCode]
    budget_id: Mapped[int] = fk("budgets.id")
    left_out: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    """Lines of its claims that could not be asked for, each with why."""
    total_fen: Mapped[Fen]
    sha256: Mapped[str] = mapped_column(String(64))
    paper_id: Mapped[int | None] = fk("papers.id", nullable=True)
    """The printed request (请款函)."""
    requested_by: Mapped[str] = mapped_column(String(40))
    requested_at: Mapped[UtcTime]
    checked_by: Mapped[str | None] = mapped_column(String(40))
    """The second person, who looked through it before it went out; None only before that, and in old requests."""
    checked_at: Mapped[UtcTime | None]
    budget: Mapped[Budget] = relationship(lazy="joined")
    transfers: Mapped[list["Transfer"]] = relationship(lazy="selectin", order_by="Transfer.id", back_populates="batch")


class Transfer(SealedRow, Model):
    """One transfer to one payee: a school for all its lines of a claim, or one trainee for one line."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("amount_fen > 0 AND paid_fen >= 0 AND paid_fen <= amount_fen", name="paid_within_amount"),
        CheckConstraint("returned_fen IN (0, paid_fen)", name="returned_whole"),
        CheckConstraint(
            "(payee = 'school') = (organization_id IS NOT NULL) AND (payee = 'trainee') = (person_id IS NOT NULL)",
            name="payee_named",
        ),
        CheckConstraint("guardian_id IS NULL OR payee = 'trainee'", name="guardian_of_trainee"),
        UniqueConstraint("batch_id", "number", name="uq_transfers_number"),
    )

    id: Mapped[Id]
    status: Mapped[TransferStatus] = enum_column(TransferStatus)
    batch_id: Mapped[int] = fk("payment_batches.id")
    claim_id: Mapped[int] = fk("claims.id")
    region_code: Mapped[RegionCode]
    payee: Mapped[Payee] = enum_column(Payee)
    organization_id: Mapped[int | None] = fk("organizations.id", nullable=True)
    person_id: Mapped[int | None] = fk("people.id", nullable=True)
    guardian_id: Mapped[int | None] = fk("guardian_accounts.id", nullable=True)
    """The guardian's account that it goes to instead of the trainee's own."""
    account_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    account = Sealed()
    """The payee account at the moment of the request."""
    amount_fen: Mapped[Fen]
    paid_fen: Mapped[Fen] = mapped_column(default=0)
    returned_fen: Mapped[Fen] = mapped_column(default=0, server_default=text("0"))
    """What the bank sent back of it later: all or nothing."""
    wrong_account: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """It failed or came back for its account, which the person confirms again before the next payment."""
    answer: Mapped[str] = mapped_column(String(200), default="")
    """Why it failed or was paid in part."""
    answered_by: Mapped[str | None] = mapped_column(String(40))
    answered_at: Mapped[UtcTime | None]
    number: Mapped[int] = mapped_column(SmallInteger)
    """From 1 within the batch; the bank's answer names it."""
    batch: Mapped[PaymentBatch] = relationship(back_populates="transfers")
    claim: Mapped[Claim] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")
    receipts: Mapped[list["Receipt"]] = relationship(lazy="selectin", order_by="Receipt.id")
    organization: Mapped[Organization | None] = relationship(lazy="joined")
    guardian: Mapped[GuardianAccount | None] = relationship(lazy="joined")
    parts: Mapped[list["PaymentPart"]] = relationship(lazy="selectin", back_populates="transfer")


class PaymentPart(Model):
    """How much of one claim line one transfer carries; a line has at most one open part (I5)."""

    __tablename__ = "payment_parts"
    __table_args__ = (
        Index("uq_payment_parts_open", "line_id", unique=True, postgresql_where=text("open")),
        CheckConstraint("amount_fen > 0 AND paid_fen >= 0 AND paid_fen <= amount_fen", name="paid_within_amount"),
        CheckConstraint("returned_fen IN (0, paid_fen)", name="returned_whole"),
    )

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("claim_lines.id"), primary_key=True, index=True)
    amount_fen: Mapped[Fen]
    paid_fen: Mapped[Fen] = mapped_column(default=0)
    returned_fen: Mapped[Fen] = mapped_column(default=0, server_default=text("0"))
    """What the bank sent back of it later: all or nothing."""
    open: Mapped[bool] = mapped_column(default=True)
    transfer: Mapped[Transfer] = relationship(back_populates="parts")
    line: Mapped[ClaimLine] = relationship(lazy="joined")


class Receipt(Model):
    """The treasury's receipt (回单) for a transfer: its number is taken once."""

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("number", name="uq_receipts_number"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    id: Mapped[Id]
    transfer_id: Mapped[int] = fk("transfers.id")
    number: Mapped[str] = mapped_column(String(60))
    amount_fen: Mapped[Fen]
    paid_on: Mapped[date]
    upload_id: Mapped[int | None] = fk("uploads.id", nullable=True)
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[UtcTime]
