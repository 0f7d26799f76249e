"""Payments looked at again by lot: the seed is committed to first, then the list is fixed and drawn (ADR 0013)."""

import secrets
from datetime import date

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.funding.models import PaymentSample, SampledLine
from app.funding.queries.sampling import listing_of
from app.funding.rules.paying import Finding
from app.funding.rules.sampling import sample_size
from app.funding.service.holding import allow
from app.inspections.rules import commitment, draw, listing_hash
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_
from app.regions.queries import lies_in

MOST_MARGIN = 50


def commit_sample(region_code: str, from_on: date, until_on: date, margin_percent: int, *, by: Actor) -> PaymentSample:
    """Write down a secret seed's hash for the payments of a period; nothing is drawn yet.

    A place and period has one sample, so that nobody draws again until the lot suits them.
    """
    allow(by, Can.SAMPLE_DRAW)
    if not lies_in(region_code, by.area):
        raise Forbidden(N_("只能抽查自己管的地方的付款。"))
    if not from_on <= until_on <= clock.today():
        raise DomainError(N_("起止日期要按先后写，不能晚于今天。"), "until_on")
    if not 1 <= margin_percent <= MOST_MARGIN:
        raise DomainError(N_("误差填 1 到 50 之间的整数。"), "margin")
    seed = secrets.token_hex(32)
    row = PaymentSample(
        region_code=region_code,
        from_on=from_on,
        until_on=until_on,
        margin_percent=margin_percent,
        seed_sha256=commitment(seed),
        committed_by=by.key,
        committed_at=clock.now(),
    )
    row.hidden = seed
    db.session.add(row)
    db.session.flush()
    facts = {"seed_sha256": row.seed_sha256, "from": from_on.isoformat(), "until": until_on.isoformat()}
    audit.record(row, "sample seed committed", by=by, facts=facts | {"margin_percent": margin_percent})
    return row


def draw_sample(sample: PaymentSample, *, by: Actor) -> list[SampledLine]:
    """Fix the list of payments of the period with their weights, open the seed, and draw as many as the margin asks.

    A pure function of seed, list and weights, all kept: `queries.sampling.recompute` draws it again.
    """
    allow(by, Can.SAMPLE_DRAW)
    held = audit.hold(sample)
    if held.drawn_at is not None:
        raise Refused(N_("已经抽过了，一次抽查只抽一次。"))
    listing = listing_of(held.region_code, held.from_on, held.until_on)
    if not listing:
        raise Refused(N_("这段时间没有付过款，没有可抽的。"))
    seed, want = held.hidden, sample_size(len(listing), held.margin_percent)
    picked = draw(seed, {line["line_id"]: line["weight"] for line in listing}, want)
    held.seed, held.listing, held.listing_sha256, held.picked = seed, listing, listing_hash(listing), picked
    held.drawn_at, held.drawn_by = clock.now(), by.key
    lines = [SampledLine(sample_id=held.id, line_id=number, place=place) for place, number in enumerate(picked, 1)]
    db.session.add_all(lines)
    db.session.flush()
    facts = {"seed": seed, "listing_sha256": held.listing_sha256, "picked": picked}
    audit.record(held, "sample drawn", by=by, facts=facts)
    db.session.refresh(held)
    return lines


def record_finding(sampled: SampledLine, *, finding: Finding, note: str, by: Actor) -> None:
    """Write down what was found about a drawn payment, once; what is wrong may then be recovered."""
    allow(by, Can.SAMPLE_DRAW)
    row = db.session.get_one(SampledLine, sampled.id, with_for_update={"of": SampledLine}, populate_existing=True)
    refuse_interested(row.line.claim.school_id, by=by)
    if row.finding is not None:
        raise Refused(N_("这一笔的抽查结果已经登记过了。"))
    if finding is not Finding.TRUE and not note.strip():
        raise DomainError(N_("请写明哪里不属实，或者怎样联系过。"), "note")
    row.note, row.found_by, row.found_at, row.finding = note.strip()[:400], by.key, clock.now(), finding
    sample = db.session.get_one(PaymentSample, row.sample_id)
    audit.record(sample, "sample looked at", by=by, facts={"line": row.line_id, "finding": str(finding)})
    db.session.flush()
