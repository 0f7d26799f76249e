"""Find steps that run in the background, and how far they are."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.classes.models import Seat
from app.funding.models import ClaimLine, LongStep, LongStepProgress, Transfer
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.regions.queries import in_area

SHOWN = timedelta(hours=12)
"""How long a step that came to nothing is shown where it was pressed."""


def _seen(by: Actor) -> ColumnElement[bool]:
    """What somebody pressed themselves, and what is done to claims and payments within their reach."""
    ways: list[ColumnElement[bool]] = [LongStep.created_by.in_(by.keys)]
    if by.organization_id is not None:
        ways.append(LongStep.organization_id == by.organization_id)
    if by.area:
        ways.append(in_area(LongStep.region_code, by.area))
    return or_(*ways)


def long_step_for(by: Actor, long_step_id: int) -> LongStep:
    """One step, if this person may see it, read afresh; raises `NotFound`."""
    query = select(LongStep).where(LongStep.id == long_step_id, _seen(by))
    row = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    return row


def progress_of(long_step_id: int) -> LongStepProgress | None:
    """How far the worker is, read afresh."""
    return db.session.get(LongStepProgress, long_step_id, populate_existing=True)


def running_on(target: str) -> LongStep | None:
    """The step that is being done to something now."""
    return db.session.scalars(select(LongStep).where(LongStep.target == target, LongStep.finished_at.is_(None))).first()


def long_steps_shown(by: Actor) -> Sequence[LongStep]:
    """The steps that somebody pressed and that still run, or came to nothing today and were not pressed again."""
    later = aliased(LongStep)
    again = exists().where(later.target == LongStep.target, later.id > LongStep.id)
    recent = LongStep.trouble_sealed.is_not(None) & (LongStep.finished_at > clock.now() - SHOWN) & ~again
    query = select(LongStep).where(LongStep.created_by.in_(by.keys), or_(LongStep.finished_at.is_(None), recent))
    return db.session.scalars(query.order_by(LongStep.id.desc()).limit(5)).all()


def seat_count(class_ids: Collection[int]) -> int:
    """How many places of these classes were ever taken: about as many lines will be drawn."""
    return db.session.scalar(select(func.count()).select_from(Seat).where(Seat.class_id.in_(class_ids))) or 0


def line_count(*claim_ids: int) -> int:
    """How many lines claims have together."""
    return db.session.scalar(select(func.count(ClaimLine.id)).where(ClaimLine.claim_id.in_(claim_ids))) or 0


def transfer_count(batch_id: int) -> int:
    """How many transfers a request for funds has."""
    return db.session.scalar(select(func.count(Transfer.id)).where(Transfer.batch_id == batch_id)) or 0
