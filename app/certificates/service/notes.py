"""A taster's notes of attendance: for those who were there, and never a certificate."""

from app.attendance import queries as attendance
from app.audit import service as audit
from app.certificates import queries
from app.certificates.models import AttendanceNote, CertificateBatch
from app.certificates.rules import BatchStatus
from app.certificates.service.issuing import refuse_strangers
from app.certificates.service.wording import note_facts, refuse_unprintable
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats
from app.classes.rules import CLASS_FLOW, ClassStatus, ClassStep
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.marking import N_
from app.kernel.tasks import tasks

NOTABLE = (ClassStatus.RUNNING, ClassStatus.ENDED, ClassStatus.ARCHIVED)


def is_notable(class_: TrainingClass) -> bool:
    """Whether notes of attendance can be made now."""
    return not class_.paid and class_.status in NOTABLE


def to_note(class_: TrainingClass) -> list[Seat]:
    """The seats of those who came and have no note yet."""
    came, noted = attendance.came(class_.id), {note.seat_id for note in queries.notes_of(class_.id)}
    return [seat for seat in active_seats(class_.id) if seat.id in came and seat.id not in noted]


def note_of_attendance(class_: TrainingClass, *, by: Actor) -> CertificateBatch:
    """Note the attendance of everyone who came to a taster and has no note yet; PDFs come by a job.

    An ended taster is closed by it. Raises `Refused` for a paid class and when there is nobody to note.
    """
    held = audit.hold(class_)
    refuse_strangers(held, by)
    if held.paid:
        raise Refused(N_("参加证明只用于技能体验；正式培训发的是培训合格证书。"))
    if held.status not in NOTABLE:
        raise Refused(N_("体验开始并点过名以后才能开参加证明。"))
    waiting = to_note(held)
    if not waiting:
        raise Refused(N_("到场的人都已经开过参加证明，或者还没有点名。"))
    all_facts = [note_facts(held, seat, clock.today()) for seat in waiting]
    refuse_unprintable(all_facts)
    batch = CertificateBatch(
        status=BatchStatus.PRINTING,
        class_id=held.id,
        school_id=held.school_id,
        region_code=held.region_code,
        created_by=by.key,
        created_at=clock.now(),
    )
    audit.born(batch, by=by, facts={"class_id": held.id, "notes": len(waiting)})
    for seat, facts in zip(waiting, all_facts, strict=True):
        note = AttendanceNote(
            seat_id=seat.id, batch_id=batch.id, class_id=held.id, person_id=seat.person_id, facts=facts
        )
        note.issued_on, note.issued_by = clock.today(), by.key
        db.session.add(note)
    db.session.flush()
    if CLASS_FLOW.allows(held.status, ClassStep.CLOSE_TASTER):
        classes.close_taster(held, by=by)
    tasks.defer("certificates.print_batch", lock=f"certificates:{batch.id}", batch_id=batch.id)
    return batch
