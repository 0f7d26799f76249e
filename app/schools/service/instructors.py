"""A school's teachers and assessors."""

from dataclasses import dataclass
from datetime import date

from app.accounts.models import User
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.schools import queries
from app.schools.models import Instructor, School, SchoolStatus

ACCOUNT_ROLES = (Role.TEACHER, Role.ASSESSOR)


@dataclass(frozen=True, slots=True)
class NewInstructor:
    """Who teaches or assesses, by which qualification; `user_id` is their account, where they have one."""

    name: str
    qualification: str
    teaches: bool = True
    assesses: bool = False
    valid_until_on: date | None = None
    user_id: int | None = None


def add_instructor(school: School, facts: NewInstructor, *, by: Actor) -> Instructor:
    """Add a teacher or assessor. Raises `DomainError` naming the field."""
    if school.status == SchoolStatus.REMOVED:
        raise Refused(N_("学校已移出目录，不能再增加师资。"))
    _check(school.id, facts)
    row = Instructor(school_id=school.id, created_at=clock.now(), **_values(facts))
    db.session.add(row)
    db.session.flush()
    audit.record(row, "added", by=by, facts={"teaches": row.teaches, "assesses": row.assesses, "user": row.user_id})
    return row


def change_instructor(row: Instructor, facts: NewInstructor, *, by: Actor) -> None:
    """Write new facts of a teacher or assessor."""
    if row.ended_at is not None:
        raise Refused(N_("这位教师已经停用，不能再改。"))
    _check(row.school_id, facts, but=row)
    changed = sorted(name for name, value in _values(facts).items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, _values(facts)[name])
    if changed:
        db.session.flush()
        audit.record(row, "changed", by=by, facts={"fields": changed})


def end_instructor(row: Instructor, *, by: Actor) -> None:
    """Say that somebody no longer teaches or assesses here; what they did stays theirs."""
    if row.ended_at is None:
        row.ended_at = clock.now()
        audit.record(row, "ended", by=by)


def _values(facts: NewInstructor) -> dict[str, object]:
    return {
        "name": facts.name.strip(),
        "qualification": facts.qualification.strip(),
        "teaches": facts.teaches,
        "assesses": facts.assesses,
        "valid_until_on": facts.valid_until_on,
        "user_id": facts.user_id,
    }


def _check(school_id: int, facts: NewInstructor, *, but: Instructor | None = None) -> None:
    if not facts.name.strip():
        raise DomainError(N_("请填写姓名。"), "name")
    if not (facts.teaches or facts.assesses):
        raise DomainError(N_("请勾选授课或考评，至少一项。"), "teaches")
    if not facts.qualification.strip():
        raise DomainError(N_("请填写资质，例如证书名称和等级。"), "qualification")
    if facts.user_id is None:
        return
    user = db.session.get(User, facts.user_id)
    roles = {item.role for item in user.roles} if user and user.organization_id == school_id else set()
    if not roles.intersection(ACCOUNT_ROLES):
        raise DomainError(N_("请选择本校教师或考评员的账号。"), "user_id")
    other = queries.instructor_of_account(school_id, facts.user_id)
    if other is not None and (but is None or other.id != but.id):
        raise DomainError(N_("这个账号已经给了本校另一位教师。"), "user_id")
