"""Deputies stand in for a stated time (AB岗); handing over moves an area in one step."""

from collections.abc import Iterable
from datetime import date

from app.accounts.models import Deputy, User
from app.accounts.rules import UserStatus
from app.accounts.service.users import ONE_ORGANIZATION, set_area
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_


def appoint_deputy(principal: User, deputy: User, *, from_on: date, until_on: date, reason: str, by: Actor) -> Deputy:
    """Let `deputy` act for `principal` from one local date to another; what is done so is recorded with both names."""
    if principal.id == deputy.id:
        raise DomainError(N_("不能给自己当代理。"), "deputy")
    if until_on < from_on:
        raise DomainError(N_("结束日期不能早于开始日期。"), "until_on")
    if deputy.status != UserStatus.ACTIVE or principal.status != UserStatus.ACTIVE:
        raise Refused(N_("两个账号都要是正常状态。"))
    row = Deputy(
        principal_id=principal.id,
        deputy_id=deputy.id,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    facts = {"deputy": deputy.id, "from": from_on.isoformat(), "until": until_on.isoformat()}
    audit.record(principal, "deputy appointed", by=by, note=reason, facts=facts)
    return row


def end_deputyship(row: Deputy, *, by: Actor) -> None:
    """End a deputyship before its time."""
    if row.ended_at is None:
        row.ended_at = clock.now()
        audit.record(
            db.session.get_one(User, row.principal_id), "deputyship ended", by=by, facts={"deputy": row.deputy_id}
        )


def hand_over(giver: User, taker: User, *, codes: Iterable[str], by: Actor, note: str) -> None:
    """Move regions from one account's area to another's in one step: nobody is left without an officer in between."""
    moved = set(codes)
    mine = {area.region_code for area in giver.areas}
    if not moved or not moved <= mine:
        raise DomainError(N_("请从移交人现在负责的区域里选。"), "codes")
    if giver.id == taker.id:
        raise DomainError(N_("不能移交给同一个账号。"), "taker")
    if taker.status == UserStatus.CLOSED or any(item.role in ONE_ORGANIZATION for item in taker.roles):
        raise Refused(N_("接收的账号不能负责区域，或者已经停用。"))
    set_area(giver, mine - moved)
    set_area(taker, {area.region_code for area in taker.areas} | moved)
    facts = {"from": giver.id, "to": taker.id, "regions": sorted(moved)}
    audit.record(giver, "area handed over", by=by, note=note, facts=facts)
    audit.record(taker, "area taken over", by=by, note=note, facts=facts)
