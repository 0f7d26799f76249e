"""The plan of teaching, resources, assessment and evidence: written by the school until the class is filed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta

from sqlalchemy import delete, select

from app.audit import service as audit
from app.classes.models import TrainingClass
from app.classes.models.teaching import AssessmentPlan, ClassMachine, ClassResource, EvidencePlan, TeachingUnit
from app.classes.queries.clashes import COUNTING
from app.classes.queries.fixing import pack_of_class
from app.classes.queries.teaching import (
    as_resources,
    assessment_plan_of,
    course_hours,
    evidence_plan_of,
    machines_for,
    resources_of,
    units_of,
)
from app.classes.rules import EDITABLE, ClassAct
from app.classes.rules.teaching import (
    USUAL_WAYS,
    EvidenceWay,
    NewAssessment,
    NewEvidence,
    NewItem,
    NewResource,
    NewUnit,
    ResourceKind,
    usual_items,
    usual_units,
)
from app.classes.service.planning import own
from app.classes.service.seats import hold
from app.courses.rules import Delivery
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.schools.models import MachineKind
from app.schools.queries import machines_of

MOST_UNITS = 60
MOST_HOURS = 400
MACHINES_OF_TRADES: Mapping[MachineKind, tuple[str, ...]] = {
    MachineKind.EXCAVATOR: ("6-30-05",),
    MachineKind.LOADER: ("6-30-05",),
    MachineKind.FORKLIFT: ("6-30-05",),
    MachineKind.WELDER: ("6-18-02",),
    MachineKind.SEWING: ("6-04", "6-05", "6-09"),
    MachineKind.STOVE: ("3-02", "4-03"),
    MachineKind.COMPUTER: ("4-01", "4-04", "4-08"),
}
"""Occupations by the start of their code that practice on such machines: only what is proposed for a first class."""


def _editable(class_: TrainingClass, by: Actor) -> TrainingClass:
    row = hold(class_)
    own(row, by)
    if row.status not in EDITABLE:
        raise Refused(N_("申报以后不能直接修改。要改，请等退回，或者批准以后申请变更。"))
    return row


def _recorded(row: TrainingClass, what: str, by: Actor, count: int) -> None:
    audit.record(row, ClassAct.TEACHING_PLANNED, by=by, facts={"part": what, "count": count})
    db.session.flush()


def set_units(class_: TrainingClass, units: Sequence[NewUnit], *, by: Actor) -> None:
    """Replace the teaching plan 教学计划; raises `DomainError` for a unit without topic or hours."""
    row = _editable(class_, by)
    if len(units) > MOST_UNITS:
        raise DomainError(_("教学计划最多 %(n)s 个单元，请合并几个。", n=MOST_UNITS))
    for number, unit in enumerate(units, start=1):
        if not unit.topic.strip():
            raise DomainError(_("第 %(n)s 个单元没有写内容。", n=number))
        if not 1 <= unit.hours <= MOST_HOURS:
            raise DomainError(_("第 %(n)s 个单元的学时应当是 1 到 400。", n=number))
    _put_units(row, units)
    _recorded(row, "units", by, len(units))


def _put_units(row: TrainingClass, units: Sequence[NewUnit]) -> None:
    db.session.execute(delete(TeachingUnit).where(TeachingUnit.class_id == row.id))
    db.session.add_all(
        TeachingUnit(class_id=row.id, number=number, topic=unit.topic.strip(), kind=unit.kind, hours=unit.hours)
        for number, unit in enumerate(units, start=1)
    )


def set_resources(
    class_: TrainingClass, resources: Sequence[NewResource], machine_ids: Sequence[int], *, by: Actor
) -> None:
    """Replace textbooks, digital courses and material, and the machines; these are the place's own."""
    row = _editable(class_, by)
    usable = {machine.id for machine in machines_of(row.site_id)}
    if not set(machine_ids) <= usable:
        raise DomainError(N_("请选这个培训地点现有的设备。"), "machine_ids")
    _put_resources(row, [one for one in resources if one.name.strip()])
    _put_machines(row, machine_ids)
    _recorded(row, "resources", by, len(resources) + len(machine_ids))


def _put_resources(row: TrainingClass, resources: Sequence[NewResource]) -> None:
    db.session.execute(delete(ClassResource).where(ClassResource.class_id == row.id))
    db.session.add_all(
        ClassResource(class_id=row.id, kind=one.kind, name=one.name.strip(), amount=one.amount.strip())
        for one in resources
    )


def _put_machines(row: TrainingClass, machine_ids: Sequence[int]) -> None:
    db.session.execute(delete(ClassMachine).where(ClassMachine.class_id == row.id))
    db.session.add_all(ClassMachine(class_id=row.id, machine_id=one) for one in sorted(set(machine_ids)))


def set_assessment(class_: TrainingClass, plan: NewAssessment, *, by: Actor) -> None:
    """Say when, where and what is assessed 考核方案."""
    row = _editable(class_, by)
    if plan.on < row.end_on:
        raise DomainError(_("最后一课是 %(day)s，考核不能比它早。", day=row.end_on.isoformat()), "on")
    _put_assessment(row, plan)
    _recorded(row, "assessment", by, len(plan.items))


def _put_assessment(row: TrainingClass, plan: NewAssessment) -> None:
    found = db.session.get(AssessmentPlan, row.id) or AssessmentPlan(class_id=row.id)
    found.on, found.place, found.items = plan.on, plan.place.strip(), [_plain(item) for item in plan.items]
    db.session.add(found)


def _plain(item: NewItem) -> dict[str, object]:
    return {**asdict(item), "part": item.part.value}


def set_evidence(class_: TrainingClass, plan: NewEvidence, *, by: Actor) -> None:
    """Say how each hour will be shown 证据方案."""
    row = _editable(class_, by)
    _put_evidence(row, plan)
    _recorded(row, "evidence", by, len(plan.ways))


def _put_evidence(row: TrainingClass, plan: NewEvidence) -> None:
    found = db.session.get(EvidencePlan, row.id) or EvidencePlan(class_id=row.id)
    found.ways = [way.value for way in plan.ways]
    found.photos_a_session = max(0, min(50, plan.photos_a_session))
    found.mid_checks, found.place_asked = plan.mid_checks, plan.place_asked
    db.session.add(found)


def propose_plan(class_: TrainingClass, *, by: Actor) -> list[str]:
    """Fill in what is still missing from what is usual, for the school to check; the parts that were filled.

    Units follow the syllabus, resources and machines the last class of the same course, evidence the policy.
    """
    row = _editable(class_, by)
    filled = filled_in(row)
    if filled:
        _recorded(row, "proposed", by, len(filled))
    return filled


def filled_in(row: TrainingClass) -> list[str]:
    """Fill in what is missing of a held class, without a word in its history."""
    filled = []
    if not units_of(row.id):
        _put_units(row, usual_units(row.course.syllabus, course_hours(row)))
        filled.append("units")
    if not resources_of(row.id):
        _put_resources(row, _usual_resources(row))
        filled.append("resources")
    if not machines_for(row.id):
        _put_machines(row, _usual_machines(row))
    if assessment_plan_of(row.id) is None:
        _put_assessment(row, NewAssessment(row.end_on, _place(row), usual_items(course_hours(row))))
        filled.append("assessment")
    if evidence_plan_of(row.id) is None:
        _put_evidence(row, _usual_evidence(row))
        filled.append("evidence")
    db.session.flush()
    return filled


def _place(row: TrainingClass) -> str:
    return f"{row.site.name}（{row.site.address}）"[:120] if row.site.address else row.site.name


def _last_class(row: TrainingClass) -> int | None:
    """The last class of the same course that has resources, to copy from."""
    query = (
        select(TrainingClass.id)
        .where(TrainingClass.course_id == row.course_id, TrainingClass.id != row.id)
        .where(TrainingClass.id.in_(select(ClassResource.class_id)))
    )
    return db.session.scalar(query.order_by(TrainingClass.id.desc()).limit(1))


def _usual_resources(row: TrainingClass) -> list[NewResource]:
    last = _last_class(row)
    if last is not None:
        return as_resources(last)
    words = _("《%(course)s》培训讲义", course=row.course.title)
    return [NewResource(ResourceKind.TEXTBOOK, words, _("%(n)s 本", n=row.capacity))]


def _usual_machines(row: TrainingClass) -> list[int]:
    """Those of the last class that stand here, else free ones on which the trade practices: enough for every seat."""
    taken = _machines_elsewhere(row)
    usable = [one for one in machines_of(row.site_id) if one.is_usable(row.end_on) and one.id not in taken]
    last = _last_class(row)
    before = {machine.id for machine in machines_for(last)} if last is not None else set()
    code = row.course.occupation.code if row.course.practice_hours else ""
    of_trade = [one for one in usable if code.startswith(MACHINES_OF_TRADES.get(one.kind, ("-",)))]
    chosen: list[int] = []
    places = 0
    for machine in [one for one in usable if one.id in before] or of_trade:
        if places < row.capacity:
            chosen.append(machine.id)
            places += machine.trainees_at_once
    return chosen


def _machines_elsewhere(row: TrainingClass) -> set[int]:
    """Machines that other classes planned for these days."""
    query = (
        select(ClassMachine.machine_id)
        .join(TrainingClass, TrainingClass.id == ClassMachine.class_id)
        .where(TrainingClass.id != row.id, TrainingClass.status.in_(COUNTING))
        .where(TrainingClass.start_on <= row.end_on, TrainingClass.end_on >= row.start_on)
    )
    return set(db.session.scalars(query))


def _usual_evidence(row: TrainingClass) -> NewEvidence:
    pack = pack_of_class(row)
    photos = pack.count("evidence.photos_a_session") or 0
    online = row.course.delivery == Delivery.ONLINE
    ways = (EvidenceWay.ONLINE, EvidenceWay.GROUP) if online else USUAL_WAYS
    return NewEvidence(
        ways,
        0 if online else photos,
        mid_checks=not online and bool(pack.count("attendance.check_percent")),
        place_asked=not online and pack.yes("attendance.place_asked"),
    )


def keep_assessment_after(row: TrainingClass, last_on: date) -> None:
    """An assessment planned before what is now the last lesson moves to that day."""
    plan = db.session.get(AssessmentPlan, row.id)
    if plan is not None and plan.on < last_on:
        plan.on = last_on


def shift_assessment(row: TrainingClass, days: int) -> None:
    """The whole class moves so many days later, its assessment with it."""
    plan = db.session.get(AssessmentPlan, row.id)
    if plan is not None:
        plan.on += timedelta(days=days)
