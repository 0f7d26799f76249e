"""Forms of the licence, the list, and what a school is listed for."""

from collections.abc import Sequence
from datetime import date

from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2
from wtforms.validators import Optional

from app.kernel.forms import CheckboxListField, ChoiceField, DayField, Form, MaxLength, Required
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.occupations.queries import all_occupations, level_words
from app.schools import queries
from app.schools.models import School, SchoolListing, SchoolStatus
from app.schools.service import NewSchool
from app.schools.service.listings import LEVELS
from app.schools.words import listing_words


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


class ListingsForm(Form):
    """For which occupation, at which levels, the school wants to be listed."""

    occupation_code = ChoiceField(_l("职业（工种）"), [Required()])
    levels = CheckboxListField(_l("等级"), [Required()], coerce=int)

    def offer(self) -> "ListingsForm":
        """Fill in the occupations and levels."""
        words = {row.code: _("%(name)s %(code)s", name=row.name_zh, code=row.code) for row in all_occupations()}
        self.occupation_code.choices = [("", _("请选择")), *words.items()]
        self.levels.choices = [(level, level_words(level)) for level in reversed(LEVELS)]
        return self


class GrantForm(Form):
    """Which of the asked ones are listed, from when to when."""

    chosen = CheckboxListField(_l("列入哪些"), [Required()], coerce=int)
    from_on = DayField(_l("从哪天起"), [Required()])
    until_on = DayField(_l("到哪天止"), [Optional()], description=_l("不填就是没有期限。"))

    def offer(self, rows: Sequence[SchoolListing], school: School, today: date) -> "GrantForm":
        """Offer what was asked; all of it for as long as the licence holds, where nothing was typed."""
        self.chosen.choices = [(row.id, listing_words(row)) for row in rows]
        if not self.is_submitted():
            self.chosen.data = [row.id for row in rows]
            self.from_on.data, self.until_on.data = today, school.license_until_on
        return self


class NoteForm(Form):
    """Why the bureau decides so."""

    note = TextAreaField(_l("理由"), [MaxLength(400)], description=_l("学校会看到。"))
