"""Survey rounds (摸底): the flow of a round, what a question and an answer may be. Pure."""

from enum import StrEnum

from app.kernel.flow import Flow


class RoundStatus(StrEnum):
    """Where a survey round stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class RoundStep(StrEnum):
    """What is done with a round."""

    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"


ROUND_FLOW = Flow(
    "survey_round",
    RoundStatus.DRAFT,
    [
        (RoundStep.OPEN, [RoundStatus.DRAFT], RoundStatus.OPEN),
        (RoundStep.CLOSE, [RoundStatus.OPEN], RoundStatus.CLOSED),
        (RoundStep.REOPEN, [RoundStatus.CLOSED], RoundStatus.OPEN),
    ],
)


class CardStatus(StrEnum):
    """Whether a person of a round was asked."""

    OPEN = "open"
    ANSWERED = "answered"
    NOT_REACHED = "not_reached"


class NotReached(StrEnum):
    """Why a person could not be asked."""

    NO_ANSWER = "no_answer"
    AWAY = "away"
    MOVED = "moved"
    REFUSED = "refused"
    ILL = "ill"
    DEAD = "dead"
    OTHER = "other"


class How(StrEnum):
    """By which way something was noted."""

    VISIT = "visit"
    CALL = "call"
    SHEET = "sheet"
    OFFLINE = "offline"


class QuestionKind(StrEnum):
    """What an answer looks like."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
