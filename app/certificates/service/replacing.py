"""A correction and a reissue after loss: a new paper with the next number, tied to the one before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.assessments import queries as assessments
from app.audit import service as audit
from app.certificates.models import Certificate, CertificateBatch
from app.certificates.rules import CERTIFICATE_FLOW, BatchStatus, Because, CertificateStep, differing
from app.certificates.service.issuing import claim_serials, make, new_number, refuse_strangers
from app.certificates.service.wording import (
    COMPLETION,
    certificate_facts,
    new_token,
    refuse_unprintable,
    verify_url,
    words_of,
)
from app.certificates.signals import certificate_replaced
from app.classes.models import Seat, TrainingClass
from app.designs.service import refuse_incomplete
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.kernel.tasks import tasks
from app.messages import service as messages
from app.messages.models import MessageKind

NOTES = {
    Because.CORRECTION: "本证为更正换发，原第 {serial:03d} 号证书作废。",
    Because.LOST: "本证为遗失补发，原第 {serial:03d} 号证书作废。",
}
"""What the new paper says of the old one: its serial in the class, never its number."""
TOLD = {
    Because.CORRECTION: "您的培训合格证书内容已经更正，换发了新的证书，原来那张作废。",
    Because.LOST: "您的培训合格证书已经补发，原来那张作废。",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that the register and the results tell otherwise now than the paper does."""

    key: str
    old: Any
    new: Any


def differences(certificate: Certificate) -> list[Difference]:
    """What a correction would change: nothing where the paper still says what is recorded."""
    class_ = db.session.get_one(TrainingClass, certificate.class_id)
    now = _compiled(class_, certificate, number="", token="", issued_on=certificate.issued_on)
    old, words = certificate.facts, words_of(class_)
    known = {key: value for key, value in now.items() if key not in words}
    return [Difference(key, old.get(key, ""), now[key]) for key in differing(old, known)]


def correct(certificate: Certificate, *, reason: str, by: Actor) -> Certificate:
    """Issue a corrected paper with the next number; its facts are compiled anew from the register and the results.

    Nothing is typed. Raises `DomainError` without a reason, `Forbidden` for anyone but the class's school, `Refused`
    where the paper still says what is recorded, no longer stands, or can't be printed.
    """
    return _replace(certificate, Because.CORRECTION, reason, by)


def reissue(certificate: Certificate, *, reason: str, by: Actor) -> Certificate:
    """Issue the same facts again after a loss, with the next number and today's date. Raises as `correct` does."""
    return _replace(certificate, Because.LOST, reason, by)


def _replace(certificate: Certificate, because: Because, reason: str, by: Actor) -> Certificate:
    if not reason.strip():
        raise DomainError(N_("请写明换发的原因。"), "reason")
    class_ = audit.hold(db.session.get_one(TrainingClass, certificate.class_id))
    refuse_strangers(class_, by)
    old = audit.hold(certificate)
    CERTIFICATE_FLOW.after(old.status, CertificateStep.REPLACE)
    serial, token = claim_serials(class_.id, 1), new_token()
    number = new_number(class_, serial)
    facts = _facts(class_, old, because, number=number, token=token, issued_on=clock.today())
    refuse_unprintable([facts])
    _end(old, because, reason.strip(), number, by)
    new = make(_batch(class_, because, by), old, facts, number=number, serial=serial, token=token, by=by)
    new.replaces_id = old.id
    told = {"number": number, "class_id": class_.id, "replaces": old.number, "because": str(because)}
    audit.born(new, by=by, facts=told)
    tasks.defer("certificates.print_batch", lock=f"certificates:{new.batch_id}", batch_id=new.batch_id)
    certificate_replaced.send(old, new=new, by=by)
    person = new.person
    messages.tell(MessageKind.CERTIFICATE, recipient=f"person:{person.id}", phone=person.phone, text=TOLD[because])
    return new


def _facts(
    class_: TrainingClass, old: Certificate, because: Because, *, number: str, token: str, issued_on: date
) -> dict[str, Any]:
    """What the new paper says: the old facts after a loss, else what is recorded now; always why it came."""
    own = {"note": NOTES[because].format(serial=old.serial)}
    if because is Because.LOST:
        again = {"number": number, "issued_on": issued_on.isoformat(), "verify_url": verify_url(token)}
        return {**old.facts, **again, **own}
    if not differences(old):
        raise Refused(N_("证书上写的和现在登记的一样，不用更正。要改姓名等信息，请先改正人员登记，再来更正证书。"))
    refuse_incomplete(COMPLETION, region_code=class_.region_code, school_id=class_.school_id)
    facts = _compiled(class_, old, number=number, token=token, issued_on=issued_on)
    return {**facts, **words_of(class_), **own}


def _compiled(
    class_: TrainingClass, old: Certificate, *, number: str, token: str, issued_on: date
) -> Mapping[str, Any]:
    seat = db.session.get_one(Seat, old.seat_id, populate_existing=True)
    outcome = assessments.outcomes_of(class_.id)[seat.id]
    return certificate_facts(class_, seat, outcome, number=number, token=token, issued_on=issued_on)


def _batch(class_: TrainingClass, because: Because, by: Actor) -> CertificateBatch:
    batch = CertificateBatch(
        status=BatchStatus.PRINTING,
        class_id=class_.id,
        school_id=class_.school_id,
        region_code=class_.region_code,
        single=True,
        stopped_because="",
        created_by=by.key,
        created_at=clock.now(),
    )
    audit.born(batch, by=by, facts={"class_id": class_.id, "people": 1, "because": str(because)})
    return batch


def _end(old: Certificate, because: Because, reason: str, number: str, by: Actor) -> None:
    """The old paper stands no more; the new one's number is told in the records only."""
    old.reason, old.replaced_because = reason, because
    told = {"number": old.number, "because": str(because), "replaced_by": number}
    audit.take(old, CERTIFICATE_FLOW, CertificateStep.REPLACE, by=by, note=reason, facts=told)
    db.session.flush()
