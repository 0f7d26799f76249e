"""Plan a class, change the plan, open it for sign-up."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.audit import service as audit
from app.classes import signals
from app.classes.models import Term, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import CLASS_FLOW, EDITABLE, ClassAct, ClassStatus, ClassStep
from app.classes.service.rooms import leave_site, settle_rooms
from app.classes.service.seats import hold
from app.courses.models import Course
from app.courses.queries import policy_facts
from app.courses.rules import CourseStatus
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.orders.models import Order
from app.orders.rules import OrderStatus
from app.policies import queries as policies
from app.policies.rules.modes import Direction, Mode
from app.rosters.models import Plan, PlanStatus
from app.schools.models import Instructor, Site
from app.schools.queries import are_one_person, is_listed


@dataclass(frozen=True, slots=True)
class NewClass:
    """What a school says when it plans a class; the dates follow the timetable once there is one."""

    course_id: int
    site_id: int
    capacity: int
    start_on: date
    end_on: date
    plan_id: int | None = None
    order_id: int | None = None
    direction_note: str = ""
    term: str = ""
    """The name of the term 期; a new name starts a new term."""
    assessor_id: int | None = None
    name: str = ""
    """"" names it after the course and counts on."""


def plan_class(facts: NewClass, *, by: Actor) -> TrainingClass:
    """Plan a class as a draft; raises `DomainError` on the field that does not fit, `NotFound` on others' rows."""
    course = db.session.get(Course, facts.course_id)
    if course is None or course.school_id != by.organization_id:
        raise NotFound
    if course.status != CourseStatus.LISTED:
        raise DomainError(N_("这门课还没有上菜单，不能排班。"), "course_id")
    _check_school(course.school_id)
    row = TrainingClass(
        status=ClassStatus.DRAFT,
        school_id=course.school_id,
        course_id=course.id,
        mode=course.deciding_mode,
        created_by=by.key,
        created_at=clock.now(),
        fix_version=0,
        waiting_last=0,
        seats_taken=0,
    )
    row.course = course
    _write(row, facts)
    audit.born(row, by=by, facts={"course_id": course.id, "site_id": row.site_id, "capacity": row.capacity})
    db.session.refresh(row)
    return row


def change_plan(class_: TrainingClass, facts: NewClass, *, by: Actor, seen: int | None = None) -> None:
    """Change a plan by a plain edit, which is possible until it is filed; the course stays."""
    row = hold(class_, seen=seen)
    own(row, by)
    if row.status not in EDITABLE:
        raise Refused(N_("申报以后不能直接修改。要改，请等退回，或者批准以后申请变更。"))
    if facts.capacity < row.seats_taken:
        raise DomainError(_("已经有 %(n)s 个人占座，名额不能比这个少。", n=row.seats_taken), "capacity")
    old_order, old_site = row.order_id, row.site_id
    _write(row, facts)
    if row.order_id != old_order:
        _drop_posts(row)
    if row.site_id != old_site:
        db.session.flush()
        leave_site(row)
        settle_rooms(row)
    audit.record(row, ClassAct.PLAN_CHANGED, by=by, facts={"site_id": row.site_id, "capacity": row.capacity})
    db.session.flush()
    db.session.refresh(row)


def open_sign_up(class_: TrainingClass, *, by: Actor) -> None:
    """Open a planned class for sign-up 预报名; it must have a timetable, since nobody may sit in two rooms at once."""
    row = hold(class_)
    own(row, by)
    _check_school(row.school_id)
    if not sessions_of(row.id):
        raise Refused(N_("请先排好课程表，再开放预报名。报名时要看上课时间有没有冲突。"))
    audit.take(row, CLASS_FLOW, ClassStep.OPEN, by=by, facts={"capacity": row.capacity})
    row.opened_at = clock.now()
    db.session.flush()
    signals.class_opened.send(row, by=by)


def own(class_: TrainingClass, by: Actor) -> None:
    """Refuse whoever does not act for the class's school; raises `Forbidden`."""
    if by.organization_id != class_.school_id:
        raise Forbidden(N_("这一步由开班的学校来做。"))


def _check_school(school_id: int) -> None:
    if not is_listed(school_id):
        raise Refused(N_("学校现在不在培训机构目录内，不能开新班。"))


def _write(row: TrainingClass, facts: NewClass) -> None:
    """Put the plan on the row, each part checked."""
    with db.session.no_autoflush:
        site = _site(row.school_id, facts)
        pack = policies.pack_for(site.region_code, clock.today())
        mode = pack.mode_of(policy_facts(row.course))
        _check_size(facts, site, pack.count("class.size_max") if mode.paid else None)
        _check_days(facts)
        plan = _plan(row.course, facts)
        order = _order(mode, facts.order_id or (plan.order_id if plan else None))
        row.paid, row.mode = mode.paid, row.course.deciding_mode
        row.plan_id = plan.id if plan else None
        row.site_id, row.region_code = site.id, site.region_code
        row.order_id = order.id if order else None
        row.direction_id, row.direction_note = direction_of(mode, order, facts.direction_note)
        row.capacity, row.start_on, row.end_on = facts.capacity, facts.start_on, facts.end_on
        row.assessor_id = _assessor(row, facts.assessor_id)
        row.term = _term(row.school_id, facts.term)
        row.name = facts.name.strip() or row.name or _name(row.course)


def _site(school_id: int, facts: NewClass) -> Site:
    site = db.session.get(Site, facts.site_id)
    if site is None or site.school_id != school_id or site.closed_at is not None:
        raise DomainError(N_("请选本校现在能用的培训地点。"), "site_id")
    return site


def _check_size(facts: NewClass, site: Site, most: int | None) -> None:
    if facts.capacity < 1:
        raise DomainError(N_("名额至少 1 人。"), "capacity")
    if facts.capacity > site.capacity:
        raise DomainError(_("“%(site)s”只坐得下 %(n)s 人。", site=site.name, n=site.capacity), "capacity")
    if most is not None and facts.capacity > most:
        raise DomainError(_("政策规定每班最多 %(n)s 人。", n=most), "capacity")


def _check_days(facts: NewClass) -> None:
    if facts.end_on < facts.start_on:
        raise DomainError(N_("结束日期不能早于开班日期。"), "end_on")
    if facts.start_on < clock.today():
        raise DomainError(N_("开班日期已经过了。"), "start_on")


def _plan(course: Course, facts: NewClass) -> Plan | None:
    if facts.plan_id is None:
        return None
    plan = db.session.get(Plan, facts.plan_id)
    if plan is None or plan.status != PlanStatus.CONFIRMED or plan.course_id != course.id:
        raise DomainError(N_("请选已经下达、而且是这门课的计划。"), "plan_id")
    return plan


def _order(mode: Mode, order_id: int | None) -> Order | None:
    """The order that the class trains for; none yet is allowed while planning."""
    if order_id is None:
        return None
    order = db.session.get(Order, order_id)
    if order is None or order.status != OrderStatus.VERIFIED:
        raise DomainError(N_("订单要先由培训管理员核实。"), "order_id")
    if not mode.takes_order(order.kind):
        raise DomainError(_("“%(mode)s”不能用这一种订单。", mode=policies.text(mode.name)), "order_id")
    return order


def direction_of(mode: Mode, order: Order | None, note: str) -> tuple[int | None, str]:
    """定向 by mode: an organization where the order names it, words for an industry or an own livelihood."""
    if mode.direction is Direction.NONE:
        return None, ""
    if mode.direction is Direction.INDUSTRY:
        return None, note.strip() or (order.title if order else "")
    if mode.direction is Direction.OWN_LIVELIHOOD:
        return None, note.strip()
    return (order.organization_id if order else None), ""


def _assessor(row: TrainingClass, assessor_id: int | None) -> int | None:
    if assessor_id is None:
        return None
    person = db.session.get(Instructor, assessor_id)
    if person is None or not person.assesses or person.ended_at is not None:
        raise DomainError(N_("请选在册的考评员。"), "assessor_id")
    if row in db.session and teaches_in(row, person):
        raise DomainError(N_("考评员不能是本班的授课教师（考培分离）。"), "assessor_id")
    return person.id


def teaches_in(row: TrainingClass, assessor: Instructor) -> bool:
    """Whether the assessor also teaches the class, under this or another entry of the same account (考培分离)."""
    return any(same_person(session.teacher, assessor) for session in sessions_of(row.id))


def same_person(one: Instructor, other: Instructor) -> bool:
    """Whether two entries are one person, as far as accounts and identity numbers tell."""
    return are_one_person(one, other)


def _term(school_id: int, name: str) -> Term | None:
    name = name.strip()
    if not name:
        return None
    term = db.session.scalars(select(Term).where(Term.school_id == school_id, Term.name == name)).first()
    return term or Term(school_id=school_id, name=name, created_at=clock.now())


def _name(course: Course) -> str:
    count = db.session.scalar(select(func.count()).where(TrainingClass.course_id == course.id)) or 0
    return _("%(course)s第%(n)s班", course=course.title, n=count + 1)


def _drop_posts(row: TrainingClass) -> None:
    """Posts of another order mean nothing any more."""
    from_here = [seat for seat in active_seats(row.id) if seat.post_number is not None]
    for seat in from_here:
        seat.order_id = seat.post_number = None
