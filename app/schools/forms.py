"""Forms of schools: the licence, sites, teachers and assessors, the bureau's decisions."""

from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import Any
from unicodedata import normalize

from wtforms import BooleanField, SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2
from wtforms.validators import Optional

from app.kernel.errors import DomainError
from app.kernel.forms import (
    ChoiceField,
    DayField,
    Form,
    MaxLength,
    RadioChoiceField,
    Required,
    WholeNumberField,
    error_on,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.kernel.marking import N_
from app.regions.models import Level, Region
from app.regions.queries import below, children
from app.schools import queries
from app.schools.models import SchoolStatus, SiteKind
from app.schools.service import NewInstructor, NewSchool, NewSite


class SearchForm(Form):
    """What narrows the list of schools."""

    class Meta(Form.Meta):
        """A GET form changes nothing, so it needs no token."""

        csrf = False

    q = StringField(_l("学校名称或信用代码"))
    status = ChoiceField(_l("状态"), validate_choice=False)

    def offer(self) -> None:
        """Fill in what can be chosen."""
        members = [SelectChoice(member.value, label(member)) for member in SchoolStatus]
        self.status.choices = [SelectChoice("", _("全部")), *members]

    def filters(self) -> queries.SchoolFilters:
        """The filters chosen; what is not on offer narrows nothing."""
        status = SchoolStatus(self.status.data) if self.status.data in set(SchoolStatus) else None
        return queries.SchoolFilters(words=(self.q.data or "")[:80], status=status)


class SchoolForm(Form):
    """The licence and what it covers."""

    license_number = StringField(_l("办学许可证号"), [Required(), MaxLength(40)])
    license_from_on = DayField(_l("许可证从哪天起"), [Required()])
    license_until_on = DayField(_l("许可证到哪天止"), [Required()], description=_l("开班要在有效期内上完。"))
    scope = TextAreaField(
        _l("培训范围"),
        [Required(), MaxLength(400)],
        description=_l("许可证上写的职业（工种）和等级，例如“挖掘机、育婴”。"),
    )

    def facts(self) -> NewSchool:
        """What the school typed."""
        return NewSchool(
            license_number=self.license_number.data or "",
            license_from_on=self.license_from_on.data,
            license_until_on=self.license_until_on.data,
            scope=self.scope.data or "",
        )


class DegreesField(StringField):
    """Degrees as a phone shows them; `data` is a decimal number with six places at most."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read degrees; signs of degrees and a letter of the sky are left out."""
        self.data = None
        text = normalize("NFKC", valuelist[0]).strip().strip("°NESWnesw度 ") if valuelist else ""
        if not text:
            return
        try:
            self.data = Decimal(text).quantize(Decimal("0.000001"))
        except InvalidOperation as error:
            raise ValueError(_("“%(field)s”请填小数，例如 28.806100。", field=self.label.text)) from error


class SiteForm(Form):
    """A place where the school trains."""

    name = StringField(
        _l("教学点名称"), [Required(), MaxLength(60)], description=_l("例如“实训场”“湄江村村部会议室”。")
    )
    region_code = ChoiceField(_l("在哪个村（社区）"), [Required()])
    address = StringField(_l("地址"), [Required(), MaxLength(120)], description=_l("会公开在课程菜单上，让人找得到。"))
    capacity = WholeNumberField(_l("最多坐多少人"), [Required()])
    kind = RadioChoiceField(_l("是什么场地"), [Required()])
    latitude = DegreesField(_l("纬度"), description=_l("在现场用手机地图看，例如 28.806100；不知道可以不填。"))
    longitude = DegreesField(_l("经度"), description=_l("例如 113.067400。"))
    radius_m = WholeNumberField(_l("签到范围"), [Optional()], description=_l("离这里多远算到场，只作备注，不会拦人。"))
    keeper_name = StringField(_l("联系人"), [MaxLength(40)])
    keeper_phone = TelField(_l("联系人电话"), [MaxLength(20)])

    def offer(self, county: str) -> None:
        """Fill in the villages of the school's county, under their townships; a site in town lies in the township."""
        townships = {row.code: row for row in children(county)} if county else {}
        rows = sorted([*townships.values(), *below(county, Level.VILLAGE)], key=attrgetter("code"))
        self.kind.choices = [(kind.value, label(kind)) for kind in SiteKind]
        self.region_code.choices = [
            SelectChoice("", _("请选择")),
            *(SelectChoice(row.code, row.name, optgroup=_township(row, townships)) for row in rows),
        ]

    def facts(self) -> NewSite:
        """What the school typed."""
        return NewSite(
            name=self.name.data or "",
            region_code=self.region_code.data,
            address=self.address.data or "",
            capacity=self.capacity.data or 0,
            kind=SiteKind(self.kind.data),
            latitude=self.latitude.data,
            longitude=self.longitude.data,
            radius_m=self.radius_m.data,
            keeper_name=self.keeper_name.data or "",
            keeper_phone=(self.keeper_phone.data or "").strip(),
        )


def _township(row: Region, townships: dict[str, Region]) -> str:
    above = townships.get(row.code) or townships.get(row.parent_code or "")
    return above.name if above else ""


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
            valid_until_on=self.valid_until_on.data,
            user_id=int(self.user_id.data) if self.user_id.data else None,
        )


class NoteForm(Form):
    """Why the bureau decides so."""

    note = TextAreaField(_l("理由"), [MaxLength(400)], description=_l("学校会看到。"))
