"""A school answers a pool with a class: planned like any other; when it opens, those who asked are invited first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.audit import service as audit
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import pack_of_class
from app.classes.rules import Half, Pattern
from app.classes.service import NewClass
from app.classes.signals import class_begun, class_cancelled, class_opened
from app.courses.models import Course
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.messages import service as messages
from app.messages.models import MessageKind
from app.outreach import queries
from app.outreach.models import VillageRequest
from app.outreach.rules.pooling import Pool
from app.outreach.rules.requests import REQUEST_FLOW, RequestStatus, RequestStep

HALVES = (Half.MORNING, Half.AFTERNOON)
HOURS_A_HALF = 4
TAKEN = N_("这一单已经有学校安排，或者撤回了。")


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A class for a pool: the school's own course, where, from which day, taught by whom, for how many."""

    course_id: int
    site_id: int
    teacher_id: int
    start_on: date
    capacity: int
    order_id: int | None = None
    direction_note: str = ""


def propose(first: VillageRequest, facts: NewProposal, *, by: Actor) -> TrainingClass:
    """Plan a draft class with its timetable for the pool that a request belongs to; all its requests wait for it.

    Raises `Refused` where the pool is not reached or another school was first, `DomainError` naming the field.
    """
    pool = _held(first)
    if not pool.is_reached:
        raise Refused(_("还差 %(n)s 个人才够开班。", n=pool.missing))
    if not pool.from_on <= facts.start_on <= pool.until_on:
        days = {"first": pool.from_on.isoformat(), "last": pool.until_on.isoformat()}
        raise DomainError(_("村里都合适的日子是 %(first)s 到 %(last)s，请在这里面选。", **days), "start_on")
    if facts.course_id not in {course.id for course in queries.courses_for_pool(by, pool.course_id)}:
        raise DomainError(N_("请选本校教这一门的课程。"), "course_id")
    row = _planned(facts, by)
    for request in _requests(pool):
        request.class_id, request.school_id = row.id, row.school_id
        audit.take(request, REQUEST_FLOW, RequestStep.PROPOSE, by=by, facts={"class_id": row.id})
    db.session.flush()
    return row


def _held(first: VillageRequest) -> Pool:
    """The pool as it is under a lock of all its requests, taken in the order of their numbers."""
    db.session.refresh(first)
    if first.status != RequestStatus.ASKED:
        raise Refused(TAKEN)
    asked = [ask.id for ask in queries.pool_of(first).asks]
    query = select(VillageRequest).where(VillageRequest.id.in_(asked)).order_by(VillageRequest.id)
    locked = query.with_for_update(of=VillageRequest).execution_options(populate_existing=True)
    standing = {row.id for row in db.session.scalars(locked).unique() if row.status == RequestStatus.ASKED}
    if first.id not in standing:
        raise Refused(TAKEN)
    pool = queries.pool_of(first)
    if not {ask.id for ask in pool.asks} <= standing:
        raise Refused(N_("点单刚刚有变化，请看清楚再提。"))
    return pool


def _requests(pool: Pool) -> Sequence[VillageRequest]:
    query = select(VillageRequest).where(VillageRequest.id.in_([ask.id for ask in pool.asks]))
    return db.session.scalars(query.order_by(VillageRequest.id)).unique().all()


def _planned(facts: NewProposal, by: Actor) -> TrainingClass:
    plan = NewClass(
        course_id=facts.course_id,
        site_id=facts.site_id,
        capacity=facts.capacity,
        start_on=facts.start_on,
        end_on=facts.start_on,
        order_id=facts.order_id,
        direction_note=facts.direction_note,
    )
    row = classes.plan_class(plan, by=by)
    course = db.session.get_one(Course, facts.course_id)
    pattern = Pattern(
        start_on=facts.start_on,
        halves=HALVES,
        hours_a_half=HOURS_A_HALF,
        theory_hours=course.theory_hours,
        practice_hours=course.practice_hours,
        theory_teacher_id=facts.teacher_id,
        practice_teacher_id=facts.teacher_id,
        theory_topic=_("理论：%(course)s", course=course.title),
        practice_topic=_("实操：%(course)s", course=course.title),
        hours_a_day=pack_of_class(row).count("class.hours_a_day"),
    )
    classes.generate(row, pattern, skip_holidays=False, by=by)
    return row


def _of_class(row: TrainingClass, *statuses: RequestStatus) -> Sequence[VillageRequest]:
    query = select(VillageRequest).where(VillageRequest.class_id == row.id, VillageRequest.status.in_(statuses))
    locked = query.order_by(VillageRequest.id).with_for_update(of=VillageRequest)
    return db.session.scalars(locked.execution_options(populate_existing=True)).unique().all()


@class_opened.connect
def invite_first(row: TrainingClass, *, by: Actor, **_more: object) -> None:
    """The class opens: who asked may sign up at once, all others when the policy's head start is over."""
    asked = _of_class(row, RequestStatus.PROPOSED)
    if not asked:
        return
    days = pack_of_class(row).count("requests.head_start_days")
    until = clock.now() + timedelta(days=days) if days else None
    people = [request.person_id for request in asked if request.person_id is not None]
    villages = {request.region_code for request in asked if request.person_id is None}
    classes.invite(row, people, villages, until=until, by=by)
    for request in asked:
        audit.take(request, REQUEST_FLOW, RequestStep.INVITE, by=by, facts={"class_id": row.id})
        _tell(row, request)
    db.session.flush()


def _tell(row: TrainingClass, request: VillageRequest) -> None:
    person = request.person
    if person is None or not person.phone:
        return
    words = _(
        "%(name)s，您点的“%(course)s”开班了：%(m)s月%(d)s日，%(site)s。请您先报名，上课程菜单或者找村信息员都行。",
        name=person.name, course=row.course.title, m=row.start_on.month, d=row.start_on.day, site=row.site.name,
    )  # fmt: skip
    messages.tell(MessageKind.INVITATION, recipient=f"person:{person.id}", phone=person.phone, text=words)


@class_begun.connect
def finish(row: TrainingClass, *, by: Actor, **_more: object) -> None:
    """The class began: what was asked for has come."""
    for request in _of_class(row, RequestStatus.INVITED):
        audit.take(request, REQUEST_FLOW, RequestStep.FINISH, by=by, facts={"class_id": row.id})
    db.session.flush()


@class_cancelled.connect
def ask_again(row: TrainingClass, *, by: Actor, **_more: object) -> None:
    """The class will not take place: its requests wait for another one, those out of time end."""
    waiting = _of_class(row, RequestStatus.PROPOSED, RequestStatus.INVITED)
    again(waiting, by=by, note=_("“%(name)s”取消了", name=row.name))


def again(requests: Iterable[VillageRequest], *, by: Actor, note: str) -> None:
    """Let requests wait for another school, those whose weeks are gone end."""
    for request in requests:
        late = request.until_on < clock.today()
        step = RequestStep.EXPIRE if late else RequestStep.ASK_AGAIN
        audit.take(request, REQUEST_FLOW, step, by=by, note=note, facts={"class_id": request.class_id})
        if not late:
            request.class_id = request.school_id = request.teacher_id = request.visit_on = None
    db.session.flush()
