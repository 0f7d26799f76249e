"""The flow of a denial, how it came in, and whether a link to say no still works. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.enrollments.rules import EnrollmentStatus
from app.kernel.flow import Flow


class DenialStatus(StrEnum):
    """Where a denial stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


class DenialStep(StrEnum):
    """How a denial is decided."""

    UPHOLD = "uphold"
    REJECT = "reject"


class DenialWay(StrEnum):
    """How the person said no."""

    LINK = "link"
    ASKED_ALOUD = "asked_aloud"
    HOTLINE = "hotline"
    INSPECTION = "inspection"


DENIAL_FLOW = Flow(
    "denial",
    DenialStatus.OPEN,
    [
        (DenialStep.UPHOLD, [DenialStatus.OPEN], DenialStatus.UPHELD),
        (DenialStep.REJECT, [DenialStatus.OPEN], DenialStatus.REJECTED),
    ],
)
GONE = (EnrollmentStatus.WITHDRAWN, EnrollmentStatus.CANCELLED)
"""A sign-up that is over by itself: there is nothing left to say no to."""
LINK_DAYS = 30
"""A link works this many days, and always to the end of the class's last day."""


def link_ends(made_at: datetime, class_over_at: datetime) -> datetime:
    """Until when a link to say no works; `class_over_at` is the end of the class's last local day."""
    return max(made_at + timedelta(days=LINK_DAYS), class_over_at)
