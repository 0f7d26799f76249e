"""Half an hour of flower arrangement: no claim, nothing taken from the record, a note of attendance only."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from app.demo.story.cast import BISHI
from app.kernel.clock import LOCAL
from tests.journey import facts
from tests.journey.browsing import Person, Value
from tests.journey.kinds import Kind
from tests.journey.town import Town
from tests.journey.walking import Walk

SINCE = date(2026, 7, 6)
MOST_CLICKS = 12


def test_a_taster_ends_with_a_note_and_costs_nobody_anything(town: Town) -> None:
    walk = Walk(town, Kind("taster", "技能体验", occupation="no-code-1"), "半小时插花", SINCE, seats=5)
    offer(walk)
    plan(walk)
    people = walk.laborers = town.register(BISHI, 3)
    with walk.on(walk.after(1)):
        walk.by_phone(people[0]).sees("报上了")
        walk.by_officer(people[1:])
    with town.moment(town.sessions(walk.class_id)[0][1] - timedelta(minutes=10)):
        school = walk.at_class("school")
        school.press("开始体验")
    last = town.sessions(walk.class_id)[0][2]
    with town.moment(last + timedelta(minutes=2)):
        walk.roll(absent=(people[2].name,))
    with town.moment(last + timedelta(minutes=5)):
        school = walk.at_class("school")
        school.press("结束培训")
        school.follow("证书", within="接着办")
        school.press("开参加证明")
        town.work()
        school.door("补贴申领")
        school.misses(walk.name)
    assert facts.books(walk).status == "archived"
    assert facts.books(walk).claim == ""
    assert [facts.uses(walk, one) for one in people] == [0, 0, 0]
    with town.moment(last + timedelta(days=1)):
        phone = town.laborer(people[0].phone)
        phone.door("我的证书")
        phone.follow("下载证明")
        assert phone.page.kind == "application/pdf"
        absent = town.laborer(people[2].phone)
        absent.door("我的证书")
        absent.misses("下载证明")
    with town.moment(last + timedelta(days=2)):
        again(town, walk, last)


def again(town: Town, walk: Walk, last: datetime) -> None:
    """The school holds it again: from its home to everything recorded and everybody invited, counted click by click."""
    come = town.register(BISHI, 4)
    hands = Clicks(town.at("school"))
    hands.person.go("/home")
    hands.door("技能体验")
    hands.follow("再来一次", within=walk.name)
    listed = "\n".join(f"{one.name} {one.phone}" for one in come)
    hands.press(
        "登记体验", {"来的人": listed, "几点结束": (last + timedelta(days=2)).astimezone(LOCAL).strftime("%H:%M")}
    )
    hands.person.sees("技能体验已登记，4 人", *(one.name for one in come))
    assert hands.count <= MOST_CLICKS
    hands.person.door("补贴申领")
    hands.person.misses("半小时插花课第2班")
    assert [facts.uses(walk, one) for one in come] == [0, 0, 0, 0]


class Clicks:
    """Somebody's hand: every door, link and button is a click, and so is every field that is filled in."""

    def __init__(self, person: Person) -> None:
        self.person, self.count = person, 0

    def door(self, words: str) -> None:
        """One click on a door."""
        self.count += 1
        self.person.door(words)

    def follow(self, words: str, *, within: str = "") -> None:
        """One click on a link."""
        self.count += 1
        self.person.follow(words, within=within)

    def press(self, button: str, fields: Mapping[str, Value]) -> None:
        """A click into each field, one on the button."""
        self.count += 1 + len(fields)
        self.person.press(button, fields)


def offer(walk: Walk) -> None:
    """A course of one short hour."""
    with walk.on(walk.since):
        school = walk.town.at("school")
        school.door("课程")
        school.follow("新建课程")
        school.press(
            "保存并提交",
            {
                "课程名称": walk.title,
                "职业（工种）": walk.kind.occupation,
                "等级": "不分等级",
                "教学大纲": "选花、修枝、插一盆。",
                "理论": 0,
                "实操": 1,
                "在哪里上课": "到校或进村",
                "培训模式": walk.kind.words,
            },
        )
        officer = walk.town.at("training")
        officer.door("课程")
        officer.follow(walk.title)
        officer.press("上菜单")


def plan(walk: Walk) -> None:
    """A class of one session of thirty minutes."""
    with walk.on(walk.since, 14):
        walk.start_on = walk.after(4)
        school = walk.town.at("school")
        school.door("班级")
        school.follow("排一个班")
        day = walk.start_on.isoformat()
        told: dict[str, Value] = {
            "课程": walk.title,
            "培训地点": "湄江村农民夜校",
            "名额": walk.seats,
            "班名": walk.name,
        }
        school.press("保存", {**told, "开班日期": day, "结束日期": day})
        school.press("排课", {"理论教师": "马向前", "实操教师": "马向前"})
        school.follow("概况")
        school.press("开放预报名")
        walk.class_id = int(school.page.url.split("/")[2].split("?")[0])
