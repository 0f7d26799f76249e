"""What enrollments do when somebody moves to another class of the same course: consent and record go along."""

from collections.abc import Sequence
from typing import Any

from app.audit import service as audit
from app.classes.models import Seat, TrainingClass
from app.classes.queries import training_class
from app.classes.signals import hours_attended, move_checked, places_promised, seat_moved
from app.enrollments.denials.queries import open_denial
from app.enrollments.models import Enrollment
from app.enrollments.queries import active_of, of_seat, offered_in, prechecks, reference, waiting_in
from app.enrollments.rules import ENROLLMENT_FLOW, EnrollmentStatus, EnrollmentStep, kept
from app.enrollments.service.claiming import class_words, give_back, reserve, seat_facts, tell
from app.enrollments.service.conditions import conditions_of, verdict_on
from app.enrollments.service.leaving import attended
from app.enrollments.service.offering import offer_places
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.people import service as records
from app.policies.rules.disclosing import for_school
from app.policies.rules.facts import Stage
from app.policies.rules.said import Reason


@hours_attended.connect
def _on_hours_attended(seat: Seat, **_more: Any) -> int:
    return attended(seat)


@places_promised.connect
def _on_places_promised(class_: TrainingClass, **_more: Any) -> set[int]:
    return {row.offer_place for row in offered_in(class_.id) if row.offer_place is not None}


@move_checked.connect
def _on_move_checked(class_: TrainingClass, *, seat: Seat, held: bool, **_more: Any) -> Sequence[Reason]:
    """Judge somebody for the other class as at filing, without the seat and the use that they give up for it."""
    if held:
        queue = waiting_in(seat.class_id)
        records.hold_people([seat.person_id, *(row.person_id for row in queue)])
    row = of_seat(seat.id)
    found = list(_stands_against(class_, row))
    left_out = {seat.person_id: reference(row.id)}
    verdict = prechecks(class_, [seat.person], stage=Stage.FILING, without=left_out, leaving=seat.class_id)
    return found + [one for one in for_school(verdict[seat.person_id]).reasons if one.blocking]


def _stands_against(class_: TrainingClass, row: Enrollment) -> Sequence[Reason]:
    there = active_of(class_.id, row.person_id)
    if open_denial(row.id) is not None:
        return (Reason("", N_("本人说没有报过名，核查清楚以前不能转。"), {}),)
    if there is not None and there.status != EnrollmentStatus.WAITING:
        return (Reason("", N_("这个人已经报了那个班。"), {}),)
    return ()


@seat_moved.connect
def _on_moved(class_: TrainingClass, *, seat: Seat, left: Seat, by: Actor, **_more: Any) -> None:
    """End the one enrollment, begin the other with the same consent, and let the use of the record go along."""
    old = audit.hold(of_seat(left.id))
    _off_the_waiting_list(class_, old, by=by)
    old.ended_at = clock.now()
    facts = {"person_id": old.person_id, "into": class_.id, "hours_kept": left.hours_kept}
    audit.take(old, ENROLLMENT_FLOW, EnrollmentStep.TRANSFER, by=by, facts=facts)
    given_back = give_back(old, by=by)
    db.session.flush()
    conditions = conditions_of(class_.id, old.person_id)
    verdict = kept(verdict_on(conditions, old.person), pack=conditions.stamp.key, sha256=conditions.stamp.sha256)
    new = Enrollment(
        status=EnrollmentStatus.ENROLLED,
        class_id=class_.id,
        person_id=old.person_id,
        seat_id=seat.id,
        priority=old.priority,
        school_id=class_.school_id,
        region_code=old.region_code,
        made_by=old.made_by,
        consent=old.consent,
        consent_upload_id=old.consent_upload_id,
        consent_note=old.consent_note,
        verdict=verdict,
        created_at=clock.now(),
    )
    audit.born(new, by=by, facts={"person_id": old.person_id, "from": left.class_id, **seat_facts(seat)})
    if given_back:
        reserve(new, conditions, by=by)
    was = training_class(left.class_id)
    tell(new, _("您从“%(name)s”转到了%(what)s，享受补贴的次数不变。", name=was.name, what=class_words(class_)))
    if was.refill_until_on is not None:
        offer_places(was, by=by)


def _off_the_waiting_list(class_: TrainingClass, row: Enrollment, *, by: Actor) -> None:
    """Whoever waited for that class has a seat in it now."""
    waiting = active_of(class_.id, row.person_id)
    if waiting is not None:
        waiting.ended_at = clock.now()
        facts = {"person_id": row.person_id}
        audit.take(waiting, ENROLLMENT_FLOW, EnrollmentStep.WITHDRAW, by=by, note=_("已经转进这个班"), facts=facts)
        db.session.flush()
