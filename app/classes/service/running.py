"""A class begins, pauses, ends, is put away, or is cancelled; and the taster, which needs no approval."""

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.classes import signals
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.queries.filing import lessons_over
from app.classes.rules import CLASS_FLOW, SEAT_FLOW, ClassStep, SeatStep
from app.classes.service.places import GivenBack, release_all
from app.classes.service.planning import own
from app.classes.service.seats import hold
from app.classes.service.telling import tell_school
from app.classes.service.variations import empty_by_cancelling
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.schools.queries import is_listed


def begin(class_: TrainingClass, *, by: Actor) -> None:
    """Begin an approved class, or a taster that is open, on its first day or later."""
    row = hold(class_)
    own(row, by)
    step = ClassStep.BEGIN if row.paid else ClassStep.BEGIN_TASTER
    CLASS_FLOW.after(row.status, step)
    if row.start_on > clock.today():
        raise Refused(_("%(day)s 才开班，还没有到。", day=row.start_on.isoformat()))
    if not is_listed(row.school_id):
        raise Refused(N_("学校现在不在培训机构目录内，不能开班。"))
    if not active_seats(row.id):
        raise Refused(N_("名单是空的，没有人可以上课。"))
    if not sessions_of(row.id):
        raise Refused(N_("还没有课程表。"))
    audit.take(row, CLASS_FLOW, step, by=by, facts={"seats": row.seats_taken})
    db.session.flush()
    signals.class_begun.send(row, by=by)


def end(class_: TrainingClass, *, by: Actor) -> None:
    """End a running class once every session is over."""
    row = hold(class_)
    own(row, by)
    CLASS_FLOW.after(row.status, ClassStep.END)
    if not lessons_over(row):
        raise Refused(N_("课程表上的课还没有上完，不能结束。"))
    audit.take(row, CLASS_FLOW, ClassStep.END, by=by, facts={"seats": row.seats_taken})
    db.session.flush()
    signals.class_ended.send(row, by=by)


def close_taster(class_: TrainingClass, *, by: Actor) -> None:
    """Put a taster away: there is nothing to assess and nothing to claim."""
    row = hold(class_)
    own(row, by)
    if row.paid:
        raise Refused(N_("这个班要先考核，不能直接归档。"))
    audit.take(row, CLASS_FLOW, ClassStep.CLOSE_TASTER, by=by)
    db.session.flush()


def class_assessed(class_: TrainingClass, *, by: Actor) -> None:
    """The results are confirmed; called by the assessments."""
    audit.take(hold(class_), CLASS_FLOW, ClassStep.ASSESS, by=by)
    db.session.flush()


def archive(class_: TrainingClass, *, by: Actor, note: str = "") -> None:
    """Put an assessed class away; called by the last step that had work with it."""
    audit.take(hold(class_), CLASS_FLOW, ClassStep.ARCHIVE, by=by, note=note)
    db.session.flush()


def suspend(class_: TrainingClass, *, note: str, by: Actor) -> None:
    """Stop a running class, with a reason; the officer's step, or what follows when its school is suspended."""
    row = hold(class_)
    if by.user_id is not None:
        refuse_interested(row.school_id, by=by)
    if not note.strip():
        raise DomainError(N_("请写明暂停的原因。"), "note")
    audit.take(row, CLASS_FLOW, ClassStep.SUSPEND, by=by, note=note.strip())
    db.session.flush()
    tell_school(row, _("“%(name)s”已暂停：%(why)s", name=row.name, why=note.strip()))


def resume(class_: TrainingClass, *, by: Actor, note: str = "") -> None:
    """Let a suspended class go on, once its school is on the list again."""
    row = hold(class_)
    refuse_interested(row.school_id, by=by)
    CLASS_FLOW.after(row.status, ClassStep.RESUME)
    if not is_listed(row.school_id):
        raise Refused(N_("学校还没有恢复，班也不能恢复。"))
    signals.class_resuming.send(row, by=by)
    audit.take(row, CLASS_FLOW, ClassStep.RESUME, by=by, note=note)
    db.session.flush()
    tell_school(row, _("“%(name)s”可以继续上课了。", name=row.name))


def cancel(class_: TrainingClass, *, reason: str, by: Actor) -> GivenBack:
    """Cancel a class before or after it began; gives back seats and every place's money, and says how much.

    The school cancels until the approval; afterwards the school or the officer. Later steps hear of it in the same
    transaction and give back what they hold (uses of the record, enrollments, claims).
    """
    row = hold(class_)
    if by.organization_id is not None and by.organization_id != row.school_id:
        raise Forbidden(N_("这一步由开班的学校或者培训管理员来做。"))
    if not reason.strip():
        raise DomainError(N_("请写明取消的原因，报了名的人会看到。"), "reason")
    CLASS_FLOW.after(row.status, ClassStep.CANCEL)
    seats = list(active_seats(row.id))
    if row.fix_version >= 1:
        empty_by_cancelling(row, seats, reason=reason, by=by)
    else:
        for seat in seats:
            seat.order_id = seat.post_number = None
            audit.take(seat, SEAT_FLOW, SeatStep.RELEASE, by=by, note=reason, facts={"class_id": row.id})
    money = release_all(row, by=by)
    given = GivenBack(len(seats), money.places, money.amount_fen)
    facts = {"seats": given.seats, "places": given.places, "amount_fen": given.amount_fen}
    audit.take(row, CLASS_FLOW, ClassStep.CANCEL, by=by, note=reason.strip(), facts=facts)
    db.session.flush()
    signals.class_cancelled.send(row, seats=seats, reason=reason.strip(), by=by)
    if by.organization_id != row.school_id:
        tell_school(row, _("“%(name)s”已取消：%(why)s", name=row.name, why=reason.strip()))
    return given
