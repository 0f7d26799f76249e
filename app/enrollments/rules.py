"""The flow of an enrollment, how consent is proved, and how a verdict is kept."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.kernel.flow import Flow
from app.policies.rules.eligibility import Verdict
from app.policies.rules.said import fill


class EnrollmentStatus(StrEnum):
    """Where an enrollment stands."""

    ENROLLED = "enrolled"
    WAITING = "waiting"
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    LEFT = "left"
    COMPLETED = "completed"
    NOT_REACHED = "not_reached"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"


class EnrollmentStep(StrEnum):
    """What happens to an enrollment."""

    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    WAIT_ON = "wait_on"
    PROMOTE = "promote"
    WITHDRAW = "withdraw"
    LEAVE = "leave"
    COMPLETE = "complete"
    FALL_SHORT = "fall_short"
    CANCEL = "cancel"
    ANNUL = "annul"
    TRANSFER = "transfer"


S = EnrollmentStatus
REACHED = (S.LEFT, S.COMPLETED, S.NOT_REACHED)
"""Ends of a sign-up that took place."""
ENROLLMENT_FLOW = Flow(
    "enrollment",
    S.ENROLLED,
    [
        (EnrollmentStep.OFFER, [S.WAITING], S.OFFERED),
        (EnrollmentStep.ACCEPT, [S.OFFERED], S.ENROLLED),
        (EnrollmentStep.DECLINE, [S.OFFERED], S.WITHDRAWN),
        (EnrollmentStep.LAPSE, [S.OFFERED], S.LAPSED),
        (EnrollmentStep.WAIT_ON, [S.OFFERED], S.WAITING),
        (EnrollmentStep.PROMOTE, [S.WAITING], S.ENROLLED),
        (EnrollmentStep.WITHDRAW, [S.ENROLLED, S.WAITING], S.WITHDRAWN),
        (EnrollmentStep.LEAVE, [S.ENROLLED], S.LEFT),
        (EnrollmentStep.TRANSFER, [S.ENROLLED], S.TRANSFERRED),
        (EnrollmentStep.COMPLETE, [S.ENROLLED], S.COMPLETED),
        (EnrollmentStep.FALL_SHORT, [S.ENROLLED], S.NOT_REACHED),
        (EnrollmentStep.CANCEL, [S.ENROLLED, S.WAITING, S.OFFERED], S.CANCELLED),
        (EnrollmentStep.ANNUL, [S.ENROLLED, S.WAITING, S.OFFERED, S.LAPSED, *REACHED], S.WITHDRAWN),
    ],
)


ACTIVE = (S.ENROLLED, S.WAITING, S.OFFERED)
"""An enrollment that stands: with a seat, with a number, or with a seat held until the person answers."""


class Consent(StrEnum):
    """How it is proved that the person agreed."""

    OWN_CODE = "own_code"
    SIGNED_SLIP = "signed_slip"
    WITNESSED = "witnessed"


def goes_first(groups: Iterable[str], first: Collection[str]) -> bool:
    """Whether somebody of these groups goes before the others on the waiting list, by the policy's list of groups."""
    return any(group in first for group in groups)


def held_until(end_of_next_working_day: datetime, last_moment: datetime) -> datetime:
    """Until when an offered place is held: to the end of the next working day, but never past the last useful moment.

    The last moment is the first lesson, or in a locked class the end of the refill day.
    """
    return min(end_of_next_working_day, last_moment)


def kept(verdict: Verdict, *, pack: str, sha256: str) -> dict[str, Any]:
    """A verdict as it is stored beside the enrollment: rules and reasons in Chinese, and the policy's version."""
    return {
        "eligible": verdict.eligible,
        "pack": pack,
        "sha256": sha256,
        "uses_taken": verdict.uses_taken,
        "uses_left": verdict.uses_left,
        "groups": list(verdict.groups),
        "reasons": [
            {
                "rule": reason.rule,
                "text": fill(reason.message, reason.params, str, "zh"),
                "blocking": reason.blocking,
                "source": reason.source,
            }
            for reason in verdict.reasons
        ],
    }
