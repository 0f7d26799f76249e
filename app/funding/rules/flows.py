"""The flows of a claim, its lines, a notice, an objection, a request for funds and a payment."""

from enum import StrEnum

from app.kernel.flow import Flow


class ClaimStatus(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CUT_PROPOSED = "cut_proposed"
    FIRST_REVIEWED = "first_reviewed"
    SECOND_REVIEWED = "second_reviewed"
    SIGNED = "signed"
    ON_NOTICE = "on_notice"
    APPROVED = "approved"
    REQUESTED = "requested"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


class ClaimStep(StrEnum):
    """What happens to a claim."""

    SUBMIT = "submit"
    PROPOSE_CUT = "propose_cut"
    AGREE_CUT = "agree_cut"
    CONTEST_CUT = "contest_cut"
    PASS_FIRST = "pass_first"  # noqa: S105  # a step, no password
    PASS_SECOND = "pass_second"  # noqa: S105  # a step, no password
    SIGN = "sign"
    PUBLISH = "publish"
    APPROVE = "approve"
    REQUEST = "request"
    PAY_PART = "pay_part"
    PAY_ALL = "pay_all"
    FAIL_PAYMENT = "fail_payment"
    RECALL = "recall"
    RECALL_PART = "recall_part"
    RETURN_MONEY = "return_money"
    RETURN_PART = "return_part"
    SETTLE = "settle"
    SEND_BACK = "send_back"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"


C = ClaimStatus
ENDED = frozenset({C.PAID, C.WITHDRAWN, C.REJECTED})
"""Statuses in which nobody has anything left to do."""
MONEY = frozenset({C.APPROVED, C.REQUESTED, C.PARTLY_PAID, C.PAID})
"""Statuses in which the money of approved lines is owed or paid."""
CLAIM_FLOW = Flow(
    "claim",
    C.DRAFT,
    [
        (ClaimStep.SUBMIT, [C.DRAFT, C.RETURNED], C.SUBMITTED),
        (ClaimStep.PROPOSE_CUT, [C.SUBMITTED], C.CUT_PROPOSED),
        (ClaimStep.AGREE_CUT, [C.CUT_PROPOSED], C.FIRST_REVIEWED),
        (ClaimStep.CONTEST_CUT, [C.CUT_PROPOSED], C.SUBMITTED),
        (ClaimStep.PASS_FIRST, [C.SUBMITTED], C.FIRST_REVIEWED),
        (ClaimStep.PASS_SECOND, [C.FIRST_REVIEWED], C.SECOND_REVIEWED),
        (ClaimStep.SIGN, [C.SECOND_REVIEWED], C.SIGNED),
        (ClaimStep.PUBLISH, [C.SIGNED], C.ON_NOTICE),
        (ClaimStep.APPROVE, [C.ON_NOTICE], C.APPROVED),
        (ClaimStep.REQUEST, [C.APPROVED, C.PARTLY_PAID], C.REQUESTED),
        (ClaimStep.PAY_PART, [C.REQUESTED], C.PARTLY_PAID),
        (ClaimStep.PAY_ALL, [C.REQUESTED], C.PAID),
        (ClaimStep.FAIL_PAYMENT, [C.REQUESTED], C.APPROVED),
        (ClaimStep.RECALL, [C.REQUESTED], C.APPROVED),
        (ClaimStep.RECALL_PART, [C.REQUESTED], C.PARTLY_PAID),
        (ClaimStep.RETURN_MONEY, [C.PAID, C.PARTLY_PAID], C.APPROVED),
        (ClaimStep.RETURN_PART, [C.PAID], C.PARTLY_PAID),
        (ClaimStep.SETTLE, [C.PARTLY_PAID], C.PAID),
        (ClaimStep.SEND_BACK, [C.SECOND_REVIEWED], C.FIRST_REVIEWED),
        (ClaimStep.RETURN, [C.SUBMITTED, C.FIRST_REVIEWED], C.RETURNED),
        (ClaimStep.REJECT, [C.SUBMITTED, C.FIRST_REVIEWED, C.ON_NOTICE, C.APPROVED], C.REJECTED),
        (ClaimStep.WITHDRAW, [C.DRAFT, C.SUBMITTED, C.CUT_PROPOSED, C.RETURNED], C.WITHDRAWN),
    ],
)


class LineStatus(StrEnum):
    """Where a claim line stands."""

    NOT_QUALIFIED = "not_qualified"
    OPEN = "open"
    RETURNED = "returned"
    REJECTED = "rejected"
    HELD = "held"
    APPROVED = "approved"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class LineStep(StrEnum):
    """What happens to a claim line."""

    REOPEN = "reopen"
    RETURN = "return"
    REJECT = "reject"
    HOLD = "hold"
    RELEASE_HOLD = "release_hold"
    APPROVE = "approve"
    PAY = "pay"
    REVERSE = "reverse"
    STOP = "stop"
    WITHDRAW = "withdraw"


LINE_FLOW = Flow(
    "claim line",
    LineStatus.OPEN,
    [
        (LineStep.RETURN, [LineStatus.OPEN], LineStatus.RETURNED),
        (LineStep.REOPEN, [LineStatus.RETURNED], LineStatus.OPEN),
        (LineStep.REJECT, [LineStatus.OPEN, LineStatus.HELD, LineStatus.RETURNED], LineStatus.REJECTED),
        (LineStep.HOLD, [LineStatus.OPEN], LineStatus.HELD),
        (LineStep.RELEASE_HOLD, [LineStatus.HELD], LineStatus.OPEN),
        (LineStep.APPROVE, [LineStatus.OPEN], LineStatus.APPROVED),
        (LineStep.PAY, [LineStatus.APPROVED], LineStatus.PAID),
        (LineStep.REVERSE, [LineStatus.PAID], LineStatus.APPROVED),
        (LineStep.STOP, [LineStatus.APPROVED], LineStatus.REJECTED),
        (LineStep.WITHDRAW, [LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD], LineStatus.WITHDRAWN),
    ],
)


LIVE = frozenset({LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD, LineStatus.APPROVED, LineStatus.PAID})
"""Statuses in which a line asks for money or has it."""


class Payee(StrEnum):
    """Who gets a line's money (R30, R31)."""

    SCHOOL = "school"
    TRAINEE = "trainee"


class CutAnswer(StrEnum):
    """What the school says to a cut."""

    AGREED = "agreed"
    CONTESTED = "contested"
    LAPSED = "lapsed"
    """Nothing was said within the policy's days."""


class Duty(StrEnum):
    """What a person did for a claim; one person has one duty (I6)."""

    FILED = "filed"
    ISSUED = "issued"
    FIRST_REVIEW = "first_review"
    SECOND_REVIEW = "second_review"
    FURTHER = "further"
    SIGN = "sign"
    REQUEST = "request"
    CHECK = "check"
    CONFIRM = "confirm"


class ObjectionStatus(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class ObjectionStep(StrEnum):
    """How an objection is answered."""

    UPHOLD = "uphold"
    DISMISS = "dismiss"


OBJECTION_FLOW = Flow(
    "objection",
    ObjectionStatus.OPEN,
    [
        (ObjectionStep.UPHOLD, [ObjectionStatus.OPEN], ObjectionStatus.UPHELD),
        (ObjectionStep.DISMISS, [ObjectionStatus.OPEN], ObjectionStatus.DISMISSED),
    ],
)


class BatchStatus(StrEnum):
    """Where a payment batch (请款) stands."""

    MADE = "made"
    REQUESTED = "requested"
    SETTLED = "settled"
    CALLED_OFF = "called_off"


class BatchStep(StrEnum):
    """What happens to a payment batch."""

    CHECK = "check"
    CALL_OFF = "call_off"
    SETTLE = "settle"


BATCH_FLOW = Flow(
    "payment batch",
    BatchStatus.MADE,
    [
        (BatchStep.CHECK, [BatchStatus.MADE], BatchStatus.REQUESTED),
        (BatchStep.CALL_OFF, [BatchStatus.MADE], BatchStatus.CALLED_OFF),
        (BatchStep.SETTLE, [BatchStatus.REQUESTED], BatchStatus.SETTLED),
    ],
)


class TransferStatus(StrEnum):
    """Where one transfer to one payee stands."""

    WAITING = "waiting"
    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    FAILED = "failed"
    RETURNED = "returned"
    CALLED_OFF = "called_off"


class TransferStep(StrEnum):
    """What the treasury or the bank answered."""

    PAY = "pay"
    PAY_PART = "pay_part"
    FAIL = "fail"
    RETURN = "return"
    CALL_OFF = "call_off"


TRANSFER_FLOW = Flow(
    "transfer",
    TransferStatus.WAITING,
    [
        (TransferStep.PAY, [TransferStatus.WAITING], TransferStatus.PAID),
        (TransferStep.PAY_PART, [TransferStatus.WAITING], TransferStatus.PARTLY_PAID),
        (TransferStep.FAIL, [TransferStatus.WAITING], TransferStatus.FAILED),
        (TransferStep.RETURN, [TransferStatus.PAID, TransferStatus.PARTLY_PAID], TransferStatus.RETURNED),
        (TransferStep.CALL_OFF, [TransferStatus.WAITING], TransferStatus.CALLED_OFF),
    ],
)
