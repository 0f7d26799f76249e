"""A school's licence and its standing on the institution list."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, text

from app.accounts.models import Organization
from app.accounts.rules import OrganizationKind, OrganizationStatus
from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.schools import queries
from app.schools.models import SCHOOL_FLOW, School, SchoolStatus, SchoolStep
from app.schools.signals import school_removed, school_resumed, school_suspended

CODES_LOCK = 43068101
MOST_SCHOOLS = 9999


@dataclass(frozen=True, slots=True)
class NewSchool:
    """The school side of an organization; the code for certificate numbers is the next free one where none is given."""

    license_number: str
    license_from_on: date
    license_until_on: date
    scope: str = ""
    code: str = ""


def register_school(organization: Organization, facts: NewSchool, *, by: Actor) -> School:
    """Give an admitted organization its school side, as a draft. Raises `DomainError` naming the field."""
    if organization.kind != OrganizationKind.SCHOOL or organization.status != OrganizationStatus.ADMITTED:
        raise Refused(N_("只有已准入的培训机构才能填写办学信息。"))
    if db.session.get(School, organization.id) is not None:
        raise Refused(N_("这家机构的办学信息已经填过了。"))
    _check(facts)
    row = School(
        id=organization.id,
        status=SchoolStatus.DRAFT,
        region_code=organization.region_code,
        code=facts.code or _next_code(),
        license_number=facts.license_number.strip(),
        license_from_on=facts.license_from_on,
        license_until_on=facts.license_until_on,
        scope=facts.scope.strip(),
        created_at=clock.now(),
        organization=organization,
    )
    audit.born(row, by=by, facts={"code": row.code})
    return row


def change_school(school: School, facts: NewSchool, *, by: Actor) -> None:
    """Write a new licence or scope; the code stays, since certificates carry it."""
    if school.status == SchoolStatus.REMOVED:
        raise Refused(N_("学校已移出目录，办学信息不能再改。"))
    _check(facts)
    wanted = {
        "license_number": facts.license_number.strip(),
        "license_from_on": facts.license_from_on,
        "license_until_on": facts.license_until_on,
        "scope": facts.scope.strip(),
    }
    changed = {name: value for name, value in wanted.items() if getattr(school, name) != value}
    if not changed:
        return
    before = {name: str(getattr(school, name)) for name in changed}
    for name, value in changed.items():
        setattr(school, name, value)
    after = {name: str(value) for name, value in changed.items()}
    audit.record(school, "changed", by=by, facts={"before": before, "after": after})


def file(school: School, *, by: Actor) -> None:
    """Ask the bureau to put the school on the list: it needs a site, a teacher and a licence that still holds."""
    _lock(school)
    missing = queries.missing_for_filing(school)
    if missing:
        raise DomainError(missing[0])
    audit.take(school, SCHOOL_FLOW, SchoolStep.FILE, by=by)


def return_filing(school: School, *, by: Actor, note: str) -> None:
    """Send a filing back to be mended."""
    _decide(school, SchoolStep.RETURN, by=by, note=note)


def enlist(school: School, *, by: Actor, note: str = "") -> None:
    """Put a filed school on the institution list; the licence must hold on that day."""
    if school.license_until_on < clock.today():
        raise Refused(N_("办学许可证已经到期，不能列入目录。请退回学校，换证后再报。"))
    _decide(school, SchoolStep.LIST, by=by, note=note)


def suspend(school: School, *, by: Actor, note: str) -> None:
    """Suspend a school, also in mid-class: who holds its classes is told within the same transaction."""
    _decide(school, SchoolStep.SUSPEND, by=by, note=note)
    school_suspended.send(school, by=by, note=note)


def resume(school: School, *, by: Actor, note: str = "") -> None:
    """Let a suspended school train again."""
    _decide(school, SchoolStep.RESUME, by=by, note=note)
    school_resumed.send(school, by=by, note=note)


def remove(school: School, *, by: Actor, note: str) -> None:
    """Take a school off the list for good."""
    _decide(school, SchoolStep.REMOVE, by=by, note=note)
    school_removed.send(school, by=by, note=note)


NEED_REASON = frozenset({SchoolStep.RETURN, SchoolStep.SUSPEND, SchoolStep.REMOVE})


def _decide(school: School, step: SchoolStep, *, by: Actor, note: str) -> None:
    """Take a step of the bureau, by somebody without a declared tie to the school."""
    refuse_interested(school.id, by=by)
    if step in NEED_REASON and not note.strip():
        raise DomainError(N_("请写明理由，学校会看到。"), "note")
    _lock(school)
    audit.take(school, SCHOOL_FLOW, step, by=by, note=note.strip())


def _lock(school: School) -> None:
    """Hold the row, so that of two people deciding at once the second sees what changed."""
    db.session.flush()
    db.session.refresh(school, with_for_update={"of": School})


def _check(facts: NewSchool) -> None:
    if not facts.license_number.strip():
        raise DomainError(N_("请填写办学许可证号。"), "license_number")
    if facts.license_until_on <= facts.license_from_on:
        raise DomainError(N_("许可证的截止日期应当晚于开始日期。"), "license_until_on")
    if facts.code and not (facts.code.isascii() and facts.code.isdigit() and len(facts.code) == len("0000")):
        raise DomainError(N_("机构代码是 4 位数字。"), "code")


def _next_code() -> str:
    """The next free code of four digits; one at a time, so that no two schools get the same."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CODES_LOCK})
    last = int(db.session.scalar(select(func.max(School.code))) or 0)
    if last >= MOST_SCHOOLS:
        raise Refused(N_("四位机构代码已经用完，请联系管理员。"))
    return f"{last + 1:04d}"
