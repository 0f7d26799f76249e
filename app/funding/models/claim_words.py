"""What claims, lines and duties are called, and what a broken law of theirs says."""

from app.audit.words import flow_words
from app.funding.rules import (
    Claimant,
    ClaimStatus,
    ClaimStep,
    CutAnswer,
    Duty,
    LineStatus,
    LineStep,
    Payee,
    Review,
    Verdict,
    VoucherKind,
)
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels

flow_words("claims", ClaimStatus, ClaimStep)
flow_words("claim_lines", LineStatus, LineStep)
labels(
    {
        ClaimStatus.DRAFT: _l("草稿"),
        ClaimStatus.SUBMITTED: _l("待初审"),
        ClaimStatus.CUT_PROPOSED: _l("核减待申领方确认"),
        ClaimStatus.FIRST_REVIEWED: _l("待复核"),
        ClaimStatus.SECOND_REVIEWED: _l("待签批"),
        ClaimStatus.SIGNED: _l("待公示"),
        ClaimStatus.ON_NOTICE: _l("公示中"),
        ClaimStatus.APPROVED: _l("待请款"),
        ClaimStatus.REQUESTED: _l("已请款"),
        ClaimStatus.PARTLY_PAID: _l("部分支付"),
        ClaimStatus.PAID: _l("已支付"),
        ClaimStatus.RETURNED: _l("退回补正"),
        ClaimStatus.WITHDRAWN: _l("已撤回"),
        ClaimStatus.REJECTED: _l("不予支付"),
    },
    tones={
        ClaimStatus.SUBMITTED: "info",
        ClaimStatus.CUT_PROPOSED: "warn",
        ClaimStatus.FIRST_REVIEWED: "info",
        ClaimStatus.SECOND_REVIEWED: "info",
        ClaimStatus.SIGNED: "info",
        ClaimStatus.ON_NOTICE: "info",
        ClaimStatus.APPROVED: "ok",
        ClaimStatus.REQUESTED: "info",
        ClaimStatus.PARTLY_PAID: "warn",
        ClaimStatus.PAID: "ok",
        ClaimStatus.RETURNED: "warn",
        ClaimStatus.REJECTED: "bad",
    },
)
labels(
    {
        ClaimStep.SUBMIT: _l("提交申领"),
        ClaimStep.PROPOSE_CUT: _l("提出核减"),
        ClaimStep.AGREE_CUT: _l("同意核减"),
        ClaimStep.CONTEST_CUT: _l("对核减有异议"),
        ClaimStep.PASS_FIRST: _l("初审通过"),
        ClaimStep.PASS_SECOND: _l("复核通过"),
        ClaimStep.SIGN: _l("签批"),
        ClaimStep.PUBLISH: _l("开始公示"),
        ClaimStep.APPROVE: _l("公示期满"),
        ClaimStep.REQUEST: _l("请款"),
        ClaimStep.PAY_PART: _l("部分支付"),
        ClaimStep.PAY_ALL: _l("支付完毕"),
        ClaimStep.FAIL_PAYMENT: _l("支付失败"),
        ClaimStep.RECALL: _l("撤回请款"),
        ClaimStep.RECALL_PART: _l("撤回请款"),
        ClaimStep.RETURN_MONEY: _l("银行退回"),
        ClaimStep.RETURN_PART: _l("银行退回一部分"),
        ClaimStep.SETTLE: _l("办结"),
        ClaimStep.SEND_BACK: _l("退回复核"),
        ClaimStep.RETURN: _l("退回补正"),
        ClaimStep.REJECT: _l("不予支付"),
        ClaimStep.WITHDRAW: _l("撤回申领"),
    }
)
labels(
    {
        LineStatus.NOT_QUALIFIED: _l("不符合"),
        LineStatus.OPEN: _l("审核中"),
        LineStatus.RETURNED: _l("退回补正"),
        LineStatus.REJECTED: _l("不予支付"),
        LineStatus.HELD: _l("暂缓"),
        LineStatus.APPROVED: _l("应付"),
        LineStatus.PAID: _l("已支付"),
        LineStatus.WITHDRAWN: _l("已撤回"),
    },
    tones={
        LineStatus.NOT_QUALIFIED: "warn",
        LineStatus.OPEN: "info",
        LineStatus.RETURNED: "warn",
        LineStatus.REJECTED: "bad",
        LineStatus.HELD: "warn",
        LineStatus.APPROVED: "ok",
        LineStatus.PAID: "ok",
    },
)
labels(
    {
        LineStep.REOPEN: _l("补正后重报"),
        LineStep.RETURN: _l("退回补正"),
        LineStep.REJECT: _l("不予支付"),
        LineStep.HOLD: _l("暂缓"),
        LineStep.RELEASE_HOLD: _l("解除暂缓"),
        LineStep.APPROVE: _l("批准"),
        LineStep.PAY: _l("支付"),
        LineStep.REVERSE: _l("银行退回，恢复应付"),
        LineStep.WITHDRAW: _l("撤回"),
        LineStep.STOP: _l("不再支付"),
    }
)
labels({Payee.SCHOOL: _l("培训机构"), Payee.TRAINEE: _l("学员本人")})
labels(
    {
        CutAnswer.AGREED: _l("同意核减"),
        CutAnswer.CONTESTED: _l("对核减有异议"),
        CutAnswer.LAPSED: _l("期满没有答复"),
    }
)
labels({Claimant.SCHOOL: _l("培训机构"), Claimant.EMPLOYER: _l("用人单位"), Claimant.PERSON: _l("学员本人")})
labels({VoucherKind.DIRECTED: _l("定向券"), VoucherKind.GENERAL: _l("通用券")})
labels({Review.FIRST: _l("初审"), Review.SECOND: _l("复核")})
labels(
    {
        Verdict.CUT: _l("核减"),
        Verdict.KEEP_CUT: _l("维持核减"),
        Verdict.DROP_CUT: _l("撤销核减"),
        Verdict.RETURN: _l("退回补正"),
        Verdict.REJECT: _l("不予支付"),
    }
)
labels(
    {
        Duty.FILED: _l("开班申报或编制申领"),
        Duty.ISSUED: _l("发放证书"),
        Duty.FIRST_REVIEW: _l("初审"),
        Duty.SECOND_REVIEW: _l("复核"),
        Duty.FURTHER: _l("集体研究"),
        Duty.SIGN: _l("签批"),
        Duty.REQUEST: _l("请款"),
        Duty.CHECK: _l("核对请款"),
        Duty.CONFIRM: _l("确认支付"),
    }
)
constraint_messages(
    {
        "uq_claim_duties_person": _l(
            "同一个人不能在一笔申领里做两道手续（申报、初审、复核、签批、支付必须是不同的人）。"
        ),
        "uq_claim_lines_seat_active": _l("这名学员的这笔补贴已经在另一份申领里了。"),
        "uq_claims_class_active": _l("这个班已经有一份在办的申领了。"),
        "uq_claims_person_active": _l("这个人在这个班已经有一份在办的申领了。"),
        "ck_claims_further_before_sign": _l("这笔金额要先集体研究，再签批。"),
        "fk_claim_lines_claim_class": _l("这一行的班不在这份申领里。"),
        "uq_claim_attachments_upload": _l("这份材料已经交过了。"),
        "law_claim_classes": _l("申领里的班要和申领本身一致，这一步没有做。"),
        "ck_claim_lines_cut_with_reason": _l("核减要写明理由和依据的条款。"),
        "ck_claim_lines_decided_with_reason": _l("退回或不予支付要写明理由。"),
        "ck_line_decisions_with_clause": _l("要写明理由和依据的条款。"),
        "law_line_decided": _l("核减或退回没有审核记录，这一步没有做。"),
        "uq_claim_lines_voucher_active": _l("这张培训券已经用过了，一张券只能用一次。"),
        "uq_vouchers_number": _l("这个券号已经登记过了。"),
        "ck_vouchers_directed_names_occupation": _l("定向券要写明职业（工种），通用券不写。"),
        "ck_vouchers_value_positive": _l("券面金额要大于 0。"),
        "ck_vouchers_ends_after_start": _l("培训券的有效期，结束不能早于开始。"),
        "law_voucher_fits": _l("这张培训券不是这个人的，或者职业、有效期对不上。"),
        "law_voucher_frozen": _l("这张培训券已经用在申领里，不能再改。"),
        "pk_training_fees": _l("这名学员的自费收据已经登记过了。"),
        "uq_training_fees_receipt": _l("这个收据号在这个班已经登记过了。"),
        "uq_invoices_number": _l("这个发票号已经登记过了。"),
        "uq_invoices_claim_standing": _l("这份申领已经有发票了。开错了，请先作废再登记。"),
        "law_invoice_fits": _l("签批以后才能开票，票面金额要和核定付给单位的金额一样。"),
        "law_invoice_frozen": _l("发票登记后不能改。开错了，请作废再登记。"),
        "law_claim_duties": _l("这一步必须由有这道手续的人来办，同一个人不能办两道手续。"),
        "law_line_paid_by_parts": _l("已付和在付的钱对不上支付明细，这一步没有做。"),
        "ck_claim_lines_paid_within_amount": _l("这一笔已经付过或正在支付，不能再付。"),
    }
)
