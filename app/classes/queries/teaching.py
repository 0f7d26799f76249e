"""What a class's filing says about the teaching, and what of it is not in order yet."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from app.classes.models import ClassSession, TrainingClass
from app.classes.models.teaching import AssessmentPlan, ClassMachine, ClassResource, EvidencePlan, TeachingUnit
from app.classes.queries.finding import active_seats, sessions_of
from app.classes.rules import SessionKind
from app.classes.rules.teaching import (
    EvidenceWay,
    NewAssessment,
    NewEvidence,
    NewItem,
    NewResource,
    NewUnit,
    assessment_faults,
    evidence_faults,
    ratio_fault,
    unit_faults,
)
from app.courses.rules import Delivery
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.labels import label
from app.policies.rules.pack import Pack
from app.schools.models import Machine, Room
from app.schools.queries import machines_of, rooms_of

Hours = dict[SessionKind, int]


def units_of(class_id: int) -> Sequence[TeachingUnit]:
    """The teaching plan, in order."""
    query = select(TeachingUnit).where(TeachingUnit.class_id == class_id)
    return db.session.scalars(query.order_by(TeachingUnit.number)).all()


def resources_of(class_id: int) -> Sequence[ClassResource]:
    """Textbooks, digital courses and material, by kind."""
    query = select(ClassResource).where(ClassResource.class_id == class_id)
    return db.session.scalars(query.order_by(ClassResource.kind.desc(), ClassResource.id)).all()


def machines_for(class_id: int) -> list[Machine]:
    """The machines that the class practices on."""
    query = select(Machine).join(ClassMachine).where(ClassMachine.class_id == class_id)
    return list(db.session.scalars(query.order_by(Machine.kind, Machine.id)))


def assessment_plan_of(class_id: int) -> NewAssessment | None:
    """How the class is to be assessed; None where nobody said yet."""
    row = db.session.get(AssessmentPlan, class_id)
    if row is None:
        return None
    items = (NewItem(SessionKind(one["part"]), one["name"], one["full_marks"]) for one in row.items)
    return NewAssessment(row.on, row.place, tuple(items))


def evidence_plan_of(class_id: int) -> NewEvidence | None:
    """How each hour will be shown; None where nobody said yet."""
    row = db.session.get(EvidencePlan, class_id)
    if row is None:
        return None
    ways = tuple(EvidenceWay(way) for way in row.ways)
    return NewEvidence(ways, row.photos_a_session, row.mid_checks, row.place_asked)


def as_units(class_id: int) -> list[NewUnit]:
    """The teaching plan as plain facts."""
    return [NewUnit(row.topic, row.kind, row.hours) for row in units_of(class_id)]


def as_resources(class_id: int) -> list[NewResource]:
    """The resources as plain facts."""
    return [NewResource(row.kind, row.name, row.amount) for row in resources_of(class_id)]


def rooms_by_id(sessions: Sequence[ClassSession]) -> dict[int, Room]:
    """The rooms in which half-days are held."""
    wanted = {row.room_id for row in sessions if row.room_id is not None}
    return {row.id: row for row in db.session.scalars(select(Room).where(Room.id.in_(wanted)))} if wanted else {}


def course_hours(class_: TrainingClass) -> Hours:
    """The course's hours by kind."""
    return {SessionKind.THEORY: class_.course.theory_hours, SessionKind.PRACTICE: class_.course.practice_hours}


def timetabled_hours(class_: TrainingClass) -> Hours:
    """The timetable's hours by kind; a make-up session repeats hours that are counted already."""
    counted: Counter[SessionKind] = Counter()
    for session in sessions_of(class_.id):
        counted[session.kind] += 0 if session.makes_up_id else session.hours
    return dict(counted)


def unit_hours(class_: TrainingClass) -> Hours:
    """The teaching plan's hours by kind."""
    counted: Counter[SessionKind] = Counter()
    for unit in units_of(class_.id):
        counted[unit.kind] += unit.hours
    return dict(counted)


def plan_problems(class_: TrainingClass) -> list[str]:
    """What is wrong with the teaching plan."""
    if not units_of(class_.id):
        return [_("还没有教学计划。")]
    faults = unit_faults(unit_hours(class_), course_hours(class_), timetabled_hours(class_))
    return [_(fault.message, **fault.params) for fault in faults]


def resource_problems(class_: TrainingClass) -> list[str]:
    """What is missing of textbooks and digital courses, and of machines for so many people."""
    found = [] if resources_of(class_.id) else [_("还没有填教材或者数字课程。")]
    machines = machines_for(class_.id)
    found += [
        _("设备“%(name)s”已经停用或者检验过期，不能用到 %(day)s。", name=machine.label, day=class_.end_on.isoformat())
        for machine in machines
        if not machine.is_usable(class_.end_on)
    ]
    fault = ratio_fault(sum(one.trainees_at_once for one in machines), class_.seats_taken) if machines else None
    return [*found, *([_(fault.message, **fault.params)] if fault else [])]


def room_problems(class_: TrainingClass) -> list[str]:
    """Half-days without a room where the place has rooms, and rooms too small for the roster (F21)."""
    if class_.course.delivery == Delivery.ONLINE:
        return []
    sessions, people = sessions_of(class_.id), len(active_seats(class_.id))
    rooms, found = rooms_by_id(sessions), []
    bare = sum(session.room_id is None for session in sessions)
    if bare and rooms_of(class_.site_id):
        found.append(_("有 %(n)s 节课还没有定教室。", n=bare))
    found += [
        _("教室“%(room)s”只坐得下 %(n)s 人，名单有 %(people)s 人。", room=room.name, n=room.capacity, people=people)
        for room in rooms.values()
        if room.capacity < people
    ]
    closed = [room.name for room in rooms.values() if room.closed_at is not None or room.site_id != class_.site_id]
    return [*found, *(_("教室“%(room)s”现在不能用，请换一间。", room=name) for name in closed)]


def assessment_problems(class_: TrainingClass) -> list[str]:
    """What is wrong with the assessment plan."""
    plan = assessment_plan_of(class_.id)
    if plan is None:
        return [_("还没有考核方案。")]
    faults = assessment_faults(plan, ends_on=class_.end_on, course=course_hours(class_))
    return [_(fault.message, **fault.params) for fault in faults]


def evidence_problems(class_: TrainingClass, pack: Pack) -> list[str]:
    """What is wrong with how each hour will be shown."""
    plan = evidence_plan_of(class_.id)
    if plan is None:
        return [_("还没有说每个学时怎么证明。")]
    faults = evidence_faults(plan, pack.count("evidence.photos_a_session"), pack.count("attendance.check_percent"))
    return [_(fault.message, **fault.params) for fault in faults]


def machine_choices(class_: TrainingClass) -> list[tuple[int, str]]:
    """The machines of the class's place, in words."""
    words = _("%(kind)s %(name)s（一次 %(n)s 人）", kind="%(kind)s", name="%(name)s", n="%(n)s")
    return [
        (row.id, words % {"kind": label(row.kind), "name": row.label, "n": row.trainees_at_once})
        for row in machines_of(class_.site_id)
    ]


def room_choices(class_: TrainingClass) -> list[tuple[int, str]]:
    """The rooms of the class's place with their seats, in words."""
    return [(row.id, _("%(name)s（%(n)s 座）", name=row.name, n=row.capacity)) for row in rooms_of(class_.site_id)]
