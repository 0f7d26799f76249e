"""Open a budget, and put appropriated money in."""

from sqlalchemy import select

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.money import yuan
from app.ledger import queries
from app.ledger.models import Budget, LedgerAccount, MovementKind, Pot
from app.ledger.service.moving import lock, move
from app.regions.models import Region
from app.regions.queries import in_area


def open_budget(region_code: str, fund_source: str, year: int, *, by: Actor) -> Budget:
    """Open the pot of one region, source of funds and year; raises `Refused` where it exists."""
    fund_source = fund_source.strip()
    if not fund_source:
        raise DomainError(N_("请写明资金来源。"), "fund_source")
    inside = select(Region.code).where(Region.code == region_code, in_area(Region.code, by.area))
    if by.area and db.session.scalar(inside) is None:
        raise DomainError(N_("只能给自己管的地方开账。"), "region_code")
    known = select(Budget.id).where(
        Budget.region_code == region_code, Budget.fund_source == fund_source, Budget.year == year
    )
    if db.session.scalar(known) is not None:
        raise DomainError(N_("这个地方这一年的这项资金已经开过账了。"), "fund_source")
    budget = Budget(region_code=region_code, fund_source=fund_source, year=year, created_at=clock.now())
    db.session.add(budget)
    db.session.flush()
    db.session.add_all([LedgerAccount(budget_id=budget.id, pot=pot) for pot in Pot])
    audit.record(budget, "opened", by=by, facts={"year": year, "fund_source": fund_source})
    db.session.flush()
    return budget


def appropriate(budget: Budget, amount_fen: int, *, by: Actor, note: str = "", once_key: str | None = None) -> None:
    """Put appropriated money (指标下达) into a budget: it replaces what is still expected first, the rest is available.

    A negative amount takes unused money back.
    """
    if amount_fen == 0:
        raise DomainError(N_("金额不能是 0。"), "amount")
    held = lock(budget.id)
    had = queries.standing(held)
    if amount_fen < 0 and had.in_hand_fen + amount_fen < 0:
        words = {"has": yuan(had.in_hand_fen)}
        raise Refused(_("下达的指标没付的只有 %(has)s 元，收不回这么多。", **words))
    replaced = min(max(amount_fen, 0), had.expected_fen)
    legs = {Pot.APPROPRIATED: -amount_fen, Pot.EXPECTED: replaced, Pot.AVAILABLE: amount_fen - replaced}
    move(held, MovementKind.APPROPRIATE, legs, f"budget:{held.id}", by=by, once_key=once_key, note=note)
    facts = {"amount_fen": amount_fen, "replaced_fen": replaced}
    audit.record(held, "appropriated", by=by, note=note, facts=facts)
