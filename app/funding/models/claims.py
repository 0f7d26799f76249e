"""Claims, their lines, and who did what for them."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organization
from app.classes.models import Seat, TrainingClass
from app.funding.models.vouchers import Voucher
from app.funding.rules import LIVE, Claimant, ClaimStatus, CutAnswer, LineStatus, Payee
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.i18n import _
from app.people.models import Person


class Claim(Model):
    """A request for the money of classes, compiled from what is recorded; frozen when submitted."""

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("number", name="uq_claims_number"),
        Index(
            "uq_claims_person_active",
            "class_id",
            "person_id",
            unique=True,
            postgresql_where=text("claimant = 'person' AND status NOT IN ('withdrawn', 'rejected')"),
        ),
        CheckConstraint(
            "(claimant = 'person') = (person_id IS NOT NULL) "
            "AND (claimant <> 'person') = (organization_id IS NOT NULL)",
            name="claimant_named",
        ),
        CheckConstraint(
            "status NOT IN ('signed', 'on_notice', 'approved', 'requested', 'partly_paid', 'paid') "
            "OR NOT jsonb_path_exists(further, '$[*] ? (@.on == null)')",
            name="further_before_sign",
        ),
        CheckConstraint("(submitted_at IS NULL) = (snapshot_sha256 IS NULL)", name="frozen_when_submitted"),
    )

    id: Mapped[Id]
    status: Mapped[ClaimStatus] = enum_column(ClaimStatus, index=True)
    number: Mapped[str] = mapped_column(String(30))
    claimant: Mapped[Claimant] = enum_column(Claimant, default=Claimant.SCHOOL, server_default="school")
    organization_id: Mapped[int | None] = fk("organizations.id", nullable=True)
    """The school or employer that claims and is paid; None where a person claims."""
    person_id: Mapped[int | None] = fk("people.id", nullable=True)
    """Who claims for training that they paid for themselves."""
    school_id: Mapped[int] = fk("schools.id")
    """Who taught, whoever claims."""
    class_id: Mapped[int] = fk("classes.id")
    """The first of its classes; all of them stand in `classes`, and each line names its own."""
    region_code: Mapped[RegionCode]
    """Where the class is held: whose bureau decides."""
    budget_id: Mapped[int] = fk("budgets.id")
    policy_pack_id: Mapped[int] = fk("policy_packs.id")
    submitted_at: Mapped[UtcTime | None]
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)
    """What it said when it was submitted; long, so read only where it is asked for."""
    snapshot_sha256: Mapped[str | None] = mapped_column(String(64))
    review_due_on: Mapped[date | None]
    further: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    """The decisions that its amount asks for before the sign-off (集体研究): key, zh, en, on, minutes, by."""
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[UtcTime]
    version: Mapped[int] = mapped_column(default=1)
    training_class: Mapped[TrainingClass] = relationship(lazy="joined")
    classes: Mapped[list[TrainingClass]] = relationship(
        secondary="claim_classes", lazy="select", order_by="TrainingClass.id", viewonly=True
    )
    school: Mapped[Organization] = relationship(
        lazy="joined", primaryjoin="foreign(Claim.school_id) == Organization.id", viewonly=True
    )
    organization: Mapped[Organization | None] = relationship(lazy="joined", foreign_keys=[organization_id])
    person: Mapped[Person | None] = relationship(lazy="joined")
    lines: Mapped[list["ClaimLine"]] = relationship(lazy="selectin", order_by="ClaimLine.id", back_populates="claim")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict

    @property
    def claimant_name(self) -> str:
        """Who claims."""
        if self.person is not None:
            return self.person.name
        return self.organization.name if self.organization is not None else self.school.name

    @property
    def name(self) -> str:
        """What it is for: its class, or the first of its classes and how many."""
        first, count = self.training_class.name, len(self.classes)
        return first if count < 2 else _("%(name)s 等 %(n)s 个班", name=first, n=count)

    @property
    def asking(self) -> list["ClaimLine"]:
        """The lines that ask for money or have it."""
        return [line for line in self.lines if line.status in LIVE]

    @property
    def people(self) -> int:
        """How many trainees money is asked for."""
        return len({line.seat_id for line in self.asking})

    @property
    def asked_fen(self) -> int:
        """What is asked for, before cuts."""
        return sum(line.asked_fen for line in self.asking)

    @property
    def cut_fen(self) -> int:
        """What was cut."""
        return sum(line.cut_fen for line in self.asking)

    @property
    def amount_fen(self) -> int:
        """What remains after cuts."""
        return self.asked_fen - self.cut_fen

    @property
    def paid_fen(self) -> int:
        """What was paid so far."""
        return sum(line.paid_fen for line in self.lines)


class ClaimLine(Model):
    """One trainee's money to one payee: asked, cut, and what was paid of it (I5)."""

    __tablename__ = "claim_lines"
    __table_args__ = (
        Index(
            "uq_claim_lines_seat_active",
            "seat_id",
            "payee",
            unique=True,
            postgresql_where=text("status NOT IN ('withdrawn', 'rejected', 'not_qualified')"),
        ),
        CheckConstraint("asked_fen >= 0 AND cut_fen >= 0 AND cut_fen <= asked_fen", name="cut_within_asked"),
        CheckConstraint(
            "in_payment_fen >= 0 AND paid_fen >= 0 AND in_payment_fen + paid_fen <= asked_fen - cut_fen",
            name="paid_within_amount",
        ),
        CheckConstraint("cut_fen = 0 OR (cut_reason <> '' AND cut_clause <> '')", name="cut_with_reason"),
        CheckConstraint("status NOT IN ('returned', 'rejected') OR reason <> ''", name="decided_with_reason"),
        ForeignKeyConstraint(
            ["claim_id", "class_id"],
            ["claim_classes.claim_id", "claim_classes.class_id"],
            name="fk_claim_lines_claim_class",
        ),
        Index(
            "uq_claim_lines_voucher_active",
            "voucher_id",
            unique=True,
            postgresql_where=text("status NOT IN ('withdrawn', 'rejected', 'not_qualified')"),
        ),
    )

    id: Mapped[Id]
    status: Mapped[LineStatus] = enum_column(LineStatus)
    claim_id: Mapped[int] = fk("claims.id")
    class_id: Mapped[int] = fk("classes.id")
    seat_id: Mapped[int] = fk("seats.id")
    person_id: Mapped[int] = fk("people.id")
    payee: Mapped[Payee] = enum_column(Payee)
    certificate_id: Mapped[int | None] = fk("certificates.id", nullable=True)
    asked_fen: Mapped[Fen]
    cut_fen: Mapped[Fen] = mapped_column(default=0)
    cut_reason: Mapped[str] = mapped_column(String(400), default="")
    cut_clause: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """The clause of the policy that the cut rests on."""
    cut_answer: Mapped[CutAnswer | None] = enum_column(CutAnswer, nullable=True)
    cut_contest: Mapped[str] = mapped_column(String(400), default="")
    """What the school says against the cut."""
    cut_final: Mapped[bool] = mapped_column(default=False)
    """The reviewer kept the cut after the school contested it."""
    in_payment_fen: Mapped[Fen] = mapped_column(default=0)
    paid_fen: Mapped[Fen] = mapped_column(default=0)
    quote: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The steps that made the amount: rule, figure, source."""
    voucher_id: Mapped[int | None] = fk("vouchers.id", nullable=True, index=False)
    """The training voucher that this line uses up."""
    clause: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """The clause that a return or rejection rests on."""
    reason: Mapped[str] = mapped_column(String(400), default="")
    """Why the line does not qualify, was returned, rejected or held."""
    first_passed: Mapped[bool] = mapped_column(default=False)
    """The first review has decided it (passed or cut)."""
    second_passed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    changes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Counted by the database whenever the line, its certificate or its account changes; a clearance names it."""
    claim: Mapped[Claim] = relationship(back_populates="lines")
    seat: Mapped[Seat] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
    voucher: Mapped[Voucher | None] = relationship(lazy="select")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict

    @property
    def amount_fen(self) -> int:
        """What remains after the cut."""
        return self.asked_fen - self.cut_fen

    @property
    def rest_fen(self) -> int:
        """What is neither paid nor on its way."""
        return self.amount_fen - self.paid_fen - self.in_payment_fen

    @property
    def region_code(self) -> str:
        """Where the claim is decided, as events know it."""
        return self.claim.region_code

    @property
    def school_id(self) -> int:
        """The school, as events know it."""
        return self.claim.school_id
