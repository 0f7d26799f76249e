"""Which occupations and levels a school is listed for: asked by the school, decided by the bureau."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.occupations.models import Occupation
from app.schools.models import LISTING_FLOW, ListingStatus, ListingStep, School, SchoolListing, SchoolStatus

LEVELS = range(6)


def ask_listings(school: School, occupation_code: str, levels: Iterable[int], *, by: Actor) -> list[SchoolListing]:
    """Ask for an occupation at some levels (0 = without a level). Raises `DomainError` naming the field."""
    if school.status == SchoolStatus.REMOVED:
        raise Refused(N_("学校已移出目录，办学信息不能再改。"))
    if db.session.scalar(select(Occupation.id).where(Occupation.code == occupation_code).limit(1)) is None:
        raise DomainError(N_("请选职业（工种）。"), "occupation_code")
    wanted = sorted(set(levels), reverse=True)
    if not wanted or any(level not in LEVELS for level in wanted):
        raise DomainError(N_("请选等级，至少一个。"), "levels")
    standing = select(SchoolListing.level).where(
        SchoolListing.school_id == school.id,
        SchoolListing.occupation_code == occupation_code,
        SchoolListing.status.in_((ListingStatus.ASKED, ListingStatus.LISTED)),
    )
    if set(db.session.scalars(standing)).intersection(wanted):
        raise DomainError(N_("这个职业（工种）和等级已经申报过，或者已经列入。"), "levels")
    return [_asked(school, occupation_code, level, by) for level in wanted]


def _asked(school: School, occupation_code: str, level: int, by: Actor) -> SchoolListing:
    row = SchoolListing(
        status=ListingStatus.ASKED,
        school_id=school.id,
        occupation_code=occupation_code,
        level=level,
        asked_by=by.key,
        created_at=clock.now(),
    )
    audit.born(row, by=by, facts={"occupation": occupation_code, "level": level})
    return row


def grant_listing(row: SchoolListing, from_on: date, until_on: date | None, *, by: Actor, note: str = "") -> None:
    """List the school for what it asked, from one local date to another. Raises `DomainError` naming the field."""
    _hold(row, by)
    if until_on is not None and until_on < from_on:
        raise DomainError(N_("截止日期不能早于开始日期。"), "until_on")
    row.from_on, row.until_on = from_on, until_on
    days = {"from_on": from_on.isoformat(), "until_on": until_on.isoformat() if until_on else None}
    facts = {"occupation": row.occupation_code, "level": row.level, **days}
    audit.take(row, LISTING_FLOW, ListingStep.LIST, by=by, note=note.strip(), facts=facts)


def refuse_listing(row: SchoolListing, *, by: Actor, note: str) -> None:
    """Not list it, with a reason."""
    _hold(row, by)
    _needs_reason(note)
    facts = {"occupation": row.occupation_code, "level": row.level}
    audit.take(row, LISTING_FLOW, ListingStep.REFUSE, by=by, note=note.strip(), facts=facts)


def end_listing(row: SchoolListing, *, by: Actor, note: str) -> None:
    """Take it off the list from today on, with a reason; classes filed before stay as they are."""
    _hold(row, by)
    _needs_reason(note)
    audit.take(row, LISTING_FLOW, ListingStep.END, by=by, note=note.strip(), facts={"was_until": str(row.until_on)})
    yesterday = date.fromordinal(clock.today().toordinal() - 1)
    if row.from_on is not None:
        row.until_on = max(row.from_on, min(row.until_on or yesterday, yesterday))


def _hold(row: SchoolListing, by: Actor) -> None:
    refuse_interested(row.school_id, by=by)
    if by.user_id is not None and row.asked_by in by.keys:
        raise Refused(_("这一条是您提出的，要由别的同事审核。"))
    audit.hold(row)


def _needs_reason(note: str) -> None:
    if not note.strip():
        raise DomainError(N_("请写明理由，学校会看到。"), "note")
