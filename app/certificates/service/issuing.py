"""Issue for all who passed, in one step; revoke with a reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.service import refuse_interested
from app.assessments import queries as assessments
from app.assessments.models import Outcome
from app.audit import service as audit
from app.certificates import queries
from app.certificates.models import Certificate, CertificateBatch, CertificateSerial
from app.certificates.rules import (
    CERTIFICATE_FLOW,
    BatchStatus,
    CertificateStatus,
    CertificateStep,
    RevokedBecause,
    certificate_number,
)
from app.certificates.service.wording import (
    COMPLETION,
    certificate_facts,
    facts_hash,
    new_token,
    refuse_unprintable,
    words_of,
)
from app.certificates.signals import certificate_revoked, certificates_issued
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats
from app.classes.rules import ClassStatus
from app.designs.service import refuse_incomplete
from app.enrollments.denials.queries import annulled_seats
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_
from app.kernel.tasks import tasks
from app.messages import service as messages
from app.messages.models import MessageKind
from app.regions.queries import county_of
from app.schools.queries import school

ISSUABLE = (ClassStatus.ASSESSED, ClassStatus.ARCHIVED)


def issue(class_: TrainingClass, *, by: Actor) -> CertificateBatch:
    """Issue a certificate to everyone who passed and has none: numbers and facts are frozen now, PDFs come by a job.

    Raises `Refused` before the results are confirmed, when nobody is left to issue to, and for a name that no font
    can print (naming the person and the character).
    """
    held = audit.hold(class_)
    refuse_strangers(held, by)
    if held.status not in ISSUABLE:
        raise Refused(N_("考核结果确认以后才能发证。"))
    outcomes = assessments.outcomes_of(held.id)
    waiting = _without_certificate(held, outcomes)
    if not waiting:
        raise Refused(N_("考核合格的人都已经有证书了，不用再发。"))
    batch = CertificateBatch(
        status=BatchStatus.PRINTING,
        class_id=held.id,
        school_id=held.school_id,
        region_code=held.region_code,
        created_by=by.key,
        created_at=clock.now(),
    )
    audit.born(batch, by=by, facts={"class_id": held.id, "people": len(waiting)})
    refuse_incomplete(COMPLETION, region_code=held.region_code, school_id=held.school_id)
    first, words = claim_serials(held.id, len(waiting)), words_of(held)
    made = [_first(held, batch, seat, outcomes[seat.id], words, first + n, by) for n, seat in enumerate(waiting)]
    refuse_unprintable(certificate.facts for certificate in made)
    for certificate in made:
        audit.born(certificate, by=by, facts={"number": certificate.number, "class_id": held.id, "batch_id": batch.id})
    tasks.defer("certificates.print_batch", lock=f"certificates:{batch.id}", batch_id=batch.id)
    certificates_issued.send(batch, by=by)
    _tell(waiting, held)
    return batch


def refuse_strangers(class_: TrainingClass, by: Actor) -> None:
    """Raise `Forbidden` for anyone but the class's school."""
    if by.organization_id != class_.school_id:
        raise Forbidden(N_("只有承办这个班的培训机构可以发证。"))


def _without_certificate(class_: TrainingClass, outcomes: Mapping[int, Outcome]) -> list[Seat]:
    """Passed seats that never had a certificate, by place; a revoked one is not issued again by itself.

    Nobody whose sign-up was annulled, since they never agreed to it.
    """
    had = select(Certificate.seat_id).where(Certificate.class_id == class_.id)
    taken = set(db.session.scalars(had)) | annulled_seats(class_.id)
    return [
        seat
        for seat in active_seats(class_.id)
        if seat.id in outcomes and outcomes[seat.id].passed and seat.id not in taken
    ]


def claim_serials(class_id: int, number: int) -> int:
    """Claim that many serials of a class under the lock of its row; the first of them."""
    db.session.execute(insert(CertificateSerial).values(class_id=class_id, last=0).on_conflict_do_nothing())
    row = db.session.get_one(CertificateSerial, class_id, with_for_update=True, populate_existing=True)
    first = row.last + 1
    row.last += number
    db.session.flush()
    return first


def new_number(class_: TrainingClass, serial: int) -> str:
    """The number of a paper of a class that is issued today."""
    code = school(class_.school_id).code
    return certificate_number(county_of(class_.region_code), clock.today().year, code, class_.id, serial)


def _first(
    class_: TrainingClass,
    batch: CertificateBatch,
    seat: Seat,
    outcome: Outcome,
    words: Mapping[str, Any],
    serial: int,
    by: Actor,
) -> Certificate:
    number, token = new_number(class_, serial), new_token()
    facts = certificate_facts(class_, seat, outcome, number=number, token=token, issued_on=clock.today())
    return make(batch, seat, {**facts, **words}, number=number, serial=serial, token=token, by=by)


def make(
    batch: CertificateBatch,
    holder: Seat | Certificate,
    facts: dict[str, Any],
    *,
    number: str,
    serial: int,
    token: str,
    by: Actor,
) -> Certificate:
    """A certificate that stands, of today, for a seat or for the holder of another paper; not yet in the session."""
    return Certificate(
        status=CertificateStatus.VALID,
        number=number,
        serial=serial,
        token=token,
        seat_id=holder.id if isinstance(holder, Seat) else holder.seat_id,
        class_id=batch.class_id,
        batch_id=batch.id,
        person_id=holder.person_id,
        school_id=batch.school_id,
        region_code=holder.person.region_code,
        present_enough=True,
        passed=True,
        facts=facts,
        facts_sha256=facts_hash(facts),
        issued_on=clock.today(),
        issued_by=by.key,
        reason="",
    )


def _tell(seats: Sequence[Seat], class_: TrainingClass) -> None:
    for seat in seats:
        text = f"您参加的“{class_.course.title}”考核合格，培训合格证书已经发出，登录后可以下载，也可以到学校领取。"
        messages.tell(MessageKind.CERTIFICATE, recipient=f"person:{seat.person_id}", phone=seat.person.phone, text=text)


def revoke(certificate: Certificate, *, reason: str, by: Actor, because: RevokedBecause = RevokedBecause.OTHER) -> None:
    """Revoke a certificate for ever: its public page says so, and of what kind the reason is, from now on.

    Raises `DomainError` without a reason, `Forbidden` outside the officer's area or with a declared tie to the school,
    `Refused` where it does not stand any more.
    """
    if not reason.strip():
        raise DomainError(N_("请写明撤销的原因。"), "reason")
    if not queries.is_held_within(certificate, by):
        raise Forbidden(N_("这个班不在您负责的地方办，请由办班地的培训管理员撤销。"))
    refuse_interested(certificate.school_id, by=by)
    held = audit.hold(certificate)
    CERTIFICATE_FLOW.after(held.status, CertificateStep.REVOKE)
    held.reason, held.revoked_because = reason.strip(), because
    audit.take(held, CERTIFICATE_FLOW, CertificateStep.REVOKE, by=by, note=held.reason, facts={"number": held.number})
    certificate_revoked.send(held, by=by)


def archive(class_: TrainingClass, *, by: Actor) -> None:
    """Archive an assessed class once everyone who passed has a certificate and all are printed; claims go on after it.

    Raises `Refused` naming what is still open.
    """
    held = audit.hold(class_)
    if not by.may(Can.CLASS_APPROVE):
        refuse_strangers(held, by)
    if _without_certificate(held, assessments.outcomes_of(held.id)):
        raise Refused(N_("还有考核合格的人没有发证，发完再归档。"))
    if not all(progress.is_ready for progress in queries.progress_of(held.id)):
        raise Refused(N_("证书还在生成，等生成完再归档。"))
    classes.archive(held, by=by)
