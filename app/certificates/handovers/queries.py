"""Who has their certificate in hand, and who has not."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from app.certificates.handovers.models import CertificateHandover
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus
from app.kernel.database import db


def handover_of(certificate_id: int) -> CertificateHandover | None:
    """How a certificate reached its holder, once it is written down."""
    return db.session.get(CertificateHandover, certificate_id)


def handovers_of(class_id: int) -> dict[int, CertificateHandover]:
    """What is written down of a class, by certificate."""
    query = select(CertificateHandover).where(CertificateHandover.class_id == class_id)
    return {row.certificate_id: row for row in db.session.scalars(query).unique()}


def waiting_in(class_id: int) -> Sequence[Certificate]:
    """Certificates of a class that are valid, printed and not handed over yet, by number."""
    given = exists().where(CertificateHandover.certificate_id == Certificate.id)
    query = select(Certificate).where(
        Certificate.class_id == class_id,
        Certificate.status == CertificateStatus.VALID,
        Certificate.paper_id.is_not(None),
        ~given,
    )
    return db.session.scalars(query.order_by(Certificate.serial)).unique().all()
