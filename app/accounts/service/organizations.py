"""Schools and employers apply, an officer admits; relations are declared."""

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import DeclaredInterest, Organization, User
from app.accounts.rules import (
    ORGANIZATION_FLOW,
    OrganizationKind,
    OrganizationStatus,
    OrganizationStep,
    clean_credit_code,
)
from app.accounts.service.users import NewUser, invite
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.messages import service as messages
from app.messages.models import MessageKind


@dataclass(frozen=True, slots=True)
class Application:
    """What an organization says when it applies."""

    kind: OrganizationKind
    name: str
    credit_code: str
    region_code: str
    address: str
    contact_name: str
    phone: str
    legal_representative: str
    bank_name: str = ""
    bank_account: str = ""


def apply_organization(facts: Application, *, by: Actor = SYSTEM) -> Organization:
    """Take an application; a credit code that is known already is refused on its field."""
    code = clean_credit_code(facts.credit_code)
    if db.session.scalar(select(Organization.id).where(Organization.credit_code == code)):
        raise DomainError(N_("这个统一社会信用代码已经登记过，请联系县人社局。"), "credit_code")
    row = Organization(
        kind=facts.kind,
        status=OrganizationStatus.APPLIED,
        name=facts.name.strip(),
        credit_code=code,
        region_code=facts.region_code,
        address=facts.address.strip(),
        contact_name=facts.contact_name.strip(),
        phone=facts.phone.strip(),
        legal_representative=facts.legal_representative.strip(),
        bank_name=facts.bank_name.strip(),
        bank_account=facts.bank_account.strip() or None,
        created_at=clock.now(),
    )
    audit.born(row, by=by, facts={"kind": facts.kind})
    return row


def admit(row: Organization, *, login_name: str, by: Actor) -> tuple[User, str]:
    """Admit an organization and make its first account; returns the account and its one-time link's token."""
    refuse_interested(row.id, by=by)
    audit.take(row, ORGANIZATION_FLOW, OrganizationStep.ADMIT, by=by)
    role = Role.SCHOOL_CLERK if row.kind == OrganizationKind.SCHOOL else Role.EMPLOYER
    user, token = invite(
        NewUser(login_name, row.contact_name or row.name, frozenset({role}), phone=row.phone, organization_id=row.id),
        by=by,
    )
    text = _("您单位已通过准入，用户名是 %(name)s，请用收到的链接设置密码。", name=user.login_name)
    messages.tell(MessageKind.INVITATION, recipient=f"user:{user.id}", phone=row.phone, text=text)
    return user, token


def refuse(row: Organization, *, note: str, by: Actor) -> None:
    """Turn an application down with a reason."""
    refuse_interested(row.id, by=by)
    audit.take(row, ORGANIZATION_FLOW, OrganizationStep.REFUSE, by=by, note=note)
    text = _("您单位的准入申请没有通过：%(why)s", why=note)
    messages.tell(MessageKind.INVITATION, recipient=f"organization:{row.id}", phone=row.phone, text=text)


def suspend(row: Organization, *, note: str, by: Actor) -> None:
    """Suspend an organization with a reason."""
    refuse_interested(row.id, by=by)
    audit.take(row, ORGANIZATION_FLOW, OrganizationStep.SUSPEND, by=by, note=note)


def resume(row: Organization, *, by: Actor) -> None:
    """Let a suspended organization take part again."""
    refuse_interested(row.id, by=by)
    audit.take(row, ORGANIZATION_FLOW, OrganizationStep.RESUME, by=by)


def declare_interest(
    organization_id: int,
    *,
    nature: str,
    by: Actor,
    other_organization_id: int | None = None,
    user_id: int | None = None,
    same_owner: bool = False,
) -> DeclaredInterest:
    """Declare that an organization is tied to another one or to an officer; shown on every decision that touches it.

    `same_owner` says that one owner stands behind both organizations; said once, it stays said.
    """
    query = select(DeclaredInterest).where(
        DeclaredInterest.organization_id == organization_id,
        DeclaredInterest.other_organization_id.is_(None)
        if other_organization_id is None
        else DeclaredInterest.other_organization_id == other_organization_id,
        DeclaredInterest.user_id.is_(None) if user_id is None else DeclaredInterest.user_id == user_id,
    )
    row = db.session.scalars(query).first()
    if row is None:
        row = DeclaredInterest(
            organization_id=organization_id,
            other_organization_id=other_organization_id,
            user_id=user_id,
            nature=nature,
            same_owner=same_owner,
            created_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        _declared(row, by)
    elif same_owner and not row.same_owner:
        row.same_owner = True
        _declared(row, by)
    return row


def _declared(row: DeclaredInterest, by: Actor) -> None:
    facts = {"other": row.other_organization_id, "user": row.user_id, "nature": row.nature, "owner": row.same_owner}
    audit.record(db.session.get_one(Organization, row.organization_id), "interest declared", by=by, facts=facts)


def refuse_interested(organization_id: int, *, by: Actor) -> None:
    """Raise `Forbidden` where the officer, or the one a deputy stands for, has declared a tie to the organization."""
    ids = [int(key.partition(":")[2]) for key in by.keys if key.startswith("user:")]
    query = select(DeclaredInterest.id).where(
        DeclaredInterest.organization_id == organization_id, DeclaredInterest.user_id.in_(ids)
    )
    if ids and db.session.scalar(query):
        raise Forbidden(N_("您申报过与这家单位的关系，这件事要回避，请由别的同事办理。"))
