"""Steps of claims and payments that take long for thousands of lines, and the parts of their work."""

from dataclasses import dataclass
from enum import StrEnum

from app.kernel.access import Can


class LongAct(StrEnum):
    """What is done in the background."""

    COMPILE = "compile"
    RECOMPILE = "recompile"
    SUBMIT = "submit"
    PASS_CLEAN = "pass_clean"  # noqa: S105  # a step, no password
    REQUEST = "request"
    CHECK = "check"
    BANK_FILE = "bank_file"


class WorkPart(StrEnum):
    """What the work goes through, line by line."""

    READ = "read"
    DRAW = "draw"
    CLEAR = "clear"
    WRITE = "write"
    KEEP = "keep"


_CLAIMANTS = (Can.CLAIM_COMPILE, Can.CLAIM_OWN)
MAY: dict[LongAct, tuple[Can, ...]] = {
    LongAct.COMPILE: _CLAIMANTS,
    LongAct.RECOMPILE: _CLAIMANTS,
    LongAct.SUBMIT: _CLAIMANTS,
    LongAct.PASS_CLEAN: (Can.CLAIM_FIRST_REVIEW, Can.CLAIM_SECOND_REVIEW),
    LongAct.REQUEST: (Can.PAYMENT_REQUEST,),
    LongAct.CHECK: (Can.PAYMENT_CHECK,),
    LongAct.BANK_FILE: (Can.PAYMENT_REQUEST, Can.PAYMENT_CONFIRM),
}
"""What whoever pressed must still be allowed when the work begins; any one is enough."""

PARTS: dict[LongAct, tuple[WorkPart, ...]] = {
    LongAct.COMPILE: (WorkPart.READ, WorkPart.DRAW, WorkPart.WRITE, WorkPart.KEEP),
    LongAct.RECOMPILE: (WorkPart.READ, WorkPart.DRAW, WorkPart.WRITE, WorkPart.KEEP),
    LongAct.SUBMIT: (WorkPart.READ, WorkPart.DRAW, WorkPart.WRITE, WorkPart.KEEP),
    LongAct.PASS_CLEAN: (WorkPart.READ, WorkPart.DRAW, WorkPart.KEEP),
    LongAct.REQUEST: (WorkPart.READ, WorkPart.CLEAR, WorkPart.WRITE, WorkPart.KEEP),
    LongAct.CHECK: (WorkPart.READ, WorkPart.CLEAR, WorkPart.KEEP),
    LongAct.BANK_FILE: (WorkPart.READ, WorkPart.WRITE, WorkPart.CLEAR, WorkPart.KEEP),
}
"""The parts of each act in their order."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a step is done to: at most one long step at a time for each; and who may look on."""

    key: str
    region_code: str | None = None
    organization_id: int | None = None
