"""The laborer's sign-in."""

from wtforms import StringField, TelField

from app.kernel.forms import Form, MaxLength, RadioChoiceField, Required
from app.kernel.i18n import _l
from app.people.forms.reading import Reads
from app.people.rules import clean_phone


class PhoneForm(Form):
    """A laborer's phone."""

    phone = TelField(_l("手机号码"), [Required(), MaxLength(30), Reads(clean_phone)])


class CodeForm(Form):
    """The code sent to the phone."""

    code = StringField(_l("验证码"), [Required(), MaxLength(10)], description=_l("短信里的 6 位数字，10 分钟内有效。"))


class WhoForm(Form):
    """Which person of a family signs in."""

    person = RadioChoiceField(_l("您是哪一位"), [Required()], coerce=str)
