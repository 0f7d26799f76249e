"""Blank certificates received, used, spoiled, written off."""

from collections.abc import Sequence

from app.certificates.stock.models import BlankRoll, BlankSheet
from app.kernel.forms import CheckboxListField, DayField, Form, MaxLength, Required, TextField
from app.kernel.i18n import _l


class ReceiveForm(Form):
    """A roll, as it is printed on the sheets."""

    series = TextField(_l("冠字"), [MaxLength(20)], description=_l("流水号前面的字母，没有就不填。"))
    first = TextField(_l("起号"), [Required(), MaxLength(20)], description=_l("照证书上印的写，前面的 0 也要写。"))
    last = TextField(_l("止号"), [Required(), MaxLength(20)])
    received_on = DayField(_l("领入日期"), [Required()])
    received_from = TextField(_l("从哪里领的"), [Required(), MaxLength(80)], description=_l("发放空白证书的单位。"))


class UseForm(Form):
    """Which sheet a certificate was printed on."""

    serial = TextField(_l("空白证书流水号"), [Required(), MaxLength(20)], description=_l("只写数字部分。"))
    number = TextField(_l("证书编号"), [Required(), MaxLength(60)])


class SpoiledForm(Form):
    """Which sheets are spoiled, and how."""

    first = TextField(_l("从第几号"), [Required(), MaxLength(20)])
    last = TextField(_l("到第几号"), [MaxLength(20)], description=_l("只有一张就不填。"))
    reason = TextField(_l("怎么作废的"), [Required(), MaxLength(200)], description=_l("例如：卡纸、印偏、缺角。"))


class WriteOffForm(Form):
    """Which reported sheets the second person has seen."""

    sheets = CheckboxListField(_l("等第二个人核销的"), coerce=int, choices=[])

    def offer(self, roll: BlankRoll, sheets: Sequence[BlankSheet], keys: Sequence[str]) -> "WriteOffForm":
        """Offer what somebody else reported than the one with these keys."""
        self.sheets.choices = [
            (one.id, f"{roll.shown(one.serial)}　{one.reason}（{one.reported_name}）")
            for one in sheets
            if one.reported_by and not one.confirmed_by and not {one.reported_by, one.reported_for} & set(keys)
        ]
        return self
