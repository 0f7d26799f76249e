"""Expected quotas (预计指标): finance asks, a leader authorises or refuses, and may take back what nothing uses yet."""

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.money import yuan
from app.ledger import queries
from app.ledger.models import Budget, MovementKind, Pot, Quota
from app.ledger.rules import QUOTA_FLOW, QuotaStatus, QuotaStep
from app.ledger.service.moving import lock, move


def ask_quota(budget: Budget, amount_fen: int, *, by: Actor, basis: str) -> Quota:
    """Ask a leader to let work go on before the appropriation arrives; `basis` names the paper that announces it."""
    _allow(by, Can.BUDGET_WRITE)
    if amount_fen <= 0:
        raise DomainError(N_("金额要大于 0。"), "amount")
    if not basis.strip():
        raise DomainError(N_("请写明依据。"), "basis")
    held = lock(budget.id, follow=False)
    if held.closed_at is not None:
        raise Refused(N_("这本账已经结转过了。"))
    row = Quota(
        status=QuotaStatus.ASKED,
        budget_id=held.id,
        amount_fen=amount_fen,
        basis=basis.strip(),
        asked_by=by.key,
        asked_for=by.stands_for,
        asked_at=clock.now(),
    )
    row.budget = held
    audit.born(row, by=by, note=row.basis, facts={"amount_fen": amount_fen, "budget": held.id})
    return row


def authorize_quota(quota: Quota, *, by: Actor, note: str = "") -> None:
    """A leader authorises it: classes may be approved and reserved against it, and nothing is ever paid out of it."""
    row, held = _decide(quota, QuotaStep.AUTHORIZE, by=by, note=note)
    if held.closed_at is not None:
        raise Refused(N_("这本账已经结转过了。"))
    legs = {Pot.EXPECTED: -row.amount_fen, Pot.AVAILABLE: row.amount_fen}
    once = f"quota:{row.id}:authorize"
    move(held, MovementKind.EXPECT, legs, f"quota:{row.id}", by=by, once_key=once, note=row.basis)


def refuse_quota(quota: Quota, *, by: Actor, note: str) -> None:
    """A leader refuses it, with a reason."""
    if not note.strip():
        raise DomainError(N_("请写明理由。"), "note")
    _decide(quota, QuotaStep.REFUSE, by=by, note=note)


def take_back_quota(quota: Quota, *, by: Actor, note: str) -> int:
    """A leader takes back what no appropriation has replaced yet; refused while classes hold it. How much, fen."""
    if not note.strip():
        raise DomainError(N_("请写明理由。"), "note")
    row, held = _decide(quota, QuotaStep.TAKE_BACK, by=by, note=note)
    had = queries.standing(held)
    back = min(row.amount_fen, had.expected_fen)
    if back > had.available_fen:
        used = yuan(back - had.available_fen)
        raise Refused(_("这笔预计指标里有 %(used)s 元已经给班次预留，收不回来。", used=used))
    legs = {Pot.EXPECTED: back, Pot.AVAILABLE: -back}
    once = f"quota:{row.id}:take-back"
    move(held, MovementKind.UNEXPECT, legs, f"quota:{row.id}", by=by, once_key=once, note=note.strip())
    return back


def _decide(quota: Quota, step: QuotaStep, *, by: Actor, note: str) -> tuple[Quota, Budget]:
    """Take a step of a quota under the budget's lock; whoever asked for it has no say in it."""
    _allow(by, Can.QUOTA_AUTHORIZE)
    held = lock(quota.budget_id)
    row = db.session.get_one(Quota, quota.id, with_for_update={"of": Quota}, populate_existing=True)
    if {row.asked_by, row.asked_for}.intersection(by.keys):
        raise Refused(N_("申请预计指标的人不能自己批准。"))
    if row.status == QuotaStatus.ASKED or step is QuotaStep.TAKE_BACK:
        row.decided_by, row.decided_at, row.decision_note = by.key, clock.now(), note.strip()
    audit.take(row, QUOTA_FLOW, step, by=by, note=note.strip(), facts={"amount_fen": row.amount_fen})
    db.session.flush()
    return row, held


def _allow(by: Actor, permission: Can) -> None:
    if not by.may(permission):
        raise Forbidden(N_("这一步由别的岗位来办。"))
