"""How a payment is spread over lines, and what it makes of the claim. Pure, integer fen."""

from collections.abc import Sequence

from app.funding.rules.flows import ClaimStep
from app.kernel.errors import DomainError
from app.kernel.marking import N_


def spread(paid_fen: int, parts_fen: Sequence[int]) -> list[int]:
    """Fill the parts one after the other with what was paid; raises `DomainError` where it is more than all of them."""
    if paid_fen < 0 or paid_fen > sum(parts_fen):
        raise DomainError(N_("回单金额不能大于这笔转账的金额。"), "amount")
    left, filled = paid_fen, []
    for part in parts_fen:
        share = min(left, part)
        filled.append(share)
        left -= share
    return filled


def claim_step_after_payment(*, waiting: bool, all_paid: bool, any_paid: bool) -> ClaimStep | None:
    """What the treasury's answers so far make of a claim; None while another transfer still waits."""
    if waiting:
        return None
    if all_paid:
        return ClaimStep.PAY_ALL
    return ClaimStep.PAY_PART if any_paid else ClaimStep.FAIL_PAYMENT
