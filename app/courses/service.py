"""What is done to a course: written, offered, put on the menu or returned, withdrawn."""

from dataclasses import asdict, replace

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.audit.queries import events_of
from app.courses import queries
from app.courses.models import Course
from app.courses.rules import COURSE_FLOW, OPEN_TO_CHANGE, REVISED, CourseStep, CourseText
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.kernel.marking import N_
from app.occupations.queries import occupation
from app.people.pinyin import pinyin_key
from app.schools.models import School, SchoolStatus


def draft(text: CourseText, *, school_id: int, by: Actor) -> Course:
    """Write a course of the person's own school; raises `DomainError` naming the field that is not right."""
    school = _own(school_id, by)
    row = Course(school_id=school.id, region_code=school.region_code, status=COURSE_FLOW.start)
    row.created_by, row.created_at = by.key, clock.now()
    _write(row, text)
    audit.born(row, by=by, facts={"mode": text.mode, "hours": row.hours})
    return row


def revise(row: Course, text: CourseText, *, by: Actor, seen: int | None = None) -> None:
    """Change a course that is a draft or was returned."""
    audit.hold(row, seen=seen)
    if row.status not in OPEN_TO_CHANGE:
        raise Refused(N_("课程已经提交，不能再改。要改请先让培训管理员退回，或者另建一门。"))
    _own(row.school_id, by)
    _write(row, text)
    audit.record(row, REVISED, by=by, facts={"mode": text.mode, "hours": row.hours})


def offer(row: Course, *, by: Actor, seen: int | None = None) -> None:
    """Offer a course for the menu; the school must be on the list and the hours as the policy asks."""
    audit.hold(row, seen=seen)
    _must_be_listed(_own(row.school_id, by))
    _must_fit(row)
    audit.take(row, COURSE_FLOW, CourseStep.OFFER, by=by, facts={"mode": row.mode, "hours": row.hours})


def list_course(row: Course, *, by: Actor, rate_class: str = "", note: str = "", seen: int | None = None) -> None:
    """Put an offered course on the menu; `rate_class` sets the policy's category where the derived one is wrong."""
    _for_decision(row, by=by, seen=seen)
    _must_be_listed(db.session.get_one(School, row.school_id))
    if rate_class and rate_class not in queries.pack_in_force(row.region_code).categories:
        raise DomainError(N_("现行政策里没有这一类。"), "rate_class")
    row.rate_class = rate_class
    _must_fit(row)
    audit.take(row, COURSE_FLOW, CourseStep.LIST, by=by, note=note, facts={"rate_class": rate_class})


def send_back(row: Course, *, reason: str, by: Actor, seen: int | None = None) -> None:
    """Return an offered course to its school with a reason."""
    _for_decision(row, by=by, seen=seen)
    _needs_reason(reason)
    audit.take(row, COURSE_FLOW, CourseStep.RETURN, by=by, note=reason)


def withdraw(row: Course, *, reason: str, by: Actor, seen: int | None = None) -> None:
    """Take a course off the menu, by its school or the officer; classes already planned go on."""
    audit.hold(row, seen=seen)
    _needs_reason(reason)
    audit.take(row, COURSE_FLOW, CourseStep.WITHDRAW, by=by, note=reason)


def check_decider(row: Course, *, by: Actor) -> None:
    """Keep whoever wrote or offered the course, or is tied to its school, from deciding on it; raises `Forbidden`."""
    refuse_interested(row.school_id, by=by)
    wrote = {"created", REVISED, CourseStep.OFFER}
    hands = {key for event in events_of(row) if event.action in wrote for key in (event.actor_key, event.stands_for)}
    if hands.intersection(by.keys):
        raise Forbidden(N_("这门课是您经手提交的，要由另一位培训管理员审核。"))


def _write(row: Course, text: CourseText) -> None:
    """Take over what the school says; the category is the officer's to set; only online has a base mode."""
    mode = queries.pack_in_force(row.region_code).modes.get(text.mode)
    base = text.base_mode if mode and mode.as_course_mode else ""
    text = replace(text, base_mode=base, rate_class="")
    _raise_first(queries.problems_of(text, row.region_code, drafting=True))
    for name, value in asdict(text).items():
        setattr(row, name, value)
    trade = occupation(text.occupation_id)
    row.trade = text.trade or (trade.trade if trade else "default")
    row.title_pinyin = pinyin_key(text.title)[:200]


def _own(school_id: int, by: Actor) -> School:
    school = db.session.get(School, school_id) if by.organization_id == school_id else None
    if school is None:
        raise NotFound
    return school


def _must_be_listed(school: School) -> None:
    if school.status != SchoolStatus.LISTED:
        raise Refused(N_("这家培训机构不在目录内，或者已暂停，现在不能上课程。"))


def _must_fit(row: Course) -> None:
    _raise_first(queries.problems_of(queries.text_of(row), row.region_code))


def _raise_first(problems: list[DomainError]) -> None:
    if problems:
        raise problems[0]


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError(N_("请写明原因。"), "reason")


def _for_decision(row: Course, *, by: Actor, seen: int | None) -> None:
    audit.hold(row, seen=seen)
    check_decider(row, by=by)
