"""The answer to an offer from the waiting list: yes, no, or nothing until the time is over."""

from app.audit import service as audit
from app.audit.words import action_words
from app.classes import service as classes
from app.classes.queries import training_class
from app.classes.rules import LOCKED
from app.enrollments.denials.queries import open_denial, refuse_while_denied
from app.enrollments.models import Enrollment
from app.enrollments.rules import ENROLLMENT_FLOW, EnrollmentStatus, EnrollmentStep
from app.enrollments.service.claiming import (
    class_words,
    give_back,
    lock_class,
    seated_words,
    tell,
    until_words,
)
from app.enrollments.service.conditions import conditions_of
from app.enrollments.service.offering import offer_next, offer_places, seated
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.i18n import _, _l
from app.kernel.marking import N_

SAID_YES = "said yes"
"""The event of a yes to a dropped place of a locked class; the bureau decides on the refill."""

action_words({SAID_YES: _l("本人愿意来，已申请补员")})


def accept(row: Enrollment, *, by: Actor, note: str = "") -> None:
    """Take the offered place: the seat for good, or in a locked class the refill is asked for and the bureau decides.

    By the person, or by an officer who was told (`note` says how). Raises `Refused` once the time is over.
    """
    row = _answerable(row)
    if row.seat is not None:
        seated(row, EnrollmentStep.ACCEPT, row.seat, by=by, note=note)
        tell(row, seated_words(conditions_of(row.class_id)))
        return
    class_, place = training_class(row.class_id), row.offer_place or 0
    row.accepted_at = clock.now()
    audit.record(row, SAID_YES, by=by, note=note, facts={"person_id": row.person_id, "place_no": place})
    db.session.flush()
    classes.refill(class_, row.person_id, place, by=by, reason=_("候补名单按顺序补员，本人已答复愿意来"))
    text = _("您愿意来%(what)s，已经替您申请补员，批下来马上通知您。", what=class_words(class_))
    tell(row, text, waiting=True)


def _answerable(row: Enrollment) -> Enrollment:
    """Lock class and enrollment; raises `Refused` where there is nothing to answer, or not any more."""
    lock_class(row.class_id)
    row = audit.hold(row)
    if row.status != EnrollmentStatus.OFFERED or row.accepted_at is not None:
        raise Refused(N_("现在没有等您答复的名额。"))
    if row.offer_until is None or row.offer_until <= clock.now():
        raise Refused(N_("答复的时间已经过了，名额让给了下一位。想来可以再报名排队。"))
    refuse_while_denied(row.id)
    return row


def decline(row: Enrollment, *, by: Actor, note: str = "") -> Enrollment | None:
    """Give the offered place up, which ends the enrollment; the place is offered to the next, who is returned.

    Locks class and enrollment. A yes that the bureau has not decided on is taken back.
    """
    lock_class(row.class_id)
    row = audit.hold(row)
    if row.status != EnrollmentStatus.OFFERED:
        raise Refused(N_("现在没有等您答复的名额。"))
    refuse_while_denied(row.id)
    if row.accepted_at is not None:
        classes.take_back_refill(training_class(row.class_id), row.person_id, by=by, note=note)
    tell_later = _("您已放弃%(what)s的名额。享受补贴的次数不占。", what=class_words(training_class(row.class_id)))
    following = _let_go(row, EnrollmentStep.DECLINE, by=by, note=note)
    tell(row, tell_later, waiting=True)
    return following


def lapse(row: Enrollment, *, by: Actor = SYSTEM) -> Enrollment | None:
    """End an offer that nobody answered in time and offer the place to the next, who is returned; else do nothing.

    An open denial holds the place: nothing lapses before it is decided.
    """
    lock_class(row.class_id)
    row = audit.hold(row)
    if row.status != EnrollmentStatus.OFFERED or row.accepted_at is not None or row.offer_until is None:
        return None
    if open_denial(row.id) is not None:
        return None
    return let_lapse(row, by=by) if row.offer_until <= clock.now() else None


def let_lapse(row: Enrollment, *, by: Actor) -> Enrollment | None:
    """End an unanswered offer of a locked class's row at once: its time is over, or the class is."""
    what, until = class_words(training_class(row.class_id)), row.offer_until or clock.now()
    following = _let_go(row, EnrollmentStep.LAPSE, by=by)
    text = _("%(what)s给您留的名额到 %(until)s 没有答复，已经让给下一位。", what=what, until=until_words(until))
    tell(row, text + _("想来可以再报名排队。"), waiting=True)
    return following


def _let_go(row: Enrollment, step: EnrollmentStep, *, by: Actor, note: str = "") -> Enrollment | None:
    """Give back seat and use of the record, end the enrollment, offer the place on."""
    row.ended_at = clock.now()
    if row.seat is not None:
        classes.release_seat(row.seat, by=by, note=note)
    audit.take(row, ENROLLMENT_FLOW, step, by=by, note=note, facts={"person_id": row.person_id})
    row.offer_place = row.accepted_at = None
    give_back(row, by=by)
    db.session.flush()
    class_ = training_class(row.class_id)
    if class_.status in LOCKED:
        offer_places(class_, by=by)
        return None
    return offer_next(row.class_id, by=by)


def wait_on(row: Enrollment, *, by: Actor, note: str = "") -> None:
    """Back to the waiting list with the same number: the bureau refused the refill, or it came to nothing."""
    row.offer_until = row.offer_place = row.accepted_at = None
    audit.take(row, ENROLLMENT_FLOW, EnrollmentStep.WAIT_ON, by=by, note=note, facts={"person_id": row.person_id})
    give_back(row, by=by)
    db.session.flush()
