"""Forms of teachers and assessors."""

from typing import Any

from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2
from wtforms.validators import Optional

from app.kernel.errors import DomainError
from app.kernel.forms import DayField, Form, MaxLength, RadioChoiceField, Required, error_on
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.kernel.marking import N_
from app.schools import queries
from app.schools.models import Duty
from app.schools.service import NewInstructor, NewQualification


class InstructorForm(Form):
    """A teacher or assessor."""

    name = StringField(_l("姓名"), [Required(), MaxLength(40)])
    teaches = BooleanField(_l("授课"))
    assesses = BooleanField(_l("考评"), description=_l("考培分离：考评自己教的班，系统会拦下来。"))
    id_number = StringField(
        _l("身份证号码"), [MaxLength(20)], description=_l("只用来分清是不是同一个人，加密保存，不会显示。")
    )
    qualification = StringField(
        _l("资质"), [MaxLength(120)], description=_l("证书名称、等级和编号，例如“高级技师证”。")
    )
    valid_from_on = DayField(_l("资质从哪天起"), [Optional()])
    valid_until_on = DayField(_l("资质到哪天止"), [Optional()], description=_l("长期有效的不填。"))
    user_id = SelectField(
        _l("登录账号"), coerce=str, description=_l("用手机点名、录成绩的老师要有账号，没有的先不选。")
    )

    def offer(self, school_id: int) -> None:
        """Fill in the school's accounts of teachers and assessors."""
        accounts = queries.accounts_of(school_id)
        shown = [
            SelectChoice(str(user.id), _("%(name)s（%(login)s）", name=user.name, login=user.login_name))
            for user in accounts
        ]
        self.user_id.choices = [SelectChoice("", _("没有账号")), *shown]

    def validate(self, extra_validators: Any = None) -> bool:
        """Somebody who neither teaches nor assesses is nobody here."""
        good = bool(super().validate(extra_validators))
        if not (self.teaches.data or self.assesses.data):
            error_on(self, DomainError(N_("请勾选授课或考评，至少一项。"), "teaches"))
            return False
        return good

    def facts(self) -> NewInstructor:
        """What the school typed."""
        return NewInstructor(
            name=self.name.data or "",
            qualification=self.qualification.data or "",
            id_number=self.id_number.data or "",
            teaches=bool(self.teaches.data),
            assesses=bool(self.assesses.data),
            valid_from_on=self.valid_from_on.data,
            valid_until_on=self.valid_until_on.data,
            user_id=int(self.user_id.data) if self.user_id.data else None,
        )


class QualificationForm(Form):
    """One more certificate of a teacher or assessor."""

    duty = RadioChoiceField(_l("凭它做什么"), [Required()])
    qualification = StringField(_l("证书名称和等级"), [Required(), MaxLength(120)])
    number = StringField(_l("证书编号"), [MaxLength(40)])
    valid_from_on = DayField(_l("从哪天起"), [Optional()])
    valid_until_on = DayField(_l("到哪天止"), [Optional()], description=_l("长期有效的不填。"))

    def offer(self) -> "QualificationForm":
        """Fill in what a certificate can allow."""
        self.duty.choices = [(duty.value, label(duty)) for duty in Duty]
        return self

    def facts(self) -> NewQualification:
        """What the school typed."""
        return NewQualification(
            Duty(self.duty.data),
            self.qualification.data or "",
            self.number.data or "",
            self.valid_from_on.data,
            self.valid_until_on.data,
        )
