"""Statuses of accounts and organizations, and what a good password is."""

from enum import StrEnum

from app.kernel.errors import DomainError
from app.kernel.flow import Flow
from app.kernel.marking import N_

SHORTEST_PASSWORD = 10


class UserStatus(StrEnum):
    """Whether an account may sign in."""

    INVITED = "invited"
    ACTIVE = "active"
    CLOSED = "closed"


class UserStep(StrEnum):
    """What happens to an account."""

    ACCEPT = "accept"
    CLOSE = "close"
    REOPEN = "reopen"


USER_FLOW = Flow(
    "user",
    UserStatus.INVITED,
    [
        (UserStep.ACCEPT, [UserStatus.INVITED], UserStatus.ACTIVE),
        (UserStep.CLOSE, [UserStatus.INVITED, UserStatus.ACTIVE], UserStatus.CLOSED),
        (UserStep.REOPEN, [UserStatus.CLOSED], UserStatus.INVITED),
    ],
)


class OrganizationKind(StrEnum):
    """What an organization is here."""

    SCHOOL = "school"
    EMPLOYER = "employer"
    WORKSHOP = "workshop"
    COOPERATIVE = "cooperative"
    VILLAGE = "village"
    BUREAU = "bureau"


EMPLOYING = frozenset({OrganizationKind.EMPLOYER, OrganizationKind.WORKSHOP, OrganizationKind.COOPERATIVE, OrganizationKind.VILLAGE, OrganizationKind.BUREAU})
"""Who may place orders: the bureau places its own projects, a village its public-welfare posts."""


class OrganizationStatus(StrEnum):
    """Whether an organization takes part."""

    APPLIED = "applied"
    ADMITTED = "admitted"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class OrganizationStep(StrEnum):
    """What happens to an organization."""

    ADMIT = "admit"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"


ORGANIZATION_FLOW = Flow(
    "organization",
    OrganizationStatus.APPLIED,
    [
        (OrganizationStep.ADMIT, [OrganizationStatus.APPLIED], OrganizationStatus.ADMITTED),
        (OrganizationStep.REFUSE, [OrganizationStatus.APPLIED], OrganizationStatus.REFUSED),
        (OrganizationStep.SUSPEND, [OrganizationStatus.ADMITTED], OrganizationStatus.SUSPENDED),
        (OrganizationStep.RESUME, [OrganizationStatus.SUSPENDED], OrganizationStatus.ADMITTED),
    ],
)


def check_password(password: str, name: str) -> None:
    """Refuse a password that is short, all one kind, or holds the name; raises `DomainError` on `password`."""
    if len(password) < SHORTEST_PASSWORD:
        raise DomainError(N_("密码至少 10 个字符。"), "password")
    if len(set(password)) < 5 or password.isdigit():
        raise DomainError(N_("密码太容易猜到,请把字母、数字混着用。"), "password")
    if name and name.lower() in password.lower():
        raise DomainError(N_("密码里不要带用户名。"), "password")
