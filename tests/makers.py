"""Plain functions that make rows for tests, through the services where one exists."""

from collections.abc import Callable
from itertools import count
from typing import Any

from flask.testing import FlaskClient

from app.accounts.models import Organization, User, UserArea, UserRole
from app.accounts.rules import OrganizationKind, OrganizationStatus, UserStatus
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import SYSTEM, Role

_numbers = count(1)
SignIn = Callable[[Any], FlaskClient]
"""What the fixture `sign_in` is."""
VILLAGE = "430681107225"
TOWNSHIP = "430681107"
COUNTY = "430681"
OTHER_COUNTY = "430626"
CREDIT_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(number: int) -> str:
    """A well-formed 18-character credit code of nobody."""
    body = f"52430681MJ{number:07d}"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(CREDIT_CHARS.index(char) * weight for char, weight in zip(body, weights, strict=True))
    return body + CREDIT_CHARS[-total % 31]


def make_organization(
    kind: OrganizationKind = OrganizationKind.SCHOOL, region: str = COUNTY, name: str = ""
) -> Organization:
    """An admitted organization."""
    number = next(_numbers)
    row = Organization(
        kind=kind,
        status=OrganizationStatus.ADMITTED,
        name=name or f"示例单位{number}",
        credit_code=credit_code(number),
        region_code=region,
        bank_name="示例银行汨罗支行",
        bank_account=f"6222000000{number:09d}",
        created_at=clock.now(),
    )
    audit.born(row, by=SYSTEM)
    return row


def make_user(
    *roles: Role, area: tuple[str, ...] = (COUNTY,), organization: Organization | None = None, name: str = ""
) -> User:
    """An active account with these roles in this area or organization."""
    number = next(_numbers)
    user = User(
        login_name=f"user{number}",
        name=name or f"干部{number}",
        status=UserStatus.ACTIVE,
        organization_id=organization.id if organization else None,
        created_at=clock.now(),
    )
    user.roles = [UserRole(role=role) for role in roles]
    user.areas = [UserArea(region_code=code) for code in area] if organization is None else []
    audit.born(user, by=SYSTEM)
    return user
