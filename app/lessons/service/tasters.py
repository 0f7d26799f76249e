"""The half-hour taster: recorded at once by a school that repeats it, and a way to the full course and to piecework."""

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from sqlalchemy.dialects.postgresql import insert

from app.attendance import service as attendance
from app.attendance.rules import Presence, Way
from app.audit import service as audit
from app.classes import service as classes
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import Half, NewSession
from app.enrollments import service as enrollments
from app.enrollments.rules import Consent
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.lessons.models import TasterInvitation
from app.messages import service as messages
from app.messages.models import MessageKind
from app.orders.models import Order
from app.orders.queries import pay_words
from app.people.models import Person
from app.people.queries import people_with_phone

PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
NOON, EVENING = time(12), time(18)


@dataclass(frozen=True, slots=True)
class NewTaster:
    """When the half hour ended today, where and with whom; people as lines of name and phone number."""

    ended: time
    site_id: int
    teacher_id: int
    people: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """The taster that was recorded, and the lines of which nobody was found in the register."""

    class_: TrainingClass
    unknown: list[str] = field(default_factory=list)


def repeat_taster(like: TrainingClass, new: NewTaster, *, by: Actor) -> Repeated:
    """Record today's taster as the last one went: planned, peopled, begun, called and ended in one step.

    People are found in the register by name and phone number together. Raises `DomainError` on `people` where nobody
    is found, on `ended` for a time to come; everything that a taster planned step by step is asked is asked here too.
    """
    if like.paid or by.organization_id != like.school_id:
        raise Forbidden(N_("技能体验由办过它的学校来登记。"))
    found, unknown = _people(new.people)
    if not found:
        raise DomainError(N_("一个人也没有找到。每行写姓名和手机号，要和登记的一样。"), "people")
    old = sessions_of(like.id)[0]
    ends = clock.local(clock.now()).replace(hour=new.ended.hour, minute=new.ended.minute, second=0, microsecond=0)
    if ends > clock.local(clock.now()):
        raise DomainError(N_("结束时间还没有到。体验结束以后再登记。"), "ended")
    row = _planned(like, new, old, ends, len(found), by)
    for person in found:
        note = _("现场参加，%(who)s 登记。", who=by.name)
        enrollments.enroll(row.id, person, by=SYSTEM, consent=Consent.WITNESSED, consent_note=note)
    classes.begin(row, by=by)
    session = sessions_of(row.id)[0]
    came = {seat.id: Presence.PRESENT for seat in active_seats(row.id)}
    attendance.mark(session, came, by=by, method=Way.ROLL_CALL)
    classes.end(row, by=by)
    audit.record(row, "taster_repeated", by=by, facts={"like": like.id, "people": len(found)})
    return Repeated(row, unknown)


def _planned(
    like: TrainingClass, new: NewTaster, old: ClassSession, ends: datetime, people: int, by: Actor
) -> TrainingClass:
    today = clock.today()
    facts = classes.NewClass(
        course_id=like.course_id, site_id=new.site_id, capacity=people, start_on=today, end_on=today
    )
    row = classes.plan_class(facts, by=by)
    starts = ends - timedelta(minutes=old.minutes or 30)
    session = NewSession(
        on=today,
        half=_half(starts.time()),
        hours=0,
        minutes=old.minutes or 30,
        kind=old.kind,
        topic=old.topic,
        teacher_id=new.teacher_id,
        starts=starts.time(),
        ends=ends.time(),
    )
    classes.set_sessions(row, [session], by=by)
    classes.open_sign_up(row, by=by)
    return row


def _half(at: time) -> Half:
    return Half.MORNING if at < NOON else Half.AFTERNOON if at < EVENING else Half.EVENING


def _people(text: str) -> tuple[list[Person], list[str]]:
    """The registered people that lines of name and phone number name, and the lines that name nobody."""
    found: dict[int, Person] = {}
    unknown = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        phone = PHONE.search(line)
        name = re.sub(r"[\s\d,，、:：.]", "", line)
        same = [one for one in people_with_phone(phone[0]) if one.name == name] if phone else []
        if len(same) == 1:
            found[same[0].id] = same[0]
        else:
            unknown.append(line)
    return list(found.values()), unknown


def invite(taster: TrainingClass, target: TrainingClass | Order, *, by: Actor) -> int:
    """Tell everybody who came of a full class or of piecework; how many were told for the first time."""
    if by.organization_id != taster.school_id:
        raise Forbidden(N_("由办体验的学校来邀请。"))
    people = [seat.person for seat in active_seats(taster.id)]
    if not people:
        raise Refused(N_("这次体验没有名单，没有人可以邀请。"))
    column = "order_id" if isinstance(target, Order) else "target_class_id"
    base = {"class_id": taster.id, column: target.id, "at": clock.now(), "by_key": by.key}
    rows = [{**base, "person_id": person.id} for person in people]
    statement = insert(TasterInvitation).values(rows).on_conflict_do_nothing().returning(TasterInvitation.person_id)
    told = set(db.session.scalars(statement))
    for person in people:
        if person.id in told:
            text = _order_words(target) if isinstance(target, Order) else _class_words(target)
            messages.tell(MessageKind.INVITATION, recipient=f"person:{person.id}", phone=person.phone, text=text)
    audit.record(taster, "taster_invited", by=by, facts={column: target.id, "people": len(told)})
    return len(told)


def _class_words(class_: TrainingClass) -> str:
    words = {"course": class_.course.title, "day": class_.start_on.isoformat(), "id": class_.id}
    return _("您体验过的手艺开班了：“%(course)s” %(day)s 开课，免费。报名：/classes/%(id)s/about", **words)


def _order_words(order: Order) -> str:
    words = {"title": order.title, "firm": order.organization.name, "pay": pay_words(order)}
    home = _("可以在家做。") if order.home_based else ""
    return _("有活做：%(firm)s 收“%(title)s”，%(pay)s。", **words) + home + _("想做的请找村里或者学校。")
