"""A survey round from the township's desk to the village's doorsteps, and what the officer's day makes of it."""

from datetime import date, timedelta

import pytest

from app.demo.story.cast import BISHI, MEIJIANG
from app.kernel import clock
from tests.journey.browsing import Person
from tests.journey.town import Newcomer, Town

DAY = date(2026, 10, 20)


@pytest.mark.timeout(600)
def test_a_round_is_opened_asked_on_paper_and_by_phone_and_leads_to_an_offer(town_of_its_own: Town) -> None:
    town = town_of_its_own
    people = town.register(BISHI, 6)
    with town.moment(clock.moment_of(DAY, 9)):
        runner = town.at("township")
        opened(runner)
        town.work()
        village = town.at("village")
        lost, missed, typed_in = here(village, people)[:3]
        asked(village, lost)
        not_there(village, missed)
        from_paper(village, typed_in)
        counted(runner)
        offered(village, lost)


def opened(officer: Person) -> None:
    """Draft a round for the village, read it over, open it."""
    officer.door("摸底")
    officer.follow("新的摸底")
    due = (DAY + timedelta(days=14)).isoformat()
    facts = {"名称": "秋收后摸底", "哪天以前问完": due, "places": [MEIJIANG], "另外要问的问题": "过年回不回来（是否）"}
    officer.press("存好，先看一遍", facts)
    officer.sees("还没有开始", "过年回不回来", "现在做什么")
    officer.press("开始摸底")
    officer.sees("卡片还在生成")


def here(officer: Person, people: list[Newcomer]) -> list[Newcomer]:
    """Who of the newcomers has a card that waits."""
    officer.door("摸底")
    officer.follow("秋收后摸底")
    officer.follow("去摸底")
    return [one for one in people if officer.page.links(one.name)]


def card(officer: Person, one: Newcomer) -> None:
    """Open the card of one person."""
    officer.door("摸底")
    officer.follow("秋收后摸底")
    officer.follow("去摸底")
    officer.follow(one.name)


def asked(officer: Person, one: Newcomer) -> None:
    """At the door: without work since, would like to learn."""
    card(officer, one)
    officer.press("存好", {"work_status": "未就业", "willing": "愿意就业", "wish": "烹饪", "q1": "是"})
    officer.sees(f"{one.name} 的卡存好了")


def not_there(officer: Person, one: Newcomer) -> None:
    """Nobody opens; the reason is chosen."""
    card(officer, one)
    officer.press("记下没联系上", {"reason": "人在外地"})
    officer.sees("没联系上")


def from_paper(officer: Person, one: Newcomer) -> None:
    """Printed, taken along, typed in as a sheet."""
    officer.door("摸底")
    officer.follow("秋收后摸底")
    officer.follow("打印、补录")
    sheet = officer.page.url
    assert officer.press("打印待走访的").kind == "application/pdf"
    officer.go(sheet)
    officer.follow("补录", within="湄江村")
    form, _button = officer.page.form("存这一张")
    officer.sees(one.name)
    officer.press("存这一张", {next(name for name in form.names if name.endswith("-work_status")): "务农"})
    officer.sees("补录了 1 张卡")


def counted(officer: Person) -> None:
    """The round's page says how far it came, and why not everybody was reached."""
    officer.door("摸底")
    officer.follow("秋收后摸底")
    officer.sees("已摸底", "湄江村", "人在外地，家人说不清")


def offered(officer: Person, one: Newcomer) -> None:
    """Whoever lost work stands on the day's list, and leaves it by an offer."""
    officer.door("今日工作")
    officer.follow("没活干、还没推荐")
    officer.sees(one.name)
    officer.follow("推荐岗位", within=one.name)
    officer.press("记好", {"result": "愿意去", "哪个岗位、哪门课": "编织车间计件工"})
    officer.sees(f"{one.name} 的服务记好了")
    assert not officer.page.links("推荐岗位", within=one.name)
    officer.door("服务记录")
    officer.sees("编织车间计件工")
