"""Survey rounds: a question set asked of every laborer of some villages by a day."""

import json
import uuid
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.outreach.rules import CardStatus, How, NotReached, RoundStatus
from app.people.models import Person, WorkStatus
from app.regions.models import Region


class SurveyRound(Model):
    """One round of asking (摸底): its questions, its villages, its due date."""

    __tablename__ = "survey_rounds"
    __table_args__ = (CheckConstraint("jsonb_typeof(questions) = 'array'", name="questions_listed"),)

    id: Mapped[Id]
    status: Mapped[RoundStatus] = enum_column(RoundStatus)
    title: Mapped[str] = mapped_column(String(80))
    region_code: Mapped[RegionCode]
    """The region whose officer runs the round; its villages lie below."""
    due_on: Mapped[date]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """The question set, in order: key, text, kind, choices, and the register's field it is mapped to, if any."""
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[UtcTime]
    region: Mapped[Region] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict


class SurveyVillage(Model):
    """One village of a round."""

    __tablename__ = "survey_villages"

    round_id: Mapped[int] = mapped_column(ForeignKey("survey_rounds.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(String(12), ForeignKey("regions.code"), primary_key=True, index=True)


class SurveyCard(SealedRow, Model):
    """One person in one round: open, answered, or not reached and why.

    Made for a whole round by one statement. The answers are sealed; what rounds are compared by (work status, wish,
    willingness) stands beside them as a snapshot of what was answered.
    """

    __tablename__ = "survey_cards"
    __table_args__ = (
        Index("uq_survey_cards_person", "round_id", "person_id", unique=True),
        Index("uq_survey_cards_client_key", "client_key", unique=True),
        Index("ix_survey_cards_village", "round_id", "region_code", "status"),
        Index("ix_survey_cards_open", "region_code", "round_id", postgresql_where=text("status = 'open'")),
        CheckConstraint(
            "status = 'open' OR (answered_by IS NOT NULL AND answered_on IS NOT NULL AND how IS NOT NULL)",
            name="answered_by",
        ),
        CheckConstraint("(status = 'not_reached') = (reason IS NOT NULL)", name="not_reached_why"),
        CheckConstraint("status <> 'answered' OR answers_json_sealed IS NOT NULL", name="answered_has_answers"),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = fk("survey_rounds.id", index=False)
    person_id: Mapped[int] = fk("people.id")
    region_code: Mapped[str] = mapped_column(String(12), ForeignKey("regions.code"))
    """The person's village when the card was made; follows the person while the card is open."""
    status: Mapped[CardStatus] = enum_column(CardStatus)
    answers_json_sealed: Mapped[bytes | None] = sealed_column()
    answers_json = Sealed()
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Sealed()
    reason: Mapped[NotReached | None] = enum_column(NotReached, nullable=True)
    work_status: Mapped[WorkStatus | None] = enum_column(WorkStatus, nullable=True)
    wish: Mapped[str | None] = mapped_column(String(40))
    """The key of the trade wished for, "" for no wish; None where the round did not ask."""
    willing: Mapped[str | None] = mapped_column(String(20))
    how: Mapped[How | None] = enum_column(How, nullable=True)
    answered_by: Mapped[str | None] = mapped_column(String(40))
    answered_on: Mapped[date | None]
    """The local day on which the person was asked."""
    answered_at: Mapped[UtcTime | None]
    """When it was written down here."""
    client_key: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    """The device's own key of its last word on this card, so that a sync sent twice is taken once."""
    version: Mapped[int] = mapped_column(default=1)
    person: Mapped[Person] = relationship(lazy="joined")
    survey: Mapped[SurveyRound] = relationship(lazy="select")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, by the key of the question; empty while nothing was."""
        found: dict[str, Any] = json.loads(self.answers_json) if self.answers_json else {}
        return found

    @answers.setter
    def answers(self, given: dict[str, Any]) -> None:
        """Seal what was answered."""
        self.answers_json = json.dumps(given, ensure_ascii=False)
