"""One new class from its order to its payment, step by step, by the people who do it, on their pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.demo.story.cast import BISHI
from app.kernel import clock
from tests.journey.browsing import Person, Value
from tests.journey.kinds import Kind
from tests.journey.town import FOUNDED, Newcomer, Town

HOURS = (19, 30)
"""Standard hours, theory and practice: the least that a course without a level has."""


@dataclass
class Walk:
    """One class on its way; `since` is the first day."""

    town: Town
    kind: Kind
    name: str
    since: date = FOUNDED
    seats: int = 3
    teacher: str = "马向前"
    caller: str = "teacher"
    """Who calls the roll: the teacher where they have an account, else the school's clerk."""
    laborers: list[Newcomer] = field(default_factory=list)
    start_on: date = FOUNDED
    class_id: int = 0
    today: date = FOUNDED

    @contextmanager
    def on(self, day: date, hour: int = 9) -> Iterator[None]:
        """The clock on a day of the walk, at a full hour; the night before a new day has passed."""
        if day > self.today:
            self.town.night(day)
        self.today = day
        with self.town.moment(clock.moment_of(day, hour)):
            yield

    def after(self, number: int) -> date:
        """The working day so many after the one at hand."""
        return self.town.workday(self.today, number)

    @property
    def title(self) -> str:
        """The course's title."""
        return f"{self.name}课"

    # --- the order, the course ----------------------------------------------------------------------------------------

    def order(self) -> None:
        """The one who needs people orders them, an officer looks into it."""
        with self.on(self.since):
            asks = self.town.at(self.kind.orders)
            asks.door("订单")
            asks.follow("下订单")
            facts: dict[str, Value] = {
                "岗位或产品": self.name,
                "职业（工种）": self.kind.occupation,
                "人数": self.seats + 1,
                "人要会做什么": "学会这门手艺，懂安全。",
                "详细地点": "弼时镇",
                "哪天上岗": (self.since + timedelta(days=60)).isoformat(),
                "最低": "3000",
                "最高": "4500",
                "与培训机构": "无",
            }
            asks.press("保存并提交", {**facts, **self.kind.order})
            officer = self.town.at(self.kind.verifies)
            officer.door("订单")
            officer.follow(self.name)
            officer.press("核实通过", {"核实情况": "到现场看过。"})
            officer.sees("已核实")

    def course(self) -> None:
        """The school offers a course, the officer puts it on the menu."""
        with self.on(self.since, 11):
            school = self.town.at("school")
            school.door("课程")
            school.follow("新建课程")
            facts: dict[str, Value] = {
                "课程名称": self.title,
                "职业（工种）": self.kind.occupation,
                "等级": "不分等级",
                "教学大纲": "第一单元 安全\n第二单元 动手",
                "理论": HOURS[0],
                "实操": HOURS[1],
                "在哪里上课": "送教进村" if self.kind.base else "到校上课",
                "培训模式": self.kind.words,
            }
            if self.kind.base:
                facts["线上课本来的模式"] = self.kind.base
            school.press("保存并提交", facts)
            officer = self.town.at("training")
            officer.door("课程")
            officer.follow(self.title)
            officer.press("上菜单")
            officer.sees("已上菜单")

    # --- the class ----------------------------------------------------------------------------------------------------

    def planned(self, *, ahead: int = 6) -> None:
        """The school plans the class with its timetable and opens it; it starts so many working days ahead."""
        with self.on(self.since, 14):
            self.start_on = self.after(ahead)
            school = self.town.at("school")
            school.door("班级")
            school.follow("排一个班")
            facts: dict[str, Value] = {
                "课程": self.title,
                "培训地点": "弼时实训场",
                "名额": self.seats,
                "开班日期": self.start_on.isoformat(),
                "结束日期": (self.start_on + timedelta(days=9)).isoformat(),
                "班名": self.name,
                "考评员": "薛公正",
            }
            if self.kind.orders:
                facts["订单"] = self.name
            if self.kind.direction:
                facts["direction_note"] = self.kind.direction
            school.press("保存", facts)
            school.press("排课", {"理论教师": self.teacher, "实操教师": self.teacher})
            school.follow("概况")
            school.press("开放预报名")
            self.class_id = int(re.findall(r"/classes/(\d+)", school.page.url)[0])
            school.sees("预报名中")

    def sign_up(self, how_many: int | None = None) -> None:
        """The first signs up on a phone from the public menu, the others through their officer."""
        count = self.seats if how_many is None else how_many
        self.laborers = self.town.register(BISHI, count)
        with self.on(self.after(1)):
            self.by_phone(self.laborers[0])
            if count > 1:
                self.by_officer(self.laborers[1:])

    def find_on_menu(self, person: Person) -> None:
        """From the public menu to the class."""
        person.go("/")
        person.press("找课程", {"想学什么": self.title})
        person.follow(self.name)

    def by_phone(self, laborer: Newcomer) -> Person:
        """A laborer signs up alone: at most three screens after the sign-in."""
        phone = self.town.anyone()
        self.find_on_menu(phone)
        phone.follow("我要报名" if phone.page.links("我要报名") else "我要排候补")
        phone.follow("在村里登记过，只用手机号")
        self.town.prove(phone, laborer.phone, button="下一步")
        phone.sees(laborer.name)
        button = "确认报名" if phone.may_press("确认报名") else "排候补"
        phone.press(button, {"我看清楚了": True})
        return phone

    def by_officer(self, laborers: list[Newcomer]) -> None:
        """An officer signs people up who agreed before a witness."""
        officer = self.town.at("township")
        self.find_on_menu(officer)
        officer.follow("替人报名")
        for one in laborers:
            officer.press("查找", {"words": one.name})
            officer.press("下一步：确认本人同意", {"person": [str(one.id)]})
            officer.press("确认报名", {"本人怎样同意的": "见证人", "note": "村干部在村部当面见证。"})
            officer.sees(one.name)
            self.find_on_menu(officer)
            officer.follow("替人报名")

    def at_class(self, login: str) -> Person:
        """Somebody of the cast at the class's page, through their door."""
        person = self.town.at(login)
        person.door("班级")
        if not person.page.links(self.name):
            person.press("查找", {"班名或课程": self.name})
        person.follow(self.name)
        return person

    def filed(self) -> None:
        """The school names posts and files the class."""
        with self.on(self.today, 15):
            school = self.at_class("school")
            school.follow("名单与定岗")
            school.press("自动填上还空着的")
            school.follow("概况")
            school.press("提交申报", {"note": "名单核对过。"})
            school.sees("等培训管理员审批")

    def approved(self) -> None:
        """The officer approves: the four fixes are locked."""
        with self.on(self.after(1)):
            officer = self.at_class("training")
            officer.press("批准开班")
            officer.sees("四定已锁定")
        self.announced()

    def announced(self) -> None:
        """The school sends the list of who is assessed, a week before the day after the last lesson."""
        last = self.town.sessions(self.class_id)[-1][2].astimezone(clock.LOCAL).date()
        with self.on(self.today, 16):
            school = self.town.at("school")
            school.door("考核")
            school.follow(self.name)
            school.follow("报送考核名单")
            school.press("报送名单", {"考核日期": self.town.workday(last, 1).isoformat()})
            school.sees("名单已报送")

    def begun(self) -> None:
        """The school begins the class on its first day."""
        with self.on(self.start_on, 8):
            school = self.at_class("school")
            school.press("开班")
            school.sees("培训中")

    def taught(self, *, absent: tuple[str, ...] = (), lessons: int | None = None) -> None:
        """The teacher writes down the roll of every half-day when it is over."""
        for _number, begins, ends in self.town.sessions(self.class_id)[:lessons]:
            with self.town.moment(ends + timedelta(minutes=5)):
                self.today = begins.astimezone().date()
                self.roll(absent)

    def roll(self, absent: tuple[str, ...] = ()) -> None:
        """One roll-call: all present, then those who are not."""
        teacher = self.town.at(self.caller)
        teacher.door("考勤")
        teacher.follow("点名", within=self.name)
        form, _button = teacher.page.form("记下来")
        fields: dict[str, Value] = {name: "present" for name in form.names if name.startswith("presence-")}
        for row in form.element.xpath(".//fieldset[.//input[starts-with(@name, 'presence-')]]"):
            name = str(row.xpath(".//input/@name")[0])
            if any(one in row.text_content() for one in absent):
                fields[name] = "absent"
        teacher.press("记下来", fields)

    def ended(self) -> None:
        """After the last lesson the school ends the class."""
        last = self.town.sessions(self.class_id)[-1][2]
        with self.town.moment(last + timedelta(minutes=30)):
            school = self.at_class("school")
            school.press("结束培训")
            school.sees("等考评员录成绩")
        self.today = last.astimezone().date()

    def assessed(self, *, failing: tuple[str, ...] = ()) -> None:
        """The assessor enters marks and confirms; who passes follows."""
        with self.on(self.after(1)):
            assessor = self.town.at("assessor")
            assessor.door("考核")
            assessor.follow(self.name)
            form, _button = assessor.page.form("保存成绩")
            fields: dict[str, Value] = {}
            for row in form.element.xpath(".//fieldset[.//input[starts-with(@name, 'points-')]]"):
                low = any(one in row.text_content() for one in failing)
                for name in row.xpath(".//input[@type='text']/@name"):
                    fields[str(name)] = "48" if low else "86"
            assessor.press("保存成绩", fields)
            for _one in failing:
                assessor.press("登记放弃", {"放弃补考的原因": "本人签字不再补考。"})
            assessor.press("确认考核结果")
            assessor.sees("考核结果")

    def certified(self) -> None:
        """The school issues certificates in one step; the worker prints them."""
        with self.on(self.after(1)):
            school = self.town.at("school")
            school.door("证书")
            school.follow(self.name)
            school.press("给合格的人发证")
            self.town.work()

    def verified(self, laborer: Newcomer) -> None:
        """Anyone opens the public page of a certificate: it stands, and the name is masked."""
        school = self.town.at("school")
        school.door("证书")
        school.follow(laborer.name)
        link = school.page.links("公开的查询页")[0]
        school.follow("打开证书")
        assert school.page.kind == "application/pdf"
        anyone = self.town.anyone()
        anyone.go(link)
        anyone.sees("这张证书有效", self.title)
        anyone.misses(laborer.name)

    def taken_up(self) -> None:
        """Who can know confirms that everyone took up what they trained for."""
        with self.on(self.after(3)):
            who = self.town.at(self.kind.confirms)
            for laborer in self.laborers:
                who.door("送岗")
                who.press("查找", {"姓名": laborer.name})
                if not who.page.links(laborer.name):
                    continue
                who.follow(laborer.name)
                who.press("确认上岗", {"哪一天上的岗": self.today.isoformat(), "proof": self.proof(who)})
                who.sees("已上岗")

    def proof(self, who: Person) -> str:
        """The first proof on the form."""
        form, _button = who.page.form("确认上岗")
        return next(iter(form.choices("proof")))
