"""The groups of a person, and their household."""

from wtforms import StringField
from wtforms.validators import Optional

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.forms import ChoiceField, DayField, Form, MaxLength, Required, SeenForm
from app.kernel.i18n import _, _l
from app.people.choices import options, place_choices
from app.people.models import Group, HouseholdKind
from app.people.queries import WITH_WORK, WITHOUT_WORK, HouseholdFilters
from app.people.service import NewGroup


class GroupForm(SeenForm):
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


class HouseholdSearch(Form):
    """What narrows the list of households."""

    class Meta(Form.Meta):
        """A GET form changes nothing, so it needs no token."""

        csrf = False

    place = ChoiceField(_l("乡镇、村"), validate_choice=False)
    kind = ChoiceField(_l("家庭类型"), validate_choice=False)
    work = ChoiceField(_l("家里就业"), validate_choice=False)

    def offer(self, by: Actor) -> None:
        """Fill in what can be chosen."""
        self.place.choices = place_choices(by.area)
        self.kind.choices = options(HouseholdKind, _("全部"))
        self.work.choices = [
            ("", _("全部")), (WITH_WORK, _("有人就业")), (WITHOUT_WORK, _("有劳动力，没有人就业")),
        ]  # fmt: skip

    def filters(self) -> HouseholdFilters:
        """The filters chosen; what is not on offer narrows nothing."""
        kind = HouseholdKind(self.kind.data) if self.kind.data in set(HouseholdKind) else None
        return HouseholdFilters(self.place.data or "", kind, self.work.data or "")


class JoinForm(Form):
    """Which household a person joins."""

    household = ChoiceField(_l("加入哪一户"), [Required()], coerce=str)


class MemberForm(Form):
    """Who joins a household."""

    person = ChoiceField(_l("村里还没有登记家庭的人"), [Required()], coerce=str)
