"""Lessons, questions, tasters, group viewings."""

from datetime import time

from flask_wtf.file import FileField
from wtforms.validators import ValidationError

from app.classes.models import TrainingClass
from app.kernel import clock
from app.kernel.forms import (
    ChoiceField,
    Form,
    LongTextField,
    MaxLength,
    RadioChoiceField,
    Required,
    TextField,
    WholeNumberField,
)
from app.kernel.i18n import _l
from app.kernel.labels import label
from app.lessons.rules import LessonKind
from app.schools.queries import sites_of, teachers_of

ROUNDED = 5


class LessonForm(Form):
    """One lesson of a course."""

    title = TextField(_l("课件名称"), [Required(), MaxLength(80)])
    kind = RadioChoiceField(_l("是什么"), [Required()], default=str(LessonKind.TEXT))
    minutes = WholeNumberField(_l("时长（分钟）"), [Required()], description=_l("视频填片长；课文填读完要的时间。"))
    body = LongTextField(_l("课文"), [MaxLength(20000)], description=_l("选“文字”时填，空一行分段。"))
    file = FileField(_l("文件"), description=_l("文档用 PDF，视频用 MP4 或 WebM，不超过 18 MB。"))

    def offer(self) -> "LessonForm":
        """Offer the kinds."""
        self.kind.choices = [(str(kind), label(kind)) for kind in LessonKind]
        return self


class QuestionForm(Form):
    """A question in between."""

    at_minutes = WholeNumberField(_l("学到第几分钟时问"), [Required()])
    text = TextField(_l("问题"), [Required(), MaxLength(200)])
    choices = LongTextField(_l("选项"), [Required(), MaxLength(600)], description=_l("一行一个。"))
    answer = WholeNumberField(_l("第几个是对的"), [Required()])


class AnswerForm(Form):
    """What a learner chose; the choices are drawn by hand."""


class RollForm(Form):
    """Who is in the room; the boxes are drawn by hand."""


class PhotoForm(Form):
    """A photo of the room."""

    photo = FileField(_l("现场照片"), [Required()])


class PlaceForm(Form):
    """Where the screen stands."""

    place = TextField(
        _l("在哪里放"), [MaxLength(120)], description=_l("例如：湄江村农民夜校。不填就是本班的培训地点。")
    )


class TasterForm(Form):
    """Today's taster, as the last one."""

    people = LongTextField(
        _l("来的人"),
        [Required(), MaxLength(4000)],
        description=_l("一行一个人：姓名和手机号，要和村里登记的一样。可以整段粘贴。"),
    )
    ended = TextField(_l("几点结束"), [Required()])
    site_id = ChoiceField(_l("地点"), coerce=int)
    teacher_id = ChoiceField(_l("教师"), coerce=int)

    @classmethod
    def of(cls, like: TrainingClass, *, blank: bool) -> "TasterForm":
        """The form, filled as the last taster went: same place, same teacher, just over."""
        now = clock.local(clock.now())
        ended = f"{now.hour:02d}:{now.minute - now.minute % ROUNDED:02d}"
        data = {"ended": ended, "site_id": like.site_id, "teacher_id": like.sessions[0].teacher_id}
        form = cls(formdata=None, data=data) if blank else cls()
        form.site_id.choices = [(one.id, one.name) for one in sites_of(like.school_id)]
        teachers = teachers_of(like.school_id)
        form.teacher_id.choices = [(one.id, one.name) for one in teachers]
        return form

    def validate_ended(self, field: TextField) -> None:
        """A time of day."""
        if field.data:
            self.at()

    def at(self) -> time:
        """When it ended."""
        try:
            return time.fromisoformat(str(self.ended.data).replace("：", ":").strip())
        except ValueError as error:
            raise ValidationError(_l("时间请写成 15:30 这样。")) from error
