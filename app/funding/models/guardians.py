"""A guardian's account that a trainee's money goes to, instead of the trainee's own (R31), with the reason."""

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import flow_words
from app.funding.rules.guardians import GuardianStatus, GuardianStep
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.people.models import Person

flow_words("guardian_accounts", GuardianStatus, GuardianStep)
labels(
    {
        GuardianStatus.STATED: _l("待第二人核对"),
        GuardianStatus.CONFIRMED: _l("使用中"),
        GuardianStatus.REFUSED: _l("没有通过"),
        GuardianStatus.ENDED: _l("已停用"),
    },
    tones={GuardianStatus.STATED: "warn", GuardianStatus.CONFIRMED: "ok", GuardianStatus.REFUSED: "bad"},
)
labels(
    {
        GuardianStep.CONFIRM: _l("核对一致"),
        GuardianStep.REFUSE: _l("核对不通过"),
        GuardianStep.END: _l("停用代领账户"),
    }
)
constraint_messages(
    {
        "uq_guardian_accounts_standing": _l("这个人已经有代领账户了。要换，请先停用原来的。"),
        "ck_guardian_accounts_second_officer": _l("代领账户要由另一个人核对，不能自己登记、自己核对。"),
        "law_guardian_stands": _l("代领账户登记后不能改。登记错了，请停用再登记。"),
    }
)


class GuardianAccount(SealedRow, Model):
    """A guardian's card for one person's money: why, on which proof, stated by one officer, checked by a second one."""

    __tablename__ = "guardian_accounts"
    __table_args__ = (
        CheckConstraint("(status = 'stated') = (decided_by IS NULL)", name="decided"),
        CheckConstraint("decided_by <> stated_by", name="second_officer"),
        CheckConstraint("reason <> '' AND proof <> '' AND holder_name <> '' AND relation <> ''", name="with_reason"),
        CheckConstraint("status NOT IN ('refused', 'ended') OR note <> ''", name="said_why"),
        Index(
            "uq_guardian_accounts_standing",
            "person_id",
            unique=True,
            postgresql_where=text("status IN ('stated', 'confirmed')"),
        ),
    )

    id: Mapped[Id]
    status: Mapped[GuardianStatus] = enum_column(GuardianStatus)
    person_id: Mapped[int] = fk("people.id")
    region_code: Mapped[RegionCode]
    holder_name: Mapped[str] = mapped_column(String(40))
    relation: Mapped[str] = mapped_column(String(20))
    holder_number_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    holder_number = Sealed()
    """The guardian's identity number, which the bank compares with the card."""
    account_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    account = Sealed()
    bank: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(400))
    """Why the money can't go to the person's own account."""
    proof: Mapped[str] = mapped_column(String(200))
    """The paper that shows the guardianship and the person's or guardian's wish."""
    stated_by: Mapped[str] = mapped_column(String(40))
    stated_at: Mapped[UtcTime]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[UtcTime | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    """Why it was refused or ended."""
    person: Mapped[Person] = relationship(lazy="joined")
