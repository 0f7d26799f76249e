"""Wishes and their answers; phones to confirm; a changed number; two rows that are one person."""

from typing import Any

from wtforms import StringField
from wtforms.validators import NumberRange, Optional

from app.kernel.errors import DomainError
from app.kernel.forms import (
    ChoiceField,
    Form,
    LongTextField,
    MaxLength,
    RadioChoiceField,
    Required,
    SeenForm,
    YuanField,
    error_on,
)
from app.kernel.i18n import _, _l
from app.kernel.marking import N_
from app.people.choices import options
from app.people.forms.reading import Reads
from app.people.models import Trade, WishKind, WishOutcome
from app.people.service import NewWish, read_id_number


class WishForm(Form):
    """What a person wishes for: one or more of these."""

    trade = ChoiceField(_l("想学的工种"))
    place = StringField(_l("想去哪里上班"), [MaxLength(80)], description=_l("例如“本镇”“岳阳市区”。"))
    wage = YuanField(_l("每月想要多少工资"), [Optional(), NumberRange(min=1, message=_l("工资应当大于零。"))])
    dates = StringField(_l("哪段时间有空"), [MaxLength(80)], description=_l("例如“农闲时”“11 月以后”。"))
    note = StringField(_l("补充说明"), [MaxLength(200)])

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.trade.choices = options(Trade, _("不填"))

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one wish."""
        if not super().validate(extra_validators):
            return False
        if not self.wishes():
            error_on(self, DomainError(N_("请至少填一项。"), "trade"))
            return False
        return True

    def wishes(self) -> list[NewWish]:
        """Every wish that was filled in."""
        told = {
            WishKind.TRADE: self.trade.data or "",
            WishKind.PLACE: (self.place.data or "").strip(),
            WishKind.WAGE: str(self.wage.data or ""),
            WishKind.DATES: (self.dates.data or "").strip(),
        }
        return [NewWish(kind, value, self.note.data or "") for kind, value in told.items() if value]


class AnswerForm(Form):
    """What came of a wish."""

    outcome = ChoiceField(_l("结果"), [Required()])
    answer = StringField(_l("怎么回复的"), [MaxLength(200)])

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.outcome.choices = options(WishOutcome, _("请选择"))


class PhoneClaimForm(Form):
    """What the officer heard on the phone."""

    note = StringField(_l("电话里怎么说的"), [Required(), MaxLength(200)])


class NumberChangeForm(SeenForm):
    """Another identity number, with its reason and document."""

    id_number = StringField(_l("新的证件号码"), [Required(), MaxLength(30), Reads(read_id_number)])
    mistaken = RadioChoiceField(_l("为什么改"), [Required()])
    reason = LongTextField(_l("具体原因"), [Required(), MaxLength(150)])
    document = StringField(
        _l("看过什么证明"), [Required(), MaxLength(40)], description=_l("例如“户口本”“派出所证明”。")
    )

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.mistaken.choices = [
            ("no", _("换了新号码（旧号码还认得出这个人）")),
            ("yes", _("登记时写错了（旧号码不是本人的）")),
        ]

    def told(self) -> dict[str, Any]:
        """What the officer typed, as the service takes it."""
        return {
            "number": self.id_number.data or "",
            "reason": self.reason.data or "",
            "document": self.document.data or "",
            "mistaken": self.mistaken.data == "yes",
        }


class OtherForm(Form):
    """The other row of the same person."""

    id_number = StringField(_l("另一条登记的证件号码"), [Required(), MaxLength(30), Reads(read_id_number)])


class MergeForm(Form):
    """Why two rows are one person."""

    reason = LongTextField(
        _l("凭什么认定是同一个人"),
        [Required(), MaxLength(200)],
        description=_l("例如“户口本上是同一个人，旧号码登记错了”。"),
    )


class UndoMergeForm(Form):
    """Why a merge was wrong."""

    reason = LongTextField(_l("为什么撤销"), [Required(), MaxLength(200)])
