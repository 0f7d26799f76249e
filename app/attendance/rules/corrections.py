"""A correction (更正) is asked by one person and confirmed by another; after the results it is a doubt (疑点). Pure."""

from enum import StrEnum

from app.kernel.flow import Flow


class CorrectionStatus(StrEnum):
    """Where a correction stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    DOUBTED = "doubted"
    CLEARED = "cleared"
    UPHELD = "upheld"


class CorrectionStep(StrEnum):
    """What happens to a correction; a doubt is one that came after the results: it changes no hours."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    DOUBT = "doubt"
    CLEAR = "clear"
    UPHOLD = "uphold"


S = CorrectionStatus
CORRECTION_FLOW = Flow(
    "correction",
    S.ASKED,
    [
        (CorrectionStep.CONFIRM, [S.ASKED], S.CONFIRMED),
        (CorrectionStep.REFUSE, [S.ASKED], S.REFUSED),
        (CorrectionStep.DOUBT, [S.ASKED], S.DOUBTED),
        (CorrectionStep.CLEAR, [S.DOUBTED], S.CLEARED),
        (CorrectionStep.UPHOLD, [S.DOUBTED], S.UPHELD),
    ],
)
"""`DOUBT`: the results were confirmed before anybody had confirmed the correction."""
WAITING = frozenset({S.ASKED, S.DOUBTED})
STANDING_DOUBTS = frozenset({S.DOUBTED, S.UPHELD})
"""A doubt that speaks against the claim line: not looked into yet, or found true."""
