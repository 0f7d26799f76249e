"""The year-end (年终结转): prepared by one officer, confirmed by a second one who sees the same figures."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import Conflict, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.ledger import queries
from app.ledger.models import Budget, MovementKind, Pot, Quota, YearEnd
from app.ledger.rules import YEAR_END_FLOW, Figures, QuotaStatus, YearEndStatus, YearEndStep, carried
from app.ledger.service.moving import lock, move
from app.ledger.service.opening import open_budget

CHANGED = N_("刚才又有新的账记进来，数字变了。请看清现在的数字再结转。")


def year_end(budget: Budget) -> date:
    """The first day on which the year may be closed."""
    return date(budget.year, 12, 31)


def prepare_year_end(budget: Budget, *, by: Actor, seen: Figures | None = None) -> YearEnd:
    """Put down the figures of a year's end for a second officer; raises `Conflict` where `seen` is not what stands."""
    _allow(by)
    held = lock(budget.id, follow=False)
    _refuse_early(held)
    had = queries.figures(held)
    if seen is not None and seen != had:
        raise Conflict(CHANGED)
    if queries.open_year_end(held.id) is not None:
        raise Refused(N_("这本账已经准备好结转，正等第二人核对。"))
    row = YearEnd(
        status=YearEndStatus.PREPARED,
        budget_id=held.id,
        appropriated_fen=had.appropriated_fen,
        expected_fen=had.expected_fen,
        available_fen=had.available_fen,
        reserved_fen=had.reserved_fen,
        owed_fen=had.owed_fen,
        paid_fen=had.paid_fen,
        recovered_fen=had.recovered_fen,
        prepared_by=by.key,
        prepared_for=by.stands_for,
        prepared_at=clock.now(),
    )
    row.budget = held
    audit.born(row, by=by, facts={"budget": held.id, "reserved_fen": had.reserved_fen, "owed_fen": had.owed_fen})
    return row


def confirm_year_end(prepared: YearEnd, *, by: Actor, seen: Figures | None = None) -> Budget:
    """A second officer confirms the figures as prepared, and the year is carried over. Returns next year's budget.

    Raises `Refused` for whoever prepared it or stood in for them, `Conflict` where money has moved since, or where
    `seen` (what was on the page) is not what was prepared.
    """
    _allow(by)
    held, row = _hold(prepared)
    if {row.prepared_by, row.prepared_for}.intersection(by.keys):
        raise Refused(N_("准备结转的人不能自己确认，请另一个人核对。"))
    if queries.figures(held) != row.figures or (seen is not None and seen != row.figures):
        raise Conflict(N_("准备结转以后又有新的账记进来，数字变了。请作废这一次，重新准备。"))
    _settle(row, YearEndStep.CONFIRM, by=by)
    return carry_over(held, by=by)


def drop_year_end(prepared: YearEnd, *, by: Actor, note: str = "") -> None:
    """Drop a prepared year-end, so that it can be prepared afresh."""
    _allow(by)
    _held, row = _hold(prepared)
    _settle(row, YearEndStep.DROP, by=by, note=note)


def _settle(row: YearEnd, step: YearEndStep, *, by: Actor, note: str = "") -> None:
    row.decided_by, row.decided_at = by.key, clock.now()
    audit.take(row, YEAR_END_FLOW, step, by=by, note=note, facts={"budget": row.budget_id})
    db.session.flush()


def carry_over(budget: Budget, *, by: Actor, seen: Mapping[Pot, int] | None = None) -> Budget:
    """Close a year: what is reserved and owed goes on in next year's budget, the rest lapses. Returns that budget.

    The posting only: at commit the database refuses a year closed without a second person's confirmation.
    `seen` are the balances the person reviewed; raises `Conflict` when they changed since.
    """
    held = lock(budget.id, follow=False)
    _refuse_early(held)
    balances = queries.balances(held.id)
    if seen is not None and any(balances[pot] != seen[pot] for pot in (Pot.AVAILABLE, Pot.RESERVED, Pot.OWED)):
        raise Conflict(CHANGED)
    following = _next_year(held, by=by)
    on = carried(queries.figures(held))
    reference = f"budget:{held.id}"
    out: dict[Pot, int] = {pot: -fen for pot, fen in balances.items() if pot not in (Pot.PAID, Pot.APPROPRIATED)}
    out[Pot.APPROPRIATED] = -sum(out.values())
    move(held, MovementKind.CLOSE_YEAR, out, reference, by=by, once_key=f"close-year:{held.id}")
    legs = {
        Pot.APPROPRIATED: -on.appropriated_fen,
        Pot.EXPECTED: -on.expected_fen,
        Pot.RESERVED: on.reserved_fen,
        Pot.OWED: on.owed_fen,
    }
    move(following, MovementKind.CARRY_OVER, legs, reference, by=by, once_key=f"carry-over:{held.id}")
    held.closed_at, held.carried_into_id = clock.now(), following.id
    facts = {"into": following.id, "carried_fen": on.total_fen, "lapsed_fen": on.lapsed_fen}
    audit.record(held, "carried-over", by=by, facts=facts)
    db.session.flush()
    return following


def _refuse_early(budget: Budget) -> None:
    if budget.closed_at is not None:
        raise Refused(N_("这本账已经结转过了。"))
    if clock.today() < year_end(budget):
        raise Refused(_("%(year)s 年还没有结束，12 月 31 日起才能结转。", year=budget.year))
    waits = select(Quota.id).where(Quota.budget_id == budget.id, Quota.status == QuotaStatus.ASKED)
    if db.session.scalar(waits.limit(1)) is not None:
        raise Refused(N_("还有一笔预计指标等领导批准，先定下来再结转。"))


def _hold(prepared: YearEnd) -> tuple[Budget, YearEnd]:
    held = lock(prepared.budget_id, follow=False)
    row = db.session.get_one(YearEnd, prepared.id, with_for_update={"of": YearEnd}, populate_existing=True)
    return held, row


def _next_year(budget: Budget, *, by: Actor) -> Budget:
    query = select(Budget).where(
        Budget.region_code == budget.region_code,
        Budget.fund_source == budget.fund_source,
        Budget.year == budget.year + 1,
    )
    found = db.session.scalars(query).first()
    return lock(found.id) if found else open_budget(budget.region_code, budget.fund_source, budget.year + 1, by=by)


def _allow(by: Actor) -> None:
    if not by.may(Can.BUDGET_CLOSE):
        raise Forbidden(N_("这一步由别的岗位来办。"))
