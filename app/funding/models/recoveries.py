"""Money taken back, and payments looked at again by lot."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words, flow_words
from app.funding.models.claims import ClaimLine
from app.funding.rules.paying import Cause, Finding, RecoveryStatus, RecoveryStep
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column

flow_words("recoveries", RecoveryStatus, RecoveryStep)
action_words(
    {
        "repaid a part": _l("退回一部分"),
        "sample seed committed": _l("定下抽查种子"),
        "sample drawn": _l("公开种子并抽出"),
        "sample looked at": _l("登记抽查结果"),
    }
)
labels(
    {RecoveryStatus.OPEN: _l("追回中"), RecoveryStatus.REPAID: _l("已追回"), RecoveryStatus.DROPPED: _l("已撤销")},
    tones={RecoveryStatus.OPEN: "warn", RecoveryStatus.REPAID: "ok"},
)
labels({RecoveryStep.REPAY: _l("追回完毕"), RecoveryStep.DROP: _l("撤销追回")})
labels(
    {
        Cause.CERTIFICATE: _l("证书撤销"),
        Cause.DOUBT: _l("疑点查实"),
        Cause.INSPECTION: _l("督查发现"),
        Cause.SAMPLE: _l("付款后抽查发现"),
    }
)
labels(
    {Finding.TRUE: _l("属实"), Finding.WRONG: _l("不属实"), Finding.UNREACHED: _l("没有联系上")},
    tones={Finding.TRUE: "ok", Finding.WRONG: "bad", Finding.UNREACHED: "warn"},
)
constraint_messages(
    {
        "law_recovery_repaid": _l("追回的金额和退款凭证对不上，这一步没有做。"),
        "law_recovery_within_paid": _l("要追回的钱不能超过已经付出的钱。"),
        "law_revoked_recovered": _l("证书撤销时，已经付出的补贴必须同时登记追回。"),
        "uq_repayments_number": _l("这个退款凭证号已经登记过了。"),
        "uq_payment_samples_period": _l("这个地方这段时间已经定过一次抽查，免得反复抽到满意为止。"),
        "law_samples_stand": _l("抽查定下以后不能改，结果只登记一次。"),
    }
)


class Recovery(Model):
    """Money of one paid line that is to come back: why, how much, and how much came."""

    __tablename__ = "recoveries"
    __table_args__ = (
        UniqueConstraint("number", name="uq_recoveries_number"),
        CheckConstraint("amount_fen > 0 AND repaid_fen >= 0 AND repaid_fen <= amount_fen", name="repaid_within_amount"),
        CheckConstraint("(status = 'repaid') = (repaid_fen = amount_fen)", name="repaid_whole"),
        CheckConstraint("reason <> ''", name="said_why"),
        CheckConstraint("status <> 'dropped' OR (drop_reason <> '' AND repaid_fen = 0)", name="dropped_with_reason"),
    )

    id: Mapped[Id]
    status: Mapped[RecoveryStatus] = enum_column(RecoveryStatus, index=True)
    number: Mapped[str] = mapped_column(String(30))
    line_id: Mapped[int] = fk("claim_lines.id")
    claim_id: Mapped[int] = fk("claims.id")
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    cause: Mapped[Cause] = enum_column(Cause)
    source: Mapped[str] = mapped_column(String(40), default="")
    """What was found, as `kind:id`: certificate:12, correction:3, variation:4, inspection:5, sample:6."""
    amount_fen: Mapped[Fen]
    repaid_fen: Mapped[Fen] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(400))
    drop_reason: Mapped[str] = mapped_column(String(400), default="")
    opened_by: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[UtcTime]
    line: Mapped[ClaimLine] = relationship(lazy="joined")
    repayments: Mapped[list["Repayment"]] = relationship(lazy="selectin", order_by="Repayment.id")

    @property
    def rest_fen(self) -> int:
        """What is still to come."""
        return self.amount_fen - self.repaid_fen


class Repayment(Model):
    """Money that came back for a recovery: its voucher is taken once."""

    __tablename__ = "repayments"
    __table_args__ = (
        UniqueConstraint("number", name="uq_repayments_number"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    id: Mapped[Id]
    recovery_id: Mapped[int] = fk("recoveries.id")
    number: Mapped[str] = mapped_column(String(60))
    amount_fen: Mapped[Fen]
    repaid_on: Mapped[date]
    upload_id: Mapped[int | None] = fk("uploads.id", nullable=True)
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[UtcTime]


class PaymentSample(SealedRow, Model):
    """A draw of payments of a period that are looked at again; the seed is committed to before the list is fixed."""

    __tablename__ = "payment_samples"
    __table_args__ = (
        UniqueConstraint("region_code", "from_on", "until_on", name="uq_payment_samples_period"),
        CheckConstraint("from_on <= until_on", name="ends_after_start"),
        CheckConstraint("margin_percent BETWEEN 1 AND 50", name="margin_sensible"),
        CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name="opened_when_drawn"),
        CheckConstraint(
            "seed IS NULL OR encode(sha256(convert_to(seed, 'UTF8')), 'hex') = seed_sha256", name="seed_as_committed"
        ),
    )

    id: Mapped[Id]
    region_code: Mapped[RegionCode]
    from_on: Mapped[date]
    until_on: Mapped[date]
    margin_percent: Mapped[int] = mapped_column(SmallInteger)
    seed_sha256: Mapped[str] = mapped_column(String(64))
    hidden_sealed: Mapped[bytes | None] = sealed_column()
    hidden = Sealed()
    seed: Mapped[str | None] = mapped_column(String(64))
    listing: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    """The paid lines that were drawn from, with what adds to their weight."""
    listing_sha256: Mapped[str | None] = mapped_column(String(64))
    picked: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    committed_by: Mapped[str] = mapped_column(String(40))
    committed_at: Mapped[UtcTime]
    drawn_by: Mapped[str | None] = mapped_column(String(40))
    drawn_at: Mapped[UtcTime | None]
    lines: Mapped[list["SampledLine"]] = relationship(lazy="selectin", order_by="SampledLine.place")


class SampledLine(Model):
    """One drawn payment and what was found about it; written once."""

    __tablename__ = "sampled_lines"
    __table_args__ = (
        UniqueConstraint("sample_id", "line_id", name="uq_sampled_lines_line"),
        CheckConstraint("(finding IS NULL) = (found_by IS NULL)", name="found_by_someone"),
        CheckConstraint("finding IS NULL OR finding = 'true' OR note <> ''", name="said_what"),
    )

    id: Mapped[Id]
    sample_id: Mapped[int] = fk("payment_samples.id", index=False)
    line_id: Mapped[int] = fk("claim_lines.id")
    place: Mapped[int] = mapped_column(SmallInteger)
    finding: Mapped[Finding | None] = enum_column(Finding)
    note: Mapped[str] = mapped_column(String(400), default="")
    found_by: Mapped[str | None] = mapped_column(String(40))
    found_at: Mapped[UtcTime | None]
    line: Mapped[ClaimLine] = relationship(lazy="joined")
