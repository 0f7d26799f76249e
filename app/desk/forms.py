"""Forms of the desk: what to look for."""

from wtforms import StringField

from app.audit.words import known_words
from app.desk.happenings import EventFilters
from app.desk.words import SUBJECTS
from app.kernel.forms import ChoiceField, DayField, Form
from app.kernel.i18n import _, _l

LONGEST = 40


class FindForm(Form):
    """A number or a name to trace."""

    class Meta(Form.Meta):
        """A GET form changes nothing, so it needs no token."""

        csrf = False

    q = StringField(_l("编号或名称"), description=_l("证书编号、申领号、请款号、回单号，或者班级、订单、学员的名字。"))


class EventForm(Form):
    """How the events are narrowed."""

    class Meta(Form.Meta):
        """A GET form changes nothing, so it needs no token."""

        csrf = False

    who = StringField(_l("谁办的"))
    subject = ChoiceField(_l("办了什么事"), validate_choice=False)
    action = ChoiceField(_l("哪一步"), validate_choice=False)
    from_on = DayField(_l("从哪天"))
    until_on = DayField(_l("到哪天"))

    def offer(self) -> "EventForm":
        """Name what can be chosen; the steps depend on the kind of row."""
        self.subject.choices = [("", _("全部")), *((table, str(words)) for table, words in SUBJECTS.items())]
        steps = known_words(self.subject.data or "")
        self.action.choices = [("", _("全部")), *steps.items()]
        return self

    def filters(self) -> EventFilters:
        """The filters chosen; a day that could not be read narrows nothing."""
        return EventFilters(
            who=(self.who.data or "").strip()[:LONGEST],
            subject=self.subject.data if self.subject.data in SUBJECTS else "",
            action=(self.action.data or "")[:60],
            from_on=self.from_on.data,
            until_on=self.until_on.data,
        )
