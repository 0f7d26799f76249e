"""Who claims, with which voucher, and what reviewers decide. Pure."""

from collections.abc import Collection
from enum import StrEnum


class Claimant(StrEnum):
    """Who claims: a school for its classes, an employer for its own staff, a person for what they paid (R30)."""

    SCHOOL = "school"
    EMPLOYER = "employer"
    PERSON = "person"


class VoucherKind(StrEnum):
    """Whether a training voucher is for one occupation (定向) or for any (通用)."""

    DIRECTED = "directed"
    GENERAL = "general"


class Review(StrEnum):
    """The reviews in which lines are decided."""

    FIRST = "first_review"
    SECOND = "second_review"


class Verdict(StrEnum):
    """What a reviewer decides against a line, or takes back."""

    CUT = "cut"
    KEEP_CUT = "keep_cut"
    DROP_CUT = "drop_cut"
    RETURN = "return"
    REJECT = "reject"


def fitting_voucher(vouchers: Collection[tuple[int, bool, int]], amount_fen: int) -> int | None:
    """Which voucher a line uses: (id, whether directed, value); directed before general, the closest value first."""
    if not vouchers:
        return None
    return min(vouchers, key=lambda one: (not one[1], abs(one[2] - amount_fen), one[0]))[0]
