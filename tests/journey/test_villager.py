"""A villager with a small phone: new to the register and in the elder view; and one whose phone is another by now."""

from datetime import date

from app.demo.story.cast import BISHI
from app.kernel.database import db
from app.people.models import Person as Laborer
from tests.journey.browsing import Person
from tests.journey.kinds import Kind
from tests.journey.test_taster import offer, plan
from tests.journey.town import Newcomer, Town
from tests.journey.walking import Walk
from tests.making.people import id_number

SINCE = date(2026, 8, 3)
NEW_NUMBER, NEW_PHONE, OTHER_PHONE = id_number(date(1981, 2, 3), area="430923"), "19911110001", "19911110002"


def test_a_villager_comes_alone_from_the_menu_to_a_seat(town: Town) -> None:
    walk = Walk(town, Kind("taster", "技能体验", occupation="no-code-1"), "村里插花", SINCE, seats=5)
    offer(walk)
    plan(walk)
    known = town.register(BISHI, 1)[0]
    with walk.on(walk.after(1)):
        a_new_one_in_the_elder_view(walk)
        with_another_phone(walk, known)


def a_new_one_in_the_elder_view(walk: Walk) -> None:
    """Village, picture, class; number, phone, code; name and three answers; four parts to read: a page each."""
    phone = walk.town.anyone()
    phone.go("/")
    phone.press("长辈版")
    phone.follow("选我的村")
    for place in ("汨罗市", "弼时镇"):
        phone.follow(place)
    phone.press("湄江村")
    phone.sees("湄江村")
    phone.follow("插花")
    phone.follow(walk.name)
    phone.follow("我要报名")
    phone.press("下一步", {"身份证号码": NEW_NUMBER})
    walk.town.prove(phone, NEW_PHONE, button="下一步")
    for answer in ({"姓名": "周阿婆"}, {"读到哪里": "小学"}, {"现在做什么": "在家种田"}, {}):
        phone.press("下一步", dict(answer))
    for _part in range(3):
        phone.sees(walk.name)
        phone.follow("看懂了，下一条")
    phone.press("确认报名", {"我看清楚了": True})
    phone.sees("报上了")


def with_another_phone(walk: Walk, known: Newcomer) -> None:
    """Nothing happens until the village officer has called; then the new phone is theirs."""
    with walk.town.app.app_context():
        number = db.session.get_one(Laborer, known.id).id_number
    phone = walk.town.anyone()
    signs_up_to(walk, phone)
    phone.press("发验证码", {"身份证号码": number, "手机号码": OTHER_PHONE})
    phone.press("下一步", {"验证码": walk.town.code_for(OTHER_PHONE)})
    for place in ("汨罗市", "弼时镇"):
        phone.follow(place)
    phone.press("湄江村")
    phone.press("下一步", {"姓名": known.name, "读到哪里": "初中", "现在做什么": "在家种田"})
    phone.sees("请村里核对一下")
    officer = walk.town.at("township")
    officer.go("/phone-claims")
    officer.follow(known.name)
    officer.press("是本人的，换成这个号码", {"note": "打电话问过本人"})
    phone = walk.town.anyone()
    signs_up_to(walk, phone)
    phone.press("发验证码", {"身份证号码": number, "手机号码": OTHER_PHONE})
    phone.press("下一步", {"验证码": walk.town.code_for(OTHER_PHONE)})
    phone.sees(known.name)
    phone.press("确认报名", {"我看清楚了": True})
    phone.sees("报上了")


def signs_up_to(walk: Walk, phone: Person) -> None:
    """From the menu to the question who one is."""
    walk.find_on_menu(phone)
    phone.follow("我要报名")
