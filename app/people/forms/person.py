"""A person: who they are, how to reach them, what they do, wish and need."""

import re
from typing import Any

from wtforms import BooleanField, HiddenField, StringField, TelField
from wtforms.validators import NumberRange, Optional

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.errors import DomainError
from app.kernel.forms import (
    CheckboxListField,
    ChoiceField,
    DayField,
    Form,
    MaxLength,
    RadioChoiceField,
    Required,
    YuanField,
    error_on,
)
from app.kernel.i18n import _, _l
from app.kernel.marking import N_
from app.kernel.sealing import mask_account, mask_phone
from app.people.choices import disability_choices, options, village_choices
from app.people.forms.reading import Reads
from app.people.models import Ability, Education, Exclusion, Health, Person, ServiceNeed, Trade, Willing, WorkStatus
from app.people.rules import GROWN_UP, BadIdNumber, age_on, clean_account, clean_name, clean_phone
from app.people.service import NewPerson, PersonChanges, read_id_number

TEXTS = (
    "name",
    "region_code",
    "ethnic_group",
    "stay_code",
    "stay_words",
    "employer_name",
    "away_where",
    "exclusion",
    "health",
    "wish_trade",
    "payee_bank",
    "guardian_name",
    "guardian_relation",
)
DAYS = ("work_since_on", "unemployed_since_on", "back_on")
OPEN_FIELDS = (
    *TEXTS, *DAYS, "education", "work_status", "ability", "willing", "disability_level", "wage_fen", "service_needs"
)  # fmt: skip
"""What the form of changes shows as it is held; sealed values are never put into it."""
BETWEEN_WORDS = re.compile(r"[、，,;；\s]+")
WAGE_LEAST = 1


class PersonFields(Form):
    """What is asked of a person, whether new or known."""

    name = StringField(_l("姓名"), [Required(), MaxLength(40), Reads(clean_name)], description=_l("按身份证填写。"))
    phone = TelField(
        _l("手机号码"), [MaxLength(30), Reads(clean_phone)], description=_l("一家人合用一个号码的，都填这个号码。")
    )
    no_phone = BooleanField(_l("没有手机，由村里代办"))
    region_code = ChoiceField(_l("所在村（社区）"), [Required()])
    address = StringField(_l("住址"), [MaxLength(100)], description=_l("村民小组和门牌，可以不填。"))
    stay_code = ChoiceField(_l("现在住在本地哪个村"), description=_l("住在所在村的不用选。"))
    stay_words = StringField(_l("现在住在外地哪里"), [MaxLength(80)], description=_l("例如“广东东莞厚街镇”。"))
    ethnic_group = StringField(_l("民族"), [Required(), MaxLength(20)], default="汉族")
    education = ChoiceField(_l("文化程度"), [Required()])
    work_status = RadioChoiceField(_l("就业状态"), [Required()])
    work_since_on = DayField(_l("这个状态从哪天起"), [Optional()], description=_l("不清楚可以不填。"))
    employer_name = StringField(_l("在哪里上班"), [MaxLength(80)])
    wage_fen = YuanField(_l("每月实际工资"), [Optional(), NumberRange(min=WAGE_LEAST, message=_l("工资应当大于零。"))])
    unemployed_since_on = DayField(_l("失业从哪天起"), [Optional()])
    away_where = StringField(_l("在外地哪里务工"), [MaxLength(80)])
    back_on = DayField(_l("预计哪天回来或返岗"), [Optional()])
    health = ChoiceField(_l("身体状况"))
    disability_level = ChoiceField(_l("残疾等级"), coerce=int, default=0)
    ability = RadioChoiceField(_l("劳动能力"), default=Ability.ABLE.value)
    willing = RadioChoiceField(_l("就业意愿"), default=Willing.UNSURE.value)
    skills = StringField(_l("会什么手艺"), [MaxLength(200)], description=_l("几样之间用顿号隔开，例如“泥瓦工、驾驶”。"))
    wish_trade = ChoiceField(_l("想学什么"))
    service_needs = CheckboxListField(_l("需要哪些服务"))
    exclusion = ChoiceField(
        _l("有没有下面的情况"), description=_l("在编人员、在校学生、已领养老金的人不享受培训补贴。")
    )
    payee_account = StringField(
        _l("收款账号"),
        [MaxLength(40), Reads(clean_account)],
        description=_l("本人社保卡或银行卡，用来发生活费补贴，可以以后再补。"),
    )
    payee_bank = StringField(_l("开户银行"), [MaxLength(80)])
    guardian_name = StringField(
        _l("监护人姓名"),
        [MaxLength(40), Reads(clean_name)],
        description=_l("未满 18 岁的要填；不能自己拿主意的人也要填。其他人空着。"),
    )
    guardian_relation = StringField(_l("监护人是本人的什么人"), [MaxLength(20)], description=_l("例如“父亲”。"))
    guardian_phone = TelField(_l("监护人手机号码"), [MaxLength(30), Reads(clean_phone)])

    def offer(self, by: Actor) -> None:
        """Fill in what can be chosen."""
        self.region_code.choices = village_choices(by.area, _("请选择"))
        self.stay_code.choices = village_choices(by.area, _("就住在所在村，或在外地"), always=True)
        self.education.choices = options(Education, _("请选择"))
        self.disability_level.choices = disability_choices()
        self.work_status.choices, self.ability.choices = options(WorkStatus), options(Ability)
        self.willing.choices, self.service_needs.choices = options(Willing), options(ServiceNeed)
        self.health.choices = options(Health, _("不清楚"))
        self.wish_trade.choices = options(Trade, _("没有想好"))
        self.exclusion.choices = options(Exclusion, _("都没有"))
        for field in (self.stay_code, self.health, self.wish_trade, self.exclusion):
            field.data = field.data or ""

    def validate(self, extra_validators: Any = None) -> bool:
        """A phone, or the word that there is none; a bank where there is an account; a guardian for who is a minor."""
        good = super().validate(extra_validators)
        return all((good, self._check_phone(), self._check_bank(), self._check_guardian()))

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

    def _check_guardian(self) -> bool:
        age = self._age()
        if age is None or age >= GROWN_UP or (self.guardian_name.data or "").strip():
            return True
        error_on(self, DomainError(N_("未满 18 岁的，请填写监护人。"), "guardian_name"))
        return False

    def _age(self) -> int | None:
        return None

    def told(self) -> dict[str, Any]:
        """Every open value as it was typed, by field; "" where nothing was."""
        words: dict[str, Any] = {name: (self[name].data or "").strip() for name in TEXTS}
        days = {name: self[name].data or "" for name in DAYS}
        return words | days | {
            "education": Education(self.education.data),
            "work_status": WorkStatus(self.work_status.data),
            "ability": Ability(self.ability.data),
            "willing": Willing(self.willing.data),
            "disability_level": self.disability_level.data,
            "wage_fen": "" if self.wage_fen.data is None else self.wage_fen.data,
            "skills": tuple(BETWEEN_WORDS.split((self.skills.data or "").strip())),
            "service_needs": tuple(self.service_needs.data or ()),
        }  # fmt: skip


class PersonForm(PersonFields):
    """A person who is registered for the first time."""

    id_number = StringField(
        _l("身份证号码"),
        [Required(), MaxLength(30), Reads(read_id_number)],
        description=_l("18 位，最后一位可以是 X；港澳台居民填居住证号码。"),
    )

    def _age(self) -> int | None:
        try:
            return age_on(read_id_number(self.id_number.data or "").birth_on, clock.today())
        except BadIdNumber:
            return None

    def facts(self) -> NewPerson:
        """What the officer typed."""
        return NewPerson(
            **self.told(),
            id_number=self.id_number.data or "",
            phone=self.phone.data or "",
            address=self.address.data or "",
            payee_account=self.payee_account.data or "",
            guardian_phone=self.guardian_phone.data or "",
        )


class ChangeForm(PersonFields):
    """New values for a registered person; what is sealed is not shown, and stays where nothing is typed."""

    version = HiddenField()

    def about(self, person: Person) -> None:
        """Say under each sealed field what is held now, masked."""
        held = {
            self.phone: mask_phone(person.phone) if person.phone else "",
            self.payee_account: mask_account(person.payee_account) if person.payee_account else "",
            self.guardian_phone: mask_phone(person.guardian_phone) if person.guardian_phone else "",
        }
        for field, shown in held.items():
            field.description = _("现在是 %(shown)s，不改就留空。", shown=shown) if shown else _("还没有登记。")
        self.address.description = _("已登记，不改就留空。") if person.address_sealed else _("还没有登记。")
        self._has_phone = person.phone is not None
        self._born_on = person.birth_on

    @property
    def seen(self) -> int | None:
        """The version the officer saw."""
        text = str(self.version.data or "")
        return int(text) if text.isdigit() else None

    def _phone_may_be_empty(self, *, typed: bool) -> bool:
        return not typed and self._has_phone

    def _age(self) -> int | None:
        return age_on(self._born_on, clock.today())

    def changes(self) -> PersonChanges:
        """What the officer wants written."""
        guardian = bool((self.guardian_name.data or "").strip())
        return PersonChanges(
            **self.told(),
            phone="" if self.no_phone.data else self.phone.data or None,
            address=self.address.data or None,
            payee_account=self.payee_account.data or None,
            guardian_phone=(self.guardian_phone.data or None) if guardian else "",
        )
