"""The request for funds 请款: what is owed goes to the treasury, one transfer a payee, frozen with a hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.models import Organization
from app.audit import service as audit
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus
from app.funding.models import Claim, ClaimLine, PaymentBatch, PaymentPart, Transfer
from app.funding.queries.drawing import HELD_BY_DENIAL, is_denied
from app.funding.queries.evidence import Evidence, evidence_of
from app.funding.rules import CLAIM_FLOW, BatchStatus, ClaimStep, Duty, LineStatus, Payee, TransferStatus
from app.funding.service.claims import sha256_of
from app.funding.service.duties import take_duty
from app.funding.service.holding import allow, hold, lines_in, next_number
from app.funding.service.papers import print_request
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.ledger.models import Budget
from app.ledger.queries import current_budget


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One transfer that is to be made."""

    claim: Claim
    payee: Payee
    account: str
    lines: tuple[ClaimLine, ...]

    @property
    def amount_fen(self) -> int:
        """The sum of what its lines still ask for."""
        return sum(line.rest_fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """What can be asked for now, and which lines can't, each with why."""

    wanted: tuple[_Wanted, ...]
    left_out: tuple[dict[str, Any], ...]


def request_funds(claims: Sequence[Claim], *, by: Actor) -> PaymentBatch:
    """Ask the treasury for the money of approved claims of one budget; the batch names the lines left out, and why.

    A line without a payee account, whose certificate no longer stands, or whose trainee says that they never signed
    up, is left out and may be asked for later.
    Raises `Refused` when nothing is left to ask for, or a line is already on its way (I5).
    """
    allow(by, Can.PAYMENT_REQUEST)
    if not claims:
        raise DomainError(N_("请至少勾选一份申领。"), "claims")
    rows = [hold(claim) for claim in sorted(claims, key=lambda claim: claim.id)]
    budget = _one_budget(rows)
    wanted: list[_Wanted] = []
    left_out: list[dict[str, Any]] = []
    for row in rows:
        CLAIM_FLOW.after(row.status, ClaimStep.REQUEST)
        take_duty(row, Duty.REQUEST, by=by)
        found = _sort(row)
        wanted += found.wanted
        left_out += found.left_out
        if not found.wanted:
            raise Refused(_("申领 %(number)s 没有可以请款的行，请先去掉它。", number=row.number))
    batch = _batch(budget, wanted, left_out, by=by)
    for row in rows:
        facts = {"batch": batch.id, "number": batch.number}
        audit.take(row, CLAIM_FLOW, ClaimStep.REQUEST, by=by, facts=facts)
    batch.paper_id = print_request(batch, by=by).id
    db.session.flush()
    return batch


def _one_budget(claims: Sequence[Claim]) -> Budget:
    budgets = {current_budget(claim.budget_id).id for claim in claims}
    if len(budgets) != 1:
        raise DomainError(N_("一次请款只能用一本预算，请分开请款。"), "claims")
    return db.session.get_one(Budget, budgets.pop())


def _sort(claim: Claim) -> _Sorted:
    """Sort a claim's approved lines into transfers and those that can't be paid now."""
    lines = [line for line in lines_in(claim, LineStatus.APPROVED) if line.rest_fen > 0]
    standing, evidence = _standing_certificates(lines), evidence_of(claim.class_id)
    left_out, payable = [], []
    for line in lines:
        why = _denied(evidence.get(line.seat_id))
        if not why and line.certificate_id not in standing:
            why = N_("证书已经撤销或换发。")
        if not why and line.payee is Payee.TRAINEE and not line.person.payee_account:
            why = N_("学员没有登记收款账户。")
        if why:
            left_out.append({"line_id": line.id, "amount_fen": line.rest_fen, "why": why})
        else:
            payable.append(line)
    wanted = [
        _Wanted(claim, Payee.TRAINEE, line.person.payee_account or "", (line,))
        for line in payable
        if line.payee is Payee.TRAINEE
    ]
    for_school = tuple(line for line in payable if line.payee is Payee.SCHOOL)
    account = db.session.get_one(Organization, claim.school_id).bank_account
    if for_school and account:
        wanted.insert(0, _Wanted(claim, Payee.SCHOOL, account, for_school))
    elif for_school:
        why = N_("培训机构没有登记收款账户。")
        left_out += [{"line_id": line.id, "amount_fen": line.rest_fen, "why": why} for line in for_school]
    return _Sorted(tuple(wanted), tuple(left_out))


def _denied(evidence: Evidence | None) -> str:
    """Why nothing is paid for somebody who says that they never signed up; "" where nobody says so."""
    if evidence is None or evidence.denial is None:
        return ""
    return HELD_BY_DENIAL if is_denied(evidence) else N_("查实不是本人的意思，报名已经作废。")


def _standing_certificates(lines: Sequence[ClaimLine]) -> set[int | None]:
    ids = [line.certificate_id for line in lines]
    query = select(Certificate.id).where(Certificate.id.in_(ids), Certificate.status == CertificateStatus.VALID)
    return set(db.session.scalars(query))


def _batch(budget: Budget, wanted: Sequence[_Wanted], left_out: Sequence[dict[str, Any]], *, by: Actor) -> PaymentBatch:
    number = next_number("QK", budget.region_code)
    batch = PaymentBatch(
        status=BatchStatus.REQUESTED,
        number=number,
        region_code=budget.region_code,
        budget_id=budget.id,
        left_out=list(left_out),
        total_fen=sum(one.amount_fen for one in wanted),
        sha256=sha256_of({"number": number, "budget": budget.id, "transfers": [_plain(one) for one in wanted]}),
        requested_by=by.key,
        requested_at=clock.now(),
    )
    facts = {"number": number, "total_fen": batch.total_fen, "transfers": len(wanted), "sha256": batch.sha256}
    audit.born(batch, by=by, facts=facts)
    for place, one in enumerate(wanted, start=1):
        _transfer(batch, place, one, by=by)
    db.session.flush()
    db.session.refresh(batch)
    return batch


def _plain(wanted: _Wanted) -> dict[str, Any]:
    return {
        "claim": wanted.claim.number,
        "payee": wanted.payee.value,
        "account": wanted.account,
        "amount_fen": wanted.amount_fen,
        "lines": [[line.id, line.rest_fen] for line in wanted.lines],
    }


def _transfer(batch: PaymentBatch, number: int, wanted: _Wanted, *, by: Actor) -> None:
    to_school = wanted.payee is Payee.SCHOOL
    transfer = Transfer(
        status=TransferStatus.WAITING,
        batch_id=batch.id,
        claim_id=wanted.claim.id,
        region_code=wanted.claim.region_code,
        payee=wanted.payee,
        organization_id=wanted.claim.school_id if to_school else None,
        person_id=None if to_school else wanted.lines[0].person_id,
        account=wanted.account,
        amount_fen=wanted.amount_fen,
        number=number,
    )
    audit.born(transfer, by=by, facts={"batch": batch.number, "amount_fen": transfer.amount_fen})
    for line in wanted.lines:
        rest = line.rest_fen
        db.session.add(PaymentPart(transfer_id=transfer.id, line_id=line.id, amount_fen=rest))
        line.in_payment_fen += rest
    db.session.flush()
