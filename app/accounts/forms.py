"""Forms of accounts and organizations."""

from wtforms.validators import Regexp

from app.accounts.rules import OrganizationKind
from app.kernel.access import Role
from app.kernel.forms import (
    CheckboxListField,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    MaxLength,
    Required,
    SecretField,
    TextField,
)
from app.kernel.i18n import _l

LOGIN_NAME = Regexp(r"^[a-z][a-z0-9._-]{2,39}$", message=_l("“用户名”用小写字母开头，3 到 40 个字母、数字、点或横线。"))


class SignInForm(Form):
    """Name and password."""

    login_name = TextField(_l("用户名"), [Required(), MaxLength(40)])
    password = SecretField(_l("密码"), [Required(), MaxLength(200)])


class NewPasswordForm(Form):
    """Set a password by a one-time link."""

    password = SecretField(
        _l("新密码"), [Required(), MaxLength(200)], description=_l("至少 10 个字符，字母和数字混着用。")
    )


class ChangePasswordForm(Form):
    """Change one's own password."""

    old = SecretField(_l("现在的密码"), [Required(), MaxLength(200)])
    password = SecretField(
        _l("新密码"), [Required(), MaxLength(200)], description=_l("至少 10 个字符，字母和数字混着用。")
    )


class InviteForm(Form):
    """A new account."""

    name = TextField(_l("姓名"), [Required(), MaxLength(40)])
    login_name = TextField(
        _l("用户名"), [Required(), LOGIN_NAME], description=_l("登录用，小写字母开头，例如 zhangwei。")
    )
    phone = TextField(_l("手机号"), [Regexp(r"^$|^1\d{10}$", message=_l("“手机号”是 11 位数字。"))])
    roles = CheckboxListField(_l("岗位"), [Required()])
    area = CheckboxListField(_l("负责区域"), description=_l("部门和村镇干部必选，可以选几个；单位的账号不用选。"))
    organization = ChoiceField(_l("所在单位"), description=_l("培训机构、用人单位的账号必选。"))


class NoteForm(Form):
    """A reason."""

    note = LongTextField(_l("原因"), [Required(), MaxLength(400)])


class DeputyForm(Form):
    """Who stands in for whom, and when (AB岗)."""

    deputy = ChoiceField(_l("代理人"), [Required()])
    from_on = DayField(_l("从哪天起"), [Required()])
    until_on = DayField(_l("到哪天止"), [Required()])
    reason = TextField(_l("原因"), [Required(), MaxLength(200)], description=_l("例如：休假、出差。"))


class HandOverForm(Form):
    """Which regions go to whom."""

    codes = CheckboxListField(_l("移交哪些区域"), [Required()])
    taker = ChoiceField(_l("移交给谁"), [Required()])
    note = TextField(_l("说明"), [Required(), MaxLength(200)], description=_l("例如：工作调动。"))


class ApplyForm(Form):
    """An organization asks to take part."""

    kind = ChoiceField(_l("单位类型"), [Required()])
    name = TextField(_l("单位全称"), [Required(), MaxLength(80)])
    credit_code = TextField(
        _l("统一社会信用代码"), [Required(), MaxLength(40)], description=_l("营业执照上的 18 位代码。")
    )
    region_code = ChoiceField(_l("所在县（市、区）"), [Required()])
    address = TextField(_l("地址"), [Required(), MaxLength(120)])
    legal_representative = TextField(_l("法定代表人"), [Required(), MaxLength(40)])
    contact_name = TextField(_l("联系人"), [Required(), MaxLength(40)])
    phone = TextField(_l("联系电话"), [Required(), Regexp(r"^1\d{10}$", message=_l("“联系电话”请填 11 位手机号。"))])
    bank_name = TextField(_l("开户行"), [MaxLength(80)], description=_l("培训机构收补贴的基本户，可以以后再填。"))
    bank_account = TextField(_l("银行账号"), [Regexp(r"^$|^\d{8,30}$", message=_l("“银行账号”只填数字。"))])


class AdmitForm(Form):
    """The name of the first account of an admitted organization."""

    login_name = TextField(_l("给它的用户名"), [Required(), LOGIN_NAME])


STAFF_ROLES = tuple(role for role in Role if role != Role.LABORER)
APPLYING = tuple(kind for kind in OrganizationKind if kind != OrganizationKind.BUREAU)
