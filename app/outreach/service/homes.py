"""Home delivery (送教上门): a school offers to come, the village says yes, and only who goes there sees the address."""

from dataclasses import dataclass
from datetime import date

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.outreach import queries
from app.outreach.models import VillageRequest
from app.outreach.rules.requests import REQUEST_FLOW, RequestStep
from app.outreach.service.proposing import again
from app.outreach.service.requests import NOT_YOURS, answers_for
from app.schools.queries import is_listed, teachers_of


@dataclass(frozen=True, slots=True)
class NewVisit:
    """Who comes to the home, and on which day first."""

    teacher_id: int
    visit_on: date


def offer_visit(request: VillageRequest, facts: NewVisit, *, by: Actor) -> None:
    """A school that teaches the course offers to come; the village sees who and when, the school no address yet."""
    row = _home(request)
    REQUEST_FLOW.after(row.status, RequestStep.PROPOSE)
    school_id = by.organization_id
    if school_id is None or not is_listed(school_id) or not queries.courses_for_pool(by, row.course_id):
        raise Forbidden(N_("教这门课、在目录内的学校才能上门。"))
    if facts.teacher_id not in {teacher.id for teacher in teachers_of(school_id)}:
        raise DomainError(N_("请选本校的教师。"), "teacher_id")
    if not row.from_on <= facts.visit_on <= row.until_on or facts.visit_on < clock.today():
        days = {"first": row.from_on.isoformat(), "last": row.until_on.isoformat()}
        raise DomainError(_("请在 %(first)s 到 %(last)s 里面选一天。", **days), "visit_on")
    row.school_id, row.teacher_id, row.visit_on = school_id, facts.teacher_id, facts.visit_on
    said = {"school_id": school_id, "teacher_id": facts.teacher_id}
    audit.take(row, REQUEST_FLOW, RequestStep.PROPOSE, by=by, facts=said)
    db.session.flush()


def accept_visit(request: VillageRequest, *, by: Actor) -> None:
    """The village, or the person, says yes: from now on the school and the teacher may see where to go."""
    row = _home(request)
    if not answers_for(row, by):
        raise Forbidden(NOT_YOURS)
    audit.take(row, REQUEST_FLOW, RequestStep.ARRANGE, by=by, facts={"school_id": row.school_id})
    db.session.flush()


def decline_visit(request: VillageRequest, *, by: Actor, reason: str = "") -> None:
    """No to this school, by the village, or by the school itself: the request waits for another."""
    row = _home(request)
    if not (answers_for(row, by) or (by.organization_id is not None and by.organization_id == row.school_id)):
        raise Forbidden(NOT_YOURS)
    again([row], by=by, note=reason.strip())


def finish_visit(request: VillageRequest, *, by: Actor) -> None:
    """The teaching at home has begun; said by who goes there or by the village."""
    row = _home(request)
    if not (answers_for(row, by) or queries.goes_there(row, by)):
        raise Forbidden(NOT_YOURS)
    if row.visit_on is not None and row.visit_on > clock.today():
        raise Refused(_("约的是 %(day)s，还没有到。", day=row.visit_on.isoformat()))
    audit.take(row, REQUEST_FLOW, RequestStep.FINISH, by=by)
    db.session.flush()


def reveal_address(request: VillageRequest, *, by: Actor) -> str:
    """Where to go, and the event that says who looked: the accepted school and its teacher, the village's officers."""
    row = _home(request)
    officer = by.may(Can.REQUEST_MAKE) and by.person_id is None and answers_for(row, by)
    if not (officer or queries.goes_there(row, by)):
        raise Forbidden(N_("约好上门以后，只有去的学校和老师能看地址。"))
    audit.record(row, "unmask", by=by, facts={"field": "address"})
    db.session.flush()
    found: str | None = row.address
    return found or ""


def _home(request: VillageRequest) -> VillageRequest:
    row = audit.hold(request)
    if not row.at_home:
        raise Refused(N_("这一单不是送教上门。"))
    return row
