"""A school's teachers and assessors, and their qualifications."""

from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from app.accounts.models import User
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.kernel.sealing import blind_index
from app.schools import queries
from app.schools.models import Duty, Instructor, Qualification, School, SchoolStatus

ID_LENGTH = 18
ACCOUNT_ROLES = (Role.TEACHER, Role.ASSESSOR)


@dataclass(frozen=True, slots=True)
class NewInstructor:
    """Who teaches or assesses, by which first qualification; `user_id` is their account, where they have one.

    The identity number tells one person from another across schools and accounts (考培分离); on a change an empty one
    keeps the number held, and an empty qualification leaves the qualifications as they are.
    """

    name: str
    qualification: str
    id_number: str
    teaches: bool = True
    assesses: bool = False
    valid_from_on: date | None = None
    valid_until_on: date | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewQualification:
    """A certificate that allows to teach or to assess, between two local dates where they are known."""

    duty: Duty
    name: str
    number: str = ""
    valid_from_on: date | None = None
    valid_until_on: date | None = None


def add_instructor(school: School, facts: NewInstructor, *, by: Actor) -> Instructor:
    """Add a teacher or assessor with a first qualification for each duty. Raises `DomainError` naming the field."""
    if school.status == SchoolStatus.REMOVED:
        raise Refused(N_("学校已移出目录，不能再增加师资。"))
    if not facts.qualification.strip():
        raise DomainError(N_("请填写资质，例如证书名称和等级。"), "qualification")
    if not facts.id_number.strip():
        raise DomainError(N_("请填写身份证号码：考评员和授课教师要分得清。"), "id_number")
    _check(school.id, facts)
    row = Instructor(school_id=school.id, created_at=clock.now(), **_values(facts))
    row.id_number = _clean(facts.id_number)
    db.session.add(row)
    db.session.flush()
    for duty in _duties(facts):
        _put(row, NewQualification(duty, facts.qualification, "", facts.valid_from_on, facts.valid_until_on))
    db.session.refresh(row, ["qualifications"])
    audit.record(row, "added", by=by, facts={"teaches": row.teaches, "assesses": row.assesses, "user": row.user_id})
    return row


def change_instructor(row: Instructor, facts: NewInstructor, *, by: Actor) -> None:
    """Write new facts of a teacher or assessor; qualifications are added and ended one by one."""
    _still_here(row)
    _check(row.school_id, facts, but=row)
    wanted = _values(facts)
    changed = sorted(name for name, value in wanted.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, wanted[name])
    if facts.id_number.strip() and _clean(facts.id_number) != row.id_number:
        row.id_number = _clean(facts.id_number)
        changed.append("id_number")
    if changed:
        db.session.flush()
        audit.record(row, "changed", by=by, facts={"fields": changed})


def end_instructor(row: Instructor, *, by: Actor) -> None:
    """Say that somebody no longer teaches or assesses here; what they did stays theirs."""
    if row.ended_at is None:
        row.ended_at = clock.now()
        audit.record(row, "ended", by=by)


def add_qualification(row: Instructor, facts: NewQualification, *, by: Actor) -> Qualification:
    """Add a certificate of a teacher or assessor. Raises `DomainError` naming the field."""
    _still_here(row)
    _check_qualification(facts)
    found = _put(row, facts)
    db.session.refresh(row, ["qualifications"])
    audit.record(row, "qualification added", by=by, facts={"qualification": found.id, "duty": facts.duty})
    return found


def end_qualification(row: Qualification, *, by: Actor) -> None:
    """Say that a certificate was withdrawn or written down by mistake."""
    if row.ended_at is None:
        row.ended_at = clock.now()
        holder = queries.instructor(row.instructor_id)
        audit.record(holder, "qualification ended", by=by, facts={"qualification": row.id})


def _put(row: Instructor, facts: NewQualification) -> Qualification:
    _check_qualification(facts)
    found = Qualification(
        instructor_id=row.id,
        duty=facts.duty,
        name=facts.name.strip(),
        number=facts.number.strip(),
        valid_from_on=facts.valid_from_on,
        valid_until_on=facts.valid_until_on,
        created_at=clock.now(),
    )
    db.session.add(found)
    db.session.flush()
    return found


def _check_qualification(facts: NewQualification) -> None:
    if not facts.name.strip():
        raise DomainError(N_("请填写资质，例如证书名称和等级。"), "qualification")
    if facts.valid_until_on is None:
        return
    if facts.valid_from_on is not None and facts.valid_until_on < facts.valid_from_on:
        raise DomainError(N_("资质的截止日期不能早于开始日期。"), "valid_until_on")
    if facts.valid_until_on < clock.today():
        raise DomainError(N_("这份资质已经过期，请填换发以后的。"), "valid_until_on")


def _still_here(row: Instructor) -> None:
    if row.ended_at is not None:
        raise Refused(N_("这位教师已经停用，不能再改。"))


def _duties(facts: NewInstructor) -> list[Duty]:
    return [duty for duty, does in ((Duty.TEACHING, facts.teaches), (Duty.ASSESSING, facts.assesses)) if does]


def _values(facts: NewInstructor) -> dict[str, object]:
    return {
        "name": facts.name.strip(),
        "teaches": facts.teaches,
        "assesses": facts.assesses,
        "user_id": facts.user_id,
    }


def _clean(text: str) -> str:
    """An identity number with a right check character and a day of birth; raises `DomainError`."""
    number = ric.compact(normalize("NFKC", text)).upper()
    try:
        whole = len(number) == ID_LENGTH and number[:-1].isdigit() and number[-1] == ric.calc_check_digit(number)
        if whole:
            ric.get_birth_date(number)
    except ValidationError:
        whole = False
    if not whole:
        raise DomainError(N_("身份证号码不对，请对照身份证再看一遍。"), "id_number")
    return number


def _check(school_id: int, facts: NewInstructor, *, but: Instructor | None = None) -> None:
    if not facts.name.strip():
        raise DomainError(N_("请填写姓名。"), "name")
    if not (facts.teaches or facts.assesses):
        raise DomainError(N_("请勾选授课或考评，至少一项。"), "teaches")
    if facts.id_number.strip():
        _check_person(school_id, _clean(facts.id_number), but)
    if facts.user_id is not None:
        _check_account(school_id, facts.user_id, but)


def _check_person(school_id: int, number: str, but: Instructor | None) -> None:
    index = blind_index(number, "id_number")
    others = (row for row in queries.instructors_of(school_id) if but is None or row.id != but.id)
    if any(row.id_number_index == index for row in others):
        raise DomainError(N_("这个人已经是本校的教师或考评员了。"), "id_number")


def _check_account(school_id: int, user_id: int, but: Instructor | None) -> None:
    user = db.session.get(User, user_id)
    roles = {item.role for item in user.roles} if user and user.organization_id == school_id else set()
    if not roles.intersection(ACCOUNT_ROLES):
        raise DomainError(N_("请选择本校教师或考评员的账号。"), "user_id")
    other = queries.instructor_of_account(school_id, user_id)
    if other is not None and (but is None or other.id != but.id):
        raise DomainError(N_("这个账号已经给了本校另一位教师。"), "user_id")
