"""Another assessor 换考评员 for a locked class: never one of its teachers (考培分离), and fit to assess to its end."""

from collections.abc import Mapping
from typing import Any

from app.classes.models import TrainingClass, Variation
from app.classes.queries.choices import assessors
from app.classes.service.planning import teaches_in
from app.classes.service.refilling import Change
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.messages import service as messages
from app.messages.models import MessageKind
from app.schools.models import Duty, Instructor

Facts = dict[str, Any]


def _check(row: TrainingClass, asked: Mapping[str, Any]) -> Facts:
    person = db.session.get(Instructor, asked.get("assessor_id") or 0)
    if person is None or person.id == row.assessor_id or person.id not in dict(assessors(row.school_id)):
        raise DomainError(N_("请选本县市另一位在册的考评员。"), "assessor_id")
    if teaches_in(row, person):
        raise DomainError(N_("考评员不能是本班的授课教师（考培分离）。"), "assessor_id")
    if person.id_number_index is None:
        words = {"name": person.name}
        raise DomainError(
            _("%(name)s 没有登记身份证号码，分不清考评和授课是不是同一个人，请学校补上。", **words), "assessor_id"
        )
    if not person.is_qualified(Duty.ASSESSING, row.end_on):
        words = {"name": person.name, "day": row.end_on.isoformat()}
        raise DomainError(_("考评员 %(name)s 到 %(day)s 没有有效的考评资质。", **words), "assessor_id")
    return {"assessor_id": person.id, "assessor": person.name}


def _before(row: TrainingClass, _after: Facts) -> Facts:
    return {"assessor_id": row.assessor_id, "assessor": row.assessor.name if row.assessor else ""}


def _appoint(row: TrainingClass, after: Facts, _variation: Variation, _by: Actor) -> None:
    _tell(row.assessor, _("“%(name)s”的考评换了人，您不用再考评这个班。", name=row.name))
    row.assessor = db.session.get_one(Instructor, _check(row, after)["assessor_id"])
    db.session.flush()
    _tell(row.assessor, _("“%(name)s”请您考评，%(day)s 结束上课。", name=row.name, day=row.end_on.isoformat()))


def _tell(assessor: Instructor | None, text: str) -> None:
    if assessor is not None and assessor.user is not None:
        user = assessor.user
        messages.tell(MessageKind.CLASS, recipient=f"user:{user.id}", phone=user.phone, text=text)


ASSESSING = Change(_check, _before, _appoint)
