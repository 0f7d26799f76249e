"""Commit to a seed, then open it and draw: in this order, each in a transaction of its own."""

import secrets
from datetime import date

from app.audit import service as audit
from app.inspections import queries
from app.inspections.models import Inspection, InspectionDraw
from app.inspections.models.draws import COMMITTED, DRAWN
from app.inspections.rules import commitment, draw, listing_hash
from app.inspections.service.visiting import planned
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_
from app.regions.queries import lies_in

MOST = 50


def commit_seed(region_code: str, on: date, want: int, *, by: Actor) -> InspectionDraw:
    """Write down a secret seed's hash for a day's draw; nothing is drawn yet.

    Raises `DomainError` for a day that is over, `Refused` where the day has its draw already.
    """
    if not by.may(Can.INSPECTION_PLAN) or not lies_in(region_code, by.area):
        raise Forbidden(N_("只能在自己管的地方安排督查。"))
    if on < clock.today():
        raise DomainError(N_("这一天已经过了。"), "on")
    if not 1 <= want <= MOST:
        raise DomainError(N_("抽 1 到 50 节课。"), "want")
    seed = secrets.token_hex(32)
    row = InspectionDraw(
        region_code=region_code,
        on=on,
        want=want,
        seed_sha256=commitment(seed),
        committed_at=clock.now(),
        committed_by=by.key,
    )
    row.hidden = seed
    db.session.add(row)
    db.session.flush()
    audit.record(row, COMMITTED, by=by, facts={"seed_sha256": row.seed_sha256, "on": on.isoformat(), "want": want})
    return row


def open_draw(row: InspectionDraw, *, by: Actor) -> list[Inspection]:
    """Fix the list of running half-days with their weights, open the seed, and plan what is drawn.

    The draw is a pure function of seed, list and weights, all kept: `queries.recompute` draws it again.
    """
    if not by.may(Can.INSPECTION_PLAN):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    held = audit.hold(row)
    if held.drawn_at is not None:
        raise Refused(N_("已经抽过了，一次抽签只开一次。"))
    sessions = {session.id: session for session in queries.running_sessions(held.region_code, held.on)}
    if not sessions:
        raise Refused(N_("这一天没有还没上完的课可抽。"))
    listing = queries.listing_of(list(sessions.values()))
    seed = held.hidden
    picked = draw(seed, {line["session_id"]: line["weight"] for line in listing}, held.want)
    held.seed, held.listing, held.listing_sha256, held.picked = seed, listing, listing_hash(listing), picked
    held.drawn_at, held.drawn_by = clock.now(), by.key
    db.session.flush()
    audit.record(held, DRAWN, by=by, facts={"seed": seed, "listing_sha256": held.listing_sha256, "picked": picked})
    return [planned(sessions[number], by=by, draw_id=held.id) for number in picked]
