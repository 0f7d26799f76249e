"""Out of a class: by the person's own wish, with the class, or at its end."""

from datetime import date

from app.audit import service as audit
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.queries import training_class
from app.classes.rules import LOCKED, ClassStatus
from app.enrollments.denials.queries import refuse_while_denied
from app.enrollments.models import Enrollment
from app.enrollments.queries import active_in, of_seat
from app.enrollments.rules import ACTIVE, ENROLLMENT_FLOW, EnrollmentStatus, EnrollmentStep
from app.enrollments.service.answering import decline
from app.enrollments.service.claiming import class_words, give_back, lock_class, tell
from app.enrollments.service.offering import offer_next, offer_places
from app.enrollments.signals import hours_asked
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_

LONGEST_REASON = 200
OVER = (ClassStatus.ENDED, ClassStatus.ASSESSED, ClassStatus.ARCHIVED)
"""A class that nobody can leave any more."""


def withdraw(row: Enrollment, *, by: Actor, reason: str = "") -> Enrollment | None:
    """Take a person out by their own wish: off the waiting list, out of the seat, or out of a locked class.

    Gives back seat, use of the record and money, and offers the seat to the next one, who is returned. Once the class
    runs, the hours attended are kept (`leave`). Raises `Refused` where there is nothing to leave any more.
    """
    lock_class(row.class_id)
    row = audit.hold(row)
    class_ = training_class(row.class_id)
    if row.status not in ACTIVE or class_.status in OVER:
        raise Refused(N_("这次报名已经结束，不用再退。"))
    refuse_while_denied(row.id)
    if len(reason) > LONGEST_REASON:
        raise DomainError(N_("原因最多 200 个字。"), "reason")
    if row.status == EnrollmentStatus.OFFERED:
        return decline(row, by=by, note=reason)
    if row.status == EnrollmentStatus.WAITING or row.seat is None:
        _end(row, EnrollmentStep.WITHDRAW, by=by, note=reason)
        tell(row, _("您已退出%(what)s的候补。", what=class_words(class_)), waiting=True)
        return None
    if class_.paid and class_.status in LOCKED:
        leave(row, on=clock.today(), by=by, reason=reason)
        return None
    classes.release_seat(row.seat, by=by, note=reason)
    _end(row, EnrollmentStep.WITHDRAW, by=by, note=reason)
    returned = give_back(row, by=by)
    tell(row, _withdrawn_words(class_, returned=returned))
    return offer_next(row.class_id, by=by)


def leave(row: Enrollment, *, on: date, by: Actor, reason: str, hours_kept: int | None = None) -> None:
    """Take a person out of a locked class by a recorded variation; `hours_kept` are standard hours attended so far.

    Without `hours_kept` whoever counts attendance is asked; nobody counting means none. The enrollment follows when
    the seat is withdrawn (`seat_left`).
    """
    if row.seat is None or row.status != EnrollmentStatus.ENROLLED:
        raise Refused(N_("这个人不在班里。"))
    counted = attended(row.seat) if hours_kept is None else hours_kept
    why = reason.strip() or _("本人申请退出")
    classes.withdraw_seat(row.seat, on=on, hours_kept=counted, reason=why, by=by)


def attended(seat: Seat) -> int:
    """The standard hours somebody attended, as far as anyone counts them."""
    return max((hours for _receiver, hours in hours_asked.send(seat) if hours is not None), default=0)


def seat_left(class_: TrainingClass, seat: Seat, *, on: date, hours_kept: int | None, by: Actor) -> None:
    """Let the enrollment follow a seat withdrawn from a locked class: withdrawn before it began, left after."""
    row = of_seat(seat.id)
    if row.status != EnrollmentStatus.ENROLLED:
        return
    refuse_while_denied(row.id)
    begun = class_.status != ClassStatus.APPROVED
    step = EnrollmentStep.LEAVE if begun else EnrollmentStep.WITHDRAW
    _end(row, step, by=by, facts={"on": on.isoformat(), "hours_kept": hours_kept})
    returned = give_back(row, by=by)
    words = _withdrawn_words(class_, returned=returned)
    if begun and hours_kept:
        words += _("已经上过的 %(n)s 学时保留在记录里。", n=hours_kept)
    tell(row, words)
    offer_places(class_, by=by)


def cancel_all(class_: TrainingClass, *, by: Actor, reason: str = "") -> None:
    """End every enrollment of a cancelled class, give back every use, tell everybody."""
    for row in active_in(class_.id):
        waited = row.status != EnrollmentStatus.ENROLLED
        _end(row, EnrollmentStep.CANCEL, by=by, note=reason)
        returned = give_back(row, by=by)
        text = _("很抱歉，%(what)s取消了，您的报名随之取消。", what=class_words(class_))
        text += _("原因：%(why)s", why=reason) if reason else ""
        text += _returned_words() if returned else ""
        tell(row, text + _("可以在课程菜单里另选一个班。"), waiting=waited)


def close_waiting_list(class_: TrainingClass, *, by: Actor) -> int:
    """End a waiting list on which nobody can be promoted any more, and say so; how many people it held."""
    lock_class(class_.id)
    rows = [row for row in active_in(class_.id) if row.status == EnrollmentStatus.WAITING]
    for row in rows:
        _end(row, EnrollmentStep.WITHDRAW, by=by, note=_("补员期已过"))
        what = class_words(class_)
        tell(row, _("%(what)s的补员期已过，这次没有轮到您，候补结束。可以另选一个班。", what=what), waiting=True)
    return len(rows)


def complete(seat_id: int, *, by: Actor) -> Enrollment:
    """The person passed; the use of the record stays taken. One annulled meanwhile stays so."""
    row = audit.hold(of_seat(seat_id))
    if row.status == EnrollmentStatus.WITHDRAWN:
        return row
    _end(row, EnrollmentStep.COMPLETE, by=by)
    return row


def fall_short(seat_id: int, *, by: Actor, reason: str) -> Enrollment:
    """The person did not pass: the use of their record is given back, and they are told why."""
    row = audit.hold(of_seat(seat_id))
    if row.status == EnrollmentStatus.WITHDRAWN:
        return row
    _end(row, EnrollmentStep.FALL_SHORT, by=by, note=reason)
    returned = give_back(row, by=by)
    text = _("您参加的%(what)s没有达到结业要求：%(why)s", what=class_words(row.training_class), why=reason)
    tell(row, text + (_returned_words() if returned else ""))
    return row


def _end(
    row: Enrollment, step: EnrollmentStep, *, by: Actor, note: str = "", facts: dict[str, object] | None = None
) -> None:
    row.ended_at = clock.now()
    audit.take(row, ENROLLMENT_FLOW, step, by=by, note=note, facts={"person_id": row.person_id, **(facts or {})})


def _returned_words() -> str:
    return _("享受补贴的次数已经退还，不占您的次数。")


def _withdrawn_words(class_: TrainingClass, *, returned: bool) -> str:
    return _("您已退出%(what)s。", what=class_words(class_)) + (_returned_words() if returned else "")
