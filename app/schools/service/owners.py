"""The owner's other firms, as the school or an officer declares them."""

from app.accounts.rules import clean_credit_code
from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_
from app.schools import queries
from app.schools.models import OwnerFirm, School


def declare_firm(school: School, *, owner_name: str, firm_name: str, credit_code: str, by: Actor) -> OwnerFirm:
    """Declare another firm of the school's owner by its credit code. Raises `DomainError` naming the field."""
    code = clean_credit_code(credit_code)
    if not owner_name.strip():
        raise DomainError(N_("请填写业主（举办者、实际控制人）的姓名。"), "owner_name")
    if not firm_name.strip():
        raise DomainError(N_("请填写单位全称。"), "firm_name")
    if code == school.organization.credit_code:
        raise DomainError(N_("这是学校自己的信用代码，不用申报。"), "credit_code")
    if any(firm.credit_code == code for firm, _here in queries.firms_of(school.id)):
        raise DomainError(N_("这家单位已经申报过了。"), "credit_code")
    row = OwnerFirm(
        school_id=school.id,
        owner_name=owner_name.strip(),
        firm_name=firm_name.strip(),
        credit_code=code,
        declared_by=by.key,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(school, "firm declared", by=by, facts={"firm": row.id, "credit_code": code})
    return row


def strike_firm(row: OwnerFirm, *, reason: str, by: Actor) -> None:
    """Say that the firm is the owner's no more, or was declared by mistake; only an officer, with a reason."""
    if by.organization_id is not None:
        raise Forbidden(N_("申报过的单位要由人社部门核对后删除，学校不能自己删。"))
    refuse_interested(row.school_id, by=by)
    if not reason.strip():
        raise DomainError(N_("请写明理由，学校会看到。"), "note")
    if row.ended_at is not None:
        raise Refused(N_("这一条已经删除了。"))
    row.ended_at, row.ended_by, row.ended_reason = clock.now(), by.key, reason.strip()
    school = queries.school(row.school_id)
    audit.record(school, "firm struck", by=by, note=reason.strip(), facts={"firm": row.id})
    db.session.flush()
