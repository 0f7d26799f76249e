"""What a reviewer sees of each line: the evidence, what speaks against it, what may be done."""

from dataclasses import dataclass
from datetime import date

from app.funding.models import Claim, ClaimLine
from app.funding.queries.claimed import evidence_of_claim
from app.funding.queries.drawing import Drawn, draw_claim
from app.funding.queries.evidence import Evidence
from app.funding.queries.guardians import guardians_of_lines
from app.funding.rules import LineStatus, Payee
from app.kernel.i18n import _
from app.kernel.money import yuan

LOOKED_AT = (LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD)


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line with its evidence and the sentences that speak against it."""

    line: ClaimLine
    evidence: Evidence | None
    concerns: tuple[str, ...]

    @property
    def is_decided(self) -> bool:
        """Whether the first review has decided it."""
        return self.line.first_passed or self.line.status != LineStatus.OPEN


def concerns_of(claim: Claim) -> dict[int, tuple[str, ...]]:
    """What speaks against each line that is looked at, by line; nothing where all agrees with what is recorded."""
    return {row.line.id: row.concerns for row in review_lines(claim) if row.concerns}


def review_lines(claim: Claim) -> list[ReviewLine]:
    """Every line of a claim with its evidence as it stands now."""
    evidence = evidence_of_claim(claim)
    now, guarded = _as_of_now(claim, evidence), guardians_of_lines(claim.lines)
    return [
        ReviewLine(
            line,
            evidence.get(line.seat_id),
            tuple(_concerns(line, now.get((line.seat_id, line.payee)), guarded=line.id in guarded)),
        )
        for line in claim.lines
    ]


def _as_of_now(claim: Claim, evidence: dict[int, Evidence]) -> dict[tuple[int, Payee], Drawn]:
    """The lines as they would be drawn from the present records, for the day the claim was drawn."""
    days = {line.quote.get("facts", {}).get("claimed_on") for line in claim.lines} - {None}
    if not days:
        return {}
    drawn = draw_claim(claim, claimed_on=date.fromisoformat(max(days)), evidence=evidence)
    return {(one.evidence.seat.id, one.payee): one for one in drawn}


def _concerns(line: ClaimLine, now: Drawn | None, *, guarded: bool) -> list[str]:
    if line.status not in LOOKED_AT:
        return []
    found = []
    if now is None or not now.qualifies:
        found.append(_("按现在的记录不符合申领条件：%(why)s", why=now.reason if now else _("没有这一笔。")))
    elif now.held:
        found.append(_(now.held))
    elif now.asked_fen != line.asked_fen:
        found.append(
            _("按现在的记录应为 %(now)s 元，申领 %(asked)s 元。", now=yuan(now.asked_fen), asked=yuan(line.asked_fen))
        )
    if line.payee is Payee.TRAINEE and line.person.payee_account_index is None and not guarded:
        found.append(_("学员还没有登记收款账户，请款时会付不出去。"))
    return found
