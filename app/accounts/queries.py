"""Find accounts and organizations."""

from sqlalchemy import select

from app.accounts.models import Deputy, Organization, User
from app.accounts.rules import UserStatus
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db


def signed_in_user(user_id: int, version: int, *, standing_for: int | None = None) -> User | None:
    """The account of a session that still holds: active, and not signed out everywhere since."""
    user = db.session.get(User, user_id)
    if user is None or user.status != UserStatus.ACTIVE or user.session_version != version:
        return None
    if standing_for is not None:
        user.principal = standing_principal(user_id, standing_for)
    return user


def standing_principal(deputy_id: int, principal_id: int) -> User | None:
    """The account a deputy may stand in for today, if the deputyship holds."""
    today = clock.today()
    query = select(Deputy).where(
        Deputy.deputy_id == deputy_id,
        Deputy.principal_id == principal_id,
        Deputy.from_on <= today,
        Deputy.until_on >= today,
        Deputy.ended_at.is_(None),
    )
    return db.session.get(User, principal_id) if db.session.scalars(query).first() else None


def user_by_login_name(login_name: str) -> User | None:
    """The account with this name."""
    return db.session.scalars(select(User).where(User.login_name == login_name.strip().lower())).first()


def organization(organization_id: int) -> Organization | None:
    """The organization with this id, unscoped: names of organizations are public."""
    return db.session.get(Organization, organization_id)


def actor_of(user: User) -> Actor:
    """The account as services and events know it."""
    return user.as_actor()
