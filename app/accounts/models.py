"""Accounts, organizations, areas, deputies, one-time links and codes."""

from datetime import date
from typing import cast

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.rules import OrganizationKind, OrganizationStatus, OrganizationStep, UserStatus, UserStep
from app.audit.words import action_words, flow_words
from app.kernel.access import Actor, Role
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column

flow_words("users", UserStatus, UserStep)
flow_words("organizations", OrganizationStatus, OrganizationStep)
action_words(
    {
        "account asked": _l("申请变更收款账号"),
        "account confirmed": _l("核对并启用了新的收款账号"),
        "account refused": _l("没有同意变更收款账号"),
    }
)
constraint_messages(
    {
        "ck_bank_changes_second_person": _l("收款账号要由另一个人核对，不能自己提出、自己确认。"),
        "uq_bank_changes_open": _l("已经有一份变更申请在等核对，办完再提新的。"),
        "law_bank_account_second_person": _l("收款账号只能通过变更申请、由第二个人核对后改动。"),
    }
)
labels(
    {
        Role.LABORER: _l("劳动者"),
        Role.VILLAGE_OFFICER: _l("村级就业信息员"),
        Role.TOWNSHIP_OFFICER: _l("乡镇人社专干"),
        Role.SCHOOL_CLERK: _l("培训机构经办人"),
        Role.TEACHER: _l("授课教师"),
        Role.ASSESSOR: _l("考评员"),
        Role.EMPLOYER: _l("用人单位"),
        Role.TRAINING_OFFICER: _l("培训管理员"),
        Role.FIRST_REVIEWER: _l("初审员"),
        Role.SECOND_REVIEWER: _l("复核员"),
        Role.SIGNER: _l("签批领导"),
        Role.BUREAU_FINANCE: _l("人社财务"),
        Role.TREASURY: _l("财政经办"),
        Role.INSPECTOR: _l("督查员"),
        Role.AUDITOR: _l("审计员"),
        Role.ADMINISTRATOR: _l("系统管理员"),
    }
)
labels(
    {UserStatus.INVITED: _l("待激活"), UserStatus.ACTIVE: _l("正常"), UserStatus.CLOSED: _l("已停用")},
    tones={UserStatus.INVITED: "info", UserStatus.ACTIVE: "ok", UserStatus.CLOSED: "neutral"},
)
labels(
    {
        OrganizationKind.SCHOOL: _l("培训机构"),
        OrganizationKind.EMPLOYER: _l("企业"),
        OrganizationKind.WORKSHOP: _l("帮扶车间"),
        OrganizationKind.COOPERATIVE: _l("农民专业合作社"),
        OrganizationKind.VILLAGE: _l("村（社区）"),
        OrganizationKind.BUREAU: _l("人社部门"),
    }
)
labels(
    {
        OrganizationStatus.APPLIED: _l("待审核"),
        OrganizationStatus.ADMITTED: _l("已准入"),
        OrganizationStatus.REFUSED: _l("未通过"),
        OrganizationStatus.SUSPENDED: _l("已暂停"),
    },
    tones={
        OrganizationStatus.APPLIED: "info",
        OrganizationStatus.ADMITTED: "ok",
        OrganizationStatus.REFUSED: "bad",
        OrganizationStatus.SUSPENDED: "warn",
    },
)


labels({UserStep.ACCEPT: _l("激活账号"), UserStep.CLOSE: _l("停用账号"), UserStep.REOPEN: _l("重新启用")})
labels(
    {
        OrganizationStep.ADMIT: _l("准入"),
        OrganizationStep.REFUSE: _l("不予通过"),
        OrganizationStep.SUSPEND: _l("暂停"),
        OrganizationStep.RESUME: _l("恢复"),
    }
)


class Organization(SealedRow, Model):
    """A school, an employer of any kind, or a bureau; known by its 18-character credit code."""

    __tablename__ = "organizations"
    __table_args__ = (CheckConstraint("length(credit_code) = 18", name="credit_code_whole"),)

    id: Mapped[Id]
    kind: Mapped[OrganizationKind] = enum_column(OrganizationKind)
    status: Mapped[OrganizationStatus] = enum_column(OrganizationStatus)
    name: Mapped[str] = mapped_column(String(80))
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    region_code: Mapped[RegionCode]
    address_sealed: Mapped[bytes | None] = sealed_column()
    address = Sealed()
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    phone_sealed: Mapped[bytes | None] = sealed_column()
    phone = Sealed()
    legal_representative: Mapped[str] = mapped_column(String(40), default="")
    bank_name: Mapped[str] = mapped_column(String(80), default="")
    bank_account_sealed: Mapped[bytes | None] = sealed_column()
    bank_account = Sealed()
    bank_change_id: Mapped[int | None] = mapped_column(BigInteger)
    """The change that the account comes from, once it was changed; the database lets it change by none other."""
    created_at: Mapped[UtcTime]


class BankChange(SealedRow, Model):
    """An organization asks for its money to go to another account; somebody else confirms that it is right."""

    __tablename__ = "bank_changes"
    __table_args__ = (
        CheckConstraint("decided_by <> asked_by", name="second_person"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_by_somebody"),
        CheckConstraint("confirmed OR decided_at IS NULL OR note <> ''", name="refused_with_reason"),
        CheckConstraint("NOT confirmed OR decided_at IS NOT NULL", name="confirmed_by_somebody"),
        Index("uq_bank_changes_open", "organization_id", unique=True, postgresql_where=text("decided_at IS NULL")),
    )

    id: Mapped[Id]
    organization_id: Mapped[int] = fk("organizations.id")
    bank_name: Mapped[str] = mapped_column(String(80))
    bank_account_sealed: Mapped[bytes | None] = sealed_column()
    bank_account = Sealed()
    reason: Mapped[str] = mapped_column(String(200))
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_by_name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[UtcTime]
    confirmed: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_by_name: Mapped[str] = mapped_column(String(80), default="")
    decided_at: Mapped[UtcTime | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class User(SealedRow, Model):
    """An account of a member of staff; laborers have none, they sign in by phone and code."""

    __tablename__ = "users"

    id: Mapped[Id]
    login_name: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    phone_sealed: Mapped[bytes | None] = sealed_column()
    phone = Sealed()
    password_hash: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[UserStatus] = enum_column(UserStatus)
    organization_id: Mapped[int | None] = fk("organizations.id", nullable=True)
    session_version: Mapped[int] = mapped_column(default=1)
    """Raised to sign the account out everywhere."""
    created_at: Mapped[UtcTime]
    organization: Mapped[Organization | None] = relationship(lazy="joined")
    roles: Mapped[list["UserRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    areas: Mapped[list["UserArea"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    is_active = True
    is_authenticated = True
    is_anonymous = False
    principal = cast("User | None", None)
    """The account this one stands in for in this session (AB岗); set on the instance when the session loads it."""

    def get_id(self) -> str:
        """What the session keeps: kind, id, and the version that signing out everywhere raises."""
        return f"user:{self.id}:{self.session_version}"

    def as_actor(self) -> Actor:
        """The account as services and events know it; a deputy has the roles and area of the one stood for."""
        source = self.principal or self
        return Actor(
            key=f"user:{self.id}",
            name=self.name,
            roles=frozenset(item.role for item in source.roles),
            area=tuple(sorted(item.region_code for item in source.areas)),
            organization_id=source.organization_id,
            stands_for=f"user:{source.id}" if self.principal else None,
        )


class UserRole(Model):
    """One role of an account."""

    __tablename__ = "user_roles"

    user_id: Mapped[int] = fk("users.id", primary_key=True)
    role: Mapped[Role] = enum_column(Role, primary_key=True)


class UserArea(Model):
    """One region, with its subtree, that an account answers for."""

    __tablename__ = "user_areas"

    user_id: Mapped[int] = fk("users.id", primary_key=True)
    region_code: Mapped[RegionCode] = mapped_column(primary_key=True)


class Deputy(Model):
    """Someone stands in for someone else for a stated time (AB岗)."""

    __tablename__ = "deputies"
    __table_args__ = (
        CheckConstraint("principal_id <> deputy_id", name="somebody_else"),
        CheckConstraint("until_on >= from_on", name="ends_after_start"),
    )

    id: Mapped[Id]
    principal_id: Mapped[int] = fk("users.id")
    deputy_id: Mapped[int] = fk("users.id")
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]


class OneTimeLink(Model):
    """An invitation or a reset of the password: used once, within its time; only the hash of the token is kept."""

    __tablename__ = "one_time_links"

    id: Mapped[Id]
    user_id: Mapped[int] = fk("users.id")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[UtcTime]
    used_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]


class OneTimeCode(Model):
    """A code sent to a phone; the newest of a phone and purpose counts, for ten minutes and five tries."""

    __tablename__ = "one_time_codes"
    __table_args__ = (UniqueConstraint("phone_index", "purpose", name="uq_one_time_codes_phone"),)

    id: Mapped[Id]
    phone_index: Mapped[bytes] = mapped_column(LargeBinary)
    purpose: Mapped[str] = mapped_column(String(40))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[UtcTime]
    tries_left: Mapped[int]
    used_at: Mapped[UtcTime | None]


class DeclaredInterest(Model):
    """A declared relation of an organization to another one or to an officer; shown on every decision."""

    __tablename__ = "declared_interests"
    __table_args__ = (
        CheckConstraint("(other_organization_id IS NOT NULL) OR (user_id IS NOT NULL)", name="with_somebody"),
        CheckConstraint("other_organization_id <> organization_id", name="not_with_itself"),
        CheckConstraint("NOT same_owner OR other_organization_id IS NOT NULL", name="owner_of_two_organizations"),
        Index(
            "uq_declared_interests_pair",
            "organization_id",
            "other_organization_id",
            "user_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[Id]
    organization_id: Mapped[int] = fk("organizations.id")
    other_organization_id: Mapped[int | None] = fk("organizations.id", nullable=True)
    user_id: Mapped[int | None] = fk("users.id", nullable=True)
    nature: Mapped[str] = mapped_column(String(120))
    same_owner: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The same owner stands behind both organizations."""
    created_at: Mapped[UtcTime]
