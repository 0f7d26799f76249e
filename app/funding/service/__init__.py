"""Everything that is done to a claim: compile, review, sign, notice, objection, request for funds, payment."""

from app.funding.service import denials as denials
from app.funding.service import doubts as doubts
from app.funding.service import recovering as recovering
from app.funding.service.answering import answer_cut, lapse_cuts
from app.funding.service.answers import apply_answer
from app.funding.service.board import hang_notice
from app.funding.service.cards import confirm_card, refuse_card, state_card
from app.funding.service.claims import attach, recompile, submit, withdraw_claim
from app.funding.service.compiling import compile_claim, compile_own
from app.funding.service.concluding import (
    finish_first_review,
    finish_second_review,
    record_further,
    send_back,
    sign,
)
from app.funding.service.exports import bank_file, export_bank_file, export_list
from app.funding.service.guardians import NewGuardian, confirm_guardian, end_guardian, refuse_guardian, state_guardian
from app.funding.service.invoices import cancel_invoice, record_invoice
from app.funding.service.long_steps import file_of_step, go_on, is_alive, run_long_step, start_long_step
from app.funding.service.notices import (
    PUBLIC_ACTOR,
    answer_objection,
    close_due_notices,
    close_notice,
    object_to,
    publish_notice,
)
from app.funding.service.payments import call_off_batch, check_batch, request_funds
from app.funding.service.quarantine import apply_row, dismiss_row
from app.funding.service.recovering import drop_recovery, open_recovery, repay
from app.funding.service.reviews import (
    cut_line,
    drop_cut,
    keep_cut,
    pass_clean,
    pass_line,
    reject_line,
    return_line,
)
from app.funding.service.sampling import commit_sample, draw_sample, record_finding
from app.funding.service.ticked import decide_ticked
from app.funding.service.transfers import confirm_transfer, fail_transfer, return_transfer
from app.funding.service.vouchers import NewVoucher, record_fee, record_voucher

__all__ = [
    "PUBLIC_ACTOR",
    "NewGuardian",
    "NewVoucher",
    "answer_cut",
    "answer_objection",
    "apply_answer",
    "apply_row",
    "attach",
    "bank_file",
    "call_off_batch",
    "cancel_invoice",
    "check_batch",
    "close_due_notices",
    "close_notice",
    "commit_sample",
    "compile_claim",
    "compile_own",
    "confirm_card",
    "confirm_guardian",
    "confirm_transfer",
    "cut_line",
    "decide_ticked",
    "dismiss_row",
    "draw_sample",
    "drop_cut",
    "drop_recovery",
    "end_guardian",
    "export_bank_file",
    "export_list",
    "fail_transfer",
    "file_of_step",
    "finish_first_review",
    "finish_second_review",
    "go_on",
    "hang_notice",
    "is_alive",
    "keep_cut",
    "lapse_cuts",
    "object_to",
    "open_recovery",
    "pass_clean",
    "pass_line",
    "publish_notice",
    "recompile",
    "record_fee",
    "record_finding",
    "record_further",
    "record_invoice",
    "record_voucher",
    "refuse_card",
    "refuse_guardian",
    "reject_line",
    "repay",
    "request_funds",
    "return_line",
    "return_transfer",
    "run_long_step",
    "send_back",
    "sign",
    "start_long_step",
    "state_card",
    "state_guardian",
    "submit",
    "withdraw_claim",
]
