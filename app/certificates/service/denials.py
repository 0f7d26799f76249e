"""What a certificate does when it is found true that the trainee never signed up."""

from typing import Any

from app.certificates.queries import certificate_of_seat
from app.certificates.rules import CertificateStatus
from app.certificates.service.issuing import revoke
from app.enrollments.denials.models import Denial
from app.enrollments.denials.rules import DenialStatus
from app.enrollments.models import Enrollment
from app.enrollments.signals import denial_decided
from app.kernel.access import Actor


@denial_decided.connect
def _on_decided(row: Enrollment, *, denial: Denial, by: Actor, **_more: Any) -> None:
    """A certificate says that somebody came and learned; one of a sign-up that is annulled is revoked."""
    if denial.status != DenialStatus.UPHELD or row.seat_id is None:
        return
    certificate = certificate_of_seat(row.seat_id)
    if certificate is not None and certificate.status == CertificateStatus.VALID:
        revoke(certificate, reason=denial.reason, by=by)
