"""Rain or illness: one session changed at once, reported before it begins, ratified by the next working day."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.classes.models import TrainingClass, Variation
from app.classes.queries import pack_of_class, teaches_in
from app.classes.rules import (
    URGENT,
    VARIABLE,
    VARIATION_FLOW,
    ClassAct,
    VariationKind,
    VariationStatus,
    VariationStep,
)
from app.classes.service.changes import CHANGES
from app.classes.service.locking import hold_classes
from app.classes.service.rescheduling import coming
from app.classes.service.seats import hold
from app.classes.service.telling import tell_school
from app.classes.service.variations import born, carry_out, decided
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_
from app.kernel.workdays import add_working_days


def report_emergency(
    class_: TrainingClass, kind: VariationKind, after: Mapping[str, Any], reason: str, *, by: Actor
) -> Variation:
    """Change one session at once, before it begins; by the school's clerk or a teacher of the class.

    In force from now on, with a new version of the lock, and due to be ratified by the end of the next working day.
    Raises `DomainError` for a session that began, `Forbidden` for others.
    """
    row = hold(class_)
    if by.organization_id != row.school_id and not teaches_in(by, row):
        raise Forbidden(N_("紧急变更由本校经办人或者这个班的授课教师报告。"))
    if row.status not in VARIABLE or row.fix_version < 1:
        raise Refused(N_("这个班现在不能变更：还没有批准，或者已经结束。"))
    if kind not in URGENT:
        raise Refused(N_("这一种变更不急，请走平常的变更申请。"))
    if not reason.strip():
        raise DomainError(N_("请写明变更的原因。"), "reason")
    session = coming(row, after.get("session_id"))
    facts = CHANGES[kind].check(row, after)
    variation = born(row, kind, reason, CHANGES[kind].before(row, facts), facts, by=by)
    variation.session_starts_at, variation.ratify_by = session.starts_at, _due(row)
    audit.record(row, ClassAct.REPORTED, by=by, note=reason.strip(), facts={"variation_id": variation.id})
    audit.take(variation, VARIATION_FLOW, VariationStep.ENFORCE, by=by, facts={"class_id": row.id, "kind": kind.value})
    db.session.flush()
    carry_out(row, variation, by=by)
    return variation


def _due(row: TrainingClass) -> datetime:
    """The end of the next working day, as the county counts them."""
    day = add_working_days(clock.today(), 1, pack_of_class(row).workdays)
    return clock.moment_of(day + timedelta(days=1), 0)


def decide_emergency(variation: Variation, *, ratify: bool, note: str = "", by: Actor) -> None:
    """Ratify what is in force already, or say that it was not right: then the session's hours are in doubt.

    Raises `Refused` once the time is over, `Forbidden` for whoever reported it or has a tie to the school.
    """
    row = hold_classes(variation.class_ids)[variation.class_id]
    held = audit.hold(variation)
    refuse_interested(row.school_id, by=by)
    if held.asked_by in by.keys:
        raise Forbidden(N_("变更是您自己申请的，要由另一个人审批。"))
    step = VariationStep.RATIFY if ratify else VariationStep.REJECT
    VARIATION_FLOW.after(held.status, step)
    if held.unratified:
        raise Refused(N_("追认的期限已经过了，这节课按没有追认处理。"))
    if not ratify and not note.strip():
        raise DomainError(N_("请写明不予追认的原因，学校会看到。"), "note")
    decided(held, note, by)
    audit.take(held, VARIATION_FLOW, step, by=by, note=note, facts={"class_id": row.id})
    db.session.flush()
    words = {"name": row.name, "kind": label(held.kind), "done": label(held.status)}
    tell_school(row, _("“%(name)s”的紧急变更（%(kind)s）：%(done)s。", **words))


def let_lapse(variation: Variation) -> bool:
    """Mark an emergency that nobody ratified in time; whether it was one."""
    row = hold_classes(variation.class_ids)[variation.class_id]
    held = audit.hold(variation)
    if held.status != VariationStatus.IN_FORCE or not held.unratified:
        return False
    note = _("到期没有追认，这节课的学时有疑点。")
    decided(held, note, SYSTEM)
    audit.take(held, VARIATION_FLOW, VariationStep.LAPSE, by=SYSTEM, note=note, facts={"class_id": row.id})
    db.session.flush()
    words = {"name": row.name, "kind": label(held.kind)}
    tell_school(row, _("“%(name)s”的紧急变更（%(kind)s）到期没有追认，这节课的学时有疑点。", **words))
    return True


def overdue_emergencies() -> list[int]:
    """The emergencies in force that were to be ratified by now."""
    query = select(Variation.id).where(Variation.status == VariationStatus.IN_FORCE, Variation.ratify_by <= clock.now())
    return list(db.session.scalars(query.order_by(Variation.id)))
