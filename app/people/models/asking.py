"""What people wish for, and phones that somebody gave for them."""

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.people.models.kinds import Trade
from app.people.models.living import ChangeSource, PhoneClaimStatus, WishKind, WishOutcome
from app.people.models.people import Person

OPEN = text("answered_at IS NULL")


class Wish(Model):
    """Something a person wishes for, and what came of it.

    `value` by kind: the id of a course, the key of a trade (`Trade`), a region code or words for a place, the monthly
    wage in fen, words for dates. Open until it is answered.
    """

    __tablename__ = "wishes"
    __table_args__ = (
        Index("uq_wishes_open", "person_id", "kind", "value", unique=True, postgresql_where=OPEN),
        Index("ix_wishes_open", "made_at", postgresql_where=OPEN),
        CheckConstraint("(answered_at IS NULL) = (outcome IS NULL)", name="answered_with_outcome"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = fk("people.id")
    kind: Mapped[WishKind] = enum_column(WishKind)
    value: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    made_at: Mapped[UtcTime]
    outcome: Mapped[WishOutcome | None] = enum_column(WishOutcome, nullable=True)
    answer: Mapped[str] = mapped_column(String(200), default="", server_default="")
    answered_at: Mapped[UtcTime | None]
    person: Mapped[Person] = relationship()

    @property
    def trade(self) -> Trade | None:
        """The trade wished for, where the wish is about one."""
        return Trade(self.value) if self.kind == WishKind.TRADE and self.value in set(Trade) else None

    @property
    def wage_fen(self) -> int | None:
        """The monthly wage wished for, where the wish is about one."""
        return int(self.value) if self.kind == WishKind.WAGE and self.value.isdigit() else None


class PhoneClaim(SealedRow, Model):
    """A phone given with the identity number of a known person: it changes nothing until an officer calls."""

    __tablename__ = "phone_claims"
    __table_args__ = (
        Index(
            "uq_phone_claims_open", "person_id", "phone_index", unique=True, postgresql_where=text("status = 'open'")
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = fk("people.id")
    status: Mapped[PhoneClaimStatus] = enum_column(PhoneClaimStatus)
    phone_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    phone_index: Mapped[bytes] = mapped_column(LargeBinary)
    phone = Sealed(indexed=True)
    name_sealed: Mapped[bytes | None] = sealed_column()
    name = Sealed()
    """The name that was given with it."""
    source: Mapped[ChangeSource] = enum_column(ChangeSource)
    by_key: Mapped[str] = mapped_column(String(60))
    by_name: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[UtcTime]
    decided_at: Mapped[UtcTime | None]
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    person: Mapped[Person] = relationship()

    @property
    def region_code(self) -> str:
        """Where the person lives: that village's officer decides."""
        return self.person.region_code
