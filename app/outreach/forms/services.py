"""A service of a few taps, what narrows the log, why a record is struck out."""

from collections.abc import Sequence
from typing import Any

from app.kernel import clock
from app.kernel.forms import (
    CheckboxListField,
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    MaxLength,
    RadioChoiceField,
    Required,
    TextField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.outreach.rules import RESULTS, How, ServiceKind, ServiceResult
from app.outreach.service import NewService
from app.outreach.words import wish_words
from app.people.models import Wish
from app.regions.models import Region


class ServiceForm(Form):
    """What was done today, and what came of it."""

    kind = RadioChoiceField(_l("做了什么"), [Required()])
    result = RadioChoiceField(_l("结果"), [Required()])
    about = TextField(_l("哪个岗位、哪门课"), [MaxLength(80)], description=_l("推荐岗位、推荐培训的要写。"))
    done_on = DayField(_l("哪天"), [Required()], default=clock.today)
    how = RadioChoiceField(_l("怎么办的"), [Required()], default=How.VISIT.value)
    note = LongTextField(_l("备注"), [MaxLength(300)])
    wishes = CheckboxListField(_l("同时回复了他的意愿"), validate_choice=False)

    def offer(self, wishes: Sequence[Wish], kind: ServiceKind | None = None) -> "ServiceForm":
        """Offer every kind, or the one that was chosen already with the results it can have; and the open wishes."""
        kinds = (kind,) if kind is not None else tuple(ServiceKind)
        results = RESULTS[kind] if kind is not None else tuple(ServiceResult)
        self.kind.choices = [(one.value, label(one)) for one in kinds]
        self.result.choices = [(one.value, label(one)) for one in results]
        self.how.choices = [(one.value, label(one)) for one in (How.VISIT, How.CALL)]
        self.wishes.choices = [(str(wish.id), wish_words(wish)) for wish in wishes]
        if kind is not None and not self.kind.data:
            self.kind.data = kind.value
        return self

    def facts(self) -> NewService:
        """The service as it is noted."""
        return NewService(
            ServiceKind(self.kind.data),
            ServiceResult(self.result.data),
            self.done_on.data,
            self.about.data or "",
            self.note.data or "",
            How(self.how.data),
        )


class StrikeForm(Form):
    """Why a record is struck out."""

    reason = TextField(_l("划掉的原因"), [Required(), MaxLength(200)])


class LogFilterForm(Form):
    """What narrows the log."""

    class Meta(Form.Meta):
        """A filter changes nothing, so it needs no token."""

        csrf = False

    word = TextField(_l("姓名"))
    region = ChoiceField(_l("地方"), validate_choice=False)
    kind = ChoiceField(_l("做了什么"), validate_choice=False)
    result = ChoiceField(_l("结果"), validate_choice=False)
    since = DayField(_l("从哪天"))
    until = DayField(_l("到哪天"))

    def offer(self, places: Sequence[Region]) -> "LogFilterForm":
        """Offer everything a list can be narrowed by."""
        anything: Any = ("", _("全部"))
        self.region.choices = [anything, *((row.code, row.name) for row in places)]
        self.kind.choices = [anything, *((one.value, label(one)) for one in ServiceKind)]
        self.result.choices = [anything, *((one.value, label(one)) for one in ServiceResult)]
        return self
