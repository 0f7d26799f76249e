"""Laborers, their groups and households."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.people.models.kinds import Education, Exclusion, Group, HouseholdKind, Trade, WorkStatus
from app.people.models.living import Ability, Health, Willing
from app.people.models.searched import SEARCHED
from app.people.rules import IdKind
from app.policies.rules.facts import Sex
from app.regions.models import Region


class Household(Model):
    """People who live and reckon together."""

    __tablename__ = "households"
    __table_args__ = (Index("ix_households_kind", "kind", "id"),)

    id: Mapped[Id]
    region_code: Mapped[RegionCode]
    kind: Mapped[HouseholdKind] = enum_column(HouseholdKind)
    head_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", use_alter=True), index=True)
    created_at: Mapped[UtcTime]
    region: Mapped[Region] = relationship(lazy="joined")
    head: Mapped["Person | None"] = relationship(lazy="select", foreign_keys=[head_id], post_update=True)


class Person(SealedRow, Model):
    """A laborer; one person is one row, known by the identity number."""

    __tablename__ = "people"
    __table_args__ = (
        Index("uq_people_id_number", "id_number_index", unique=True),
        *SEARCHED,
        Index("ix_people_merged", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
        CheckConstraint("disability_level BETWEEN 0 AND 4", name="disability_level_known"),
        CheckConstraint("wage_fen > 0", name="wage_positive"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_self"),
        CheckConstraint("merged_into_id IS NULL OR merged_rows = 0", name="merged_in_one_step"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40, collation="C"))
    pinyin: Mapped[str] = mapped_column(String(160, collation="C"))
    """The whole name in pinyin, for sorting."""
    initials: Mapped[str] = mapped_column(String(40, collation="C"))
    id_number_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    id_number_index: Mapped[bytes] = mapped_column(LargeBinary)
    id_number = Sealed(indexed=True)
    id_kind: Mapped[IdKind] = enum_column(IdKind, default=IdKind.CITIZEN, server_default="citizen")
    last_four_index: Mapped[bytes] = mapped_column(LargeBinary)
    birth_on: Mapped[date]
    sex: Mapped[Sex] = enum_column(Sex)
    ethnic_group: Mapped[str] = mapped_column(String(20), default="汉族")
    phone_sealed: Mapped[bytes | None] = sealed_column()
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    phone = Sealed(indexed=True)
    region_code: Mapped[str] = mapped_column(String(12), ForeignKey("regions.code"))
    address_sealed: Mapped[bytes | None] = sealed_column()
    address = Sealed()
    stay_code: Mapped[str | None] = mapped_column(String(12), ForeignKey("regions.code"))
    """The region where the person stays now, where that is not the village and is in our list."""
    stay_words: Mapped[str] = mapped_column(String(80), default="", server_default="")
    payee_account_sealed: Mapped[bytes | None] = sealed_column()
    payee_account_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    payee_account = Sealed(indexed=True)
    payee_bank: Mapped[str] = mapped_column(String(80), default="")
    education: Mapped[Education] = enum_column(Education)
    work_status: Mapped[WorkStatus] = enum_column(WorkStatus)
    work_since_on: Mapped[date | None]
    employer_name: Mapped[str] = mapped_column(String(80), default="", server_default="")
    wage_fen: Mapped[Fen | None]
    """The actual wage of a month."""
    unemployed_since_on: Mapped[date | None]
    away_where: Mapped[str] = mapped_column(String(80), default="", server_default="")
    back_on: Mapped[date | None]
    """When a person who is away is expected back, or returns to the post."""
    health: Mapped[Health | None] = enum_column(Health, nullable=True)
    disability_level: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """1 (heaviest) to 4; 0 where there is none."""
    ability: Mapped[Ability] = enum_column(Ability, default=Ability.ABLE, server_default="able")
    willing: Mapped[Willing] = enum_column(Willing, default=Willing.UNSURE, server_default="unsure")
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list, server_default="{}")
    service_needs: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list, server_default="{}")
    """Members of `ServiceNeed`."""
    guardian_name: Mapped[str] = mapped_column(String(40), default="", server_default="")
    guardian_relation: Mapped[str] = mapped_column(String(20), default="", server_default="")
    guardian_phone_sealed: Mapped[bytes | None] = sealed_column()
    guardian_phone = Sealed()
    exclusion: Mapped[Exclusion | None] = enum_column(Exclusion, nullable=True)
    wish_trade: Mapped[str] = mapped_column(String(40), default="")
    """The key of the trade the person wants to learn (`Trade`), or empty."""
    session_version: Mapped[int] = mapped_column(default=1)
    """Raised when the phone changes, so that the old phone's sign-ins end."""
    household_id: Mapped[int | None] = fk("households.id", nullable=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Raised by every change, so that the second of two editors sees what the first one changed."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """The row that stands for this person, where two rows turned out to be one."""
    merged_rows: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """How many other rows this one stands for."""
    created_at: Mapped[UtcTime]
    updated_at: Mapped[UtcTime]
    groups: Mapped[list["GroupMembership"]] = relationship(lazy="select", cascade="all, delete-orphan")
    region: Mapped[Region] = relationship(lazy="joined", foreign_keys="Person.region_code")
    household: Mapped[Household | None] = relationship(lazy="select", foreign_keys=[household_id])

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
        Index("ix_group_memberships_group", "group", "person_id", postgresql_include=["valid_from", "valid_to"]),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = fk("people.id")
    group: Mapped[Group] = enum_column(Group)
    evidence: Mapped[str] = mapped_column(String(80))
    document_number_sealed: Mapped[bytes | None] = sealed_column()
    document_number = Sealed()
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
