"""The tables of this step."""

from app.funding.models.claims import Claim, ClaimDuty, ClaimLine, FundingSerial
from app.funding.models.payments import Notice, Objection, PaymentBatch, PaymentPart, Receipt, Transfer

__all__ = [
    "Claim",
    "ClaimDuty",
    "ClaimLine",
    "FundingSerial",
    "Notice",
    "Objection",
    "PaymentBatch",
    "PaymentPart",
    "Receipt",
    "Transfer",
]
