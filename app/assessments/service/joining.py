"""Whoever comes into a class after its assessment list was sent joins it: by a refill, or out of another class."""

from typing import Any

from app.assessments import queries
from app.assessments.models import Listed, Sitting
from app.assessments.service.announcing import tell_listed
from app.audit import service as audit
from app.classes.models import Seat, TrainingClass
from app.classes.signals import seat_moved, seat_refilled
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.i18n import _
from app.messages import service as messages
from app.messages.models import MessageKind


@seat_refilled.connect
@seat_moved.connect
def join_list(class_: TrainingClass, *, seat: Seat, by: Actor, **_more: Any) -> None:
    """Put the new seat on the list of the first sitting, where one was sent; a resit is for those who sat it."""
    first = next((one for one in queries.sittings_of(class_.id) if not one.is_resit), None)
    if first is None:
        return
    db.session.add(Listed(class_id=class_.id, sitting=first.number, seat_id=seat.id, at=clock.now()))
    db.session.flush()
    facts = {"sitting": first.number, "seat_id": seat.id, "on": first.on.isoformat()}
    audit.record(class_, "assessment_joined", by=by, facts=facts)
    over = first.on < clock.today()
    if not over:
        tell_listed(class_, first, seat)
    _tell_others(class_, first, seat, over=over)


def _tell_others(class_: TrainingClass, sitting: Sitting, seat: Seat, *, over: bool) -> None:
    words = {"name": class_.name, "who": seat.person.name, "day": sitting.on.isoformat()}
    text = (
        _(
            "%(who)s进了“%(name)s”，已补进考核名单。%(day)s的考核已经考过，请考评员给他记“缺考”，再由学校安排补考。",
            **words,
        )
        if over
        else _("%(who)s进了“%(name)s”，已补进 %(day)s 的考核名单。", **words)
    )
    messages.tell(MessageKind.CLASS, recipient=f"organization:{class_.school_id}", phone=class_.school.phone, text=text)
    assessor = class_.assessor
    if assessor is not None and assessor.user is not None:
        user = assessor.user
        messages.tell(MessageKind.CLASS, recipient=f"user:{user.id}", phone=user.phone, text=text)
