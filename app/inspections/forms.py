"""What is filled in: plans, draws, the visit on a phone, answers, calls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wtforms import StringField, TimeField
from wtforms.validators import NumberRange, Optional

from app.classes.models import Seat
from app.inspections.rules import CallResult, InspectionStatus, Result
from app.kernel.forms import (
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    MaxLength,
    RadioChoiceField,
    Required,
    TextField,
    WholeNumberField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.regions.models import Region

YES, NO = "yes", "no"
ANSWERS = {YES: True, NO: False}


class FilterForm(Form):
    """Narrow the list of inspections."""

    class Meta(Form.Meta):
        """A search changes nothing."""

        csrf = False

    status = ChoiceField(_l("状态"), validate_choice=False)

    def offer(self, statuses: Iterable[InspectionStatus]) -> "FilterForm":
        """Offer these statuses."""
        self.status.choices = [("", _("全部")), *((str(one), label(one)) for one in statuses)]
        return self

    @property
    def chosen(self) -> InspectionStatus | None:
        """The status chosen, where it is one."""
        text = str(self.status.data or "")
        return InspectionStatus(text) if text in set(InspectionStatus) else None


class DrawForm(Form):
    """For where, which day, how many."""

    region = ChoiceField(_l("在哪里抽"), [Required()])
    on = DayField(_l("抽哪一天的课"), [Required()])
    want = WholeNumberField(_l("抽几节课"), [Required()], default=2)

    def offer(self, regions: Iterable[Region]) -> "DrawForm":
        """Offer the regions of the person's area."""
        self.region.choices = [(region.code, region.name) for region in regions]
        return self


class ReasonForm(Form):
    """Why."""

    reason = TextField(_l("原因"), [Required(), MaxLength(200)])


class VisitForm(Form):
    """The visit; who was there and what they said is read beside it, by seat."""

    head_count = WholeNumberField(_l("现场一共多少学员"), [Required()])
    unlisted = WholeNumberField(_l("其中不在名单上的"), default=0)
    result = RadioChoiceField(_l("督查结果"), [Required()])
    findings = LongTextField(
        _l("发现的问题"), [MaxLength(1000)], description=_l("合格可以不填；不合格的，学校会照着整改。")
    )
    at_time = TimeField(_l("到现场的时间"), [Optional()])
    """Only for what is typed in from paper."""
    code = StringField(_l("纸上的编码"), [MaxLength(20)], description=_l("在督查表右下角；照片上二维码清楚就不用填。"))

    def offer(self) -> "VisitForm":
        """Offer the results."""
        self.result.choices = [(str(one), label(one)) for one in Result]
        return self


@dataclass(slots=True)
class Ticked:
    """Who was ticked as being there, and what they answered, by seat id."""

    there: set[int] = field(default_factory=set)
    agreed: dict[int, bool] = field(default_factory=dict)


def read_ticks(values: Mapping[str, str], seats: Iterable[Seat]) -> Ticked:
    """Read the roster's rows: `there-<seat>` and, of those there, `agreed-<seat>` yes or no."""
    ticked = Ticked()
    for seat in seats:
        if values.get(f"there-{seat.id}"):
            ticked.there.add(seat.id)
            said = values.get(f"agreed-{seat.id}", "")
            if said in ANSWERS:
                ticked.agreed[seat.id] = ANSWERS[said]
    return ticked


class AnswerForm(Form):
    """What the school did about it."""

    text = LongTextField(_l("怎样整改的"), [Required(), MaxLength(1000)])


class NoteForm(Form):
    """How the mending was looked at, or what is still missing."""

    note = LongTextField(_l("意见"), [Required(), MaxLength(400)])


class CallForm(Form):
    """One call."""

    result = RadioChoiceField(_l("打电话的结果"), [Required()])
    in_class = RadioChoiceField(_l("您在不在这个班上课？"), choices=[], validate_choice=False)
    agreed = RadioChoiceField(_l("报这个名您自己同意吗？"), choices=[], validate_choice=False)
    days = WholeNumberField(_l("您去上了几天课？"), [Optional(), NumberRange(0, 400)])
    teacher = TextField(_l("哪个老师教的？"), [MaxLength(40)])
    note = TextField(_l("备注"), [MaxLength(200)])

    def offer(self) -> "CallForm":
        """Offer the results, yes and no."""
        self.result.choices = [(str(one), label(one)) for one in CallResult]
        for one in (self.in_class, self.agreed):
            one.choices = [(YES, _("是")), (NO, _("不是"))]
        return self
