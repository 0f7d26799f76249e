"""The service log: what is done for a person, and what came of it. Pure."""

from enum import StrEnum


class ServiceKind(StrEnum):
    """What an officer did for a person."""

    JOB_RECOMMENDATION = "job_recommendation"
    GUIDANCE = "guidance"
    TRAINING_OFFER = "training_offer"
    VISIT = "visit"
    CALL = "call"
    FOLLOW_UP = "follow_up"


class ServiceResult(StrEnum):
    """What came of it."""

    DONE = "done"
    ACCEPTED = "accepted"
    CONSIDERING = "considering"
    DECLINED = "declined"
    KEPT = "kept"
    LEFT_POST = "left_post"
    NOT_REACHED = "not_reached"
