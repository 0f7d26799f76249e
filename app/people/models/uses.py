"""Each person's record of subsidies used."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.database import Fen, Id, Model, UtcTime, enum_column, fk
from app.people.models.kinds import UseStatus
from app.people.models.people import Person

COUNTED = "status IN ('reserved', 'used', 'lost')"


class SubsidyUse(Model):
    """One line of the record of subsidies used (享受补贴记录): a subsidised training reserved, used, or given back.

    Claimed under a lock on the person's row (I3); the same occupation and level never twice while it counts. History of
    other systems is kept as it was, also beyond the cap or twice the same: it counts, and so nothing new is granted.
    """

    __tablename__ = "subsidy_uses"
    __table_args__ = (
        Index(
            "uq_subsidy_uses_same_training",
            "person_id",
            "occupation_code",
            "level",
            unique=True,
            postgresql_where=f"{COUNTED} AND reference NOT LIKE 'import:%'",
        ),
        Index(
            "uq_subsidy_uses_slot",
            "person_id",
            "slot",
            unique=True,
            postgresql_where=COUNTED,
        ),
        CheckConstraint("level BETWEEN 0 AND 5", name="level_known"),
        CheckConstraint("slot >= 1 AND slot <= slots", name="within_cap"),
        Index(
            "uq_subsidy_uses_reference",
            "reference",
            unique=True,
            postgresql_where=COUNTED,
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
    taken_on: Mapped[date | None]
    """The day that history of another system counts on; of ours it is the day of the claim."""
    reference: Mapped[str] = mapped_column(String(60), index=True)
    """What holds it: 'enrollment:12', or 'import:…' for history of other systems."""
    amount_fen: Mapped[Fen | None]
    created_at: Mapped[UtcTime]
    ended_at: Mapped[UtcTime | None]
    person: Mapped[Person] = relationship()

    @property
    def region_code(self) -> str:
        """Where the person lives: events of the record are read by those who answer for that place."""
        return self.person.region_code
