"""The bureau looks into a half-day that was changed without being ratified in time."""

from app.accounts.service import refuse_interested
from app.attendance import signals
from app.attendance.models import EmergencyFinding
from app.attendance.queries.unratified import seats_of_change, unratified_of
from app.audit import service as audit
from app.classes.models import TrainingClass, Variation
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_


def settle_unratified(variation: Variation, *, upheld: bool, note: str, by: Actor) -> EmergencyFinding:
    """Say whether the half-day was held all the same; the claim lines of those credited go on, or are refused.

    Raises `Forbidden` for the school, `Refused` where nothing is in doubt or it was looked into already.
    """
    if not by.may(Can.ATTENDANCE_JUDGE):
        raise Forbidden(N_("疑点由培训管理员来核查。"))
    class_ = db.session.get_one(TrainingClass, variation.class_id, with_for_update={"of": TrainingClass})
    refuse_interested(class_.school_id, by=by)
    if not note.strip():
        raise DomainError(N_("请写明核查的情况。"), "note")
    found = next((one for one in unratified_of(class_.id).values() if one.variation.id == variation.id), None)
    if found is None or found.finding is not None:
        raise Refused(N_("这个紧急变更的学时没有疑点，或者已经查清了。"))
    row = EmergencyFinding(
        variation_id=variation.id,
        class_id=class_.id,
        upheld=upheld,
        note=note.strip(),
        at=clock.now(),
        by_key=by.key,
    )
    db.session.add(row)
    db.session.flush()
    facts = {"variation_id": variation.id, "session_id": found.session_id, "upheld": upheld}
    audit.record(class_, "unratified_settled", by=by, note=row.note, facts=facts)
    for seat_id in seats_of_change(variation):
        signals.hours_settled.send(row, seat_id=seat_id, upheld=upheld, by=by)
    return row
