"""Statuses of accounts and organizations, what a good password is, what makes a credit code right. Pure."""

import re
import unicodedata
from enum import StrEnum

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

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


EMPLOYING = frozenset(
    {
        OrganizationKind.EMPLOYER,
        OrganizationKind.WORKSHOP,
        OrganizationKind.COOPERATIVE,
        OrganizationKind.VILLAGE,
        OrganizationKind.BUREAU,
    }
)
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
        raise DomainError(N_("密码太容易猜到，请把字母、数字混着用。"), "password")
    if name and name.lower() in password.lower():
        raise DomainError(N_("密码里不要带用户名。"), "password")


CREDIT_CODE_LENGTH = 18


class CreditCodeFault(StrEnum):
    """What is wrong with a unified social credit code."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK = "check"


CREDIT_CODE_WORDS = {
    CreditCodeFault.EMPTY: N_("请填写统一社会信用代码。"),
    CreditCodeFault.LENGTH: N_("统一社会信用代码应当是 18 位，请对照营业执照再看一遍。"),
    CreditCodeFault.CHARACTERS: N_("统一社会信用代码只有数字和大写字母，不用 I、O、S、V、Z，请对照营业执照再看一遍。"),
    CreditCodeFault.CHECK: N_("统一社会信用代码的最后一位对不上，多半是有一位写错了，请对照营业执照再看一遍。"),
}


class BadCreditCode(DomainError):
    """Not a unified social credit code; `code` says why in one word, `message` in plain ones."""

    def __init__(self, code: CreditCodeFault) -> None:
        super().__init__(CREDIT_CODE_WORDS[code], "credit_code")
        self.code = code


def clean_credit_code(text: str) -> str:
    """A unified social credit code (GB 32100) in 18 upper-case characters; mends spaces, dashes and width.

    Raises `BadCreditCode`.
    """
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not code:
        raise BadCreditCode(CreditCodeFault.EMPTY)
    if len(code) != CREDIT_CODE_LENGTH:
        raise BadCreditCode(CreditCodeFault.LENGTH)
    try:
        return str(uscc.validate(code))
    except InvalidChecksum as error:
        raise BadCreditCode(CreditCodeFault.CHECK) from error
    except ValidationError as error:
        raise BadCreditCode(CreditCodeFault.CHARACTERS) from error
