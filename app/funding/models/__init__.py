"""The tables of this step."""

from app.funding.models import claim_words as claim_words
from app.funding.models.answers import BankAnswer, BankFile, BankReturn, CardCheck, QuarantinedRow
from app.funding.models.claims import Claim, ClaimLine
from app.funding.models.clearances import Clearance
from app.funding.models.decisions import ClaimAttachment, ClaimClass, ClaimDuty, FundingSerial, Invoice, LineDecision
from app.funding.models.guardians import GuardianAccount
from app.funding.models.long_steps import LongStep, LongStepProgress
from app.funding.models.payments import (
    Notice,
    NoticePhoto,
    Objection,
    PaymentBatch,
    PaymentPart,
    Receipt,
    Transfer,
)
from app.funding.models.recoveries import PaymentSample, Recovery, Repayment, SampledLine
from app.funding.models.vouchers import TrainingFee, Voucher

__all__ = [
    "BankAnswer",
    "BankFile",
    "BankReturn",
    "CardCheck",
    "Claim",
    "ClaimAttachment",
    "ClaimClass",
    "ClaimDuty",
    "ClaimLine",
    "Clearance",
    "FundingSerial",
    "GuardianAccount",
    "Invoice",
    "LineDecision",
    "LongStep",
    "LongStepProgress",
    "Notice",
    "NoticePhoto",
    "Objection",
    "PaymentBatch",
    "PaymentPart",
    "PaymentSample",
    "QuarantinedRow",
    "Receipt",
    "Recovery",
    "Repayment",
    "SampledLine",
    "TrainingFee",
    "Transfer",
    "Voucher",
]
