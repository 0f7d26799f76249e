"""Forms of the owner's other firms and of the account."""

from wtforms import StringField

from app.kernel.forms import Form, LongTextField, MaxLength, Required
from app.kernel.i18n import _l


class FirmForm(Form):
    """Another firm of the school's owner."""

    owner_name = StringField(
        _l("业主姓名"), [Required(), MaxLength(40)], description=_l("学校的举办者、实际控制人，或者他的家里人。")
    )
    firm_name = StringField(_l("单位全称"), [Required(), MaxLength(80)])
    credit_code = StringField(_l("统一社会信用代码"), [Required(), MaxLength(40)], description=_l("18 位。"))


class BankChangeForm(Form):
    """The new account that the school asks for."""

    bank_name = StringField(_l("开户行"), [Required(), MaxLength(80)])
    bank_account = StringField(_l("新的银行账号"), [Required(), MaxLength(40)], description=_l("学校的基本户。"))
    reason = StringField(_l("为什么变更"), [Required(), MaxLength(200)])


class AccountForm(Form):
    """The number typed again by the one who checks it."""

    bank_account = StringField(
        _l("对照开户许可证再输一遍账号"), [Required(), MaxLength(40)], description=_l("两遍一样才会启用。")
    )
    note = LongTextField(_l("理由"), [MaxLength(200)])
