"""What the rules are told beyond one trainee: what the class reached as a whole, and what was paid this year before."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.classes.rules import SeatStatus
from app.funding.models import Claim, ClaimLine
from app.funding.queries.evidence import Evidence
from app.funding.rules import LIVE, ClaimStatus
from app.kernel import clock
from app.kernel.database import among, db
from app.people.queries import rows_of
from app.policies.rules.employing import employed_count
from app.policies.rules.facts import ClassFacts
from app.policies.rules.pack import Pack


@dataclass(frozen=True, slots=True)
class Reached:
    """What a class reached: its trainees to the end, in order, and how many have a certificate, a post."""

    seats: tuple[int, ...]
    certified: int
    employed: int | None


def reached_by(evidence: Iterable[Evidence], pack: Pack, ended_on: date | None) -> Reached:
    """What the trainees who stayed to the end reached."""
    stayed = [one for one in evidence if one.seat.status == SeatStatus.FIXED]
    taken = [one.taken_up for one in stayed if one.taken_up is not None]
    posts = [(one.took_up_on, one.contract_months) for one in taken]
    return Reached(
        tuple(sorted(one.seat.id for one in stayed)),
        certified=sum(one.valid_certificate is not None for one in stayed),
        employed=employed_count(pack, ended_on, posts),
    )


def in_class(reached: Reached, seat_id: int) -> ClassFacts | None:
    """The class as a line of one seat is told of it; None for one who left, who shares nothing."""
    place = bisect_right(reached.seats, seat_id)
    if not place or reached.seats[place - 1] != seat_id:
        return None
    return ClassFacts(len(reached.seats), certified=reached.certified, employed=reached.employed, place=place)


@dataclass(frozen=True, slots=True)
class Taken:
    """How often each step was paid to a person this year before, how much of it, and how much in all."""

    by_person: dict[int, Counter[str]]
    by_step: dict[int, Counter[str]]
    fen: Counter[int]

    def add(self, person_id: int, steps: Sequence[dict[str, Any]], fen: int) -> None:
        """Count one more line that comes to so much; what was cut is taken off its last steps first."""
        counted = self.by_person.setdefault(person_id, Counter())
        counted.update(step["key"] for step in steps if step["amount_fen"] > 0)
        paid, cut = self.by_step.setdefault(person_id, Counter()), sum(step["amount_fen"] for step in steps) - fen
        for step in reversed(steps):
            off = min(cut, max(step["amount_fen"], 0))
            paid[step["key"]] += step["amount_fen"] - off
            cut -= off
        self.fen[person_id] += fen

    def steps(self, person_id: int) -> tuple[tuple[str, int], ...]:
        """Each step's key and how often."""
        return tuple(sorted(self.by_person.get(person_id, Counter()).items()))

    def paid(self, person_id: int) -> tuple[tuple[str, int], ...]:
        """Each step's key and how much, fen; negative where it took away."""
        return tuple(sorted(self.by_step.get(person_id, Counter()).items()))

    def paid_fen(self, person_id: int) -> int:
        """How much, fen."""
        return self.fen[person_id]


def taken_before(people: Collection[int], year: int, claim: Claim | None, classes: Collection[int]) -> Taken:
    """What claims submitted before this one in the year ask for or have paid to these people, for other classes."""
    found = Taken({}, {}, Counter())
    if not people:
        return found
    before = claim.submitted_at if claim is not None and claim.submitted_at is not None else clock.now()
    rows = rows_of(people)
    query = select(ClaimLine.person_id, ClaimLine.quote["steps"], ClaimLine.asked_fen - ClaimLine.cut_fen)
    query = query.join(Claim, Claim.id == ClaimLine.claim_id).where(
        among(ClaimLine.person_id, rows),
        ClaimLine.class_id.not_in(classes),
        ClaimLine.status.in_(LIVE),
        Claim.submitted_at >= clock.moment_of(date(year, 1, 1), 0),
        Claim.submitted_at < min(before, clock.moment_of(date(year + 1, 1, 1), 0)),
        Claim.status.not_in((ClaimStatus.WITHDRAWN, ClaimStatus.REJECTED)),
    )
    if claim is not None:
        query = query.where(Claim.id != claim.id)
    for person_id, steps, amount in db.session.execute(query):
        found.add(rows[person_id], steps or (), amount)
    return found
