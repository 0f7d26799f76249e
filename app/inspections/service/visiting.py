"""Plan a visit, carry it out on site or type it in from paper, or say why nobody went."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.classes import service as classes
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import active_seats
from app.classes.rules import ClassStatus
from app.classes.service.telling import tell_school
from app.enrollments.denials import queries as denied
from app.enrollments.denials import service as denials
from app.enrollments.denials.rules import DenialWay
from app.enrollments.queries import of_seat
from app.enrollments.rules import ACTIVE
from app.inspections.models import Inspection, InspectionPerson
from app.inspections.rules import INSPECTION_FLOW, InspectionStatus, InspectionStep, Result, Way
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_

VISITED = (ClassStatus.RUNNING, ClassStatus.SUSPENDED)
TYPED_IN = (*VISITED, ClassStatus.ENDED)
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """What an inspector saw: who of the roster was there, and what those who were asked answered, by seat id."""

    result: Result
    head_count: int
    unlisted: int = 0
    there: Collection[int] = frozenset()
    agreed: Mapping[int, bool] = field(default_factory=dict)
    findings: str = ""


def plan(session: ClassSession, *, reason: str, by: Actor) -> Inspection:
    """Plan to see a half-day that is not over, for a reason; the school is not told."""
    if not by.may(Can.INSPECTION_PLAN):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    if not 0 < len(reason.strip()) <= 200:
        raise DomainError(N_("请写明为什么查这节课，最多 200 个字。"), "reason")
    if session.ends_at <= clock.now():
        raise Refused(N_("这节课已经上完了，换一节还没上完的。"))
    class_ = db.session.get_one(TrainingClass, session.class_id)
    if class_.status not in VISITED and class_.status is not ClassStatus.APPROVED:
        raise Refused(N_("班级现在不在培训中，没有课可查。"))
    return planned(session, by=by, reason=reason.strip())


def planned(session: ClassSession, *, by: Actor, reason: str = "", draw_id: int | None = None) -> Inspection:
    """A visit to a half-day; of two planned at once for the same one the database keeps one."""
    class_ = db.session.get_one(TrainingClass, session.class_id)
    row = Inspection(
        status=InspectionStatus.PLANNED,
        session_id=session.id,
        class_id=class_.id,
        school_id=class_.school_id,
        region_code=class_.region_code,
        draw_id=draw_id,
        reason=reason,
        planned_at=clock.now(),
        planned_by=by.key,
    )
    audit.born(row, by=by, facts={"session_id": session.id, "draw_id": draw_id})
    row.session, row.training_class = session, class_
    return row


def call_off(row: Inspection, *, reason: str, by: Actor) -> None:
    """Say why nobody went."""
    if not by.may(Can.INSPECTION_PLAN):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    if not reason.strip():
        raise DomainError(N_("请写明为什么没有去。"), "reason")
    audit.take(audit.hold(row), INSPECTION_FLOW, InspectionStep.CALL_OFF, by=by, note=reason.strip())
    db.session.flush()


def carry_out(row: Inspection, seen: Seen, *, by: Actor, way: Way = Way.ON_SITE, at: datetime | None = None) -> None:
    """Write down what was seen; `at` is when they were there, for what is typed in from paper.

    Whoever says that they never agreed has a denial opened in their name. A failed inspection suspends the class at
    once. Of two inspectors the second is told that it was done.
    """
    if not by.may(Can.INSPECTION_RUN):
        raise Forbidden(N_("督查结果由督查员来填。"))
    refuse_interested(row.school_id, by=by)
    class_ = classes.hold(row.training_class)
    held = audit.hold(row)
    INSPECTION_FLOW.after(held.status, InspectionStep.CARRY_OUT)
    moment = _moment(held, class_, way, at)
    seats = {seat.id: seat for seat in active_seats(class_.id)}
    _check(seen, set(seats))
    held.way, held.result, held.head_count, held.unlisted = way, seen.result, seen.head_count, seen.unlisted
    held.findings, held.done_at, held.entered_at = seen.findings.strip(), moment, clock.now()
    held.done_by = by.key
    held.suspended = seen.result is Result.FAILED and class_.status is ClassStatus.RUNNING
    facts = {"result": str(seen.result), "head_count": seen.head_count, "unlisted": seen.unlisted, "way": str(way)}
    audit.take(held, INSPECTION_FLOW, InspectionStep.CARRY_OUT, by=by, facts=facts)
    db.session.add_all(
        InspectionPerson(
            inspection_id=held.id, seat_id=number, there=number in seen.there, agreed=seen.agreed.get(number)
        )
        for number in seats
    )
    db.session.flush()
    for number, agreed in seen.agreed.items():
        said(seats[number], agreed=agreed, by=by, words=_("督查现场当面问，本人说没有同意报名"))
    _follow(held, class_, by)


def _moment(row: Inspection, class_: TrainingClass, way: Way, at: datetime | None) -> datetime:
    """When they were there: now, on the day of the lesson; for paper what it says, on that day too."""
    now, session = clock.now(), row.session
    moment = now if way is Way.ON_SITE or at is None else at
    if class_.status not in (VISITED if way is Way.ON_SITE else TYPED_IN):
        raise Refused(N_("班级现在不在培训中。上完课的可以按纸质记录补录，考核以后不能再补。"))
    if moment > now:
        raise DomainError(N_("督查时间还没有到。"), "at")
    if clock.local(moment).date() != session.on:
        raise DomainError(N_("督查时间要在上这节课的当天。事后补录请选“纸质补录”，填当时的时间。"), "at")
    return moment


def _check(seen: Seen, seats: set[int]) -> None:
    if not set(seen.there) <= seats or not set(seen.agreed) <= set(seen.there):
        raise Refused(N_("名单刚刚有变化：有人已经不在这个班里了。请看现在的名单。"))
    if min(seen.head_count, seen.unlisted) < 0 or seen.head_count != len(seen.there) + seen.unlisted:
        total = {"n": seen.head_count, "a": len(seen.there), "b": seen.unlisted}
        raise DomainError(
            _("清点 %(n)s 人，和勾选的 %(a)s 人加名单外的 %(b)s 人对不上，请再数一遍。", **total), "head_count"
        )
    if len(seen.findings.strip()) > LONGEST:
        raise DomainError(N_("最多写 1000 个字。"), "findings")
    if seen.result is not Result.PASSED and not seen.findings.strip():
        raise DomainError(N_("请写明发现了什么问题，学校要照着整改。"), "findings")


def said(seat: Seat, *, agreed: bool, by: Actor, words: str) -> None:
    """What a person of the roster answered to “did you agree to this?”: a no opens the case of a denied sign-up."""
    row = of_seat(seat.id)
    if not agreed:
        denials.record_denial(row, way=DenialWay.INSPECTION, words=words, by=by)
    elif row.status in ACTIVE and row.made_by.startswith("user:") and denied.asked_of(row.id) is None:
        denials.asked_aloud(row, agreed=True, by=by)


def _follow(row: Inspection, class_: TrainingClass, by: Actor) -> None:
    """Suspend the class where it failed; tell the school what was found."""
    if row.suspended:
        classes.suspend(class_, note=_("督查不合格：%(why)s", why=row.findings), by=by)
    day = clock.local(row.done_at or clock.now()).date().isoformat()
    what = {"name": class_.name, "day": day, "result": label(row.result)}
    tell_school(class_, _("“%(name)s”%(day)s 督查结果：%(result)s。请到系统里查看并答复。", **what))
