"""The request for funds 请款函: made by one person, checked by a second, frozen with a hash; one transfer a payee."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from app.audit import service as audit
from app.funding.models import Claim, ClaimLine, GuardianAccount, PaymentBatch, PaymentPart, Transfer
from app.funding.queries.guardians import guardians_of_lines
from app.funding.rules import (
    BATCH_FLOW,
    CLAIM_FLOW,
    TRANSFER_FLOW,
    BatchStatus,
    BatchStep,
    ClaimStep,
    Duty,
    LineStatus,
    Payee,
    TransferStatus,
    TransferStep,
)
from app.funding.rules.long_steps import WorkPart
from app.funding.service.claims import sha256_of
from app.funding.service.clearing import account_of, clear
from app.funding.service.duties import take_duty
from app.funding.service.holding import allow, hold, lines_in, next_number
from app.funding.service.papers import print_request
from app.funding.service.stopping import close_if_done, stop_revoked
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.counting import counted
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.money import yuan
from app.ledger.models import Budget
from app.ledger.queries import current_budget, open_budgets, standing


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One transfer that is to be made."""

    claim: Claim
    payee: Payee
    account: str
    lines: tuple[ClaimLine, ...]
    guardian: GuardianAccount | None = None
    """Whose account it is, where it is not the trainee's own."""

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
    """Make a request for the money of approved claims of one budget; the batch names the lines left out, and why.

    Every line is checked again and gets a clearance; one that does not pass is left out and may be asked for later.
    The request goes out when a second person has checked it (`check_batch`).
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
        found = _sort(row, by=by)
        wanted += found.wanted
        left_out += found.left_out
        if not found.wanted:
            why = "".join(_(words) for words in dict.fromkeys(one["why"] for one in found.left_out))
            raise Refused(_("申领 %(number)s 没有可以请款的行，请先去掉它。%(why)s", number=row.number, why=why))
    _refuse_unfunded(budget, sum(one.amount_fen for one in wanted))
    batch = _batch(budget, wanted, left_out, by=by)
    for row in rows:
        facts = {"batch": batch.id, "number": batch.number}
        audit.take(row, CLAIM_FLOW, ClaimStep.REQUEST, by=by, facts=facts)
    batch.paper_id = print_request(batch, by=by).id
    db.session.flush()
    return batch


def _refuse_unfunded(budget: Budget, asked_fen: int) -> None:
    """Refuse to ask for more than was appropriated and is neither paid nor on its way: a quota pays nothing."""
    stands = open_budgets()
    waits = select(PaymentBatch.budget_id, func.sum(Transfer.amount_fen)).join(
        Transfer, Transfer.batch_id == PaymentBatch.id
    )
    waits = waits.where(Transfer.status == TransferStatus.WAITING).group_by(PaymentBatch.budget_id)
    on_its_way = sum(int(fen) for number, fen in db.session.execute(waits) if stands[number] == budget.id)
    has = standing(budget).in_hand_fen - on_its_way
    if asked_fen > has:
        words = {"has": yuan(max(has, 0)), "short": yuan(asked_fen - max(has, 0))}
        raise Refused(
            _("下达的指标没付、也没在请款里的只有 %(has)s 元，还差 %(short)s 元。等指标下达了再请款。", **words)
        )


def check_batch(batch: PaymentBatch, *, by: Actor, note: str = "") -> None:
    """The second person looks through a request; every line is checked once more, then it goes to the treasury.

    Raises `Forbidden` for who made it, `Refused` naming the first line that may not be paid any more: then the
    request is called off and made anew without it.
    """
    allow(by, Can.PAYMENT_CHECK)
    claims, row = hold_batch(batch)
    BATCH_FLOW.after(row.status, BatchStep.CHECK)
    if row.requested_by in by.keys:
        raise Forbidden(N_("制单人不能自己核对，请由第二个人来办。"))
    for claim in claims:
        take_duty(claim, Duty.CHECK, by=by)
    against = clear_open(claims, row.transfers, by=by)
    if against:
        line, why = against[0]
        words = _("%(name)s 这一行现在不能付：%(why)s请退回这份请款，重新制单。", name=line.person.name, why=_(why))
        raise Refused(words)
    row.checked_by, row.checked_at = by.key, clock.now()
    facts = {"total_fen": row.total_fen, "sha256": row.sha256, "transfers": len(row.transfers)}
    audit.take(row, BATCH_FLOW, BatchStep.CHECK, by=by, note=note, facts=facts)
    db.session.flush()


def call_off_batch(batch: PaymentBatch, *, reason: str, by: Actor) -> None:
    """Give a request back before it goes out, with the reason; its lines may be asked for anew."""
    if not (by.may(Can.PAYMENT_CHECK) or by.may(Can.PAYMENT_REQUEST)):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    if not reason.strip():
        raise DomainError(N_("请写明退回的原因。"), "reason")
    claims, row = hold_batch(batch)
    lines = {line.id: line for claim in claims for line in claim.lines}
    audit.take(row, BATCH_FLOW, BatchStep.CALL_OFF, by=by, note=reason.strip())
    for transfer in row.transfers:
        audit.take(transfer, TRANSFER_FLOW, TransferStep.CALL_OFF, by=by, note=reason.strip())
        transfer.answer = reason.strip()[:200]
        for part in transfer.parts:
            part.open = False
            lines[part.line_id].in_payment_fen -= part.amount_fen
    for claim in claims:
        step = ClaimStep.RECALL_PART if claim.paid_fen else ClaimStep.RECALL
        audit.take(claim, CLAIM_FLOW, step, by=by, note=reason.strip(), facts={"batch": row.number})
        stop_revoked(claim, by=by)
        close_if_done(claim, by=by)
    db.session.flush()


def clear_open(claims: Sequence[Claim], transfers: Sequence[Transfer], *, by: Actor) -> list[tuple[ClaimLine, str]]:
    """Check the lines that these transfers still carry once more; those that may not be paid now, with why."""
    carried = {part.line_id for transfer in transfers for part in transfer.parts if part.open}
    against: list[tuple[ClaimLine, str]] = []
    for claim in claims:
        lines = [line for line in claim.lines if line.id in carried]
        whys = clear(claim, lines, by=by, whole=True)
        against += [(line, whys[line.id]) for line in lines if whys[line.id]]
    return against


def hold_batch(batch: PaymentBatch) -> tuple[list[Claim], PaymentBatch]:
    """The batch's claims in order, then the batch with whom it pays, as they stand now under their locks."""
    ids = sorted({transfer.claim_id for transfer in batch.transfers})
    claims = [hold(db.session.get_one(Claim, number)) for number in ids]
    row = db.session.get_one(PaymentBatch, batch.id, with_for_update={"of": PaymentBatch}, populate_existing=True)
    return claims, row


def _one_budget(claims: Sequence[Claim]) -> Budget:
    budgets = {current_budget(claim.budget_id).id for claim in claims}
    if len(budgets) != 1:
        raise DomainError(N_("一次请款只能用一本预算，请分开请款。"), "claims")
    return db.session.get_one(Budget, budgets.pop())


def _sort(claim: Claim, *, by: Actor) -> _Sorted:
    """Sort a claim's approved lines into transfers and those that can't be paid now."""
    lines = [line for line in lines_in(claim, LineStatus.APPROVED) if line.rest_fen > 0]
    whys = clear(claim, lines, by=by)
    left_out = [
        {"line_id": line.id, "amount_fen": line.rest_fen, "why": whys[line.id]} for line in lines if whys[line.id]
    ]
    payable = [line for line in lines if not whys[line.id]]
    guardians = guardians_of_lines(payable)
    wanted = [_for_trainee(claim, line, guardians.get(line.id)) for line in payable if line.payee is Payee.TRAINEE]
    for_school = tuple(line for line in payable if line.payee is Payee.SCHOOL)
    if for_school:
        wanted.insert(0, _Wanted(claim, Payee.SCHOOL, account_of(claim), for_school))
    return _Sorted(tuple(wanted), tuple(left_out))


def _for_trainee(claim: Claim, line: ClaimLine, guardian: GuardianAccount | None) -> _Wanted:
    account = line.person.payee_account if guardian is None else guardian.account
    return _Wanted(claim, Payee.TRAINEE, account or "", (line,), guardian)


def _batch(budget: Budget, wanted: Sequence[_Wanted], left_out: Sequence[dict[str, Any]], *, by: Actor) -> PaymentBatch:
    number = next_number("QK", budget.region_code)
    batch = PaymentBatch(
        status=BatchStatus.MADE,
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
    made = [_transfer(batch, place, one) for place, one in enumerate(wanted, start=1)]
    told = [(transfer, {"batch": number, "amount_fen": transfer.amount_fen}) for transfer in made]
    audit.born_many(told, by=by)
    parts = [
        [PaymentPart(transfer_id=transfer.id, line_id=line.id, amount_fen=line.rest_fen) for line in one.lines]
        for transfer, one in zip(made, counted(wanted, WorkPart.WRITE), strict=True)
    ]
    db.session.add_all(part for mine in parts for part in mine)
    db.session.flush()
    for transfer, mine in zip(made, parts, strict=True):
        set_committed_value(transfer, "parts", mine)
    _on_its_way([line for one in wanted for line in one.lines])
    db.session.refresh(batch)
    return batch


def _plain(wanted: _Wanted) -> dict[str, Any]:
    return {
        "claim": wanted.claim.number,
        "payee": wanted.payee.value,
        "account": wanted.account,
        **({} if wanted.guardian is None else {"guardian": wanted.guardian.id}),
        "amount_fen": wanted.amount_fen,
        "lines": [[line.id, line.rest_fen] for line in wanted.lines],
    }


def _transfer(batch: PaymentBatch, number: int, wanted: _Wanted) -> Transfer:
    to_school = wanted.payee is Payee.SCHOOL
    return Transfer(
        status=TransferStatus.WAITING,
        batch_id=batch.id,
        claim_id=wanted.claim.id,
        region_code=wanted.claim.region_code,
        payee=wanted.payee,
        organization_id=wanted.claim.organization_id if to_school else None,
        person_id=None if to_school else wanted.lines[0].person_id,
        guardian_id=None if wanted.guardian is None else wanted.guardian.id,
        account=wanted.account,
        amount_fen=wanted.amount_fen,
        number=number,
    )


def _on_its_way(lines: Sequence[ClaimLine]) -> None:
    """All that these lines still ask for is on its way now: one statement for those of one amount."""
    alike: dict[int, list[ClaimLine]] = {}
    for line in lines:
        alike.setdefault(line.in_payment_fen + line.rest_fen, []).append(line)
    for fen, some in alike.items():
        audit.change_many(some, in_payment_fen=fen)
