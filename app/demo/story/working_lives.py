"""What people do, wish and need; and what goes wrong with who they are: a number, a phone, one registered twice."""

import random
from datetime import date, timedelta
from typing import Any

from app.demo.story.invented import id_number, phone
from app.demo.story.telling import Tale
from app.people import service
from app.people.models import (
    Ability,
    ChangeSource,
    Health,
    Person,
    ServiceNeed,
    Willing,
    WishKind,
    WishOutcome,
    WorkStatus,
)
from app.people.rules import check_character
from app.people.service import NewPerson, NewWish, PersonChanges

VILLAGE = "430681107225"
EMPLOYERS = ("示例电子厂", "示例竹木加工厂", "示例家政公司")
PLACES = ("广东东莞", "浙江义乌", "长沙市")
SKILLS = (("泥瓦工",), ("驾驶", "装载机"), ("做饭",), ())
MINOR_AGE, DOUBLE_AGE, OLD_AGE, GUEST_AGE = 17, 44, 39, 36
TAIWAN = "830000"


def work_facts(work: WorkStatus, number: int, today: date) -> dict[str, Any]:
    """What an officer writes down of somebody's work; the running number makes them differ."""
    since = today - timedelta(days=20 + number * 7 % 700)
    told: dict[str, Any] = {
        "work_since_on": since,
        "willing": Willing.WILLING if number % 4 else Willing.UNSURE,
        "skills": SKILLS[number % len(SKILLS)],
        "ability": Ability.PARTLY if number % 17 == 0 else Ability.ABLE,
        "health": Health.CHRONIC if number % 17 == 0 else Health.GOOD,
    }
    if work == WorkStatus.EMPLOYED:
        told |= {"employer_name": EMPLOYERS[number % 3], "wage_fen": 280_000 + number % 9 * 20_000}
    if work == WorkStatus.UNEMPLOYED:
        told |= {"unemployed_since_on": since, "service_needs": (ServiceNeed.JOB_RECOMMENDATION, ServiceNeed.TRAINING)}
    if work == WorkStatus.AWAY:
        told |= {"away_where": PLACES[number % 3], "wage_fen": 450_000 + number % 9 * 20_000}
    if work in (WorkStatus.AWAY, WorkStatus.WAITING_TO_RETURN):
        told["back_on"] = today + timedelta(days=30 + number % 60)
    return told


def strangers(tale: Tale, taken: set[str]) -> None:
    """In the story's village: a minor with a guardian, a permit of Taiwan, a changed number, one registered twice."""
    by, bureau, mother = tale.who("township"), tale.who("training"), tale.people["family-mother"]
    chance = random.Random(MINOR_AGE)  # noqa: S311  # a story, no secret; of its own, so that the rest stays as it was

    def register(name: str, age: int, **more: Any) -> Person:
        number = more.pop("number", None) or id_number(chance, age, tale.today, taken)
        facts = {"name": name, "id_number": number, "region_code": VILLAGE, "address": "湄江村 3 组", **more}
        return service.find_or_register(NewPerson(**facts), by=by)

    guardian = {"guardian_name": mother.name, "guardian_relation": "母亲", "guardian_phone": mother.phone or ""}
    register("余小满", MINOR_AGE, **guardian)
    body = f"{TAIWAN}{tale.today.year - GUEST_AGE}0305000"
    register("林示例", GUEST_AGE, number=body + check_character(body), phone=phone(61))
    changed = register("段满香", OLD_AGE, phone=phone(62))
    number = id_number(chance, OLD_AGE, tale.today, taken)
    service.change_number(changed, number, by=by, reason="原号码重号，公安机关换发", document="派出所证明")
    twice, again = register("龚立群", DOUBLE_AGE, phone=phone(63)), register("龚立群", DOUBLE_AGE)
    service.merge(twice, again, by=bureau, reason="户口本上是同一个人，第二次登记时号码写错")
    service.claim_phone(twice, phone(64), by=by, name="龚立群", source=ChangeSource.PERSON)
    service.tell_wish(twice, NewWish(WishKind.PLACE, "本镇"), by=by)
    wage = service.tell_wish(twice, NewWish(WishKind.WAGE, "450000"), by=by)
    service.answer_wish(wage, WishOutcome.OFFERED, by=by, answer="推荐了示例电子厂")
    service.change(twice, PersonChanges(work_status=WorkStatus.UNEMPLOYED, skills=("驾驶",)), by=by, reason="上门摸底")
