"""The form that takes another system's record."""

from flask_wtf.file import FileField, FileRequired
from wtforms import StringField

from app.kernel.access import Actor
from app.kernel.forms import ChoiceField, DayField, Form, MaxLength, Required
from app.kernel.i18n import _l
from app.people.choices import region_choices


class RecordImportForm(Form):
    """A sheet of another system, and up to when it is complete."""

    system = StringField(
        _l("来自哪个系统"),
        [Required(), MaxLength(40)],
        description=_l("例如：省职业培训系统、失业保险系统。同一个系统每次写一样的名称。"),
    )
    until_on = DayField(
        _l("记录截止到哪天"),
        [Required()],
        description=_l("这一天以前的记录是全的。页面上说“还剩几次”时，都会写明这一天。"),
    )
    region_code = ChoiceField(_l("包括哪里的人"), [Required()])
    file = FileField(
        _l("享受补贴记录表"),
        [FileRequired(_l("请选择文件。"))],
        description=_l(
            "xlsx、xls 或 csv。要有身份证号码、职业（工种）、培训日期三列；等级、金额、结果、培训机构有就写上。"
        ),
    )

    def offer(self, by: Actor) -> None:
        """Fill in what can be chosen."""
        self.region_code.choices = region_choices(by.area)
