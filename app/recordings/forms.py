"""Files for a half-day, and the decision of a doubt."""

from flask_wtf.file import MultipleFileField

from app.kernel.forms import ChoiceField, Form, LongTextField, MaxLength, RadioChoiceField, Required, TextField
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.recordings.rules import DoubtStatus, DoubtStep


class FilesForm(Form):
    """Photos and films."""

    files = MultipleFileField(_l("照片或录像"))
    note = TextField(_l("说明"), [MaxLength(200)], description=_l("可以不填，例如：下午实操，第二组。"))


class DecideForm(Form):
    """What came of looking into a doubt."""

    step = RadioChoiceField(_l("核实结果"), [Required()])
    reason = LongTextField(_l("怎样查清的"), [Required(), MaxLength(400)])

    def offer(self) -> "DecideForm":
        """Offer both answers."""
        self.step.choices = [(str(step), label(step)) for step in DoubtStep]
        return self


class DoubtFilterForm(Form):
    """Narrow the list of doubts."""

    status = ChoiceField(_l("状态"), validate_choice=False)

    def offer(self) -> "DoubtFilterForm":
        """Offer the statuses."""
        self.status.choices = [("", _("全部")), *((str(one), label(one)) for one in DoubtStatus)]
        return self

    @property
    def chosen(self) -> DoubtStatus | None:
        """The status chosen, where it is one."""
        text = str(self.status.data or "")
        return DoubtStatus(text) if text in set(DoubtStatus) else None
