"""Variations 变更: asked for by the school, decided by the bureau, each a new version of the lock (I10)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.classes import signals
from app.classes.models import Seat, TrainingClass, Variation
from app.classes.queries import empty_places, training_class
from app.classes.rules import (
    AUTOMATIC,
    OF_TWO,
    SEAT_FLOW,
    VARIABLE,
    VARIATION_FLOW,
    ClassAct,
    SeatStatus,
    SeatStep,
    VariationKind,
    VariationStatus,
    VariationStep,
)
from app.classes.service.changes import CHANGES
from app.classes.service.leaving import after_leaving, vacate
from app.classes.service.locking import hold_classes, write_version
from app.classes.service.places import undecided_refills
from app.classes.service.planning import own
from app.classes.service.refilling import refuse_second
from app.classes.service.seats import hold
from app.classes.service.telling import tell_school
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_


def ask_variation(
    class_: TrainingClass, kind: VariationKind, after: Mapping[str, Any], reason: str, *, by: Actor
) -> Variation:
    """Ask for a change to a locked class; raises `DomainError` on the field of `after` that does not fit."""
    row = hold(class_)
    own(row, by)
    if not reason.strip():
        raise DomainError(N_("请写明变更的原因。"), "reason")
    return _ask(row, kind, after, reason, by=by)


def refill(class_: TrainingClass, person_id: int, place_no: int, *, by: Actor, reason: str = "") -> Variation:
    """Ask that the next on the waiting list takes a dropped place; on approval the person is seated there.

    Raises `Refused` after the refill day and while another refill of the place waits.
    """
    row = hold(class_)
    refuse_second(row, place_no)
    words = reason or _("候补名单按顺序补员")
    return _ask(row, VariationKind.REFILL, {"person_id": person_id, "place_no": place_no}, words, by=by)


def take_back_refill(class_: TrainingClass, person_id: int, *, by: Actor, note: str = "") -> None:
    """Close the refill that waits for a decision on this person, who does not come after all."""
    for variation in undecided_refills(hold(class_).id):
        if variation.after["person_id"] == person_id:
            decided(variation, note or _("本人不来了。"), SYSTEM)
            facts = {"class_id": variation.class_id, "person_id": person_id}
            audit.take(variation, VARIATION_FLOW, VariationStep.REFUSE, by=by, note=note, facts=facts)
    db.session.flush()


def _ask(row: TrainingClass, kind: VariationKind, after: Mapping[str, Any], reason: str, *, by: Actor) -> Variation:
    if row.status not in VARIABLE or row.fix_version < 1:
        raise Refused(N_("这个班现在不能变更：还没有批准，或者已经结束。"))
    if kind in AUTOMATIC:
        raise Refused(N_("这一种变更不用申请。"))
    facts = CHANGES[kind].check(row, after)
    return born(row, kind, reason, CHANGES[kind].before(row, facts), facts, by=by)


def born(
    row: TrainingClass, kind: VariationKind, reason: str, before: dict[str, Any], after: dict[str, Any], *, by: Actor
) -> Variation:
    """Write down what is asked for, by whom, why, with what stands now."""
    variation = Variation(
        status=VariationStatus.ASKED,
        class_id=row.id,
        training_class=row,
        kind=kind,
        reason=reason.strip(),
        before=before,
        after=after,
        other_class_id=after["class_id"] if kind in OF_TWO else None,
        asked_by=by.key,
        asked_at=clock.now(),
    )
    audit.born(variation, by=by, note=reason, facts={"class_id": row.id, "kind": kind.value})
    note = _("%(kind)s：%(why)s", kind=label(kind), why=reason.strip())
    audit.record(row, ClassAct.VARIATION_ASKED, by=by, note=note, facts={"variation_id": variation.id})
    return variation


def decide_variation(variation: Variation, *, approve: bool, note: str = "", by: Actor) -> None:
    """Approve or refuse a change; approval carries it out and writes a new version of the lock.

    Raises `Forbidden` for whoever asked, and `Refused` where the change no longer fits how the class stands.
    """
    row, held = hold_classes(variation.class_ids)[variation.class_id], audit.hold(variation)
    refuse_interested(row.school_id, by=by)
    if held.asked_by in by.keys and held.kind != VariationKind.REFILL:
        raise Forbidden(N_("变更是您自己申请的，要由另一个人审批。"))
    if approve:
        VARIATION_FLOW.after(held.status, VariationStep.APPROVE)
        if row.status not in VARIABLE:
            raise Refused(N_("这个班现在不能变更：已经结束或者取消。"))
        _approve(row, held, note, by=by, decided_by=by)
        carry_out(row, held, by=by)
    else:
        if not note.strip():
            raise DomainError(N_("请写明不批准的原因，学校会看到。"), "note")
        decided(held, note, by)
        audit.take(held, VARIATION_FLOW, VariationStep.REFUSE, by=by, note=note, facts={"class_id": row.id})
        if held.kind == VariationKind.REFILL:
            who = {key: held.after[key] for key in ("person_id", "place_no")}
            signals.refill_refused.send(row, by=by, **who)
        db.session.flush()
    words = {"name": row.name, "kind": label(held.kind), "done": label(held.status)}
    tell_school(row, _("“%(name)s”的变更（%(kind)s）：%(done)s。", **words))


def decided(variation: Variation, note: str, by: Actor) -> None:
    """Note who decided, when, and what they said."""
    variation.decided_by, variation.decided_at, variation.decision_note = by.key, clock.now(), note.strip()


def carry_out(row: TrainingClass, variation: Variation, *, by: Actor) -> None:
    """Change class, seats and version together; the database lets it through, as the variation stands by now."""
    rows = [training_class(class_id) for class_id in variation.class_ids]
    with db.session.no_autoflush:
        for one in rows:
            _next_version(one)
        CHANGES[variation.kind].apply(row, dict(variation.after), variation, by)
    for one in rows:
        _seal(one, variation, by=by)


def _approve(row: TrainingClass, variation: Variation, note: str, *, by: Actor, decided_by: Actor) -> None:
    decided(variation, note, decided_by)
    facts = {"class_id": row.id, "kind": variation.kind.value, "version": row.fix_version + 1}
    audit.take(variation, VARIATION_FLOW, VariationStep.APPROVE, by=by, note=note, facts=facts)
    db.session.flush()


def _next_version(row: TrainingClass) -> None:
    row.fix_version += 1
    row.locked_version = row.fix_version


def _seal(row: TrainingClass, variation: Variation, *, by: Actor) -> None:
    fix = write_version(row, by=by, variation_id=variation.id)
    facts = {"variation_id": variation.id, "kind": variation.kind.value, "version": fix.version, "sha256": fix.sha256}
    audit.record(row, ClassAct.VARIED, by=by, note=variation.reason, facts=facts)


def withdraw_seat(
    seat: Seat, *, on: date | None = None, hours_kept: int | None = None, reason: str, by: Actor
) -> Variation:
    """A person leaves a locked class: their right, so the variation approves itself; the hours so far are kept.

    The place stays reserved until the refill day, then its money is given back. Raises `Refused` where the class is
    over or the seat is no longer held.
    """
    row = hold(training_class(seat.class_id))
    if row.status not in VARIABLE:
        raise Refused(N_("这个班现在没有人可以退出：还没有批准，或者已经结束。"))
    SEAT_FLOW.after(seat.status, SeatStep.WITHDRAW)
    left = on or clock.today()
    before = {"person_id": seat.person_id, "place_no": seat.place_no}
    after = {**before, "seat_id": seat.id, "left_on": left.isoformat(), "hours_kept": hours_kept}
    variation = born(row, VariationKind.WITHDRAW, reason, before, after, by=by)
    _approve(row, variation, _("本人意愿，自动生效。"), by=by, decided_by=SYSTEM)
    with db.session.no_autoflush:
        _next_version(row)
        vacate(seat, variation, SeatStep.WITHDRAW, left, hours_kept, by=by)
    _seal(row, variation, by=by)
    after_leaving(row, seat, by=by)
    return variation


def empty_by_cancelling(row: TrainingClass, seats: list[Seat], *, reason: str, by: Actor) -> Variation:
    """A cancelled class holds nobody: all seats leave by one variation that approves itself."""
    places = [seat.place_no for seat in seats]
    variation = born(row, VariationKind.CANCEL, reason, {"places": places}, {"places": []}, by=by)
    _approve(row, variation, _("班次取消，自动生效。"), by=by, decided_by=SYSTEM)
    with db.session.no_autoflush:
        _next_version(row)
        for seat in seats:
            if seat.status == SeatStatus.FIXED:
                vacate(seat, variation, SeatStep.WITHDRAW, clock.today(), None, by=by)
    _seal(row, variation, by=by)
    return variation


def dropped_places(row: TrainingClass) -> list[int]:
    """The numbers of dropped places that may still be refilled today."""
    in_time = row.refill_until_on is not None and row.refill_until_on >= clock.today()
    return [place.number for place in empty_places(row.id)] if in_time and row.status in VARIABLE else []
