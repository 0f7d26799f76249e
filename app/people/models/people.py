"""Laborers, their groups and households."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.people.models.kinds import Education, Exclusion, Group, HouseholdKind, Trade, WorkStatus
from app.policies.rules.facts import Sex
from app.regions.models import Region


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
