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
from app.enrollments.queries import active_in, active_of, prechecks, reference
from app.enrollments.rules import EnrollmentStatus
from app.enrollments.service.claiming import class_words, lock_people, tell
from app.enrollments.service.leaving import cancel_all, complete, seat_left
from app.enrollments.service.promoting import ask_refills, may_come, seated
from app.kernel.access import Actor
from app.kernel.errors import Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
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
    if row is None or row.status != EnrollmentStatus.WAITING:
        raise Refused(N_("补员只能从候补名单里按顺序选人。"))
    lock_people([row.person_id])
    if not may_come(row, class_, by=by):
        raise Refused(N_("这个人现在不符合条件，不能补进来。"))
    seated(row, class_, seat, by=by)


@refill_refused.connect
def _on_refused(class_: TrainingClass, *, person_id: int, by: Actor, **_more: Any) -> None:
    """The place goes on to the next on the list, as long as there is time."""
    row = active_of(class_.id, person_id)
    if row is not None:
        tell(row, _("%(what)s这次没有补到您，您的候补号不变。", what=class_words(class_)), waiting=True)
    ask_refills(class_, by=by)


@class_approved.connect
def _on_approved(class_: TrainingClass, *, by: Actor, **_more: Any) -> None:
    for row in active_in(class_.id):
        if row.status == EnrollmentStatus.ENROLLED:
            tell(row, _("您报的%(what)s已经批准开班，请带身份证按时来上课。", what=class_words(class_)))
    ask_refills(class_, by=by)


@class_ended.connect
def _on_ended(class_: TrainingClass, *, by: Actor, **_more: Any) -> None:
    """A taster has no assessment: being there was all."""
    for seat in active_seats(class_.id) if not class_.paid else ():
        complete(seat.id, by=by)


@class_postponed.connect
def _on_postponed(class_: TrainingClass, **_more: Any) -> None:
    for row in active_in(class_.id):
        waits = row.status == EnrollmentStatus.WAITING
        tell(row, _("开班时间有变：%(what)s。来不了的请尽早退出。", what=class_words(class_)), waiting=waits)


@roster_checked.connect
def _on_roster_checked(class_: TrainingClass, **_more: Any) -> Sequence[Reason]:
    """Judge everybody on the roster as at filing: evidence may be asked for from there on."""
    rows = [row for row in active_in(class_.id) if row.status == EnrollmentStatus.ENROLLED]
    held = {row.person_id: reference(row.id) for row in rows}
    verdicts = prechecks(class_, [row.person for row in rows], stage=Stage.FILING, without=held)
    return [
        Reason(
            reason.rule,
            N_("%(name)s：%(why)s"),
            {"name": row.person.name, "why": Said(reason.message, reason.params)},
            change=reason.change,
            source=reason.source,
        )
        for row in rows
        for reason in verdicts[row.person_id].reasons
        if reason.blocking
    ]
