"""Find public notices and objections."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select

from app.funding.models import Claim, Notice, NoticePhoto, Objection
from app.funding.queries.claims import visible_to
from app.funding.rules import ClaimStatus, ObjectionStatus
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.marking import N_
from app.regions.queries import in_area


def running_notices(*, region_code: str = "") -> Select[Notice]:
    """The notices that may be read by anyone today, the first to end first."""
    today = clock.today()
    query = select(Notice).where(Notice.from_on <= today, Notice.until_on >= today, Notice.closed_at.is_(None))
    if region_code:
        query = query.where(in_area(Notice.region_code, (region_code,)))
    return query.order_by(Notice.until_on, Notice.id)


def running_notice(notice_id: int) -> Notice:
    """A notice while it runs; afterwards the names go down and it is `NotFound`, in words."""
    found = db.session.scalars(running_notices().where(Notice.id == notice_id)).unique().first()
    if found is None:
        raise NotFound(N_("这份公示不存在，或者公示期已满，名单已经撤下。"))
    return found


def notice_for(by: Actor, notice_id: int) -> Notice:
    """A notice of a claim that this person may see, running or not; raises `NotFound`."""
    query = select(Notice).join(Claim, Claim.id == Notice.claim_id).where(Notice.id == notice_id, visible_to(by))
    found = db.session.scalars(query).unique().first()
    if found is None:
        raise NotFound
    return found


def notices_of(claim_id: int) -> Sequence[Notice]:
    """The notices of a claim, oldest first."""
    query = select(Notice).where(Notice.claim_id == claim_id).order_by(Notice.number)
    return db.session.scalars(query).unique().all()


def due_notices(today: date) -> Sequence[Notice]:
    """Notices whose last day is over and that nobody closed yet."""
    query = (
        select(Notice)
        .join(Claim, Claim.id == Notice.claim_id)
        .where(Notice.until_on < today, Notice.closed_at.is_(None), Claim.status == ClaimStatus.ON_NOTICE)
    )
    return db.session.scalars(query.order_by(Notice.id)).unique().all()


def objections_query(by: Actor, *, only_open: bool = False, claim_id: int | None = None) -> Select[Objection]:
    """The objections of the area, those waiting for an answer first."""
    query = select(Objection).join(Notice, Notice.id == Objection.notice_id).join(Claim, Claim.id == Notice.claim_id)
    query = query.where(visible_to(by))
    if only_open:
        query = query.where(Objection.status == ObjectionStatus.OPEN)
    if claim_id is not None:
        query = query.where(Notice.claim_id == claim_id)
    return query.order_by(Objection.status != ObjectionStatus.OPEN, Objection.due_on, Objection.id)


def objection_for(by: Actor, objection_id: int) -> Objection:
    """One objection within what this person may see; raises `NotFound`."""
    found = db.session.scalars(objections_query(by).where(Objection.id == objection_id)).unique().first()
    if found is None:
        raise NotFound
    return found


def photos_of(notice_id: int) -> Sequence[NoticePhoto]:
    """The photos of a notice on village boards, oldest first."""
    query = select(NoticePhoto).where(NoticePhoto.notice_id == notice_id).order_by(NoticePhoto.id)
    return db.session.scalars(query).all()
