"""The statuses and steps of an inspection."""

from enum import StrEnum

from app.kernel.flow import Flow


class InspectionStatus(StrEnum):
    """Where an inspection stands."""

    PLANNED = "planned"
    DONE = "done"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    CALLED_OFF = "called_off"


class InspectionStep(StrEnum):
    """What happens to an inspection."""

    CARRY_OUT = "carry_out"
    CALL_OFF = "call_off"
    ANSWER = "answer"
    SEND_BACK = "send_back"
    ACCEPT = "accept"


S = InspectionStatus
INSPECTION_FLOW = Flow(
    "inspection",
    S.PLANNED,
    [
        (InspectionStep.CARRY_OUT, [S.PLANNED], S.DONE),
        (InspectionStep.CALL_OFF, [S.PLANNED], S.CALLED_OFF),
        (InspectionStep.ANSWER, [S.DONE], S.ANSWERED),
        (InspectionStep.SEND_BACK, [S.ANSWERED], S.DONE),
        (InspectionStep.ACCEPT, [S.ANSWERED], S.ACCEPTED),
    ],
)
SHOWN_TO_SCHOOL = (S.DONE, S.ANSWERED, S.ACCEPTED)
"""A school is not told before: it sees an inspection once it was carried out."""


class Result(StrEnum):
    """What an inspection found."""

    PASSED = "passed"
    DEFECTS = "defects"
    FAILED = "failed"


class Way(StrEnum):
    """How it was written down."""

    ON_SITE = "on_site"
    PAPER = "paper"


class CallResult(StrEnum):
    """What came of a call."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"
