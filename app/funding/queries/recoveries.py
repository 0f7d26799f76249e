"""Find recoveries, and paid lines whose certificate was revoked and of which nothing is recovered."""

from collections.abc import Sequence

from sqlalchemy import Select, exists, select

from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus
from app.funding.models import Claim, ClaimLine, Recovery
from app.funding.queries.claims import visible_to
from app.funding.rules.paying import Cause, RecoveryStatus
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound


def recoveries_query(by: Actor, *, status: str = "") -> Select[Recovery]:
    """The recoveries of claims that this person may see, those under way first."""
    query = select(Recovery).join(Claim, Claim.id == Recovery.claim_id).where(visible_to(by))
    if status:
        query = query.where(Recovery.status == status)
    return query.order_by(Recovery.status != RecoveryStatus.OPEN, Recovery.id.desc())


def recovery_for(by: Actor, recovery_id: int) -> Recovery:
    """One recovery; raises `NotFound`."""
    found = db.session.scalars(recoveries_query(by).where(Recovery.id == recovery_id)).unique().first()
    if found is None:
        raise NotFound
    return found


def recoveries_of_line(line_id: int) -> Sequence[Recovery]:
    """The recoveries of a line, oldest first; unscoped."""
    return db.session.scalars(select(Recovery).where(Recovery.line_id == line_id).order_by(Recovery.id)).unique().all()


def recoveries_of_claim(claim_id: int) -> Sequence[Recovery]:
    """The recoveries of a claim, oldest first; unscoped."""
    query = select(Recovery).where(Recovery.claim_id == claim_id).order_by(Recovery.id)
    return db.session.scalars(query).unique().all()


def recoveries_of_seat(by: Actor, seat_id: int) -> Sequence[Recovery]:
    """What is or was recovered of a trainee's training because its certificate was revoked, as this person may see."""
    query = recoveries_query(by).join(ClaimLine, ClaimLine.id == Recovery.line_id)
    return db.session.scalars(query.where(ClaimLine.seat_id == seat_id, Recovery.cause == Cause.CERTIFICATE)).all()


def missed() -> Sequence[ClaimLine]:
    """Paid lines whose certificate is revoked and of which nothing was ever recovered: none, by law."""
    query = (
        select(ClaimLine)
        .join(Certificate, Certificate.seat_id == ClaimLine.seat_id)
        .where(
            Certificate.status == CertificateStatus.REVOKED,
            ClaimLine.certificate_id.is_not(None),
            ClaimLine.paid_fen > 0,
            ~exists().where(Recovery.line_id == ClaimLine.id),
        )
    )
    return db.session.scalars(query).unique().all()
