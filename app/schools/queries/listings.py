"""What a school is listed for, and since when it stands where on the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from app.accounts.rules import OrganizationStatus
from app.audit.models import Event
from app.audit.queries import events_of
from app.kernel.access import SYSTEM
from app.kernel.clock import local
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.labels import label
from app.schools.models import ListingStatus, School, SchoolListing, SchoolStatus

IN_FORCE = (ListingStatus.LISTED, ListingStatus.ENDED)
"""Ended ones count until the day they ended."""


def listings_of(school_id: int) -> Sequence[SchoolListing]:
    """Everything a school asked to train for, what waits first, then by occupation and level."""
    query = select(SchoolListing).where(SchoolListing.school_id == school_id)
    rows = db.session.scalars(query.order_by(SchoolListing.occupation_code, SchoolListing.level.desc())).all()
    return sorted(rows, key=lambda row: list(ListingStatus).index(row.status))


def asked_or_listed(school_id: int) -> bool:
    """Whether the school has asked for an occupation, or is listed for one."""
    query = select(SchoolListing.id).where(
        SchoolListing.school_id == school_id,
        SchoolListing.status.in_((ListingStatus.ASKED, ListingStatus.LISTED)),
    )
    return db.session.scalar(query.limit(1)) is not None


def listing_of(school_id: int, listing_id: int) -> SchoolListing:
    """One occupation of a school; raises `NotFound`."""
    row = db.session.get(SchoolListing, listing_id)
    if row is None or row.school_id != school_id:
        raise NotFound
    return row


def listed_for(school_id: int, occupation_code: str, level: int, on: date) -> bool:
    """Whether the school is listed for an occupation at a level on a local date (F10)."""
    query = select(SchoolListing.id).where(
        SchoolListing.school_id == school_id,
        SchoolListing.occupation_code == occupation_code,
        SchoolListing.level == level,
        SchoolListing.status.in_(IN_FORCE),
        SchoolListing.from_on <= on,
        or_(SchoolListing.until_on.is_(None), SchoolListing.until_on >= on),
    )
    return db.session.scalar(query.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """One span in which a school stood at one point of the list, by local dates; the last one has no end."""

    words: str
    status: str
    from_on: date
    until_on: date | None
    note: str
    by: str


def standings_of(school: School) -> list[Standing]:
    """Where a school stood since when and why, the newest first: its organization's application, then the list."""
    events = [*_steps(events_of(school.organization)), *_steps(events_of(school))]
    events.sort(key=lambda event: (event.at, event.id))
    ends = [local(event.at).date() for event in events[1:]]
    found = [
        Standing(_words(event), event.status_after or "", local(event.at).date(), end, event.note, _who(event))
        for event, end in zip(events, [*ends, None], strict=True)
    ]
    return found[::-1]


def _words(event: Event) -> str:
    if event.subject_type == School.__tablename__:
        return label(SchoolStatus(event.status_after or ""))
    return (
        _("已申请")
        if event.status_after == OrganizationStatus.APPLIED
        else label(OrganizationStatus(event.status_after or ""))
    )


def _who(event: Event) -> str:
    return _("系统") if event.actor_key == SYSTEM.key else event.actor_name


def _steps(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event.status_after is not None]
