"""When a trainee's money may go to the guardian's card: for a reason, by two officers. Pure."""

from enum import StrEnum

from app.kernel.flow import Flow


class GuardianStatus(StrEnum):
    """Where a guardian's account stands."""

    STATED = "stated"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"


class GuardianStep(StrEnum):
    """What happens to it."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    END = "end"


GUARDIAN_FLOW = Flow(
    "guardian account",
    GuardianStatus.STATED,
    [
        (GuardianStep.CONFIRM, [GuardianStatus.STATED], GuardianStatus.CONFIRMED),
        (GuardianStep.REFUSE, [GuardianStatus.STATED], GuardianStatus.REFUSED),
        (GuardianStep.END, [GuardianStatus.CONFIRMED], GuardianStatus.ENDED),
    ],
)
