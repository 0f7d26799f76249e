"""Forms of plans; fields are named as the rules name them."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2

from app.courses.models import Course
from app.courses.queries import listed_courses, pack_in_force, policy_facts
from app.kernel.access import Actor
from app.kernel.forms import (
    ChoiceField,
    Form,
    LongTextField,
    MaxLength,
    Required,
    SeenForm,
    TextField,
    WholeNumberField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.kernel.money import yuan
from app.ledger.queries import Standing, budgets_for
from app.people.models import Group, Trade
from app.people.queries import PeopleFilters
from app.policies.queries import text as words_of
from app.regions.models import Level, Region
from app.regions.queries import below, towns
from app.rosters.models import Plan
from app.rosters.queries import fitting_orders, posts_left_of
from app.rosters.rules import PlanFacts, PlanStatus, Trained


def _number(value: Any) -> int:
    return int(value or 0)


class PlanForm(Form):
    """Everything a plan says."""

    region_code = ChoiceField(_l("哪个乡镇的人"), [Required()])
    course_id = ChoiceField(_l("学哪门课"), [Required()], coerce=_number, description=_l("只列菜单上的课程。"))
    order_id = ChoiceField(_l("按哪张订单"), coerce=_number, description=_l("只列已核实的订单。"))
    headcount = WholeNumberField(_l("计划人数"), [Required()])
    budget_id = ChoiceField(_l("用哪笔预算"), [Required()], coerce=_number)
    title = TextField(_l("计划名称"), [MaxLength(80)], description=_l("不填就用乡镇名加课程名。"))
    version = HiddenField()

    @classmethod
    def of(cls, by: Actor, plan: Plan | None = None, **options: Any) -> "PlanForm":
        """The form with what the officer can choose from."""
        form = cls(obj=plan, **options)
        ask = _("请选择")
        places = [SelectChoice(row.code, row.name, optgroup=group) for group, row in towns(by.area)]
        form.region_code.choices = [SelectChoice("", ask), *places]
        form.course_id.choices = [SelectChoice("0", ask), *_course_choices(listed_courses())]
        form.order_id.choices = [SelectChoice("0", _("不用订单")), *_order_choices(by, plan)]
        form.budget_id.choices = [SelectChoice("0", ask), *(_budget_choice(each) for each in budgets_for(by))]
        return form

    def facts(self) -> PlanFacts:
        """What was typed, as the rules want it."""
        return PlanFacts(
            region_code=self.region_code.data,
            course_id=self.course_id.data,
            headcount=self.headcount.data,
            budget_id=self.budget_id.data,
            order_id=self.order_id.data or None,
            title=self.title.data or "",
        )


def _course_choices(courses: Sequence[Course]) -> list[SelectChoice]:
    """Courses under their school, each with its mode."""
    packs = {code: pack_in_force(code) for code in {course.region_code for course in courses}}
    rows = sorted(courses, key=lambda course: (course.organization.name, course.title_pinyin))
    modes = {row.id: words_of(packs[row.region_code].mode_of(policy_facts(row)).name) for row in rows}
    return [SelectChoice(str(row.id), f"{row.title} · {modes[row.id]}", optgroup=row.organization.name) for row in rows]


def _order_choices(by: Actor, plan: Plan | None) -> list[SelectChoice]:
    """Orders under their kind, each with the posts no other plan counts on."""
    orders = sorted(fitting_orders(by), key=lambda order: (order.kind, order.start_on))
    left = posts_left_of(orders, without=plan.id if plan else None)
    words = {
        order.id: _(
            "%(title)s · %(who)s · 还剩 %(n)s 个岗位",
            title=order.title,
            who=order.organization.name,
            n=left[order.id],
        )
        for order in orders
    }
    return [SelectChoice(str(order.id), words[order.id], optgroup=label(order.kind)) for order in orders]


def _budget_choice(each: Standing) -> SelectChoice:
    row = each.budget
    facts = {"year": row.year, "source": row.fund_source, "region": row.region.name, "left": yuan(each.available_fen)}
    return SelectChoice(str(row.id), _("%(year)s 年 %(source)s（%(region)s），可用 %(left)s 元", **facts))


class CandidateForm(Form):
    """How the register is narrowed to those who could be named."""

    q = TextField(_l("姓名、拼音或证件后四位"))
    village = ChoiceField(_l("村（社区）"), validate_choice=False)
    wish = ChoiceField(_l("想学什么"), validate_choice=False)
    group = ChoiceField(_l("补贴对象"), validate_choice=False)
    trained = ChoiceField(_l("以前的培训"), validate_choice=False)

    @classmethod
    def of(cls, plan: Plan, **options: Any) -> "CandidateForm":
        """The filters with the villages of the plan's region; those never trained first."""
        form = cls(**options)
        every = SelectChoice("", _("全部"))
        form.village.choices = [every, *(SelectChoice(row.code, row.name) for row in _villages(plan.region))]
        form.wish.choices = [every, *(SelectChoice(each.value, label(each)) for each in Trade)]
        form.group.choices = [every, *(SelectChoice(each.value, label(each)) for each in Group)]
        form.trained.choices = [SelectChoice(each.value, label(each)) for each in Trained]
        return form

    def filters(self) -> PeopleFilters:
        """What narrows the register; what is not on offer narrows nothing."""
        return PeopleFilters(
            words=(self.q.data or "")[:40],
            region_code=self.village.data or "",
            group=Group(self.group.data) if self.group.data in set(Group) else None,
            wish=self.wish.data if self.wish.data in set(Trade) else "",
        )

    def trained_wanted(self) -> Trained:
        """Whether people with a training behind them are wanted."""
        return Trained(self.trained.data) if self.trained.data in set(Trained) else Trained.NEVER

    def words(self) -> str:
        """The filters in words, kept with each name they found."""
        chosen = [str(self.q.data or "")[:40]]
        for field in (self.village, self.wish, self.group, self.trained):
            chosen += [str(words) for value, words, *_rest in field.iter_choices() if value and value == field.data]
        return "；".join(part for part in chosen if part)


def _villages(region: Region) -> Sequence[Region]:
    return below(region.code, Level.VILLAGE if region.level >= Level.TOWNSHIP else Level.TOWNSHIP)


class PeopleForm(Form):
    """Which people were ticked; `all` means everybody the page showed."""

    @staticmethod
    def numbers(values: Sequence[str]) -> list[int]:
        """The ticked numbers, whatever else was sent."""
        return [int(value) for value in values if value.isdigit()]


class NoteForm(SeenForm):
    """A step that may carry a remark."""

    note = LongTextField(_l("说明"), [MaxLength(400)], description=_l("可以不填。"))


class PlanFilterForm(Form):
    """How the list is narrowed."""

    q = TextField(_l("计划或课程"))
    status = ChoiceField(_l("状态"), choices=[])
    region = ChoiceField(_l("乡镇"), choices=[])

    @classmethod
    def of(cls, area: tuple[str, ...], **options: Any) -> "PlanFilterForm":
        """The filters with the places of the area."""
        form = cls(**options)
        every = SelectChoice("", _("全部"))
        form.status.choices = [every, *(SelectChoice(status.value, label(status)) for status in PlanStatus)]
        places = [SelectChoice(row.code, row.name, optgroup=group) for group, row in towns(area)]
        form.region.choices = [every, *places]
        return form
