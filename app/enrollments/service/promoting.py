"""The waiting list: the lowest number whose person may still come gets the seat.

Before the lock directly, under the class's lock; after it by a refill, a variation that the bureau decides.
"""

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.words import action_words
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.queries import training_class, variations_of
from app.classes.rules import VariationKind, VariationStatus
from app.enrollments.denials.queries import open_denial
from app.enrollments.models import Enrollment
from app.enrollments.queries import precheck, waiting_in
from app.enrollments.rules import ENROLLMENT_FLOW, EnrollmentStep, kept
from app.enrollments.service.claiming import (
    lock_class,
    lock_people,
    pack_row_of,
    reserve,
    seat_facts,
    seated_words,
    tell,
)
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.i18n import _l
from app.kernel.marking import N_

SKIPPED = "passed over"
"""The event of someone passed over on the waiting list; the verdict beside the enrollment says why."""

action_words({SKIPPED: _l("轮到时不符合条件，先轮下一位")})


def promote_next(class_id: int, *, by: Actor) -> Enrollment | None:
    """Give a free seat of a class open for sign-up to the first on the waiting list who may still come.

    Those who may not are passed over, which is recorded once; they keep their number. None where there is no free
    seat, nobody to give it to, or the class is filed: then a dropped place waits for the bureau's decision.
    """
    if lock_class(class_id) <= 0:
        return None
    queue, class_ = waiting_in(class_id), training_class(class_id)
    lock_people([row.person_id for row in queue])
    return next((row for row in queue if _promoted(row, class_, by=by)), None)


def ask_refills(class_: TrainingClass, *, by: Actor) -> int:
    """Ask the bureau to let the waiting list into the dropped places of a locked class; how many were asked for.

    One person a place, by number; nobody who was asked for before, and nobody after the refill day.
    """
    asked = [row for row in variations_of(class_.id) if row.kind == VariationKind.REFILL]
    pending = {row.after["place_no"] for row in asked if row.status == VariationStatus.ASKED}
    places = [number for number in classes.dropped_places(class_) if number not in pending]
    tried = {row.after["person_id"] for row in asked}
    queue = (row for row in waiting_in(class_.id) if row.person_id not in tried and may_come(row, class_, by=by))
    found = list(zip(places, queue, strict=False))
    for place_no, row in found:
        classes.refill(class_, row.person_id, place_no, by=by)
    return len(found)


def promote_all(class_id: int, *, by: Actor) -> int:
    """Give every free seat to the waiting list; how many came in."""
    count = 0
    while promote_next(class_id, by=by) is not None:
        count += 1
    return count


def _promoted(row: Enrollment, class_: TrainingClass, *, by: Actor) -> bool:
    if not may_come(row, class_, by=by):
        return False
    try:
        with db.session.begin_nested():
            _take_seat(row, class_, by=by)
    except (Refused, IntegrityError):
        db.session.refresh(row)
        return False
    return True


def _take_seat(row: Enrollment, class_: TrainingClass, *, by: Actor) -> None:
    seat = classes.claim_seat(class_.id, row.person_id, by=by)
    if not isinstance(seat, Seat):
        raise Refused(N_("名额已满。"))
    seated(row, class_, seat, by=by)


def may_come(row: Enrollment, class_: TrainingClass, *, by: Actor) -> bool:
    """Judge someone on the waiting list afresh; passing them over is recorded when the reasons are new.

    Somebody whose denial is open gets no seat before it is decided.
    """
    if open_denial(row.id) is not None:
        return False
    verdict, pack = precheck(class_, row.person), pack_row_of(class_)
    if verdict.eligible:
        return True
    now = kept(verdict, pack=pack.key, sha256=pack.sha256)
    if now["reasons"] != row.verdict.get("reasons"):
        row.verdict = now
        rules = [reason.rule for reason in verdict.reasons if reason.blocking]
        audit.record(row, SKIPPED, by=by, facts={"rules": rules, "waiting_no": row.waiting_no})
    return False


def seated(row: Enrollment, class_: TrainingClass, seat: Seat, *, by: Actor) -> None:
    """Turn a waiting enrollment into one with a seat, reserve the use of the record, tell the person."""
    row.seat_id = seat.id
    audit.take(row, ENROLLMENT_FLOW, EnrollmentStep.PROMOTE, by=by, facts=seat_facts(seat))
    db.session.flush()
    reserve(row, class_, by=by)
    tell(row, seated_words(class_), waiting=True)
