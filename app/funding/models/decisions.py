"""Who did and decided what for a claim: duties, decisions on lines, invoices, and the classes that a claim holds."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.funding.rules import Duty, Review, Verdict
from app.kernel.database import Fen, Id, Model, UtcTime, enum_column, fk


class ClaimClass(Model):
    """One class in a claim; `whole` and `standing` follow the claim, so that a class is claimed once at a time."""

    __tablename__ = "claim_classes"
    __table_args__ = (
        Index("uq_claims_class_active", "class_id", unique=True, postgresql_where=text("whole AND standing")),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True, index=True)
    whole: Mapped[bool]
    """Every trainee of the class; a person claims for one."""
    standing: Mapped[bool]
    """Neither withdrawn nor rejected."""


class FundingSerial(Model):
    """The last number given out for claims (BT) or requests for funds (QK) of a county in a year."""

    __tablename__ = "funding_serials"

    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    county: Mapped[str] = mapped_column(String(12), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last: Mapped[int]


class ClaimDuty(Model):
    """Who did what for a claim: one person, one duty, deputies counted as both people (I6)."""

    __tablename__ = "claim_duties"
    __table_args__ = (UniqueConstraint("claim_id", "person_key", name="uq_claim_duties_person"),)

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    duty: Mapped[Duty] = enum_column(Duty, primary_key=True)
    person_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[UtcTime]


class LineDecision(Model):
    """What a reviewer decided against a line, by which clause; only grows."""

    __tablename__ = "line_decisions"
    __table_args__ = (
        CheckConstraint("verdict = 'drop_cut' OR (reason <> '' AND clause <> '')", name="with_clause"),
        CheckConstraint("amount_fen >= 0 AND (verdict <> 'cut' OR amount_fen > 0)", name="amount_sensible"),
    )

    id: Mapped[Id]
    line_id: Mapped[int] = fk("claim_lines.id")
    review: Mapped[Review] = enum_column(Review)
    verdict: Mapped[Verdict] = enum_column(Verdict)
    amount_fen: Mapped[Fen]
    reason: Mapped[str] = mapped_column(String(400))
    clause: Mapped[str] = mapped_column(String(200))
    by_key: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[UtcTime]


class Invoice(Model):
    """The claimant's invoice 发票 over what was signed off; a wrong one is cancelled, never changed."""

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("number", name="uq_invoices_number"),
        Index("uq_invoices_claim_standing", "claim_id", unique=True, postgresql_where=text("cancelled_at IS NULL")),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("number <> ''", name="numbered"),
        CheckConstraint("(cancelled_at IS NULL) = (cancel_reason = '')", name="cancelled_with_reason"),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = fk("claims.id", index=False)
    number: Mapped[str] = mapped_column(String(40))
    amount_fen: Mapped[Fen]
    issued_on: Mapped[date]
    cancelled_at: Mapped[UtcTime | None]
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    recorded_by: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[UtcTime]


class ClaimAttachment(Model):
    """A paper that the policy's checklist asks for and nothing recorded stands in for."""

    __tablename__ = "claim_attachments"
    __table_args__ = (UniqueConstraint("claim_id", "key", "upload_id", name="uq_claim_attachments_upload"),)

    id: Mapped[Id]
    claim_id: Mapped[int] = fk("claims.id", index=False)
    key: Mapped[str] = mapped_column(String(40))
    """Which point of the checklist."""
    upload_id: Mapped[int] = fk("uploads.id")
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[UtcTime]
