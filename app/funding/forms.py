"""Forms of claims, reviews, notices and payments."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Optional

from app.funding.rules import BatchStatus, ClaimStatus, ObjectionStatus, VoucherKind
from app.funding.rules.paying import RecoveryStatus
from app.funding.rules.templates import Template
from app.kernel.forms import (
    CheckboxListField,
    ChoiceField,
    DayField,
    Form,
    MaxLength,
    RadioChoiceField,
    Required,
    YuanField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label


class ClaimFilterForm(Form):
    """Narrow the list of claims."""

    class Meta(Form.Meta):
        """A search changes nothing."""

        csrf = False

    q = StringField(_l("编号、班次或培训机构"))
    status = ChoiceField(_l("状态"), choices=[], validate_choice=False)

    def offer(self) -> "ClaimFilterForm":
        """Offer the statuses."""
        self.status.choices = [("", _("全部")), *((one.value, label(one)) for one in ClaimStatus)]
        return self


class StatusFilterForm(Form):
    """Narrow a list by status."""

    class Meta(Form.Meta):
        """A search changes nothing."""

        csrf = False

    status = ChoiceField(_l("状态"), choices=[], validate_choice=False)

    def offer(self, kind: type[BatchStatus] | type[ObjectionStatus] | type[RecoveryStatus]) -> "StatusFilterForm":
        """Offer the statuses of one kind of row."""
        self.status.choices = [("", _("全部")), *((one.value, label(one)) for one in kind)]
        return self


class NoteForm(Form):
    """Words beside a step; may stay empty."""

    note = TextAreaField(_l("意见"), validators=[MaxLength(400)], description=_l("可以不填。"))


class ReasonForm(Form):
    """A reason that somebody will read."""

    reason = TextAreaField(_l("理由"), validators=[Required(), MaxLength(400)])


class WithdrawForm(Form):
    """Withdraw a claim, to do it again or for good."""

    reason = TextAreaField(_l("撤回的原因"), validators=[Required(), MaxLength(400)])
    for_good = BooleanField(
        _l("这个班以后不再申领"),
        description=_l("勾选后，预留的资金全部释放，学员占用的享受次数退还。不勾选，改好后可以重新编制。"),
    )


DECISIONS = (("cut", _l("核减")), ("return", _l("退回补正")), ("reject", _l("不予支付")))


class DecisionForm(Form):
    """What a reviewer decides against a line."""

    verdict = RadioChoiceField(_l("怎样处理"), validators=[Required()], choices=[])
    amount = YuanField(_l("核减金额"), validators=[Optional()], description=_l("只有核减时填写。"))
    reason = TextAreaField(_l("理由"), validators=[Required(), MaxLength(400)], description=_l("申领方会看到。"))
    clause = StringField(
        _l("依据"), validators=[Required(), MaxLength(200)], description=_l("哪份文件的哪一条，例如 补贴办法第五条。")
    )

    def offer(self, *, cuts: bool) -> "DecisionForm":
        """Offer what this review may decide; only the first one cuts."""
        self.verdict.choices = [one for one in DECISIONS if cuts or one[0] != "cut"]
        return self


class TickedForm(Form):
    """What a reviewer decides on several ticked lines."""

    verdict = RadioChoiceField(_l("怎样处理"), validators=[Required()], choices=[("pass", _l("通过")), *DECISIONS])
    amount = YuanField(_l("每行核减金额"), validators=[Optional()], description=_l("只有核减时填写。"))
    reason = TextAreaField(_l("理由"), validators=[MaxLength(400)], description=_l("通过的不用填。申领方会看到。"))
    clause = StringField(_l("依据"), validators=[MaxLength(200)], description=_l("哪份文件的哪一条。"))

    def offer(self, *, cuts: bool) -> "TickedForm":
        """Offer what this review may decide; only the first one cuts."""
        self.verdict.choices = [("pass", _("通过")), *(one for one in DECISIONS if cuts or one[0] != "cut")]
        return self


class ContestForm(Form):
    """The school contests a cut."""

    words = TextAreaField(_l("不同意的理由"), validators=[Required(), MaxLength(400)])


class ClassesForm(Form):
    """Choose the classes of one claim."""

    classes = CheckboxListField(_l("要申领的班"), coerce=int, choices=[], validators=[Required()])


class InvoiceForm(Form):
    """The invoice over what was signed off."""

    number = StringField(_l("发票号码"), validators=[Required(), MaxLength(40)])
    amount = YuanField(_l("票面金额"), validators=[Required()], description=_l("要和核定付给单位的金额一样。"))
    issued_on = DayField(_l("开票日期"), validators=[Required()])


class FeeForm(Form):
    """The receipt of a trainee who paid for the training themselves."""

    seat = ChoiceField(_l("学员"), choices=[], coerce=int, validators=[Required()])
    amount = YuanField(_l("学费"), validators=[Required()])
    receipt_number = StringField(_l("收据或发票号"), validators=[Required(), MaxLength(40)])
    paid_on = DayField(_l("交费日期"), validators=[Required()])


VOUCHERS = [(VoucherKind.DIRECTED.value, _l("定向券")), (VoucherKind.GENERAL.value, _l("通用券"))]


class VoucherForm(Form):
    """A training voucher."""

    number = StringField(_l("券号"), validators=[Required(), MaxLength(40)])
    kind = RadioChoiceField(_l("种类"), validators=[Required()], choices=VOUCHERS)
    occupation = ChoiceField(_l("职业（工种）"), choices=[], coerce=int, description=_l("定向券要选，通用券不选。"))
    value = YuanField(_l("券面金额"), validators=[Required()])
    from_on = DayField(_l("有效期从"), validators=[Required()])
    until_on = DayField(_l("到"), validators=[Required()])
    issued_by = StringField(_l("发券单位"), validators=[Required(), MaxLength(80)])


class FurtherForm(Form):
    """A meeting that decided on a claim."""

    on = DayField(_l("会议日期"), validators=[Required()])
    minutes = StringField(_l("会议纪要编号"), validators=[Required(), MaxLength(80)])


class PaperForm(Form):
    """A paper that the checklist asks for."""

    file = FileField(
        _l("文件"),
        validators=[FileRequired(_l("请选择要上传的文件。"))],
        description=_l("JPG、PNG 或 PDF，不超过 10 MB。"),
    )


class ObjectionForm(Form):
    """Anybody objects to a line on notice."""

    text = TextAreaField(
        _l("哪里不属实"),
        validators=[Required(), MaxLength(1000)],
        description=_l("请写清楚事情，例如 某某那几天在外地，没有参加培训。"),
    )
    contact = StringField(
        _l("您的姓名和电话"),
        validators=[MaxLength(80)],
        description=_l("可以不留。留了我们好向您核实，只有核查的人看得到。"),
    )


class AnswerForm(Form):
    """Answer an objection."""

    verdict = RadioChoiceField(
        _l("核查结论"),
        validators=[Required()],
        choices=[("dismiss", _l("异议不成立，继续办理")), ("uphold", _l("异议成立，这名学员的补贴不予支付"))],
    )
    answer = TextAreaField(_l("核查的情况"), validators=[Required(), MaxLength(1000)])


class RequestForm(Form):
    """Choose the claims of one request for funds."""

    claims = CheckboxListField(_l("这次请款的申领"), coerce=int, choices=[], validators=[Required()])


class ReceiptForm(Form):
    """Confirm a transfer by its receipt."""

    receipt_number = StringField(_l("回单号"), validators=[Required(), MaxLength(60)])
    amount = YuanField(
        _l("实付金额"),
        validators=[Required()],
        description=_l("和请款金额一样就是付清；少于请款金额，其余的可以再次请款。"),
    )
    paid_on = DayField(_l("付款日期"), validators=[Required()])
    note = StringField(_l("说明"), validators=[MaxLength(200)], description=_l("部分支付时写明原因，可以不填。"))
    scan = FileField(_l("回单扫描件"), description=_l("JPG、PNG 或 PDF，不超过 10 MB，可以不传。"))


class BankAnswerForm(Form):
    """Upload the bank's answer."""

    file = FileField(
        _l("银行回盘文件"),
        validators=[FileRequired(_l("请选择银行给的回盘文件。"))],
        description=_l("txt、csv 或 xlsx，有：序号、帐号、金额、结果（成功、失败、退汇）、原因。"),
    )
    template = ChoiceField(_l("银行格式"), choices=[], default="bank-text")
    serial = StringField(_l("银行批次流水号"), validators=[Required(), MaxLength(40)])
    paid_on = DayField(_l("付款日期"), validators=[Required()])

    def offer(self, templates: Iterable[Template]) -> "BankAnswerForm":
        """Offer the banks whose answers can be read."""
        self.template.choices = [(one.key, one.name) for one in templates if one.answer is not None]
        return self


def prefixed(kind: type[Form], row: Any, **more: Any) -> Any:
    """A form of which a page shows many: its fields are named after the row."""
    return kind(prefix=f"l{row.id}-", **more)
