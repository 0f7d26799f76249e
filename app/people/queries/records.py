"""Each person's record of subsidies used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.kernel import clock
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.models import COUNTING, Person, SubsidyUse
from app.policies.queries import pack_for
from app.policies.rules.facts import RecordFacts, Use


@dataclass(frozen=True, slots=True)
class Standing:
    """How many subsidised trainings a person has taken and has left under the policy in force where they live.

    `cap` and `left` are None where the policy states no cap or none is in force; `until` is the day of the record.
    """

    taken: int
    cap: int | None
    left: int | None
    until: date


def uses_of(person_id: int) -> Sequence[SubsidyUse]:
    """A person's whole record of subsidies used, newest first, with what was given back."""
    query = select(SubsidyUse).where(SubsidyUse.person_id == person_id)
    return db.session.scalars(query.order_by(SubsidyUse.year.desc(), SubsidyUse.id.desc())).all()


def record_of(person_id: int, *, without: str = "") -> RecordFacts:
    """The uses that count now as the policy's rules want them, without the one held by the reference `without`."""
    query = select(SubsidyUse).where(
        SubsidyUse.person_id == person_id, SubsidyUse.status.in_(COUNTING), SubsidyUse.reference != without
    )
    uses = db.session.scalars(query.order_by(SubsidyUse.year, SubsidyUse.id)).all()
    taken = tuple(Use(_taken_on(use), use.occupation_code, use.level or None) for use in uses)
    return RecordFacts(taken, known_until=clock.today())


def _taken_on(use: SubsidyUse) -> date:
    """The day a use counts on: the day it was claimed, or the first of the year it counts in where that is another."""
    claimed = clock.local(use.created_at).date()
    return claimed if claimed.year == use.year else date(use.year, 1, 1)


def standing_of(row: Person) -> Standing:
    """Uses taken and left today under the policy in force where the person lives (R09)."""
    today = clock.today()
    record = record_of(row.id)
    try:
        pack = pack_for(row.region_code, today)
    except NotFound:
        return Standing(len(record.uses), None, None, today)
    since, cap = pack.day("record.lifetime_since"), pack.count("record.lifetime_cap")
    taken = sum(since is None or use.taken_on >= since for use in record.uses)
    return Standing(taken, cap, None if cap is None else max(0, cap - taken), today)
