"""Forms about budgets."""

from wtforms import HiddenField, StringField, TextAreaField

from app.kernel.forms import ChoiceField, Form, MaxLength, Required, WholeNumberField, YuanField
from app.kernel.i18n import _l


class BudgetForm(Form):
    """Open a budget."""

    region_code = ChoiceField(_l("地方"), choices=[])
    fund_source = StringField(
        _l("资金来源"),
        validators=[Required(), MaxLength(60)],
        description=_l("照文件上的名称写，例如 就业补助资金、失业保险基金。"),
    )
    year = WholeNumberField(_l("年度"), validators=[Required()], description=_l("四位数字，例如 2026。"))


class AppropriationForm(Form):
    """Put appropriated money in."""

    amount = YuanField(
        _l("下达金额"), validators=[Required()], description=_l("收回没有用的指标，填负数，例如 -5000。")
    )
    note = StringField(
        _l("文号或说明"), validators=[Required(), MaxLength(200)], description=_l("例如 汨财社指〔2026〕8 号。")
    )


class QuotaForm(Form):
    """Ask a leader for an expected quota."""

    amount = YuanField(_l("预计下达金额"), validators=[Required()])
    basis = StringField(
        _l("依据"),
        validators=[Required(), MaxLength(200)],
        description=_l("写明文号或会议，例如 提前下达通知、预算批复。"),
    )


class DecisionForm(Form):
    """A leader's word on an expected quota."""

    note = TextAreaField(_l("意见"), validators=[MaxLength(200)], description=_l("不同意或收回时要写明理由。"))


class UseAgainForm(Form):
    """Let recovered money be spent again."""

    amount = YuanField(_l("转回可用的金额"), validators=[Required()])
    note = StringField(_l("依据"), validators=[Required(), MaxLength(200)], description=_l("财政同意继续使用的文号。"))


class YearEndForm(Form):
    """The figures that stood on the page, in fen."""

    seen = HiddenField()
