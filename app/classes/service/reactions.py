"""What a class does when an earlier step gives way: its order is withdrawn, its school suspended."""

from sqlalchemy import select

from app.audit import service as audit
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, classes_of_order
from app.classes.rules import VARIABLE, ClassAct, ClassStatus
from app.classes.service.filing import give_back_filing
from app.classes.service.running import suspend
from app.classes.service.seats import hold
from app.classes.service.telling import tell_school
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.i18n import _
from app.orders.models import Order
from app.orders.signals import order_withdrawn
from app.schools.models import School
from app.schools.signals import school_removed, school_resumed, school_suspended

BEFORE_APPROVAL = (ClassStatus.DRAFT, ClassStatus.OPEN, ClassStatus.FILED, ClassStatus.RETURNED)


@order_withdrawn.connect
def lose_order(order: Order, *, by: Actor, **_more: object) -> None:
    """Classes not approved yet lose the order; approved ones are flagged, their officer may turn them elsewhere."""
    for found in classes_of_order(order.id, BEFORE_APPROVAL):
        row = hold(found)
        why = _("订单“%(title)s”被用人单位撤回了，请换一个订单。", title=order.title)
        if row.status == ClassStatus.FILED:
            give_back_filing(row, note=why, by=by)
        _clear_order(row)
        audit.record(row, ClassAct.ORDER_LOST, by=by, note=why, facts={"order_id": order.id})
        tell_school(row, why)
    for row in classes_of_order(order.id, sorted(VARIABLE)):
        why = _("订单“%(title)s”被用人单位撤回了，请尽快申请变更定向。", title=order.title)
        audit.record(row, ClassAct.ORDER_LOST, by=by, note=why, facts={"order_id": order.id})
        tell_school(row, why)


def _clear_order(row: TrainingClass) -> None:
    for seat in active_seats(row.id):
        seat.order_id = seat.post_number = None
    row.order_id = row.direction_id = None
    db.session.flush()


@school_suspended.connect
@school_removed.connect
def stop_classes(school: School, *, by: Actor, note: str = "", **_more: object) -> None:
    """What the school has running is suspended, what it has filed goes back to it."""
    query = select(TrainingClass).where(
        TrainingClass.school_id == school.id, TrainingClass.status.in_((ClassStatus.RUNNING, ClassStatus.FILED))
    )
    why = _("学校被暂停：%(why)s", why=note) if note else _("学校被暂停。")
    for row in db.session.scalars(query.order_by(TrainingClass.id)).all():
        if row.status == ClassStatus.RUNNING:
            suspend(row, note=why, by=by)
        else:
            give_back_filing(hold(row), note=why, by=by)


@school_resumed.connect
def tell_of_stopped_classes(school: School, **_more: object) -> None:
    """Lessons were missed: each class waits for the officer to let it go on, and the school hears which ones wait."""
    query = select(TrainingClass).where(
        TrainingClass.school_id == school.id, TrainingClass.status == ClassStatus.SUSPENDED
    )
    for row in db.session.scalars(query.order_by(TrainingClass.id)).all():
        words = _("学校恢复了，“%(name)s”还暂停着。缺的课请改好课程表，再请培训管理员恢复上课。", name=row.name)
        tell_school(row, words)
