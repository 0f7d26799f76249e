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

    REQUESTED = "requested"
    SETTLED = "settled"


class BatchStep(StrEnum):
    """What happens to a payment batch."""

    SETTLE = "settle"


BATCH_FLOW = Flow(
    "payment batch", BatchStatus.REQUESTED, [(BatchStep.SETTLE, [BatchStatus.REQUESTED], BatchStatus.SETTLED)]
)


class TransferStatus(StrEnum):
    """Where one transfer to one payee stands."""

    WAITING = "waiting"
    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    FAILED = "failed"


class TransferStep(StrEnum):
    """What the treasury or the bank answered."""

    PAY = "pay"
    PAY_PART = "pay_part"
    FAIL = "fail"


TRANSFER_FLOW = Flow(
    "transfer",
    TransferStatus.WAITING,
    [
        (TransferStep.PAY, [TransferStatus.WAITING], TransferStatus.PAID),
        (TransferStep.PAY_PART, [TransferStatus.WAITING], TransferStatus.PARTLY_PAID),
        (TransferStep.FAIL, [TransferStatus.WAITING], TransferStatus.FAILED),
    ],
)
