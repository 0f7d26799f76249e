"""Claims, their lines, and who did what for them."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organization
from app.audit.words import flow_words
from app.classes.models import Seat, TrainingClass
from app.funding.rules import LIVE, ClaimStatus, ClaimStep, CutAnswer, Duty, LineStatus, LineStep, Payee
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.people.models import Person

flow_words("claims", ClaimStatus, ClaimStep)
flow_words("claim_lines", LineStatus, LineStep)
labels(
    {
        ClaimStatus.DRAFT: _l("草稿"),
        ClaimStatus.SUBMITTED: _l("待初审"),
        ClaimStatus.CUT_PROPOSED: _l("核减待机构确认"),
        ClaimStatus.FIRST_REVIEWED: _l("待复核"),
        ClaimStatus.SECOND_REVIEWED: _l("待签批"),
        ClaimStatus.SIGNED: _l("待公示"),
        ClaimStatus.ON_NOTICE: _l("公示中"),
        ClaimStatus.APPROVED: _l("待请款"),
        ClaimStatus.REQUESTED: _l("已请款"),
        ClaimStatus.PARTLY_PAID: _l("部分支付"),
        ClaimStatus.PAID: _l("已支付"),
        ClaimStatus.RETURNED: _l("退回补正"),
        ClaimStatus.WITHDRAWN: _l("已撤回"),
        ClaimStatus.REJECTED: _l("不予支付"),
    },
    tones={
        ClaimStatus.SUBMITTED: "info",
        ClaimStatus.CUT_PROPOSED: "warn",
        ClaimStatus.FIRST_REVIEWED: "info",
        ClaimStatus.SECOND_REVIEWED: "info",
        ClaimStatus.SIGNED: "info",
        ClaimStatus.ON_NOTICE: "info",
        ClaimStatus.APPROVED: "ok",
        ClaimStatus.REQUESTED: "info",
        ClaimStatus.PARTLY_PAID: "warn",
        ClaimStatus.PAID: "ok",
        ClaimStatus.RETURNED: "warn",
        ClaimStatus.REJECTED: "bad",
    },
)
labels(
    {
        ClaimStep.SUBMIT: _l("提交申领"),
        ClaimStep.PROPOSE_CUT: _l("提出核减"),
        ClaimStep.AGREE_CUT: _l("同意核减"),
        ClaimStep.CONTEST_CUT: _l("对核减有异议"),
        ClaimStep.PASS_FIRST: _l("初审通过"),
        ClaimStep.PASS_SECOND: _l("复核通过"),
        ClaimStep.SIGN: _l("签批"),
        ClaimStep.PUBLISH: _l("开始公示"),
        ClaimStep.APPROVE: _l("公示期满"),
        ClaimStep.REQUEST: _l("请款"),
        ClaimStep.PAY_PART: _l("部分支付"),
        ClaimStep.PAY_ALL: _l("支付完毕"),
        ClaimStep.FAIL_PAYMENT: _l("支付失败"),
        ClaimStep.SETTLE: _l("办结"),
        ClaimStep.SEND_BACK: _l("退回复核"),
        ClaimStep.RETURN: _l("退回补正"),
        ClaimStep.REJECT: _l("不予支付"),
        ClaimStep.WITHDRAW: _l("撤回申领"),
    }
)
labels(
    {
        LineStatus.NOT_QUALIFIED: _l("不符合"),
        LineStatus.OPEN: _l("审核中"),
        LineStatus.RETURNED: _l("退回补正"),
        LineStatus.REJECTED: _l("不予支付"),
        LineStatus.HELD: _l("暂缓"),
        LineStatus.APPROVED: _l("应付"),
        LineStatus.PAID: _l("已支付"),
        LineStatus.WITHDRAWN: _l("已撤回"),
    },
    tones={
        LineStatus.NOT_QUALIFIED: "warn",
        LineStatus.OPEN: "info",
        LineStatus.RETURNED: "warn",
        LineStatus.REJECTED: "bad",
        LineStatus.HELD: "warn",
        LineStatus.APPROVED: "ok",
        LineStatus.PAID: "ok",
    },
)
labels(
    {
        LineStep.REOPEN: _l("补正后重报"),
        LineStep.RETURN: _l("退回补正"),
        LineStep.REJECT: _l("不予支付"),
        LineStep.HOLD: _l("暂缓"),
        LineStep.RELEASE_HOLD: _l("解除暂缓"),
        LineStep.APPROVE: _l("批准"),
        LineStep.PAY: _l("支付"),
        LineStep.WITHDRAW: _l("撤回"),
    }
)
labels({Payee.SCHOOL: _l("培训机构"), Payee.TRAINEE: _l("学员本人")})
labels({CutAnswer.AGREED: _l("同意核减"), CutAnswer.CONTESTED: _l("对核减有异议")})
labels(
    {
        Duty.FILED: _l("开班申报或编制申领"),
        Duty.ISSUED: _l("发放证书"),
        Duty.FIRST_REVIEW: _l("初审"),
        Duty.SECOND_REVIEW: _l("复核"),
        Duty.SIGN: _l("签批"),
        Duty.REQUEST: _l("请款"),
        Duty.CONFIRM: _l("确认支付"),
    }
)
constraint_messages(
    {
        "uq_claim_duties_person": _l(
            "同一个人不能在一笔申领里做两道手续（申报、初审、复核、签批、支付必须是不同的人）。"
        ),
        "uq_claim_lines_seat_active": _l("这名学员的这笔补贴已经在另一份申领里了。"),
        "uq_claims_class_active": _l("这个班已经有一份在办的申领了。"),
        "law_claim_duties": _l("这一步必须由有这道手续的人来办，同一个人不能办两道手续。"),
        "law_line_paid_by_parts": _l("已付和在付的钱对不上支付明细，这一步没有做。"),
        "ck_claim_lines_paid_within_amount": _l("这一笔已经付过或正在支付，不能再付。"),
    }
)


class Claim(Model):
    """A school's request for the money of a class, compiled from what is recorded; frozen when submitted."""

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("number", name="uq_claims_number"),
        Index(
            "uq_claims_class_active",
            "class_id",
            unique=True,
            postgresql_where=text("status NOT IN ('withdrawn', 'rejected')"),
        ),
        CheckConstraint("(submitted_at IS NULL) = (snapshot_sha256 IS NULL)", name="frozen_when_submitted"),
    )

    id: Mapped[Id]
    status: Mapped[ClaimStatus] = enum_column(ClaimStatus, index=True)
    number: Mapped[str] = mapped_column(String(30))
    school_id: Mapped[int] = fk("schools.id")
    class_id: Mapped[int] = fk("classes.id")
    region_code: Mapped[RegionCode]
    """Where the class is held: whose bureau decides."""
    budget_id: Mapped[int] = fk("budgets.id")
    policy_pack_id: Mapped[int] = fk("policy_packs.id")
    submitted_at: Mapped[UtcTime | None]
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    snapshot_sha256: Mapped[str | None] = mapped_column(String(64))
    review_due_on: Mapped[date | None]
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[UtcTime]
    version: Mapped[int] = mapped_column(default=1)
    training_class: Mapped[TrainingClass] = relationship(lazy="joined")
    school: Mapped[Organization] = relationship(
        lazy="joined", primaryjoin="foreign(Claim.school_id) == Organization.id", viewonly=True
    )
    lines: Mapped[list["ClaimLine"]] = relationship(lazy="selectin", order_by="ClaimLine.id", back_populates="claim")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict

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


class FundingSerial(Model):
    """The last number given out for claims (BT) or requests for funds (QK) of a county in a year."""

    __tablename__ = "funding_serials"

    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    county: Mapped[str] = mapped_column(String(12), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last: Mapped[int]


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
        CheckConstraint("cut_fen = 0 OR cut_reason <> ''", name="cut_with_reason"),
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
    cut_answer: Mapped[CutAnswer | None] = enum_column(CutAnswer, nullable=True)
    cut_contest: Mapped[str] = mapped_column(String(400), default="")
    """What the school says against the cut."""
    cut_final: Mapped[bool] = mapped_column(default=False)
    """The reviewer kept the cut after the school contested it."""
    in_payment_fen: Mapped[Fen] = mapped_column(default=0)
    paid_fen: Mapped[Fen] = mapped_column(default=0)
    quote: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The steps that made the amount: rule, figure, source."""
    reason: Mapped[str] = mapped_column(String(400), default="")
    """Why the line does not qualify, was returned, rejected or held."""
    first_passed: Mapped[bool] = mapped_column(default=False)
    """The first review has decided it (passed or cut)."""
    second_passed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    claim: Mapped[Claim] = relationship(back_populates="lines")
    seat: Mapped[Seat] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")

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


class ClaimDuty(Model):
    """Who did what for a claim: one person, one duty, deputies counted as both people (I6)."""

    __tablename__ = "claim_duties"
    __table_args__ = (UniqueConstraint("claim_id", "person_key", name="uq_claim_duties_person"),)

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    duty: Mapped[Duty] = enum_column(Duty, primary_key=True)
    person_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[UtcTime]
