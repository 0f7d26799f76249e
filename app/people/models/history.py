"""What a person's row was before: every change with its old value, former identity numbers, merges of two rows."""

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.people.models.living import ChangeSource
from app.people.models.people import Person


class PersonChange(SealedRow, Model):
    """One value of a person that changed: who, when, by which door, from what to what. Rows only ever grow.

    What is personal stands in `old_personal` and `new_personal`, sealed; everything else in `old_value`, `new_value`.
    """

    __tablename__ = "person_changes"
    __table_args__ = (Index("ix_person_changes_person", "person_id", "id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = fk("people.id", index=False)
    field: Mapped[str] = mapped_column(String(40))
    item: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Which of several: the group or wish the field belongs to."""
    old_value: Mapped[str | None]
    new_value: Mapped[str | None]
    old_personal_sealed: Mapped[bytes | None] = sealed_column()
    old_personal = Sealed()
    new_personal_sealed: Mapped[bytes | None] = sealed_column()
    new_personal = Sealed()
    source: Mapped[ChangeSource] = enum_column(ChangeSource)
    version: Mapped[int | None]
    """The version of the person's row that the change made; None for what is not in the row."""
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    by_key: Mapped[str] = mapped_column(String(60))
    by_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[UtcTime]


class FormerNumber(SealedRow, Model):
    """An identity number that a person had before; it goes on finding them and is nobody else's."""

    __tablename__ = "former_numbers"
    __table_args__ = (Index("uq_former_numbers_id_number", "id_number_index", unique=True),)

    id: Mapped[Id]
    person_id: Mapped[int] = fk("people.id")
    id_number_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    id_number_index: Mapped[bytes] = mapped_column(LargeBinary)
    id_number = Sealed(indexed=True)
    last_four_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    reason: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(80))
    """What was shown, for example the household book or the police's letter."""
    by_key: Mapped[str] = mapped_column(String(60))
    by_name: Mapped[str] = mapped_column(String(80))
    until_at: Mapped[UtcTime]


class PersonMerge(Model):
    """Two rows found to be one person: the dropped one stands for the kept one until the merge is undone."""

    __tablename__ = "person_merges"
    __table_args__ = (
        Index("uq_person_merges_dropped", "dropped_id", unique=True, postgresql_where=text("undone_at IS NULL")),
        CheckConstraint("kept_id <> dropped_id", name="two_rows"),
    )

    id: Mapped[Id]
    kept_id: Mapped[int] = fk("people.id")
    dropped_id: Mapped[int] = fk("people.id")
    reason: Mapped[str] = mapped_column(String(200))
    by_key: Mapped[str] = mapped_column(String(60))
    by_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[UtcTime]
    undone_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    undone_by_key: Mapped[str | None] = mapped_column(String(60))
    undone_by_name: Mapped[str | None] = mapped_column(String(80))
    undone_at: Mapped[UtcTime | None]
    kept: Mapped[Person] = relationship(foreign_keys=[kept_id])
    dropped: Mapped[Person] = relationship(foreign_keys=[dropped_id])
