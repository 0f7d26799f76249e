"""Forms of courses; fields are named as the rules name them."""

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2

from app.courses.models import Course
from app.courses.rules import CourseStatus, CourseText, Delivery
from app.kernel.forms import (
    ChoiceField,
    Form,
    LongTextField,
    MaxLength,
    RadioChoiceField,
    Required,
    SeenForm,
    TextField,
    WholeNumberField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.occupations.queries import LEVELS, all_occupations
from app.people.models import Trade
from app.policies.queries import text as words_of
from app.policies.rules.pack import Pack


class CourseForm(Form):
    """Everything a course says."""

    mode = RadioChoiceField(
        _l("培训模式"), [Required()], description=_l("模式决定要不要订单、要不要定岗、能不能申领补贴。")
    )
    base_mode = ChoiceField(_l("线上课本来的模式"), description=_l("只有线上培训才选：要求和本来的模式一样。"))
    title = TextField(
        _l("课程名称"), [Required(), MaxLength(60)], description=_l("老百姓一看就懂的名字，例如：挖掘机驾驶。")
    )
    occupation_id = ChoiceField(_l("职业（工种）"), [Required()], coerce=int)
    level = ChoiceField(_l("等级"), [Required()], coerce=int)
    theory_hours = WholeNumberField(_l("理论"), [Required()])
    practice_hours = WholeNumberField(_l("实操"), [Required()])
    delivery = RadioChoiceField(_l("在哪里上课"), [Required()])
    syllabus = LongTextField(_l("教学大纲"), [Required(), MaxLength(6000)], description=_l("一行写一个单元。"))
    benefits = TextField(
        _l("学员得到什么"), [MaxLength(400)], description=_l("例如：结业证书、推荐上岗、中餐、意外险。")
    )
    trade = ChoiceField(_l("图片"), description=_l("菜单上用的画。"))
    version = HiddenField()

    @classmethod
    def of(cls, pack: Pack, course: Course | None = None, **options: Any) -> "CourseForm":
        """The form with the modes of the policy in force."""
        form = cls(obj=course, **options)
        modes = pack.modes.values()
        form.mode.choices = [(mode.key, f"{words_of(mode.name)}：{words_of(mode.note)}") for mode in modes]
        bases = [(mode.key, words_of(mode.name)) for mode in modes if mode.paid and not mode.as_course_mode]
        form.base_mode.choices = [("", _("不是线上培训")), *bases]
        trades = [(row.id, f"{row.name_zh} {row.code}") for row in all_occupations()]
        form.occupation_id.choices = [(0, _("请选择")), *trades]
        form.level.choices = [(0, _("不分等级")), *((level, str(words)) for level, words in LEVELS.items())]
        form.delivery.choices = [(each.value, label(each)) for each in Delivery]
        form.trade.choices = [
            ("", _("同职业（工种）")),
            *((trade.value, label(trade)) for trade in Trade),
            ("online", _("网课")),
            ("default", _("通用")),
        ]
        return form

    def text(self) -> CourseText:
        """What was typed, as the rules want it."""
        return CourseText(
            mode=self.mode.data,
            title=self.title.data.strip(),
            occupation_id=int(self.occupation_id.data),
            level=int(self.level.data),
            theory_hours=self.theory_hours.data,
            practice_hours=self.practice_hours.data,
            delivery=Delivery(self.delivery.data),
            syllabus=self.syllabus.data.strip(),
            benefits=(self.benefits.data or "").strip(),
            base_mode=self.base_mode.data or "",
            trade=self.trade.data or "",
        )


class ListForm(SeenForm):
    """Put a course on the menu, and say which standard holds where the derived one is wrong."""

    rate_class = ChoiceField(_l("补贴标准类别"))
    note = LongTextField(_l("审核意见"), [MaxLength(400)], description=_l("可以不填。"))

    @classmethod
    def of(cls, pack: Pack, derived: str, **options: Any) -> "ListForm":
        """The form with the policy's categories; the first choice is the one that the policy derives."""
        form = cls(prefix="list-", **options)
        name = words_of(pack.categories[derived].name) if derived in pack.categories else derived
        form.rate_class.choices = [
            ("", _("照政策推定：%(name)s", name=name)),
            *((key, words_of(each.name)) for key, each in pack.categories.items()),
        ]
        return form


class ReasonForm(SeenForm):
    """A step that needs a reason."""

    reason = LongTextField(_l("原因"), [Required(), MaxLength(400)])


class CourseFilterForm(Form):
    """How the list is narrowed."""

    q = TextField(_l("课程、工种或学校"))
    mode = ChoiceField(_l("培训模式"), choices=[])
    status = ChoiceField(_l("状态"), choices=[])

    @classmethod
    def of(cls, modes: Iterable[tuple[str, str]], **options: Any) -> "CourseFilterForm":
        """The filters with the modes in force."""
        form = cls(meta={"csrf": False}, **options)
        every = SelectChoice("", _("全部"))
        form.mode.choices = [every, *(SelectChoice(key, words) for key, words in modes)]
        form.status.choices = [every, *(SelectChoice(status.value, label(status)) for status in CourseStatus)]
        return form
