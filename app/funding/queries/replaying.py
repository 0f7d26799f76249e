"""Replay: every amount computed again from the policy version, the facts and the evidence of the day it was claimed."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from app.assessments.models import Outcome
from app.certificates.models import Certificate
from app.certificates.service.wording import facts_hash
from app.funding.models import Claim, ClaimLine, PaymentPart
from app.funding.queries.papers import papers_of
from app.funding.queries.proofs import (
    attendance_sha256,
    digest,
    entries_by_number,
    placement_sha256,
    results_sha256,
    said,
)
from app.funding.queries.retold import facts_of_line, pack_of_line
from app.funding.rules.replay import Replayed, steps_of, sum_of, told
from app.kernel.database import among, db
from app.placements.models import Placement
from app.policies import queries as policies
from app.policies.rules.amounts import line_amount
from app.policies.service import fingerprint


def submitted_claims(class_id: int | None = None) -> Sequence[int]:
    """The claims that were ever submitted, of one class or all, oldest first."""
    query = select(Claim.id).where(Claim.snapshot_sha256.is_not(None)).order_by(Claim.id)
    if class_id is not None:
        query = query.where(Claim.id.in_(select(ClaimLine.claim_id).where(ClaimLine.class_id == class_id)))
    return db.session.scalars(query).all()


def replay(claim_ids: Iterable[int]) -> Replayed:
    """Compute every amount of these claims once more; the session is emptied after each, so that many fit."""
    done = Replayed()
    sound: dict[int, str] = {}
    for claim_id in claim_ids:
        claim = db.session.get_one(Claim, claim_id, populate_existing=True, options=[undefer(Claim.snapshot)])
        _policy(done, claim, sound)
        _snapshot(done, claim)
        _amounts(done, claim)
        _evidence(done, claim)
        _papers(done, claim)
        _payments(done, claim)
        done.claims += 1
        done.lines += len(_asking(claim))
        done.paid_fen += sum(line.paid_fen for line in claim.lines)
        db.session.expunge_all()
    return done


def _asking(claim: Claim) -> list[ClaimLine]:
    """The lines that were submitted: they ask for money, or did."""
    return [line for line in claim.lines if line.asked_fen or line.paid_fen]


def _policy(done: Replayed, claim: Claim, sound: dict[int, str]) -> None:
    """Each version of the policy is what its hash says, and the claim's is the one of its snapshot."""
    for pack_id in sorted({claim.policy_pack_id, *map(pack_of_line, _asking(claim))}):
        pack = policies.pack_row_by_id(pack_id)
        if pack_id not in sound:
            sound[pack_id] = fingerprint(pack.content)
        done.differs(claim.number, None, f"policy {pack.key}", pack.sha256, sound[pack_id])
        if pack_id == claim.policy_pack_id:
            then = (claim.snapshot or {}).get("policy", {})
            done.differs(claim.number, None, "policy of the snapshot", then.get("sha256"), pack.sha256)


def _snapshot(done: Replayed, claim: Claim) -> None:
    """The snapshot is what its hash says, and each line is what the snapshot says."""
    snapshot = claim.snapshot or {}
    done.differs(claim.number, None, "snapshot", claim.snapshot_sha256, digest(snapshot))
    then = {row["line_id"]: row for row in snapshot.get("lines", ())}
    for line in _asking(claim):
        row = then.get(line.id, {})
        done.differs(claim.number, line.id, "asked in the snapshot", row.get("asked_fen"), line.asked_fen)
        done.differs(claim.number, line.id, "person of the snapshot", row.get("person_id"), line.person_id)
        done.differs(claim.number, line.id, "payee of the snapshot", row.get("payee"), line.payee.value)
        same = digest(row.get("quote")) == digest(line.quote)
        done.differs(claim.number, line.id, "quote", "that of the snapshot" if same else "another", _SAME)


_SAME = "that of the snapshot"


def _amounts(done: Replayed, claim: Claim) -> None:
    """The policy and the facts of that day make the same steps; a line has those that go to its payee."""
    for line in _asking(claim):
        pack = policies.pack_by_id(pack_of_line(line))
        done.differs(claim.number, line.id, "asked, fen", line.asked_fen, sum_of([line.quote]))
        stored, ours = steps_of(line.quote), {step["to"] for step in line.quote.get("steps", ())}
        now = [step for step in steps_of(line_amount(pack, facts_of_line(line)).as_json()) if step[-1] in ours]
        if stored != now:
            done.differs(claim.number, line.id, "formula", told(stored), told(now))
        if line.paid_fen > line.amount_fen:
            done.differs(claim.number, line.id, "paid beyond the amount, fen", line.paid_fen, line.amount_fen)


def _papers(done: Replayed, claim: Claim) -> None:
    """Receipt and voucher say what they said that day; lines from before they were told of say nothing."""
    lines = _asking(claim)
    now = papers_of(lines)
    for line in lines:
        kept = line.quote.get("facts", {}).get("line", {})
        for fen, number in (("receipt_fen", "receipt"), ("voucher_fen", "voucher")):
            if kept.get(fen) is not None and any(step["to"] == "payee" for step in line.quote["steps"]):
                then, told = (kept[fen], kept[number]), (now[line.id].get(fen), now[line.id].get(number))
                done.differs(claim.number, line.id, number, then, told)


def _payments(done: Replayed, claim: Claim) -> None:
    """What is written as paid is what the transfers' answers add up to, without what the bank sent back."""
    query = select(PaymentPart.line_id, func.sum(PaymentPart.paid_fen - PaymentPart.returned_fen)).where(
        among(PaymentPart.line_id, [line.id for line in claim.lines])
    )
    paid = {row[0]: int(row[1]) for row in db.session.execute(query.group_by(PaymentPart.line_id))}
    for line in claim.lines:
        done.differs(claim.number, line.id, "paid, fen", line.paid_fen, paid.get(line.id, 0))


def _evidence(done: Replayed, claim: Claim) -> None:
    """Attendance, results, certificate and placement say what they said that day."""
    lines = [line for line in _asking(claim) if line.quote.get("facts", {}).get("proofs")]
    seats = [line.seat_id for line in lines]
    numbers = {number for line in lines for number in line.quote["facts"]["proofs"]["entries"]}
    entries = entries_by_number(numbers)
    outcomes = {row.seat_id: row for row in db.session.scalars(select(Outcome).where(among(Outcome.seat_id, seats)))}
    placed = {row.seat_id: row for row in db.session.scalars(select(Placement).where(among(Placement.seat_id, seats)))}
    held = {line.certificate_id for line in lines if line.certificate_id is not None}
    certificates = {row.id: row for row in db.session.scalars(select(Certificate).where(among(Certificate.id, held)))}
    for line in lines:
        proofs = line.quote["facts"]["proofs"]
        mine = [entries[number] for number in proofs["entries"] if number in entries]
        done.differs(claim.number, line.id, "attendance", proofs["attendance_sha256"], attendance_sha256(mine))
        outcome = outcomes.get(line.seat_id)
        now = results_sha256(outcome) if outcome else ""
        done.differs(claim.number, line.id, "results", proofs["results_sha256"], now)
        _results(done, claim, line, outcome)
        _certificate(done, claim, line, certificates.get(line.certificate_id or 0))
        _placement(done, claim, line, placed.get(line.seat_id))


def _results(done: Replayed, claim: Claim, line: ClaimLine, outcome: Outcome | None) -> None:
    """The facts say what the outcome says."""
    facts = line.quote["facts"]
    if outcome is not None:
        done.differs(claim.number, line.id, "hours attended", facts["attended_hours"], outcome.attended_hours)
        done.differs(claim.number, line.id, "passed", facts["passed"], outcome.passed)


def _certificate(done: Replayed, claim: Claim, line: ClaimLine, row: Certificate | None) -> None:
    """The certificate that was claimed with still says the same; one that fell since is told."""
    facts = line.quote["facts"]
    now = facts_hash(row.facts) if row else ""
    done.differs(claim.number, line.id, "certificate", facts["certificate_sha256"], now)
    done.differs(claim.number, line.id, "certificate's number", facts["certificate_number"], row.number if row else "")
    if row is not None and row.status.value != "valid":
        done.superseded.append(f"claim {claim.number} line {line.id}: certificate {row.number} is {row.status.value}")


def _placement(done: Replayed, claim: Claim, line: ClaimLine, row: Placement | None) -> None:
    """The post is the one of that day; one that was confirmed anew since is told."""
    proofs = line.quote["facts"]["proofs"]
    if not proofs["placement_sha256"]:
        return
    if row is not None and said(row.confirmed_at) != proofs["placement_at"]:
        done.superseded.append(f"claim {claim.number} line {line.id}: the post was taken up anew")
        return
    now = placement_sha256(row) if row else ""
    done.differs(claim.number, line.id, "post", proofs["placement_sha256"], now)
