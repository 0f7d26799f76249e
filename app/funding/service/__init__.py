"""Everything that is done to a claim: compile, review, sign, notice, objection, request for funds, payment."""

from app.funding.service import denials as denials
from app.funding.service import doubts as doubts
from app.funding.service.claims import compile_claim, recompile, submit, withdraw_claim
from app.funding.service.exports import apply_answer, export_bank_file
from app.funding.service.notices import (
    PUBLIC_ACTOR,
    answer_objection,
    close_due_notices,
    close_notice,
    object_to,
    publish_notice,
)
from app.funding.service.payments import request_funds
from app.funding.service.reviews import (
    answer_cut,
    cut_line,
    drop_cut,
    finish_first_review,
    finish_second_review,
    keep_cut,
    pass_clean,
    pass_line,
    reject_line,
    return_line,
    send_back,
    sign,
)
from app.funding.service.transfers import confirm_transfer, fail_transfer

__all__ = [
    "PUBLIC_ACTOR",
    "answer_cut",
    "answer_objection",
    "apply_answer",
    "close_due_notices",
    "close_notice",
    "compile_claim",
    "confirm_transfer",
    "cut_line",
    "drop_cut",
    "export_bank_file",
    "fail_transfer",
    "finish_first_review",
    "finish_second_review",
    "keep_cut",
    "object_to",
    "pass_clean",
    "pass_line",
    "publish_notice",
    "recompile",
    "reject_line",
    "request_funds",
    "return_line",
    "send_back",
    "sign",
    "submit",
    "withdraw_claim",
]
