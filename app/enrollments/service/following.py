"""What enrollments do when a class moves: listeners of the signals that classes send inside the transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats
from app.classes.signals import (
    class_approved,
    class_cancelled,
    class_ended,
    class_postponed,
    refill_refused,
    roster_checked,
    seat_refilled,
    seat_withdrawn,
)
from app.enrollments.models import Enrollment
from app.enrollments.queries import active_in, active_of, offered_in, prechecks, reference
from app.enrollments.rules import EnrollmentStatus, EnrollmentStep
from app.enrollments.service.answering import let_lapse, wait_on
from app.enrollments.service.claiming import class_words, reserve, seated_words, tell, until_words
from app.enrollments.service.conditions import conditions_of
from app.enrollments.service.leaving import cancel_all, complete, seat_left
from app.enrollments.service.offering import may_come, offer_places, seated
from app.kernel.access import Actor
from app.kernel.errors import Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.policies.rules.disclosing import for_school
from app.policies.rules.facts import Stage
from app.policies.rules.said import Reason, Said


@class_cancelled.connect
def _on_cancelled(class_: TrainingClass, *, by: Actor, reason: str = "", **_more: Any) -> None:
    cancel_all(class_, by=by, reason=reason)


@seat_withdrawn.connect
def _on_withdrawn(
    class_: TrainingClass, *, seat: Seat, on: date, hours_kept: int | None, by: Actor, **_more: Any
) -> None:
    seat_left(class_, seat, on=on, hours_kept=hours_kept, by=by)


@seat_refilled.connect
def _on_refilled(class_: TrainingClass, *, seat: Seat, by: Actor, **_more: Any) -> None:
    """The bureau let somebody from the waiting list take a dropped place."""
    row = active_of(class_.id, seat.person_id)
    offered = {one.offer_place: one.id for one in offered_in(class_.id)}
    if row is None or row.id != offered.get(seat.place_no, row.id):
        raise Refused(N_("补员只能从候补名单里按顺序选人。"))
    conditions = conditions_of(class_.id)
    if row.status == EnrollmentStatus.OFFERED:
        seated(row, EnrollmentStep.ACCEPT, seat, by=by)
    elif row.status == EnrollmentStatus.WAITING and may_come(row, by=by):
        seated(row, EnrollmentStep.PROMOTE, seat, by=by)
    else:
        raise Refused(N_("这个人现在不符合条件，不能补进来。"))
    reserve(row, conditions, by=by)
    tell(row, seated_words(conditions), waiting=True)


@refill_refused.connect
def _on_refused(class_: TrainingClass, *, person_id: int, by: Actor, **_more: Any) -> None:
    """Whoever was asked for waits on; the place goes to the next on the list, as long as there is time."""
    row = active_of(class_.id, person_id)
    if row is not None:
        if row.status == EnrollmentStatus.OFFERED:
            wait_on(row, by=by)
        tell(row, _("%(what)s这次没有补到您，您的候补号不变。", what=class_words(class_)), waiting=True)
    offer_places(class_, by=by)


@class_approved.connect
def _on_approved(class_: TrainingClass, *, by: Actor, **_more: Any) -> None:
    for row in active_in(class_.id):
        if row.status == EnrollmentStatus.ENROLLED:
            tell(row, _("您报的%(what)s已经批准开班，请带身份证按时来上课。", what=class_words(class_)))
    offer_places(class_, by=by)


@class_ended.connect
def _on_ended(class_: TrainingClass, *, by: Actor, **_more: Any) -> None:
    """A taster has no assessment: being there was all. A place that nobody took by now is nobody's."""
    for row in offered_in(class_.id):
        if row.accepted_at is None:
            let_lapse(row, by=by)
    for seat in active_seats(class_.id) if not class_.paid else ():
        complete(seat.id, by=by)


@class_postponed.connect
def _on_postponed(class_: TrainingClass, **_more: Any) -> None:
    for row in active_in(class_.id):
        waits = row.status != EnrollmentStatus.ENROLLED
        tell(row, _("开班时间有变：%(what)s。来不了的请尽早退出。", what=class_words(class_)), waiting=waits)


@roster_checked.connect
def _on_roster_checked(class_: TrainingClass, **_more: Any) -> Sequence[Reason]:
    """Judge everybody on the roster as at filing: evidence may be asked for from there on.

    The school files, so it reads rule and outcome, not the person's circumstances.
    """
    rows = [row for row in active_in(class_.id) if row.status == EnrollmentStatus.ENROLLED]
    held = {row.person_id: reference(row.id) for row in rows}
    verdicts = prechecks(class_, [row.person for row in rows], stage=Stage.FILING, without=held)
    unanswered = [row for row in offered_in(class_.id) if row.seat_id is not None]
    return [*map(_unanswered, unanswered)] + [
        Reason(
            reason.rule,
            N_("%(name)s：%(why)s"),
            {"name": row.person.name, "why": Said(reason.message, reason.params)},
            change=reason.change,
            source=reason.source,
        )
        for row in rows
        for reason in for_school(verdicts[row.person_id]).reasons
        if reason.blocking
    ]


def _unanswered(row: Enrollment) -> Reason:
    """Nobody is filed by name who has not said yes to the seat that came free."""
    words = N_("%(name)s：候补轮到，还没有答复来不来，名额留到 %(until)s。可以打电话问，答复后再申报。")
    until = until_words(row.offer_until) if row.offer_until is not None else ""
    return Reason("", words, {"name": row.person.name, "until": until})
