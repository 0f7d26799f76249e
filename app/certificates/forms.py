"""Look a certificate up, list them, revoke one."""

from typing import Any

from app.certificates.rules import CertificateStatus, RevokedBecause
from app.kernel.forms import ChoiceField, DayField, Form, LongTextField, MaxLength, Required, TextField
from app.kernel.i18n import _, _l
from app.kernel.labels import label


class VerifyForm(Form):
    """A certificate's number with its holder's birth date."""

    number = TextField(
        _l("证书编号"), [Required(), MaxLength(60)], description=_l("印在证书上，一共 23 位左右，中间的空格可以不输。")
    )
    birth_on = DayField(
        _l("持证人的出生日期"), [Required()], description=_l("不是持证人，一般不会知道；用来保护个人信息。")
    )


class BirthForm(Form):
    """The birth date of a certificate's holder."""

    birth_on = DayField(_l("持证人的出生日期"), [Required()])


class RevokeForm(Form):
    """Why a certificate no longer stands."""

    because = ChoiceField(
        _l("撤销原因"),
        [Required()],
        choices=[],
        description=_l("会显示在公开的查询页上。"),
    )
    reason = LongTextField(
        _l("详细说明"),
        [Required(), MaxLength(400)],
        description=_l("写进记录，持证人和办案的人看得到；公开的查询页不显示。"),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.because.choices = [("", _("请选择")), *((str(kind), label(kind)) for kind in RevokedBecause)]


class FilterForm(Form):
    """What narrows the list."""

    word = TextField(_l("姓名或编号"))
    status = ChoiceField(_l("状态"))

    def offer(self) -> "FilterForm":
        """Offer every status."""
        self.status.choices = [("", _("全部")), *((str(status), label(status)) for status in CertificateStatus)]
        return self
