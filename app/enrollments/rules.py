"""The flow of an enrollment, and how consent is proved."""

from enum import StrEnum

from app.kernel.flow import Flow


class EnrollmentStatus(StrEnum):
    """Where an enrollment stands."""

    ENROLLED = "enrolled"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    LEFT = "left"
    COMPLETED = "completed"
    NOT_REACHED = "not_reached"
    CANCELLED = "cancelled"


class EnrollmentStep(StrEnum):
    """What happens to an enrollment."""

    PROMOTE = "promote"
    WITHDRAW = "withdraw"
    LEAVE = "leave"
    COMPLETE = "complete"
    FALL_SHORT = "fall_short"
    CANCEL = "cancel"


S = EnrollmentStatus
ENROLLMENT_FLOW = Flow(
    "enrollment",
    S.ENROLLED,
    [
        (EnrollmentStep.PROMOTE, [S.WAITING], S.ENROLLED),
        (EnrollmentStep.WITHDRAW, [S.ENROLLED, S.WAITING], S.WITHDRAWN),
        (EnrollmentStep.LEAVE, [S.ENROLLED], S.LEFT),
        (EnrollmentStep.COMPLETE, [S.ENROLLED], S.COMPLETED),
        (EnrollmentStep.FALL_SHORT, [S.ENROLLED], S.NOT_REACHED),
        (EnrollmentStep.CANCEL, [S.ENROLLED, S.WAITING], S.CANCELLED),
    ],
)


class Consent(StrEnum):
    """How it is proved that the person agreed."""

    OWN_CODE = "own_code"
    SIGNED_SLIP = "signed_slip"
    WITNESSED = "witnessed"
