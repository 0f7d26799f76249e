"""Ask for a course, answer a pool or a home, narrow the lists."""

from collections.abc import Sequence
from datetime import date, timedelta

from wtforms import BooleanField

from app.classes.queries.choices import orders, sites, teachers
from app.courses.models import Course
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.forms import (
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    MaxLength,
    Required,
    TextField,
    WholeNumberField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.outreach.queries import DemandFilters, RequestFilters
from app.outreach.rules.pooling import Pool
from app.outreach.rules.requests import RequestStatus, Wanted
from app.outreach.service import NewProposal, NewVisit
from app.regions.models import Region

SOON, LATER = timedelta(days=14), timedelta(days=60)


def _number(text: object) -> int | None:
    return int(str(text)) if text else None


class WeeksForm(Form):
    """From when to when a course would suit."""

    from_on = DayField(_l("哪天起有空"), [Required()])
    until_on = DayField(_l("最晚哪天开课"), [Required()])
    note = TextField(_l("备注"), [MaxLength(200)], description=_l("例如：只有下午有空；要能开三轮车去的地方。"))

    @classmethod
    def usual(cls) -> dict[str, date]:
        """The weeks that are proposed: from two weeks on to two months on."""
        return {"from_on": clock.today() + SOON, "until_on": clock.today() + LATER}


class OwnRequestForm(WeeksForm):
    """A laborer asks for themselves."""

    at_home = BooleanField(_l("出不了门，请老师上门教"))
    address = TextField(_l("上门的地址"), [MaxLength(120)], description=_l("只给约好上门的学校和老师看。"))

    def wanted(self) -> Wanted:
        """What was filled in."""
        return Wanted(
            self.from_on.data,
            self.until_on.data,
            at_home=bool(self.at_home.data),
            address=self.address.data or "",
            note=self.note.data or "",
        )


class RequestForm(OwnRequestForm):
    """An officer asks for a village: for people by name, for so many others, or both."""

    course = ChoiceField(_l("课程"), [Required()], coerce=int)
    village = ChoiceField(_l("村（社区）"), [Required()])
    names = LongTextField(
        _l("要学的人"), [MaxLength(4000)], description=_l("一行一个，写姓名；同名的加上身份证号或手机号。")
    )
    others = WholeNumberField(
        _l("另外还有几个人想学"), description=_l("名字还没定的人数，不要把上面写了名字的算进去。")
    )

    def offer(self, courses: Sequence[Course], villages: Sequence[Region]) -> "RequestForm":
        """Offer courses on the menu and the officer's villages."""
        self.course.choices = [
            (row.id, _("%(title)s（%(school)s）", title=row.title, school=row.organization.name)) for row in courses
        ]
        self.village.choices = [(row.code, row.name) for row in villages]
        return self


class ProposalForm(Form):
    """A class for a pool."""

    course_id = ChoiceField(_l("课程"), [Required()], coerce=int)
    site_id = ChoiceField(
        _l("培训地点（定点）"),
        [Required()],
        coerce=int,
        description=_l("可以是村里的场地，先到“学校”里把它登记为培训地点。"),
    )
    teacher_id = ChoiceField(_l("授课教师"), [Required()], coerce=int)
    start_on = DayField(_l("开班日期"), [Required()])
    capacity = WholeNumberField(_l("名额"), [Required()])
    order_id = ChoiceField(_l("订单或项目（定向）"), coerce=_number, description=_l("可以以后再定。"))
    direction_note = TextField(_l("定向（用文字说明）"), [MaxLength(120)])

    def offer(self, courses: Sequence[Course], by: Actor) -> "ProposalForm":
        """Offer the school's own courses, sites and teachers."""
        school_id = by.organization_id or 0
        self.course_id.choices = [(row.id, row.title) for row in courses]
        self.site_id.choices = sites(school_id)
        self.teacher_id.choices = teachers(school_id)
        self.order_id.choices = [("", _("不选")), *orders(by)]
        return self

    @staticmethod
    def usual(pool: Pool) -> dict[str, object]:
        """The first day that suits, seats for all who ask."""
        return {"start_on": pool.from_on, "capacity": pool.people}

    def facts(self) -> NewProposal:
        """What was filled in."""
        return NewProposal(
            course_id=self.course_id.data,
            site_id=self.site_id.data,
            teacher_id=self.teacher_id.data,
            start_on=self.start_on.data,
            capacity=self.capacity.data,
            order_id=self.order_id.data,
            direction_note=self.direction_note.data or "",
        )


class VisitForm(Form):
    """Who comes to a home, and when."""

    teacher_id = ChoiceField(_l("哪位老师去"), [Required()], coerce=int)
    visit_on = DayField(_l("第一次上门的日子"), [Required()])

    def offer(self, by: Actor) -> "VisitForm":
        """Offer the school's teachers."""
        self.teacher_id.choices = teachers(by.organization_id or 0)
        return self

    def facts(self) -> NewVisit:
        """What was filled in."""
        return NewVisit(self.teacher_id.data, self.visit_on.data)


class ReasonWhyForm(Form):
    """Why a request is taken back, or an offer turned down."""

    reason = TextField(_l("原因"), [MaxLength(200)])


class _Filter(Form):
    class Meta(Form.Meta):
        """A filter changes nothing, so it needs no token."""

        csrf = False


class RequestFilterForm(_Filter):
    """What narrows the requests."""

    status = ChoiceField(_l("状态"), validate_choice=False)
    to_call = BooleanField(_l("只看要当面去请的"))

    def offer(self) -> "RequestFilterForm":
        """Offer the statuses."""
        self.status.choices = [("", _("全部")), *((one.value, label(one)) for one in RequestStatus)]
        return self

    def chosen(self) -> RequestFilters:
        """What was chosen; what does not exist narrows nothing."""
        known = self.status.data in set(RequestStatus)
        return RequestFilters(RequestStatus(self.status.data) if known else None, bool(self.to_call.data))


class DemandFilterForm(_Filter):
    """What narrows the demand."""

    course = ChoiceField(_l("课程"), coerce=_number, validate_choice=False)
    county = ChoiceField(_l("县（市、区）"), validate_choice=False)
    from_on = DayField(_l("从哪天"))
    until_on = DayField(_l("到哪天"))

    def offer(self, courses: Sequence[Course], counties: Sequence[Region]) -> "DemandFilterForm":
        """Offer what is asked for, and where."""
        anything = ("", _("全部"))
        self.course.choices = [anything, *((row.id, row.title) for row in courses)]
        self.county.choices = [anything, *((row.code, row.name) for row in counties)]
        return self

    def chosen(self) -> DemandFilters:
        """What was chosen."""
        return DemandFilters(
            self.course.data or 0, (self.county.data or "")[:12], self.from_on.data, self.until_on.data
        )
