"""A village officer with thirty people: checked, signed up in one go, told, asked aloud; and one who never agreed."""

import re
from datetime import date, timedelta

import pytest

from app.demo.story.cast import BISHI
from app.kernel.database import db, transaction
from app.people.models import Exclusion
from app.people.models import Person as Laborer
from tests.journey import facts
from tests.journey.browsing import Person
from tests.journey.kinds import KINDS
from tests.journey.town import Newcomer, Town
from tests.journey.walking import Walk

SINCE = date(2026, 10, 12)
GUARDIAN_PHONE = "19922220009"


@pytest.mark.timeout(600)
def test_an_officer_signs_up_thirty_people_and_one_of_them_never_agreed(town: Town) -> None:
    walk = Walk(town, KINDS["farm_skills"], "三十人班", SINCE, seats=28)
    walk.course()
    walk.planned()
    people = walk.laborers = town.register(BISHI, 30)
    pensioner, phoneless, _first, sharing, ward = people[:5]
    with town.app.app_context(), transaction():
        rows = {one.id: db.session.get_one(Laborer, one.id) for one in people}
        rows[pensioner.id].exclusion = Exclusion.PENSIONER
        rows[phoneless.id].phone = None
        rows[sharing.id].phone = people[2].phone
        rows[ward.id].guardian_name, rows[ward.id].guardian_relation = "监护某", "母亲"
        rows[ward.id].guardian_phone = GUARDIAN_PHONE
    with walk.on(walk.after(1)):
        send_in_one_go(walk, people, pensioner)
        asked_aloud(walk, phoneless)
        denied = people[6]
        say_no(walk, denied)
    with walk.on(walk.after(1)):
        stays(walk, denied)
        decided(walk, denied)
    assert facts.uses(walk, denied) == 0
    assert facts.uses(walk, people[7]) == 1
    assert facts.uses(walk, pensioner) == 0


def send_in_one_go(walk: Walk, people: list[Newcomer], pensioner: Newcomer) -> None:
    """Paste the list, read why one may not, send the others; a stranger's name is said to be unknown."""
    officer = walk.town.at("township")
    walk.find_on_menu(officer)
    officer.follow("资格预检")
    lines = [f"{place}. {one.name} {one.phone}" for place, one in enumerate(people, start=1)]
    officer.press("查一查", {"名单": "\n".join([*lines, "查无此人"])})
    officer.sees("R05", "已领取养老金人员", "名册里没有")
    officer.press("下一步：确认本人同意")
    officer.sees("这次报 29 人", "监护某", "没有电话，第一次上课时还要当面问一次", "名额不够")
    officer.misses(pensioner.name)
    officer.press("确认报名", {"本人怎样同意的": "见证人", "note": "村干部在村部当面见证。"})
    officer.sees("已报上 28 人，候补 1 人")


def asked_aloud(walk: Walk, phoneless: Newcomer) -> None:
    """Whoever has no phone is on the officer's list."""
    officer = walk.town.at("township")
    officer.door("当面问同意")
    officer.sees(phoneless.name)
    officer.press(f"同意{phoneless.name}")
    officer.misses(phoneless.name)


def say_no(walk: Walk, denied: Newcomer) -> None:
    """The link out of the message, opened on some phone that is signed in nowhere: look, then one button."""
    phone = walk.town.anyone()
    phone.go(link_of(walk, denied))
    phone.sees(walk.name, "不是我要报的")
    phone.misses(denied.name)
    phone.press("不是我要报的")
    phone.sees("已经记下")


def link_of(walk: Walk, one: Newcomer) -> str:
    """The address in the newest message to a phone that has one."""
    reader: Person = walk.town.anyone()
    reader.go("/outbox")
    while True:
        rows = [" ".join(str(row.text_content()).split()) for row in reader.page.root.xpath("//tr")]
        found = [re.search(r"/no/[\w-]+", row) for row in rows if one.phone[-4:] in row]
        links = [match.group() for match in found if match]
        if links or not reader.page.links("下一页"):
            assert links, f"no link for {one.name} in the outbox"
            return links[0]
        reader.follow("下一页")


def stays(walk: Walk, denied: Newcomer) -> None:
    """While it is looked into, the officer can't take the person out."""
    officer = walk.town.at("township")
    officer.door("报名")
    officer.press("查找", {"word": denied.name})
    officer.follow(denied.name)
    officer.sees("正在核查")
    assert not officer.may_press("替本人退出")


def decided(walk: Walk, denied: Newcomer) -> None:
    """A training officer looks into it; the seat is offered to whoever waits."""
    officer = walk.town.at("training")
    officer.door("否认报名")
    officer.follow(denied.name)
    officer.sees("何立民")
    reason = "打电话问过，人在外地，没有按过手印。"
    officer.press("写下结论", {"核查结论": "查实", "怎样查清的": reason})
    officer.sees("查实，不是本人的意思", reason)
    township = walk.town.at("township")
    walk.find_on_menu(township)
    township.follow("看谁报了名")
    township.sees("轮到候补")
    auditor = walk.town.at("auditor")
    auditor.go("/denials")
    auditor.sees("何立民")
    assert walk.today >= SINCE + timedelta(days=1)
