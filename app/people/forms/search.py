"""The register's search."""

from wtforms import StringField

from app.kernel.access import Actor
from app.kernel.forms import ChoiceField, Form
from app.kernel.i18n import _, _l
from app.people.choices import options, place_choices
from app.people.models import Group, HouseholdKind, Trade, WorkStatus
from app.people.queries import PeopleFilters


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
