"""The service log: what is done for a person, and what came of it. Pure."""

from datetime import date
from enum import StrEnum

from app.kernel.errors import DomainError
from app.kernel.marking import N_


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


K, R = ServiceKind, ServiceResult
OFFERS = (K.JOB_RECOMMENDATION, K.TRAINING_OFFER)
"""Services that are an offer: they take a newly unemployed person off the list (动态清零)."""
_TO_OFFER = (R.ACCEPTED, R.CONSIDERING, R.DECLINED, R.NOT_REACHED)
RESULTS: dict[ServiceKind, tuple[ServiceResult, ...]] = {
    K.JOB_RECOMMENDATION: _TO_OFFER,
    K.GUIDANCE: (R.DONE, R.NOT_REACHED),
    K.TRAINING_OFFER: _TO_OFFER,
    K.VISIT: (R.DONE, R.NOT_REACHED),
    K.CALL: (R.DONE, R.NOT_REACHED),
    K.FOLLOW_UP: (R.KEPT, R.LEFT_POST, R.NOT_REACHED),
}
"""What each service can come to."""


def counts(result: ServiceResult) -> bool:
    """Whether a service with this result was really given: who was not reached was not served."""
    return result is not R.NOT_REACHED


def refuse_wrong(kind: ServiceKind, result: ServiceResult, done_on: date, about: str, *, today: date) -> None:
    """Raise `DomainError` for a result the kind cannot have, a day to come, or an offer of nothing."""
    if result not in RESULTS[kind]:
        raise DomainError(N_("这种服务没有这样的结果，请重新选。"), "result")
    if done_on > today:
        raise DomainError(N_("服务日期还没有到。"), "done_on")
    if kind in OFFERS and counts(result) and not about.strip():
        raise DomainError(N_("请写明推荐的是哪个岗位、哪门课。"), "about")
