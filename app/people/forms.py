"""Forms about people: the register's search, a person, a group, a household, the laborer's sign-in."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, StringField, TelField
from wtforms.validators import Optional, ValidationError

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.errors import DomainError
from app.kernel.forms import ChoiceField, DayField, Form, MaxLength, RadioChoiceField, Required, error_on
from app.kernel.i18n import _, _l
from app.kernel.marking import N_
from app.kernel.sealing import mask_account, mask_id_number, mask_phone
from app.people.choices import options, place_choices, village_choices
from app.people.models import Education, Exclusion, Group, HouseholdKind, Person, Trade, WorkStatus
from app.people.queries import PeopleFilters
from app.people.rules import clean_account, clean_name, clean_phone
from app.people.service import NewGroup, NewPerson, PersonChanges, read_id_number


class Reads:
    """The rule that will read the field can read it; what it says otherwise is this field's error."""

    def __init__(self, read: Callable[[str], object]) -> None:
        self.read = read

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002  # WTForms' signature
        """Refuse what cannot be read; an empty field is not this validator's business."""
        if (field.data or "").strip():
            try:
                self.read(field.data)
            except DomainError as error:
                raise ValidationError(_(str(error))) from error


class SearchForm(Form):
    """What narrows the register."""

    class Meta(Form.Meta):
        """A GET form changes nothing, so it needs no token."""

        csrf = False

    q = StringField(_l("找人"))
    place = ChoiceField(_l("乡镇、村"), validate_choice=False)
    group = ChoiceField(_l("补贴对象"), validate_choice=False)
    work = ChoiceField(_l("就业状态"), validate_choice=False)
    wish = ChoiceField(_l("想学什么"), validate_choice=False)
    home = ChoiceField(_l("家庭类型"), validate_choice=False)

    def offer(self, by: Actor) -> None:
        """Fill in what can be chosen."""
        self.place.choices = place_choices(by.area)
        for field, enum in (
            (self.group, Group), (self.work, WorkStatus), (self.wish, Trade), (self.home, HouseholdKind),
        ):  # fmt: skip
            field.choices = options(enum, _("全部"))

    def filters(self) -> PeopleFilters:
        """The filters chosen; what is not on offer narrows nothing."""
        return PeopleFilters(
            words=(self.q.data or "")[:40],
            region_code=self.place.data or "",
            group=Group(self.group.data) if self.group.data in set(Group) else None,
            work_status=WorkStatus(self.work.data) if self.work.data in set(WorkStatus) else None,
            wish=self.wish.data if self.wish.data in set(Trade) else "",
            household_kind=HouseholdKind(self.home.data) if self.home.data in set(HouseholdKind) else None,
        )


class PersonForm(Form):
    """A person who is registered for the first time."""

    name = StringField(_l("姓名"), [Required(), MaxLength(40), Reads(clean_name)], description=_l("按身份证填写。"))
    id_number = StringField(
        _l("身份证号码"),
        [Required(), MaxLength(30), Reads(read_id_number)],
        description=_l("18 位，最后一位可以是 X。"),
    )
    phone = TelField(
        _l("手机号码"), [MaxLength(30), Reads(clean_phone)], description=_l("一家人合用一个号码的，都填这个号码。")
    )
    no_phone = BooleanField(_l("没有手机，由村里代办"))
    region_code = ChoiceField(_l("所在村（社区）"), [Required()])
    address = StringField(_l("住址"), [MaxLength(100)], description=_l("村民小组和门牌，可以不填。"))
    ethnic_group = StringField(_l("民族"), [Required(), MaxLength(20)], default="汉族")
    education = ChoiceField(_l("文化程度"), [Required()])
    work_status = RadioChoiceField(_l("就业状态"), [Required()])
    work_since_on = DayField(_l("这个状态从哪天起"), [Optional()], description=_l("不清楚可以不填。"))
    wish_trade = ChoiceField(_l("想学什么"))
    exclusion = ChoiceField(
        _l("有没有下面的情况"), description=_l("在编人员、在校学生、已领养老金的人不享受培训补贴。")
    )
    payee_account = StringField(
        _l("收款账号"),
        [MaxLength(40), Reads(clean_account)],
        description=_l("本人社保卡或银行卡，用来发生活费补贴，可以以后再补。"),
    )
    payee_bank = StringField(_l("开户银行"), [MaxLength(80)])

    def offer(self, by: Actor) -> None:
        """Fill in what can be chosen."""
        self.region_code.choices = village_choices(by.area, _("请选择"))
        self.education.choices = options(Education, _("请选择"))
        self.work_status.choices = options(WorkStatus)
        self.wish_trade.choices = options(Trade, _("没有想好"))
        self.exclusion.choices = options(Exclusion, _("都没有"))

    def validate(self, extra_validators: Any = None) -> bool:
        """A phone, or the word that there is none; a bank where there is an account."""
        good = super().validate(extra_validators)
        return all((good, self._check_phone(), self._check_bank()))

    def _check_phone(self) -> bool:
        typed = bool((self.phone.data or "").strip())
        if self.no_phone.data == typed and not self._phone_may_be_empty(typed=typed):
            message = N_("请填写手机号码；没有手机的，请勾选“没有手机”。")
            both = N_("填了手机号码，就不要勾选“没有手机”。")
            error_on(self, DomainError(both if typed else message, "phone"))
            return False
        return True

    def _phone_may_be_empty(self, *, typed: bool) -> bool:  # noqa: ARG002  # the form of changes asks
        return False

    def _check_bank(self) -> bool:
        if (self.payee_account.data or "").strip() and not (self.payee_bank.data or "").strip():
            error_on(self, DomainError(N_("填了收款账号，还要填开户银行。"), "payee_bank"))
            return False
        return True

    def facts(self) -> NewPerson:
        """What the officer typed."""
        return NewPerson(
            name=self.name.data or "",
            id_number=self.id_number.data or "",
            region_code=self.region_code.data,
            education=Education(self.education.data),
            work_status=WorkStatus(self.work_status.data),
            phone=self.phone.data or "",
            ethnic_group=self.ethnic_group.data or "",
            address=self.address.data or "",
            payee_account=self.payee_account.data or "",
            payee_bank=self.payee_bank.data or "",
            work_since_on=self.work_since_on.data,
            exclusion=Exclusion(self.exclusion.data) if self.exclusion.data else None,
            wish_trade=self.wish_trade.data or "",
        )


class ChangeForm(PersonForm):
    """New values for a registered person; what is sealed is not shown, and stays where nothing is typed."""

    id_number = StringField(_l("身份证号码"), [MaxLength(30), Reads(read_id_number)])

    def about(self, person: Person) -> None:
        """Say under each sealed field what is held now, masked."""
        held = {
            self.id_number: mask_id_number(person.id_number),
            self.phone: mask_phone(person.phone) if person.phone else "",
            self.payee_account: mask_account(person.payee_account) if person.payee_account else "",
            self.address: _("已登记") if person.address else "",
        }
        for field, shown in held.items():
            field.description = _("现在是 %(shown)s，不改就留空。", shown=shown) if shown else _("还没有登记。")
        self._has_phone = person.phone is not None

    def _phone_may_be_empty(self, *, typed: bool) -> bool:
        return not typed and self._has_phone

    def changes(self) -> PersonChanges:
        """What the officer wants written."""
        return PersonChanges(
            name=self.name.data,
            id_number=self.id_number.data or None,
            region_code=self.region_code.data,
            education=Education(self.education.data),
            work_status=WorkStatus(self.work_status.data),
            phone="" if self.no_phone.data else self.phone.data or None,
            ethnic_group=(self.ethnic_group.data or "").strip(),
            address=self.address.data or None,
            payee_account=self.payee_account.data or None,
            payee_bank=(self.payee_bank.data or "").strip(),
            work_since_on=self.work_since_on.data,
            exclusion=self.exclusion.data or "",
            wish_trade=self.wish_trade.data or "",
        )


class GroupForm(Form):
    """One group with its evidence."""

    group = ChoiceField(_l("属于哪一类"), [Required()])
    evidence = StringField(
        _l("凭什么认定"),
        [MaxLength(80)],
        description=_l("看过的证明，例如“残疾人证”。还没看到就先空着，申报开班前要补。"),
    )
    document_number = StringField(_l("证件号码"), [MaxLength(60)])
    valid_from = DayField(_l("从哪天起"), [Required()], default=clock.today)
    valid_to = DayField(_l("到哪天止"), [Optional()], description=_l("长期有效的不填。"))

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.group.choices = options(Group, _("请选择"))

    def facts(self, group: Group | None = None) -> NewGroup:
        """What the officer typed."""
        return NewGroup(
            group=group or Group(self.group.data),
            evidence=self.evidence.data or "",
            document_number=self.document_number.data or "",
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
        )


class HouseholdForm(Form):
    """How a household is looked after."""

    kind = ChoiceField(_l("家庭类型"), [Required()])

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.kind.choices = options(HouseholdKind)


class JoinForm(Form):
    """Which household a person joins."""

    household = ChoiceField(_l("加入哪一户"), [Required()], coerce=str)


class MemberForm(Form):
    """Who joins a household."""

    person = ChoiceField(_l("村里还没有登记家庭的人"), [Required()], coerce=str)


class PhoneForm(Form):
    """A laborer's phone."""

    phone = TelField(_l("手机号码"), [Required(), MaxLength(30), Reads(clean_phone)])


class CodeForm(Form):
    """The code sent to the phone."""

    code = StringField(_l("验证码"), [Required(), MaxLength(10)], description=_l("短信里的 6 位数字，10 分钟内有效。"))


class WhoForm(Form):
    """Which person of a family signs in."""

    person = RadioChoiceField(_l("您是哪一位"), [Required()], coerce=str)
