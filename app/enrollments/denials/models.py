"""Links to say no, answers given aloud, and the cases of people who say that they never agreed."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words, flow_words
from app.enrollments.denials.rules import DenialStatus, DenialStep, DenialWay
from app.enrollments.models import Enrollment
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels

flow_words("denials", DenialStatus, DenialStep)
labels(
    {
        DenialStatus.OPEN: _l("核查中"),
        DenialStatus.UPHELD: _l("查实，不是本人的意思"),
        DenialStatus.REJECTED: _l("查清，报名有效"),
    },
    tones={DenialStatus.OPEN: "warn", DenialStatus.UPHELD: "bad", DenialStatus.REJECTED: "ok"},
)
labels({DenialStep.UPHOLD: _l("查实，报名作废"), DenialStep.REJECT: _l("查清，报名有效")})
labels(
    {
        DenialWay.LINK: _l("本人点短信链接"),
        DenialWay.ASKED_ALOUD: _l("第一次上课当面问"),
        DenialWay.HOTLINE: _l("本人打热线"),
        DenialWay.INSPECTION: _l("检查时本人反映"),
    }
)
DENIED, MARKED, ASKED, LINK_SENT = "denied", "signed up without consent", "asked aloud", "link to say no sent"
action_words(
    {
        DENIED: _l("本人否认报名"),
        MARKED: _l("查实未经本人同意替人报名"),
        ASKED: _l("当面问过本人"),
        LINK_SENT: _l("发了“不是我要报的”链接"),
    }
)
constraint_messages(
    {
        "uq_denials_open": _l("这次报名的否认已经在核查了。"),
        "ck_denials_decider_is_another": _l("替人报名的人不能自己核查，要由另一个人来办。"),
        "uq_asked_aloud_enrollment": _l("已经当面问过本人了。"),
    }
)


class DenialLink(Model):
    """The one link by which a person may say no with one tap; only the hash of its token is kept."""

    __tablename__ = "denial_links"
    __table_args__ = (
        UniqueConstraint("enrollment_id", name="uq_denial_links_enrollment"),
        UniqueConstraint("token_hash", name="uq_denial_links_token"),
    )

    id: Mapped[Id]
    enrollment_id: Mapped[int] = fk("enrollments.id", index=False)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[UtcTime]
    expires_at: Mapped[UtcTime]
    used_at: Mapped[UtcTime | None]
    enrollment: Mapped[Enrollment] = relationship(lazy="joined")


class AskedAloud(Model):
    """What somebody answered who was asked face to face whether they agreed to the sign-up."""

    __tablename__ = "asked_aloud"
    __table_args__ = (UniqueConstraint("enrollment_id", name="uq_asked_aloud_enrollment"),)

    id: Mapped[Id]
    enrollment_id: Mapped[int] = fk("enrollments.id", index=False)
    agreed: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200), default="")
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[UtcTime]


class Denial(Model):
    """A person says that they never agreed to a sign-up; decided by someone who did not sign them up."""

    __tablename__ = "denials"
    __table_args__ = (
        Index("uq_denials_open", "enrollment_id", unique=True, postgresql_where=text("status = 'open'")),
        CheckConstraint("decided_by IS NULL OR decided_by <> signed_up_by", name="decider_is_another"),
        CheckConstraint("(status = 'open') = (decided_by IS NULL)", name="decided_by_someone"),
        CheckConstraint("status = 'open' OR reason <> ''", name="decided_with_reason"),
    )

    id: Mapped[Id]
    status: Mapped[DenialStatus] = enum_column(DenialStatus, index=True)
    enrollment_id: Mapped[int] = fk("enrollments.id")
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    """The person's village."""
    signed_up_by: Mapped[str] = mapped_column(String(40), index=True)
    """Who signed the person up: may not decide."""
    way: Mapped[DenialWay] = enum_column(DenialWay)
    words: Mapped[str] = mapped_column(String(400), default="")
    """What the person said, as far as anybody wrote it down."""
    recorded_by: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[UtcTime]
    due_on: Mapped[date | None]
    """By when the policy wants objections answered (R28); None where it is silent."""
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[UtcTime | None]
    reason: Mapped[str] = mapped_column(String(400), default="")
    enrollment: Mapped[Enrollment] = relationship(lazy="joined")
