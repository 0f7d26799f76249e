"""Forms for planning a class; fields are named as the rules name them."""

from typing import Any

from wtforms import BooleanField

from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import (
    pack_of_class,
)
from app.classes.queries.choices import assessors, courses, orders, plans, sites, teachers
from app.classes.queries.teaching import room_choices
from app.classes.rules import ClassStatus, Half, NewSession, Pattern, SessionKind
from app.classes.service import NewClass
from app.kernel.access import Actor
from app.kernel.forms import (
    CheckboxListField,
    ChoiceField,
    DayField,
    Form,
    MaxLength,
    Required,
    SeenForm,
    TextField,
    WholeNumberField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.policies import queries as policies


def number_or_none(text: Any) -> int | None:
    """A number that may be left out."""
    return int(text) if text else None


class ClassFilterForm(Form):
    """What narrows the list of classes."""

    q = TextField(_l("班名或课程"))
    status = ChoiceField(_l("状态"), validate_choice=False)
    mode = ChoiceField(_l("培训模式"), validate_choice=False)

    class Meta(Form.Meta):
        """A search is no act."""

        csrf = False

    def offer(self, modes: list[tuple[str, str]]) -> "ClassFilterForm":
        """Give the lists their choices."""
        self.status.choices = [("", _("全部")), *((status.value, label(status)) for status in ClassStatus)]
        self.mode.choices = [("", _("全部")), *modes]
        return self


class ClassForm(SeenForm):
    """What a school says when it plans a class."""

    course_id = ChoiceField(_l("课程"), [Required()], coerce=int, description=_l("已上菜单的课程。"))
    site_id = ChoiceField(_l("培训地点（定点）"), [Required()], coerce=int)
    capacity = WholeNumberField(
        _l("名额"), [Required()], description=_l("不能超过地点坐得下的人数，也不能超过政策规定。")
    )
    start_on = DayField(_l("开班日期"), [Required()], description=_l("排了课程表以后，以第一节课为准。"))
    end_on = DayField(_l("结束日期"), [Required()])
    order_id = ChoiceField(
        _l("订单或项目（定向）"),
        coerce=number_or_none,
        description=_l("订单类培训要选；农业实用技术和技能体验不用选。"),
    )
    direction_note = TextField(
        _l("定向（用文字说明）"),
        [MaxLength(120)],
        description=_l("没有订单的写学了做什么，例如：自家稻田养虾；项目制写面向的行业。"),
    )
    assessor_id = ChoiceField(_l("考评员"), coerce=number_or_none, description=_l("不能是本班的授课教师（考培分离）。"))
    plan_id = ChoiceField(_l("培训计划"), coerce=number_or_none, description=_l("按哪个已下达的计划开班，没有可不选。"))
    term = TextField(
        _l("所属期"), [MaxLength(60)], description=_l("几个班同属一期的，填同一个名字，例如：2026 年第 2 期。")
    )
    name = TextField(_l("班名"), [MaxLength(80)], description=_l("不填就按课程名自动编。"))

    @classmethod
    def of(cls, school_id: int, by: Actor, row: TrainingClass | None = None, **options: Any) -> "ClassForm":
        """The form with the school's choices, filled from a class where there is one."""
        form = cls(obj=row, **options)
        form.course_id.choices = [(row.course_id, row.course.title)] if row else courses(by)
        form.site_id.choices = sites(school_id)
        form.order_id.choices = [("", _("不选")), *orders(by, row)]
        form.assessor_id.choices = [("", _("以后再定")), *assessors(school_id)]
        form.plan_id.choices = [("", _("不选")), *plans(school_id)]
        if row is not None and not form.is_submitted():
            form.term.data = row.term.name if row.term else ""
        return form

    def facts(self) -> NewClass:
        """What was filled in."""
        return NewClass(
            course_id=self.course_id.data,
            site_id=self.site_id.data,
            capacity=self.capacity.data,
            start_on=self.start_on.data,
            end_on=self.end_on.data,
            plan_id=self.plan_id.data,
            order_id=self.order_id.data,
            direction_note=self.direction_note.data or "",
            term=self.term.data or "",
            assessor_id=self.assessor_id.data,
            name=self.name.data or "",
        )


class PatternForm(Form):
    """What a timetable is generated from."""

    start_on = DayField(_l("从哪天开始"), [Required()])
    halves = CheckboxListField(_l("哪些半天上课"), [Required()])
    hours_a_half = WholeNumberField(
        _l("每个半天几学时"), [Required()], description=_l("1 学时 45 分钟，半天一般 3 到 4 学时。")
    )
    theory_teacher_id = ChoiceField(_l("理论教师"), [Required()], coerce=int)
    practice_teacher_id = ChoiceField(_l("实操教师"), [Required()], coerce=int)
    theory_room_id = ChoiceField(_l("理论课的教室"), coerce=number_or_none)
    practice_room_id = ChoiceField(_l("实操课的教室"), coerce=number_or_none)
    theory_topic = TextField(_l("理论课内容"), [Required(), MaxLength(120)])
    practice_topic = TextField(_l("实操课内容"), [Required(), MaxLength(120)])
    skip_holidays = BooleanField(_l("周末和节假日不上课"))

    @classmethod
    def of(cls, row: TrainingClass) -> "PatternForm":
        """The form for a class, filled with what is usual."""
        usual = {
            "start_on": row.start_on,
            "halves": [Half.MORNING.value, Half.AFTERNOON.value],
            "hours_a_half": 4,
            "theory_topic": _("理论：%(course)s", course=row.course.title),
            "practice_topic": _("实操：%(course)s", course=row.course.title),
        }
        form = cls(data=usual)
        form.halves.choices = [(half.value, label(half)) for half in Half]
        form.theory_teacher_id.choices = form.practice_teacher_id.choices = teachers(row.school_id)
        form.theory_room_id.choices = form.practice_room_id.choices = [("", _("自动选空着的")), *room_choices(row)]
        return form

    def rooms(self) -> dict[SessionKind, int | None]:
        """The rooms that were chosen."""
        return {SessionKind.THEORY: self.theory_room_id.data, SessionKind.PRACTICE: self.practice_room_id.data}

    def pattern(self, row: TrainingClass) -> Pattern:
        """What was filled in, with the course's hours and the policy's hours a day."""
        return Pattern(
            start_on=self.start_on.data,
            halves=tuple(Half(half) for half in self.halves.data),
            hours_a_half=max(1, min(8, self.hours_a_half.data)),
            theory_hours=row.course.theory_hours,
            practice_hours=row.course.practice_hours,
            theory_teacher_id=self.theory_teacher_id.data,
            practice_teacher_id=self.practice_teacher_id.data,
            theory_topic=self.theory_topic.data,
            practice_topic=self.practice_topic.data,
            hours_a_day=pack_of_class(row).count("class.hours_a_day"),
        )


class SessionForm(Form):
    """One half-day."""

    on = DayField(_l("日期"), [Required()])
    half = ChoiceField(_l("半天"), [Required()])
    hours = WholeNumberField(_l("学时"), [Required()], description=_l("1 到 8。不到 1 学时的体验课填 0，再填分钟。"))
    minutes = WholeNumberField(_l("分钟"), description=_l("只有不到 1 学时的体验课才填。"))
    kind = ChoiceField(_l("形式"), [Required()])
    topic = TextField(_l("内容"), [Required(), MaxLength(120)])
    teacher_id = ChoiceField(_l("授课教师"), [Required()], coerce=int)
    room_id = ChoiceField(_l("教室"), coerce=number_or_none)

    @classmethod
    def of(cls, row: TrainingClass, session: ClassSession | None = None) -> "SessionForm":
        """The form for a new half-day or for one there is."""
        form = cls(obj=session) if session is not None else cls(data={"on": row.end_on, "hours": 4})
        form.half.choices = [(half.value, label(half)) for half in Half]
        form.kind.choices = [(kind.value, label(kind)) for kind in SessionKind]
        form.teacher_id.choices = teachers(row.school_id)
        form.room_id.choices = [("", _("自动选空着的")), *room_choices(row)]
        return form

    def session(self) -> NewSession:
        """What was filled in."""
        hours = max(0, min(8, self.hours.data))
        return NewSession(
            on=self.on.data,
            half=Half(self.half.data),
            hours=hours,
            kind=SessionKind(self.kind.data),
            topic=self.topic.data,
            teacher_id=self.teacher_id.data,
            minutes=0 if hours else max(10, min(240, self.minutes.data or 30)),
            room_id=self.room_id.data,
        )


def mode_choices(region_code: str, on: Any) -> list[tuple[str, str]]:
    """The modes of the policy in force, by name."""
    pack = policies.pack_for(region_code, on)
    return [(key, policies.text(mode.name)) for key, mode in pack.modes.items() if not mode.as_course_mode]
