"""The waiting list: whoever is first is offered a free place, and has until the end of the next working day to say.

Before the lock the offer holds the seat itself. In a locked class a place changes hands only by a refill that the
bureau decides: there the offer holds the number of the dropped place, and the refill is asked for once the person has
said yes. Either way the use of the record is reserved with the offer, so that a yes can be kept.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.words import action_words
from app.classes import service as classes
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import training_class, variations_of
from app.classes.rules import LOCKED, VariationKind, VariationStatus
from app.enrollments.denials.queries import open_denial
from app.enrollments.models import Enrollment
from app.enrollments.queries import offered_in, waiting_in
from app.enrollments.rules import ENROLLMENT_FLOW, EnrollmentStep, held_until, kept
from app.enrollments.service.claiming import conditions_words, lock_class, reserve, seat_facts, tell, until_words
from app.enrollments.service.conditions import Conditions, conditions_of, verdict_on
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.i18n import _, _l
from app.kernel.marking import N_
from app.kernel.workdays import add_working_days
from app.people import service as records

SKIPPED = "passed over"
"""The event of someone passed over on the waiting list; the verdict beside the enrollment says why."""

action_words({SKIPPED: _l("轮到时不符合条件，先轮下一位")})


def offer_next(class_id: int, *, by: Actor) -> Enrollment | None:
    """Offer a free seat of a class open for sign-up to the first on the waiting list who may still come.

    Those who may not are passed over, which is recorded once; they keep their number. None where there is no free
    seat, nobody to offer it to, no time left to answer, or the class is filed: then the bureau decides first.
    """
    if not lock_class(class_id).free:
        return None
    conditions = conditions_of(class_id)
    until, queue = _until(training_class(class_id), conditions), waiting_in(class_id)
    if until is None or not queue:
        return None
    records.hold_people([row.person_id for row in queue])
    return next((row for row in queue if _offered(row, conditions, until, by=by)), None)


def offer_all(class_id: int, *, by: Actor) -> int:
    """Offer every free seat to the waiting list; how many offers were made."""
    count = 0
    while offer_next(class_id, by=by) is not None:
        count += 1
    return count


def offer_places(class_: TrainingClass, *, by: Actor) -> int:
    """Offer the dropped places of a locked class to the waiting list, one person a place; how many offers were made.

    Nobody whom the bureau refused before, and nobody after the refill day. The class's row is held by the caller.
    """
    asked = [row for row in variations_of(class_.id) if row.kind == VariationKind.REFILL]
    pending = {row.after["place_no"] for row in asked if row.status == VariationStatus.ASKED}
    taken = pending | {row.offer_place for row in offered_in(class_.id)}
    places = [number for number in classes.dropped_places(class_) if number not in taken]
    conditions, tried = conditions_of(class_.id), {row.after["person_id"] for row in asked}
    until = _until(class_, conditions)
    queue = [row for row in waiting_in(class_.id) if row.person_id not in tried] if places else []
    if until is None or not queue:
        return 0
    records.hold_people([row.person_id for row in queue])
    left = iter(queue)
    return sum(any(_offered(row, conditions, until, by=by, place=place) for row in left) for place in places)


def _until(class_: TrainingClass, conditions: Conditions) -> datetime | None:
    """Until when an offer made now is held; None where it is too late to answer."""
    first = db.session.scalar(select(func.min(ClassSession.starts_at)).where(ClassSession.class_id == class_.id))
    last = first or clock.moment_of(class_.start_on, 0)
    if class_.status in LOCKED and class_.refill_until_on is not None:
        last = clock.moment_of(class_.refill_until_on + timedelta(days=1), 0)
    day = add_working_days(clock.today(), 1, conditions.pack.workdays)
    until = held_until(clock.moment_of(day + timedelta(days=1), 0), last)
    return until if until > clock.now() else None


def _offered(row: Enrollment, conditions: Conditions, until: datetime, *, by: Actor, place: int | None = None) -> bool:
    """Judge someone afresh and hold a place for them; False where they are passed over."""
    if not may_come(row, by=by):
        return False
    try:
        with db.session.begin_nested():
            _hold_place(row, conditions, until, place, by=by)
    except (Refused, IntegrityError):
        db.session.refresh(row)
        return False
    return True


def _hold_place(row: Enrollment, conditions: Conditions, until: datetime, place: int | None, *, by: Actor) -> None:
    facts = {"person_id": row.person_id, "waiting_no": row.waiting_no, "until": until.isoformat()}
    if place is None:
        seat = classes.claim_seat(row.class_id, row.person_id, by=by)
        if not isinstance(seat, Seat):
            raise Refused(N_("名额已满。"))
        row.seat_id, place = seat.id, seat.place_no
    else:
        row.offer_place = place
    row.offer_until = until
    audit.take(row, ENROLLMENT_FLOW, EnrollmentStep.OFFER, by=by, facts={**facts, "place_no": place})
    db.session.flush()
    reserve(row, conditions, by=by)
    tell(row, offer_words(conditions, until), waiting=True)


def offer_words(conditions: Conditions, until: datetime) -> str:
    """What someone is told whose turn has come; a shorter time than the policy's says why."""
    facts = {"what": conditions_words(conditions), "until": until_words(until)}
    text = _("轮到您了：%(what)s空出一个名额，给您留到 %(until)s。", **facts)
    usual = add_working_days(clock.today(), 1, conditions.pack.workdays)
    if until < clock.moment_of(usual + timedelta(days=1), 0):
        text += _("因为快要上课或者补员快要截止，只能留这么久。")
    return text + _("来不来请在“我的报名”里答复，也可以打电话告诉村里；到时没有答复，名额就让给下一位。")


def may_come(row: Enrollment, *, by: Actor) -> bool:
    """Judge someone on the waiting list afresh; passing them over is recorded when the reasons are new.

    Somebody whose denial is open gets no place before it is decided.
    """
    if open_denial(row.id) is not None:
        return False
    conditions = conditions_of(row.class_id, row.person_id)
    verdict = verdict_on(conditions, row.person)
    if verdict.eligible:
        return True
    now = kept(verdict, pack=conditions.stamp.key, sha256=conditions.stamp.sha256)
    if now["reasons"] != row.verdict.get("reasons"):
        row.verdict = now
        rules = [reason.rule for reason in verdict.reasons if reason.blocking]
        audit.record(row, SKIPPED, by=by, facts={"rules": rules, "waiting_no": row.waiting_no})
    return False


def seated(row: Enrollment, step: EnrollmentStep, seat: Seat, *, by: Actor, note: str = "") -> None:
    """Give an enrollment its seat for good, by an accepted offer or by the bureau's own choice from the list."""
    row.seat_id, row.offer_until, row.offer_place = seat.id, None, None
    audit.take(row, ENROLLMENT_FLOW, step, by=by, note=note, facts={"person_id": row.person_id, **seat_facts(seat)})
    db.session.flush()
