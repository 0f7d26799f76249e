"""Forms of sign-up."""

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from app.enrollments.denials.rules import DenialStatus, DenialWay
from app.enrollments.rules import Consent, EnrollmentStatus
from app.kernel.access import Actor
from app.kernel.forms import ChoiceField, Form, MaxLength, RadioChoiceField, Required
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.people.models import Trade
from app.regions.queries import children


class AgreeForm(Form):
    """A laborer's own word."""

    agree = BooleanField(_l("我看清楚了，同意报名"), validators=[Required()])


class ConsentForm(Form):
    """How it is proved that the people agreed, where an officer enrolls them."""

    consent = RadioChoiceField(_l("本人怎样同意的"), validators=[Required()], validate_choice=True)
    code = StringField(_l("本人手机收到的验证码"), validators=[MaxLength(10)])
    slip = FileField(_l("签字单照片"), description=_l("拍下本人签字或按手印的报名单，JPG、PNG 或 PDF，不超过 10 MB。"))
    note = StringField(
        _l("见证说明"), validators=[MaxLength(200)], description=_l("谁在场见证、在哪里，例如 村支书李某在村部见证。")
    )

    def offer(self, *, own_code: bool) -> None:
        """Offer the kinds of consent that are possible here; a code goes to one person's phone."""
        kinds = [kind for kind in Consent if own_code or kind is not Consent.OWN_CODE]
        self.consent.choices = [(kind.value, label(kind)) for kind in kinds]


class WithdrawForm(Form):
    """Why somebody does not come."""

    reason = TextAreaField(_l("原因"), validators=[MaxLength(200)], description=_l("可以不填。"))


class EnrollmentFilterForm(Form):
    """How the list is narrowed."""

    word = StringField(_l("姓名或班级"))
    status = ChoiceField(_l("状态"))

    def offer(self) -> None:
        """Name the statuses."""
        self.status.choices = [("", _l("全部")), *((status.value, label(status)) for status in EnrollmentStatus)]


class PeopleFilterForm(Form):
    """Whom an officer looks for."""

    words = StringField(_l("姓名、拼音首字母或身份证后四位"))
    place = ChoiceField(_l("住在哪里"))
    wish = ChoiceField(_l("想学什么"))

    def offer(self, by: Actor) -> None:
        """Name the places right below the officer's area, and the trades people may wish for."""
        places = [child for code in by.area for child in children(code)]
        self.place.choices = [("", _("全部")), *((place.code, place.name) for place in places)]
        self.wish.choices = [("", _("全部")), *((trade.value, label(trade)) for trade in Trade)]


class AskedForm(Form):
    """What somebody answered who was asked face to face."""

    answer = RadioChoiceField(
        _l("本人怎么说"), choices=[("yes", _l("同意报名")), ("no", _l("没有同意"))], validators=[Required()]
    )
    note = StringField(_l("备注"), validators=[MaxLength(200)])


class AnswerForm(Form):
    """What somebody said whose turn on the waiting list has come."""

    answer = RadioChoiceField(
        _l("本人怎么说"), choices=[("yes", _l("来，接受名额")), ("no", _l("不来，让给下一位"))], validators=[Required()]
    )
    way = RadioChoiceField(
        _l("怎样问到的"), choices=[("phone", _l("电话里说的")), ("visit", _l("当面说的"))], validators=[Required()]
    )
    words = StringField(_l("备注"), validators=[MaxLength(150)])

    def note(self) -> str:
        """The answer's way and words, as the record keeps them."""
        way = _("电话里说的") if self.way.data == "phone" else _("当面说的")
        return f"{way}。{(self.words.data or '').strip()}"


class DenialForm(Form):
    """What somebody said on the hotline or at an inspection."""

    way = RadioChoiceField(
        _l("怎样知道的"),
        choices=[(way.value, label(way)) for way in (DenialWay.HOTLINE, DenialWay.INSPECTION)],
        validators=[Required()],
    )
    words = TextAreaField(
        _l("本人怎么说"), validators=[Required(), MaxLength(400)], description=_l("照原话记，不写身份证号和电话。")
    )


class DecisionForm(Form):
    """How a denial was found."""

    verdict = RadioChoiceField(
        _l("核查结论"),
        choices=[("uphold", _l("查实，不是本人的意思，报名作废")), ("reject", _l("查清是本人同意的，报名有效"))],
        validators=[Required()],
    )
    reason = TextAreaField(
        _l("怎样查清的"), validators=[Required(), MaxLength(400)], description=_l("问了谁、看了什么凭据；本人会看到。")
    )


class DenialFilterForm(Form):
    """How the list of denials is narrowed."""

    status = ChoiceField(_l("状态"))
    officer = HiddenField()

    def offer(self) -> None:
        """Name the statuses."""
        self.status.choices = [("", _l("全部")), *((status.value, label(status)) for status in DenialStatus)]


class PastedForm(Form):
    """A list of people as somebody copied it: one a line."""

    people = TextAreaField(
        _l("名单"),
        validators=[Required(), MaxLength(20_000)],
        description=_l("一行一个人，写姓名、身份证号、手机号都行，先后不限；可以从微信接龙或表格里直接粘过来。"),
    )
