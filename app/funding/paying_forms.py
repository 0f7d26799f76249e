"""Forms of what follows a request for funds: answers, cards, recoveries, samples, photos of the notice."""

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField, TextAreaField

from app.funding.rules.paying import CardWay, Cause, Finding
from app.kernel.forms import ChoiceField, DayField, Form, MaxLength, Required, WholeNumberField, YuanField
from app.kernel.i18n import _l
from app.kernel.labels import label

FOUND = {Finding.TRUE: _l("属实"), Finding.WRONG: _l("不属实"), Finding.UNREACHED: _l("没有联系上")}


class RowForm(Form):
    """Say what became of a payment, after asking the bank."""

    transfer = ChoiceField(_l("是哪一笔"), coerce=int, choices=[], validators=[Required()])
    paid = YuanField(_l("实付金额"), validators=[Required()], description=_l("没有付或者退回来了，填 0。"))
    on = DayField(_l("付款或退回日期"), validators=[Required()])
    note = TextAreaField(_l("和银行核对的情况"), validators=[Required(), MaxLength(400)])


class RepayForm(Form):
    """Record money that came back."""

    receipt_number = StringField(_l("退款凭证号"), validators=[Required(), MaxLength(60)])
    amount = YuanField(_l("退回金额"), validators=[Required()], description=_l("可以分几次退。"))
    paid_on = DayField(_l("退回日期"), validators=[Required()])
    scan = FileField(_l("凭证扫描件"), description=_l("JPG、PNG 或 PDF，不超过 10 MB，可以不传。"))


class RecoverForm(Form):
    """Open a recovery for what was found."""

    cause = ChoiceField(
        _l("因为什么"),
        choices=[(Cause.INSPECTION.value, _l("督查发现")), (Cause.SAMPLE.value, _l("付款后抽查发现"))],
        validators=[Required()],
    )
    amount = YuanField(_l("追回金额"), validators=[Required()])
    reason = TextAreaField(
        _l("理由和依据"), validators=[Required(), MaxLength(400)], description=_l("对方会看到，请写明哪一条规定。")
    )
    source = HiddenField(validators=[MaxLength(40)])


class SampleForm(Form):
    """Set a sample of payments."""

    region_code = ChoiceField(_l("哪里的付款"), choices=[], validators=[Required()])
    from_on = DayField(_l("付款日期从"), validators=[Required()])
    until_on = DayField(_l("到"), validators=[Required()])
    margin = WholeNumberField(
        _l("允许误差（百分点）"), validators=[Required()], description=_l("例如 5。误差越小，抽得越多。")
    )


class FindingForm(Form):
    """What was found about one drawn payment."""

    finding = ChoiceField(
        _l("结果"),
        choices=[("", _l("请选择")), *((one.value, FOUND[one]) for one in Finding)],
        validators=[Required()],
    )
    note = StringField(_l("情况"), validators=[MaxLength(400)], description=_l("不属实或没联系上的要写。"))


class ReturnForm(Form):
    """Record that the bank sent a paid transfer back."""

    number = StringField(_l("退汇凭证号"), validators=[Required(), MaxLength(60)])
    returned_on = DayField(_l("退回日期"), validators=[Required()])
    reason = StringField(_l("退回原因"), validators=[Required(), MaxLength(200)])


class CardForm(Form):
    """Write down which card the person confirmed."""

    account = StringField(
        _l("卡号"), validators=[Required(), MaxLength(40)], description=_l("原来的卡没错，也再录一遍。")
    )
    bank = StringField(_l("开户行"), validators=[Required(), MaxLength(80)])
    way = ChoiceField(_l("本人怎样确认的"), choices=[], validators=[Required()])
    note = StringField(_l("说明"), validators=[MaxLength(200)])

    def offer(self) -> "CardForm":
        """Offer the ways in which a person confirms."""
        self.way.choices = [(one.value, label(one)) for one in CardWay]
        return self


class SecondCardForm(Form):
    """Type the card once more."""

    account = StringField(_l("对照卡面再输一遍卡号"), validators=[Required(), MaxLength(40)])


class GuardianForm(Form):
    """A guardian's card for a person's money."""

    name = StringField(_l("户主姓名"), validators=[Required(), MaxLength(40)], description=_l("和银行卡上的户名一样。"))
    relation = StringField(
        _l("是学员的什么人"), validators=[Required(), MaxLength(20)], description=_l("例如 母亲、监护人。")
    )
    id_number = StringField(
        _l("户主身份证号"), validators=[Required(), MaxLength(30)], description=_l("银行付款时核对。")
    )
    account = StringField(_l("卡号"), validators=[Required(), MaxLength(40)])
    bank = StringField(_l("开户行"), validators=[Required(), MaxLength(80)])
    reason = TextAreaField(
        _l("为什么不能付到本人账户"),
        validators=[Required(), MaxLength(400)],
        description=_l("审核的人会看到，例如 未满十六周岁，银行不给开户。"),
    )
    proof = StringField(
        _l("看了什么证明"),
        validators=[Required(), MaxLength(200)],
        description=_l("例如 户口簿、监护证明、本人签名的同意书。"),
    )


class BoardPhotoForm(Form):
    """A photo of the notice on the village board."""

    photo = FileField(_l("照片"), validators=[FileRequired(_l("请选择照片。"))])
    place = StringField(
        _l("张贴在哪里"), validators=[Required(), MaxLength(80)], description=_l("例如 弼时镇湄江村村务公开栏。")
    )
    hung_on = DayField(_l("张贴日期"), validators=[Required()])
