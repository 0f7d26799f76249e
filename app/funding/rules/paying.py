"""The flows of what the bank's answers leave open, of cards confirmed again, and of money taken back. Pure."""

from enum import StrEnum

from app.kernel.errors import DomainError
from app.kernel.flow import Flow
from app.kernel.marking import N_

SHORTEST, LONGEST = 8, 30
"""Digits of a bank account."""


class Quarantine(StrEnum):
    """Why a row of the bank's answer was not applied."""

    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    OTHER_BATCH = "other_batch"
    DOUBLED = "doubled"
    ACCOUNT = "account"
    AMOUNT = "amount"
    CONTRADICTS = "contradicts"


class RowStatus(StrEnum):
    """Whether somebody has looked into a row that was not applied."""

    OPEN = "open"
    APPLIED = "applied"
    DISMISSED = "dismissed"


class RowStep(StrEnum):
    """What somebody found about it."""

    APPLY = "apply"
    DISMISS = "dismiss"


ROW_FLOW = Flow(
    "quarantined row",
    RowStatus.OPEN,
    [(RowStep.APPLY, [RowStatus.OPEN], RowStatus.APPLIED), (RowStep.DISMISS, [RowStatus.OPEN], RowStatus.DISMISSED)],
)


class CardStatus(StrEnum):
    """Where the second confirmation of a card stands."""

    STATED = "stated"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class CardStep(StrEnum):
    """What the second officer does."""

    CONFIRM = "confirm"
    REFUSE = "refuse"


class CardWay(StrEnum):
    """How the person confirmed the card."""

    IN_PERSON = "in_person"
    BY_PHONE = "by_phone"
    GUARDIAN = "guardian"


CARD_FLOW = Flow(
    "card",
    CardStatus.STATED,
    [
        (CardStep.CONFIRM, [CardStatus.STATED], CardStatus.CONFIRMED),
        (CardStep.REFUSE, [CardStatus.STATED], CardStatus.REFUSED),
    ],
)


class Cause(StrEnum):
    """What opened a recovery."""

    CERTIFICATE = "certificate"
    DOUBT = "doubt"
    INSPECTION = "inspection"
    SAMPLE = "sample"


class RecoveryStatus(StrEnum):
    """Where a recovery stands."""

    OPEN = "open"
    REPAID = "repaid"
    DROPPED = "dropped"


class RecoveryStep(StrEnum):
    """What happens to it."""

    REPAY = "repay"
    DROP = "drop"


RECOVERY_FLOW = Flow(
    "recovery",
    RecoveryStatus.OPEN,
    [
        (RecoveryStep.REPAY, [RecoveryStatus.OPEN], RecoveryStatus.REPAID),
        (RecoveryStep.DROP, [RecoveryStatus.OPEN], RecoveryStatus.DROPPED),
    ],
)


class Finding(StrEnum):
    """What was found about a sampled payment."""

    TRUE = "true"
    WRONG = "wrong"
    UNREACHED = "unreached"


def clean_account(text: str) -> str:
    """A bank account without its spaces; raises `DomainError` for what is none."""
    account = "".join(text.split())
    if not (account.isascii() and account.isdigit() and SHORTEST <= len(account) <= LONGEST):
        raise DomainError(N_("卡号是 8 到 30 位数字，请对照卡面再看一遍。"), "account")
    return account
