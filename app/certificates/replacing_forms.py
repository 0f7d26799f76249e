"""Why a certificate is replaced."""

from app.kernel.forms import Form, LongTextField, MaxLength, Required
from app.kernel.i18n import _l


class CorrectForm(Form):
    """Why the paper was wrong."""

    reason = LongTextField(
        _l("更正原因"), [Required(), MaxLength(400)], description=_l("例如：发证后发现姓名登记有误，已按身份证改正。")
    )


class ReissueForm(Form):
    """How the paper was lost."""

    reason = LongTextField(
        _l("补发原因"), [Required(), MaxLength(400)], description=_l("例如：本人声明搬家时遗失，已当面核对身份证。")
    )
