"""The meter 材料齐全度: each point of the policy's checklist, how much of it is there, and where the rest is mended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Organization
from app.funding.models import Claim, ClaimAttachment, ClaimLine
from app.funding.queries.claimed import classes_of, evidence_of_claim
from app.funding.queries.evidence import Evidence
from app.funding.rules import LineStatus
from app.kernel.database import db
from app.kernel.i18n import _
from app.people.models import Person
from app.policies import queries as policies
from app.policies.rules.said import Named

ASKING = (LineStatus.OPEN, LineStatus.RETURNED)


@dataclass(frozen=True, slots=True)
class Gap:
    """What of a point is missing, and of which class; 0 where it is the claimant's own."""

    words: str
    class_id: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist; `attached` counts the papers given for one that nothing recorded stands in for."""

    key: str
    name: Named
    evidence: Named
    gaps: tuple[Gap, ...] = ()
    by_paper: bool = False
    attached: tuple[ClaimAttachment, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing."""
        return not self.gaps


@dataclass(frozen=True, slots=True)
class _Known:
    """What a claim's points are judged by."""

    claim: Claim
    lines: Sequence[ClaimLine]
    evidence: dict[int, Evidence]
    asks_certificate: bool

    def certified(self, line: ClaimLine, found: Evidence | None) -> bool:
        """Whether a certificate is there, or the policy pays this line without one."""
        without = line.certificate_id is None and not self.asks_certificate
        return without or (found is not None and found.valid_certificate is not None)

    def placed(self, line: ClaimLine, found: Evidence | None) -> bool:
        """Whether a post or livelihood is there, or the line has none for want of the certificate."""
        without = line.certificate_id is None and not self.asks_certificate
        return without or (found is not None and found.placement is not None)

    def short(self, has: Callable[[ClaimLine, Evidence | None], bool], words: Callable[[int], str]) -> Iterator[Gap]:
        """For each class how many of the people asked for lack something."""
        for class_id in sorted({line.class_id for line in self.lines}):
            seats = {
                line.seat_id
                for line in self.lines
                if line.class_id == class_id and not has(line, self.evidence.get(line.seat_id))
            }
            if seats:
                yield Gap(words(len(seats)), class_id)


def meter(claim: Claim, evidence: dict[int, Evidence] | None = None) -> list[Point]:
    """Every point of the checklist of the claim's policy, as it stands now; `evidence` was read just now."""
    pack = policies.pack_by_id(claim.policy_pack_id)
    lines = [line for line in claim.lines if line.status in ASKING]
    asks = pack.figure("claim.certificate_required").value is not False
    known = _Known(claim, lines, evidence_of_claim(claim) if evidence is None else evidence, asks)
    papers = _attached(claim)
    points = []
    for listed in pack.checklist:
        judge, mine = JUDGES.get(listed.key), tuple(papers.get(listed.key, ()))
        if judge is not None:
            points.append(Point(listed.key, listed.name, listed.evidence, tuple(judge(known))))
        else:
            gaps = () if mine else (Gap(_("还没有上传。")),)
            points.append(Point(listed.key, listed.name, listed.evidence, gaps, by_paper=True, attached=mine))
    return points


def _attached(claim: Claim) -> dict[str, list[ClaimAttachment]]:
    query = select(ClaimAttachment).where(ClaimAttachment.claim_id == claim.id).order_by(ClaimAttachment.id)
    found: dict[str, list[ClaimAttachment]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.key, []).append(row)
    return found


def _roster(known: _Known) -> Iterator[Gap]:
    for class_ in classes_of(known.claim):
        if class_.locked_version is None:
            yield Gap(_("名单还没有锁定。"), class_.id)


def _attendance(known: _Known) -> Iterator[Gap]:
    return known.short(
        lambda line, _found: bool(line.quote.get("facts", {}).get("proofs", {}).get("entries")),
        lambda n: _("%(n)s 人没有签到记录。", n=n),
    )


def _results(known: _Known) -> Iterator[Gap]:
    return known.short(
        lambda _line, found: found is not None and found.outcome is not None,
        lambda n: _("%(n)s 人没有考核结果。", n=n),
    )


def _certificates(known: _Known) -> Iterator[Gap]:
    return known.short(
        known.certified,
        lambda n: _("%(n)s 人没有有效的证书。", n=n),
    )


def _posts(known: _Known) -> Iterator[Gap]:
    return known.short(
        known.placed,
        lambda n: _("%(n)s 人没有岗位或自主经营的记录。", n=n),
    )


def _account(known: _Known) -> Iterator[Gap]:
    claim = known.claim
    if claim.organization_id is not None:
        if not db.session.get_one(Organization, claim.organization_id).bank_account:
            yield Gap(_("申领单位没有登记收款账户。"))
    elif claim.person_id is not None and not db.session.get_one(Person, claim.person_id).payee_account_index:
        yield Gap(_("您还没有登记收款账户，请村里或学校帮您登记。"))


JUDGES: dict[str, Callable[[_Known], Iterator[Gap]]] = {
    "roster": _roster,
    "attendance": _attendance,
    "results": _results,
    "certificates": _certificates,
    "posts": _posts,
    "account": _account,
}
"""Points that are judged by what is recorded; any other key of a pack asks for a paper."""
