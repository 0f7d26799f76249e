"""Laborers, households, and each person's record of subsidies used."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.flow import Flow
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.policies.rules.facts import Sex as Sex
from app.regions.models import Region


class WorkStatus(StrEnum):
    """What a person does for a living now."""

    EMPLOYED = "employed"
    UNEMPLOYED = "unemployed"
    FARMING = "farming"
    WAITING_TO_RETURN = "waiting_to_return"
    AWAY = "away"


class Group(StrEnum):
    """Groups a policy may pay for (handbook R03, R04)."""

    LIFTED_OUT_OF_POVERTY = "lifted_out_of_poverty"
    WATCHED_HOUSEHOLD = "watched_household"
    RURAL_TRANSFER = "rural_transfer"
    REGISTERED_UNEMPLOYED = "registered_unemployed"
    HARD_TO_EMPLOY = "hard_to_employ"
    SCHOOL_LEAVER = "school_leaver"
    GRADUATE = "graduate"
    ELIGIBLE_EMPLOYEE = "eligible_employee"
    DISABLED = "disabled"
    VETERAN = "veteran"


class Exclusion(StrEnum):
    """What keeps a person out of subsidised training (handbook R05)."""

    PUBLIC_STAFF = "public_staff"
    FULL_TIME_STUDENT = "full_time_student"
    PENSIONER = "pensioner"


class HouseholdKind(StrEnum):
    """How a household is looked after."""

    ORDINARY = "ordinary"
    LIFTED_OUT_OF_POVERTY = "lifted_out_of_poverty"
    WATCHED = "watched"
    ZERO_EMPLOYMENT = "zero_employment"


class Education(StrEnum):
    """Schooling."""

    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"
    COLLEGE = "college"


class Trade(StrEnum):
    """What a person may wish to learn: the trades that occupations are drawn under (an occupation's `trade`)."""

    EXCAVATOR = "excavator"
    RICE_CRAYFISH = "rice-crayfish"
    FLOWER_ARRANGEMENT = "flower-arrangement"
    INFANT_CARE = "infant-care"
    HOUSEKEEPING = "housekeeping"
    UNDER_FOREST = "under-forest"
    WELDING = "welding"
    COOKING = "cooking"
    E_COMMERCE = "e-commerce"


class UseStatus(StrEnum):
    """Whether a subsidised training counts in the record."""

    RESERVED = "reserved"
    USED = "used"
    GIVEN_BACK = "given_back"


class UseStep(StrEnum):
    """What happens to a use of the record."""

    SETTLE = "settle"
    GIVE_BACK = "give_back"


USE_FLOW = Flow(
    "subsidy_use",
    UseStatus.RESERVED,
    [
        (UseStep.SETTLE, [UseStatus.RESERVED], UseStatus.USED),
        (UseStep.GIVE_BACK, [UseStatus.RESERVED, UseStatus.USED], UseStatus.GIVEN_BACK),
    ],
)
COUNTING = (UseStatus.RESERVED, UseStatus.USED)
"""Uses that take one of the person's slots."""


labels({Sex.MALE: _l("男"), Sex.FEMALE: _l("女")})
labels(
    {
        WorkStatus.EMPLOYED: _l("已就业"),
        WorkStatus.UNEMPLOYED: _l("未就业"),
        WorkStatus.FARMING: _l("务农"),
        WorkStatus.WAITING_TO_RETURN: _l("待返岗"),
        WorkStatus.AWAY: _l("外出务工"),
    }
)
labels(
    {
        Group.LIFTED_OUT_OF_POVERTY: _l("脱贫劳动力"),
        Group.WATCHED_HOUSEHOLD: _l("防止返贫监测对象"),
        Group.RURAL_TRANSFER: _l("农村转移就业劳动者"),
        Group.REGISTERED_UNEMPLOYED: _l("登记失业人员"),
        Group.HARD_TO_EMPLOY: _l("就业困难人员"),
        Group.SCHOOL_LEAVER: _l("两后生"),
        Group.GRADUATE: _l("毕业年度高校毕业生"),
        Group.ELIGIBLE_EMPLOYEE: _l("符合条件的企业职工"),
        Group.DISABLED: _l("残疾人"),
        Group.VETERAN: _l("退役军人"),
    }
)
labels(
    {
        Exclusion.PUBLIC_STAFF: _l("机关事业单位在编人员"),
        Exclusion.FULL_TIME_STUDENT: _l("全日制在校学生"),
        Exclusion.PENSIONER: _l("已领养老金人员"),
    }
)
labels(
    {
        HouseholdKind.ORDINARY: _l("一般户"),
        HouseholdKind.LIFTED_OUT_OF_POVERTY: _l("脱贫户"),
        HouseholdKind.WATCHED: _l("监测户"),
        HouseholdKind.ZERO_EMPLOYMENT: _l("零就业家庭"),
    }
)
labels(
    {
        Education.PRIMARY: _l("小学及以下"),
        Education.JUNIOR: _l("初中"),
        Education.SENIOR: _l("高中或中专"),
        Education.COLLEGE: _l("大专及以上"),
    }
)
labels(
    {
        UseStatus.RESERVED: _l("已占用"),
        UseStatus.USED: _l("已使用"),
        UseStatus.GIVEN_BACK: _l("已退还"),
    }
)
labels(
    {
        Trade.EXCAVATOR: _l("挖掘机"),
        Trade.RICE_CRAYFISH: _l("稻虾共作"),
        Trade.FLOWER_ARRANGEMENT: _l("插花"),
        Trade.INFANT_CARE: _l("育婴"),
        Trade.HOUSEKEEPING: _l("家政"),
        Trade.UNDER_FOREST: _l("林下经济"),
        Trade.WELDING: _l("焊工"),
        Trade.COOKING: _l("烹饪"),
        Trade.E_COMMERCE: _l("电子商务"),
    }
)
labels({UseStep.SETTLE: _l("使用"), UseStep.GIVE_BACK: _l("退还")})
constraint_messages(
    {
        "uq_people_id_number": _l("这个身份证号已经登记过了。"),
        "uq_subsidy_uses_same_training": _l("同一职业（工种）同一等级的补贴培训，每人只能享受一次。"),
        "uq_subsidy_uses_slot": _l("享受补贴的次数刚刚被另一次报名占用了，请刷新后再看。"),
        "ck_subsidy_uses_within_cap": _l("享受补贴的次数已经用满。"),
        "uq_group_memberships_once": _l("这类补贴对象从这一天起已经登记过了。"),
        "ck_group_memberships_ends_after_start": _l("证明的截止日期不能早于开始日期。"),
    }
)


class Household(Model):
    """People who live and reckon together."""

    __tablename__ = "households"

    id: Mapped[Id]
    region_code: Mapped[RegionCode]
    kind: Mapped[HouseholdKind] = enum_column(HouseholdKind)
    head_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", use_alter=True), index=True)
    created_at: Mapped[UtcTime]
    region: Mapped[Region] = relationship(lazy="joined")
    head: Mapped["Person | None"] = relationship(lazy="selectin", foreign_keys=[head_id], post_update=True)


class Person(SealedRow, Model):
    """A laborer; one person is one row, known by the identity number."""

    __tablename__ = "people"
    __table_args__ = (
        Index("uq_people_id_number", "id_number_index", unique=True),
        Index("ix_people_name", "name"),
        Index("ix_people_initials", "initials"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40))
    pinyin: Mapped[str] = mapped_column(String(160))
    """The whole name in pinyin, for sorting."""
    initials: Mapped[str] = mapped_column(String(40))
    id_number_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    id_number_index: Mapped[bytes] = mapped_column(LargeBinary)
    id_number = Sealed(indexed=True)
    last_four_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    birth_on: Mapped[date]
    sex: Mapped[Sex] = enum_column(Sex)
    ethnic_group: Mapped[str] = mapped_column(String(20), default="汉族")
    phone_sealed: Mapped[bytes | None] = sealed_column()
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    phone = Sealed(indexed=True)
    region_code: Mapped[RegionCode]
    address_sealed: Mapped[bytes | None] = sealed_column()
    address = Sealed()
    payee_account_sealed: Mapped[bytes | None] = sealed_column()
    payee_account_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    payee_account = Sealed(indexed=True)
    payee_bank: Mapped[str] = mapped_column(String(80), default="")
    education: Mapped[Education] = enum_column(Education)
    work_status: Mapped[WorkStatus] = enum_column(WorkStatus)
    work_since_on: Mapped[date | None]
    exclusion: Mapped[Exclusion | None] = enum_column(Exclusion, nullable=True)
    wish_trade: Mapped[str] = mapped_column(String(40), default="")
    """The key of the trade the person wants to learn (`Trade`), or empty."""
    session_version: Mapped[int] = mapped_column(default=1)
    """Raised when the phone changes, so that the old phone's sign-ins end."""
    household_id: Mapped[int | None] = fk("households.id", nullable=True)
    created_at: Mapped[UtcTime]
    updated_at: Mapped[UtcTime]
    groups: Mapped[list["GroupMembership"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    region: Mapped[Region] = relationship(lazy="joined")
    household: Mapped[Household | None] = relationship(lazy="selectin", foreign_keys=[household_id])

    @property
    def wish(self) -> Trade | None:
        """The trade the person wants to learn, for showing its name."""
        return Trade(self.wish_trade) if self.wish_trade in set(Trade) else None


class GroupMembership(SealedRow, Model):
    """A person belongs to a group by a piece of evidence, from a day (R06, R07)."""

    __tablename__ = "group_memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "group", "valid_from", name="uq_group_memberships_once"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = fk("people.id")
    group: Mapped[Group] = enum_column(Group)
    evidence: Mapped[str] = mapped_column(String(80))
    document_number_sealed: Mapped[bytes | None] = sealed_column()
    document_number = Sealed()
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class SubsidyUse(Model):
    """One line of the record of subsidies used (享受补贴记录): a subsidised training reserved, used, or given back.

    Claimed under a lock on the person's row (I3); the same occupation and level never twice while it counts.
    """

    __tablename__ = "subsidy_uses"
    __table_args__ = (
        Index(
            "uq_subsidy_uses_same_training",
            "person_id",
            "occupation_code",
            "level",
            unique=True,
            postgresql_where="status IN ('reserved', 'used')",
        ),
        Index(
            "uq_subsidy_uses_slot",
            "person_id",
            "slot",
            unique=True,
            postgresql_where="status IN ('reserved', 'used')",
        ),
        CheckConstraint("level BETWEEN 0 AND 5", name="level_known"),
        CheckConstraint("slot >= 1 AND slot <= slots", name="within_cap"),
        Index(
            "uq_subsidy_uses_reference",
            "reference",
            unique=True,
            postgresql_where="status IN ('reserved', 'used')",
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = fk("people.id")
    status: Mapped[UseStatus] = enum_column(UseStatus)
    slot: Mapped[int] = mapped_column(SmallInteger)
    """Which of the policy's allowed trainings this is, from 1; never more than `slots`, never two with one number."""
    slots: Mapped[int] = mapped_column(SmallInteger)
    """The policy's cap on the day of the claim (R09)."""
    occupation_code: Mapped[str] = mapped_column(String(40))
    level: Mapped[int] = mapped_column(SmallInteger)
    """5 (lowest) to 1; 0 for a training without a level."""
    year: Mapped[int] = mapped_column(SmallInteger)
    reference: Mapped[str] = mapped_column(String(60), index=True)
    """What holds it: 'enrollment:12', or 'import:…' for history of other systems."""
    amount_fen: Mapped[Fen | None]
    created_at: Mapped[UtcTime]
    ended_at: Mapped[UtcTime | None]
