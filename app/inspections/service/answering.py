"""The school answers; the bureau accepts the mending; a second person lets a suspended class go on."""

from typing import Any

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.classes.models import TrainingClass
from app.classes.service.telling import tell_school
from app.classes.signals import class_resuming
from app.inspections.models import Inspection
from app.inspections.queries import standing_failure
from app.inspections.rules import INSPECTION_FLOW, InspectionStatus, InspectionStep, Result
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_

LONGEST = 1000


def answer(row: Inspection, *, text: str, by: Actor) -> None:
    """The school says what it did about what was found."""
    if not by.may(Can.INSPECTION_ANSWER) or by.organization_id != row.school_id:
        raise Forbidden(N_("由被督查的学校来答复。"))
    if row.result is Result.PASSED:
        raise Refused(N_("督查合格，不用答复。"))
    if not 0 < len(text.strip()) <= LONGEST:
        raise DomainError(N_("请写明怎样整改的，最多 1000 个字。"), "text")
    held = audit.hold(row)
    audit.take(held, INSPECTION_FLOW, InspectionStep.ANSWER, by=by)
    held.answer, held.answered_at, held.answered_by = text.strip(), clock.now(), by.key
    db.session.flush()


def send_back(row: Inspection, *, note: str, by: Actor) -> None:
    """The answer does not do: the school answers again."""
    held = _decided_by(row, by)
    if not note.strip():
        raise DomainError(N_("请写明哪里还不行。"), "note")
    audit.take(held, INSPECTION_FLOW, InspectionStep.SEND_BACK, by=by, note=note.strip())
    db.session.flush()
    tell_school(held.training_class, _("督查整改还不行：%(why)s", why=note.strip()))


def accept(row: Inspection, *, note: str, by: Actor) -> None:
    """The mending was looked at and will do. A suspended class is let on by somebody else, on its own page."""
    held = _decided_by(row, by)
    if not note.strip():
        raise DomainError(N_("请写明怎样看过整改情况。"), "note")
    audit.take(held, INSPECTION_FLOW, InspectionStep.ACCEPT, by=by, note=note.strip())
    held.mended_by, held.mended_at = by.key, clock.now()
    db.session.flush()
    tell_school(held.training_class, _("督查整改已认可：%(note)s", note=note.strip()))


def _decided_by(row: Inspection, by: Actor) -> Inspection:
    if not by.may(Can.INSPECTION_ACCEPT):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    refuse_interested(row.school_id, by=by)
    held = audit.hold(row)
    if held.done_by in by.keys:
        raise Forbidden(N_("去督查的人不能自己认可整改，要由另一个人来办。"))
    return held


@class_resuming.connect
def _on_resuming(class_: TrainingClass, *, by: Actor, **_more: Any) -> None:
    """A class that failed an inspection goes on only after its mending was accepted, and by another person."""
    row = standing_failure(class_.id)
    if row is None:
        return
    held = audit.hold(row)
    if held.status is not InspectionStatus.ACCEPTED:
        raise Refused(N_("这个班督查不合格，整改还没有认可，不能恢复上课。"))
    if held.mended_by in by.keys:
        raise Forbidden(N_("认可整改的人不能自己恢复上课，要由另一个人来办。"))
    held.resumed_by, held.resumed_at = by.key, clock.now()
    db.session.flush()
