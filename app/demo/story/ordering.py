"""Chapter four: employers, a workshop, a cooperative, the village and the bureau say whom they need."""

from dataclasses import dataclass, field
from typing import Any

from app.demo.story.cast import BISHI, CHANGLE, MEIJIANG, MILUO, VILLAGES
from app.demo.story.telling import Chapter, Tale
from app.orders import service
from app.orders.models import Order
from app.orders.rules import OrderFacts, OrderKind, PayBasis

YUAN = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order of the story; pay in yuan; `starts` in working days after today."""

    key: str
    company: str
    kind: OrderKind
    occupation: str
    title: str
    headcount: int
    region: str
    workplace: str
    pay: tuple[float, float]
    abilities: str
    starts: int = 30
    more: dict[str, Any] = field(default_factory=dict)


PIECE: dict[str, Any] = {"pay_basis": PayBasis.PIECE, "bought_back": True}
SUPPLIED: dict[str, Any] = {**PIECE, "materials_supplied": True, "home_based": True}
EXCAVATOR, CARE, HOME, AQUATIC = "6-30-05-05", "4-10-01-01", "4-10-01-06", "5-04-01-01"
K = OrderKind
VERIFIED = (
    Wanted(
        "excavators",
        "employer",
        K.HIRING,
        EXCAVATOR,
        "挖掘机操作工",
        24,
        MILUO,
        "汨罗高新区各工地",
        (5200, 7800),
        "会开 20 吨以下挖掘机，能平整场地、挖沟、装车，懂安全操作。",
    ),
    Wanted(
        "care",
        "employer-home",
        K.HIRING,
        CARE,
        "育婴员",
        30,
        MILUO,
        "汨罗城区雇主家中",
        (3800, 6000),
        "会照料 0–3 岁婴幼儿的饮食起居，懂常见意外的预防。",
    ),
    Wanted(
        "home",
        "employer-home",
        K.HIRING,
        HOME,
        "家政服务员",
        40,
        MILUO,
        "汨罗城区、长沙东",
        (3500, 5500),
        "会收纳、做家常菜、照看老人，守时讲卫生。",
    ),
    Wanted(
        "weaving",
        "workshop",
        K.PIECEWORK,
        "no-code-2",
        "竹木提篮手工编织",
        40,
        BISHI,
        "湄江村村部旁车间，也可以领回家做",
        (6, 9),
        "手指灵活，会起底、编身、收口，一天能编十只以上。",
        more={**SUPPLIED, "pay_unit": "只"},
    ),
    Wanted(
        "crayfish",
        "cooperative",
        K.JOINT_PRODUCTION,
        AQUATIC,
        "生态小龙虾",
        30,
        CHANGLE,
        "各户稻田，合作社上门收",
        (14, 22),
        "会开沟、种草、投苗、投喂，捕大留小。",
        more={**PIECE, "pay_unit": "斤"},
    ),
    Wanted(
        "cleaning",
        "village-posts",
        K.PUBLIC_WELFARE,
        "4-10-01-06",
        "村道保洁员",
        20,
        MEIJIANG,
        "湄江村各组村道、塘坝",
        (900, 900),
        "身体能吃得消，熟悉本村道路，会垃圾分类。",
    ),
    Wanted(
        "project",
        "bureau-miluo",
        K.PROJECT,
        EXCAVATOR,
        "挖掘机操作项目制培训",
        30,
        MILUO,
        "汨罗市各乡镇工地",
        (4800, 7000),
        "脱贫户和就业困难人员优先，学会挖掘机操作。",
    ),
)
OTHERS = (
    Wanted(
        "welders",
        "employer",
        K.HIRING,
        "6-18-02-04",
        "钢结构焊工",
        12,
        MILUO,
        "汨罗高新区 2 号车间",
        (5000, 7500),
        "会平焊、立焊，能看简单图纸。",
    ),
    Wanted(
        "nannies",
        "employer-home",
        K.HIRING,
        HOME,
        "住家保姆",
        10,
        MILUO,
        "汨罗城区",
        (4200, 5200),
        "能住家，会照看老人。",
    ),
    Wanted(
        "rush-mats",
        "workshop",
        K.PIECEWORK,
        "no-code-2",
        "草席编织",
        15,
        VILLAGES[BISHI][1],
        "明月山村，也可以在家做",
        (18, 25),
        "会手工编席。",
        more={**SUPPLIED, "pay_unit": "床"},
    ),
    Wanted(
        "rice-ducks",
        "cooperative",
        K.JOINT_PRODUCTION,
        "5-03-02-02",
        "稻田鸭",
        12,
        CHANGLE,
        "各户稻田",
        (9, 12),
        "会养稻田鸭。",
        more={**PIECE, "pay_unit": "斤"},
    ),
)


def orders(tale: Tale) -> Chapter:
    """What the coming classes need: placed, looked into, verified."""
    yield tale.at(-86, 9)
    for wanted in VERIFIED:
        _draft(tale, wanted)
    yield tale.at(-86, 14)
    for wanted in VERIFIED:
        service.place(tale.orders[wanted.key], by=tale.who(_hand(wanted)))
    yield tale.at(-83, 10)
    for wanted in VERIFIED:
        note = "到单位看过，岗位属实。" if wanted.kind is not K.PROJECT else "年度项目，已列入计划。"
        service.verify(tale.orders[wanted.key], by=tale.who("training"), note=note)


def other_orders(tale: Tale) -> Chapter:
    """Orders that are still on their way: one waits, one came back, one is a draft, one was withdrawn."""
    yield tale.at(-9, 9)
    for wanted in OTHERS:
        _draft(tale, wanted)
    yield tale.at(-9, 10)
    for wanted in OTHERS[:2] + OTHERS[3:]:
        service.place(tale.orders[wanted.key], by=tale.who(wanted.company))
    yield tale.at(-6, 10)
    reason = "工资没有写明是否包吃住，人数和你单位上次的订单重复，请核对后再报。"
    service.send_back(tale.orders["nannies"], reason=reason, by=tale.who("training"))
    yield tale.at(-4, 16)
    service.withdraw(tale.orders["rice-ducks"], reason="今年收购计划有变，明年再下订单。", by=tale.who("cooperative"))


def _hand(wanted: Wanted) -> str:
    """Who writes it: the organization itself, or for the bureau's project the second officer."""
    return "training-deputy" if wanted.kind is K.PROJECT else wanted.company


def _draft(tale: Tale, wanted: Wanted) -> Order:
    low, high = wanted.pay
    says: dict[str, Any] = {"pay_basis": PayBasis.MONTHLY, **wanted.more}
    facts = OrderFacts(
        kind=wanted.kind,
        occupation_id=tale.occupation(wanted.occupation),
        title=wanted.title,
        headcount=wanted.headcount,
        region_code=wanted.region,
        workplace=wanted.workplace,
        pay_from_fen=round(low * YUAN),
        pay_to_fen=round(high * YUAN),
        start_on=tale.workday(wanted.starts),
        abilities=wanted.abilities,
        relations_note="无",
        **says,
    )
    organization = tale.organizations[wanted.company]
    order = service.draft(facts, organization_id=organization.id, by=tale.who(_hand(wanted)))
    tale.orders[wanted.key] = order
    return order
