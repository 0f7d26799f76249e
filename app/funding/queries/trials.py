"""Past claims for a policy to be tried on, and what the budgets have left for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, lazyload

from app.classes.models import TrainingClass
from app.funding.models import Claim, ClaimLine
from app.funding.queries.claims import visible_to
from app.funding.queries.retold import facts_of_line
from app.funding.rules import LIVE
from app.funding.rules.trials import Past, Tally, Trial, trial_of
from app.kernel.access import Actor
from app.kernel.clock import LOCAL
from app.kernel.database import db
from app.kernel.sealing import mask_name
from app.ledger.queries import Standing, current_budget, standing
from app.policies.rules.pack import Pack


@dataclass(frozen=True, slots=True)
class Need:
    """What a budget would need under the pack that is tried, and what it has left today."""

    standing: Standing | None
    tally: Tally

    @property
    def short_fen(self) -> int:
        """What would be missing: the additional need above what is available today."""
        if self.standing is None:
            return max(0, self.tally.change_fen)
        return max(0, self.tally.change_fen - self.standing.available_fen)


def trial(by: Actor, pack: Pack, first: date | None, last: date | None) -> Trial:
    """A pack tried on the claims that this person may see, submitted in a span of days."""
    return trial_of(pack, _past(by, first, last))


def needs(found: Trial) -> list[Need]:
    """What each budget would need, the shortest of money first."""
    needed = [Need(standing(current_budget(key)) if key else None, tally) for key, tally in found.budgets.items()]
    return sorted(needed, key=lambda need: (-need.short_fen, -need.tally.change_fen))


def _past(by: Actor, first: date | None, last: date | None) -> Iterator[Past]:
    """Each trainee's money of each claim: the lines of one seat to school and trainee rest on the same facts."""
    then: dict[tuple[int, int], int] = {}
    lines: dict[tuple[int, int], ClaimLine] = {}
    for line in db.session.scalars(_lines(by, first, last)):
        key = (line.claim_id, line.seat_id)
        then[key] = then.get(key, 0) + line.asked_fen
        lines.setdefault(key, line)
    for key, line in lines.items():
        class_ = db.session.get_one(TrainingClass, line.class_id)
        yield Past(
            claim_id=line.claim_id,
            person_id=line.person_id,
            name=mask_name(line.person.name),
            school=line.claim.school.name,
            course=class_.course.title,
            budget_id=class_.budget_id,
            then_fen=then[key],
            facts=facts_of_line(line),
        )


def _lines(by: Actor, first: date | None, last: date | None) -> Select[ClaimLine]:
    day = func.date(func.timezone(str(LOCAL), Claim.submitted_at))
    query = select(ClaimLine).join(Claim, Claim.id == ClaimLine.claim_id)
    query = query.where(visible_to(by), Claim.submitted_at.is_not(None))
    query = query.where(ClaimLine.status.in_(LIVE), ClaimLine.asked_fen > 0)
    if first is not None:
        query = query.where(day >= first)
    if last is not None:
        query = query.where(day <= last)
    return query.options(contains_eager(ClaimLine.claim).options(lazyload(Claim.lines))).order_by(ClaimLine.id)
