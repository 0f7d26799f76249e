"""Many accounts at once, for drills: active, with one password that is known to whoever runs the drill."""

from collections.abc import Sequence

from app.accounts import passwords
from app.accounts.models import User, UserArea, UserRole
from app.accounts.rules import USER_FLOW, UserStatus, UserStep
from app.accounts.service.users import NewUser
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db


def seat_officers(new: Sequence[NewUser], password: str, *, by: Actor) -> list[User]:
    """Make active accounts of officers with their areas; each has its events, none has a phone or a link."""
    proof, now = passwords.hash_password(password), clock.now()
    users = [
        User(
            login_name=one.login_name,
            name=one.name,
            status=UserStatus.INVITED,
            password_hash=proof,
            created_at=now,
            roles=[UserRole(role=role) for role in sorted(one.roles)],
            areas=[UserArea(region_code=code) for code in sorted(one.area)],
        )
        for one in new
    ]
    db.session.add_all(users)
    db.session.flush()
    for user, one in zip(users, new, strict=True):
        facts = {"roles": sorted(one.roles), "area": sorted(one.area), "organization": None}
        audit.record(user, "created", by=by, facts=facts, after=user.status)
    db.session.flush()
    for user in users:
        audit.take(user, USER_FLOW, UserStep.ACCEPT, by=by)
    db.session.flush()
    return users
