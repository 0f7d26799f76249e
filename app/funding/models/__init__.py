"""The tables of this step."""

from app.funding.models import claim_words as claim_words
from app.funding.models.claims import Claim, ClaimLine
from app.funding.models.decisions import ClaimAttachment, ClaimClass, ClaimDuty, FundingSerial, Invoice, LineDecision
from app.funding.models.payments import (
    Notice,
    Objection,
    PaymentBatch,
    PaymentPart,
    Receipt,
    Transfer,
)
from app.funding.models.vouchers import TrainingFee, Voucher

__all__ = [
    "Claim",
    "ClaimAttachment",
    "ClaimClass",
    "ClaimDuty",
    "ClaimLine",
    "FundingSerial",
    "Invoice",
    "LineDecision",
    "Notice",
    "Objection",
    "PaymentBatch",
    "PaymentPart",
    "Receipt",
    "TrainingFee",
    "Transfer",
    "Voucher",
]
