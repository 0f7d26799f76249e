"""Accounts: invited by one-time link, signed in by name and password, signed out everywhere, closed."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from app.accounts import passwords, queries
from app.accounts.models import OneTimeLink, User, UserArea, UserRole
from app.accounts.rules import USER_FLOW, UserStatus, UserStep, check_password
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.throttles import count_try, forget
from app.messages import service as messages
from app.messages.models import MessageKind

LINK_LASTS = timedelta(days=7)
ONE_ORGANIZATION = frozenset({Role.SCHOOL_CLERK, Role.TEACHER, Role.ASSESSOR, Role.EMPLOYER})
"""Roles that belong to one organization; all others answer for an area."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """What an invitation says."""

    login_name: str
    name: str
    roles: frozenset[Role]
    phone: str | None = None
    area: tuple[str, ...] = ()
    organization_id: int | None = None


def invite(new: NewUser, *, by: Actor) -> tuple[User, str]:
    """Make an account and its one-time link; returns both (the link's token is kept nowhere). Raises `DomainError`."""
    _check_new(new)
    user = User(
        login_name=new.login_name.strip().lower(),
        name=new.name.strip(),
        phone=new.phone or None,
        status=UserStatus.INVITED,
        organization_id=new.organization_id,
        created_at=clock.now(),
    )
    user.roles = [UserRole(role=role) for role in sorted(new.roles)]
    user.areas = [UserArea(region_code=code) for code in sorted(set(new.area))]
    audit.born(
        user, by=by, facts={"roles": sorted(new.roles), "area": sorted(new.area), "organization": new.organization_id}
    )
    return user, new_link(user)


def _check_new(new: NewUser) -> None:
    if not new.roles or Role.LABORER in new.roles:
        raise DomainError(N_("请至少选一个岗位。"), "roles")
    within = new.roles & ONE_ORGANIZATION
    if within and new.roles - ONE_ORGANIZATION:
        raise DomainError(N_("单位的岗位和部门的岗位不能给同一个账号。"), "roles")
    if Role.ASSESSOR in new.roles and len(new.roles) > 1:
        raise DomainError(N_("考培分离：考评员不能兼任其他岗位。"), "roles")
    if within and new.organization_id is None:
        raise DomainError(N_("请选择所在单位。"), "organization")
    if not within and not new.area:
        raise DomainError(N_("请至少选一个负责区域。"), "area")
    if queries.user_by_login_name(new.login_name) is not None:
        raise DomainError(N_("这个用户名已经有人用了。"), "login_name")


def new_link(user: User) -> str:
    """A fresh one-time link of an account; older ones stop working."""
    now = clock.now()
    db.session.execute(
        update(OneTimeLink).where(OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None)).values(used_at=now)
    )
    token = secrets.token_urlsafe(24)
    db.session.add(OneTimeLink(user_id=user.id, token_hash=_digest(token), expires_at=now + LINK_LASTS, created_at=now))
    db.session.flush()
    return token


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def open_link(token: str) -> OneTimeLink:
    """The link of a token that is neither used nor out of date; raises `Refused`."""
    link = db.session.scalars(
        select(OneTimeLink).where(OneTimeLink.token_hash == _digest(token)).with_for_update()
    ).first()
    if link is None or link.used_at is not None or link.expires_at < clock.now():
        raise Refused(N_("这个链接已经用过或过期了，请联系管理员重新发一个。"))
    return link


def accept(token: str, password: str, *, hashed: str = "") -> User:
    """Set the password by a one-time link: an invited account becomes active, a reset one is signed out everywhere.

    `hashed` is the hash of that password where it was reckoned before: the accounts of a demo share one.
    """
    link = open_link(token)
    user = db.session.get_one(User, link.user_id)
    check_password(password, user.login_name)
    link.used_at = clock.now()
    user.password_hash = hashed or passwords.hash_password(password)
    user.session_version += 1
    if user.status == UserStatus.INVITED:
        audit.take(user, USER_FLOW, UserStep.ACCEPT, by=user.as_actor())
    else:
        audit.record(user, "password reset", by=user.as_actor())
    forget("sign-in", user.login_name)
    return user


def sign_in(login_name: str, password: str, *, address: str) -> User:
    """The account of a name and password; throttled by name and by address.

    Raises `DomainError` that does not tell which was wrong.
    """
    name = login_name.strip().lower()
    count_try("sign-in", name, limit=10, window=timedelta(minutes=15))
    count_try("sign-in-from", address, limit=200, window=timedelta(minutes=15))
    user = queries.user_by_login_name(name)
    right = passwords.is_right(password, user.password_hash if user else None)
    if user is None or not right or user.status != UserStatus.ACTIVE:
        raise DomainError(N_("用户名或密码不对。"), "password")
    audit.record(user, "signed in", by=user.as_actor())
    forget("sign-in", name)
    return user


def change_password(user: User, old: str, new: str) -> None:
    """Change one's own password; every other session ends."""
    count_try("sign-in", user.login_name, limit=10, window=timedelta(minutes=15))
    if not passwords.is_right(old, user.password_hash):
        raise DomainError(N_("现在的密码不对。"), "old")
    check_password(new, user.login_name)
    user.password_hash = passwords.hash_password(new)
    user.session_version += 1
    audit.record(user, "password changed", by=user.as_actor())


def sign_out_everywhere(user: User, *, by: Actor) -> None:
    """End every session of an account."""
    user.session_version += 1
    audit.record(user, "signed out everywhere", by=by)


def reset_password(user: User, *, by: Actor) -> str:
    """A one-time link for somebody who forgot the password; sessions end at once."""
    if user.status == UserStatus.CLOSED:
        raise Refused(N_("账号已停用。"))
    user.session_version += 1
    audit.record(user, "reset link made", by=by)
    token = new_link(user)
    messages.tell(
        MessageKind.INVITATION,
        recipient=f"user:{user.id}",
        phone=user.phone,
        text=_("管理员为您重置了密码，请用收到的链接设置新密码。"),
    )
    return token


def close(user: User, *, by: Actor, note: str) -> None:
    """Close an account; its sessions end, what it did stays."""
    if by.user_id == user.id:
        raise Refused(N_("不能停用自己的账号。"))
    audit.take(user, USER_FLOW, UserStep.CLOSE, by=by, note=note)
    user.session_version += 1


def reopen(user: User, *, by: Actor) -> str:
    """Bring a closed account back; it starts again with a one-time link."""
    audit.take(user, USER_FLOW, UserStep.REOPEN, by=by)
    user.password_hash = None
    return new_link(user)


def set_area(user: User, codes: Iterable[str]) -> None:
    """Give an account another area; recorded by the caller."""
    user.areas = [UserArea(region_code=code) for code in sorted(set(codes))]
