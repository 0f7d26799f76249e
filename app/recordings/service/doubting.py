"""A doubt about two pictures of different half-days: found by the machine, decided by a person."""

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden
from app.kernel.marking import N_
from app.recordings.models import Recording, RecordingDoubt
from app.recordings.queries import Alike
from app.recordings.rules import DOUBT_FLOW, DoubtKind, DoubtStatus, DoubtStep

LONGEST = 400


def doubt(recording: Recording, other: Alike, *, by: Actor) -> RecordingDoubt:
    """Note that a recording is too much like an older one."""
    row = RecordingDoubt(
        status=DoubtStatus.OPEN,
        kind=DoubtKind.SAME if other.same else DoubtKind.ALIKE,
        distance=other.distance,
        first_id=other.id,
        second_id=recording.id,
        first_class_id=other.class_id,
        second_class_id=recording.class_id,
        school_id=recording.school_id,
        region_code=recording.region_code,
        found_at=clock.now(),
    )
    audit.born(row, by=by, facts={"first": other.id, "second": recording.id, "distance": other.distance})
    return row


def decide(row: RecordingDoubt, *, uphold: bool, reason: str, by: Actor) -> None:
    """Say what came of looking into a doubt; raises `DomainError` without a reason."""
    if not by.may(Can.RECORDING_JUDGE):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    if not 0 < len(reason.strip()) <= LONGEST:
        raise DomainError(N_("请写明怎样查清的，最多 400 个字。"), "reason")
    held = audit.hold(row)
    step = DoubtStep.UPHOLD if uphold else DoubtStep.CLEAR
    audit.take(held, DOUBT_FLOW, step, by=by, note=reason.strip())
    held.decided_by, held.decided_at, held.reason = by.key, clock.now(), reason.strip()
    db.session.flush()
