"""Write down a skill-level certificate that another body gave; strike out one that was written down wrongly."""

from dataclasses import dataclass
from datetime import date
from typing import IO

from app.audit import service as audit
from app.certificates.skills.models import RECORDED, VOIDED, SkillCertificate
from app.certificates.skills.rules import check_agrees, read_number
from app.classes.models import Seat, TrainingClass
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_
from app.papers import service as papers
from app.regions.queries import lies_in

MOST = 10 * papers.MEGABYTE
KIND = "skill_certificate"


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the certificate that was shown."""

    number: str
    body_name: str
    occupation_id: int
    level: int
    """1-5; 0 for a 特级技师."""
    issued_on: date


def record(seat: Seat, shown: Shown, scan: IO[bytes], filename: str, *, by: Actor) -> SkillCertificate:
    """Write down the skill-level certificate of a trainee, with its scan, checked in form only.

    Raises `DomainError` for a number whose form is wrong or that its level or day contradicts, `Forbidden` for anyone
    but the class's school and the officers of the person's area, `Refused` for a number that is known already.
    """
    school_id = _allowed(seat, by)
    read = read_number(shown.number)
    check_agrees(read, level=shown.level, issued_on=shown.issued_on, today=clock.today())
    upload = papers.keep_upload(scan, filename, papers.DOCUMENTS, MOST, by=by, kind=KIND, field="scan")
    row = SkillCertificate(
        number=read.number,
        person_id=seat.person_id,
        seat_id=seat.id,
        region_code=seat.person.region_code,
        school_id=school_id,
        body=read.body,
        body_name=shown.body_name.strip(),
        occupation_id=shown.occupation_id,
        level=shown.level,
        issued_on=shown.issued_on,
        upload_id=upload.id,
        recorded_by=by.key,
        recorded_at=clock.now(),
        void_reason="",
    )
    db.session.add(row)
    db.session.flush()
    audit.record(row, RECORDED, by=by, facts={"number": row.number, "seat_id": seat.id, "level": row.level})
    return row


def strike_out(row: SkillCertificate, *, reason: str, by: Actor) -> None:
    """Strike a record out that was wrong; its number may be written down again. Raises as `record` does."""
    if not reason.strip():
        raise DomainError(N_("请写明登记错在哪里。"), "reason")
    _allowed(db.session.get_one(Seat, row.seat_id), by)
    held = audit.hold(row)
    if held.voided_by is not None:
        raise Refused(N_("这条登记已经作废。"))
    held.void_reason, held.voided_by = reason.strip(), by.key
    audit.record(held, VOIDED, by=by, note=held.void_reason, facts={"number": held.number})
    db.session.flush()


def may_write(row: SkillCertificate, by: Actor) -> bool:
    """Whether this person may strike the record out."""
    try:
        _allowed(db.session.get_one(Seat, row.seat_id), by)
    except Forbidden:
        return False
    return True


def _allowed(seat: Seat, by: Actor) -> int | None:
    """The school, where it is the class's; None for an officer of the area; raises `Forbidden` for anyone else."""
    class_ = db.session.get_one(TrainingClass, seat.class_id)
    if by.organization_id is not None and by.organization_id == class_.school_id and by.may(Can.CERTIFICATE_ISSUE):
        return class_.school_id
    if by.organization_id is None and by.may(Can.PERSON_WRITE) and lies_in(seat.person.region_code, by.area):
        return None
    raise Forbidden(N_("只有承办这个班的培训机构和学员所在地的干部可以登记。"))
