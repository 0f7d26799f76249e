"""Who took which certificate, and how."""

from collections.abc import Sequence

from app.certificates.handovers.rules import Way
from app.certificates.models import Certificate
from app.kernel import clock
from app.kernel.forms import CheckboxListField, DayField, Form, MaxLength, RadioChoiceField, Required, TextField
from app.kernel.i18n import _l
from app.kernel.labels import label


class HandoverForm(Form):
    """Many at once in one way; what a way does not ask for may stay empty."""

    certificates = CheckboxListField(_l("谁领了证书"), coerce=int, choices=[])
    way = RadioChoiceField(_l("怎么领的"), [Required()], choices=[])
    handed_on = DayField(_l("领取日期"), [Required()])
    name = TextField(_l("见证人或代领人姓名"), [MaxLength(40)], description=_l("按手印的填见证人，代领的填代领人。"))
    relation = TextField(_l("和持证人的关系"), [MaxLength(40)], description=_l("例如：村支书、儿子。"))
    reason = TextField(_l("代领原因"), [MaxLength(200)], description=_l("只有代领才填。"))
    tracking = TextField(_l("快递单号"), [MaxLength(60)], description=_l("只有邮寄才填。"))

    def offer(self, waiting: Sequence[Certificate]) -> "HandoverForm":
        """Offer who has not got theirs yet, and the ways."""
        self.certificates.choices = [(one.id, f"{one.serial:03d}　{one.facts['name']}") for one in waiting]
        self.way.choices = [(str(way), label(way)) for way in Way]
        if not self.is_submitted():
            self.way.data, self.handed_on.data = str(Way.SIGNATURE), clock.today()
        return self
