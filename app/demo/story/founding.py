"""Chapter three: schools furnish themselves and come onto the list; finance opens the year's budgets."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

from app.accounts import service as accounts
from app.accounts.models import User
from app.demo.story.cast import BISHI, CHANGLE, FUSHOUSHAN, JIAYI, MEIJIANG, MILUO, PINGJIANG, VILLAGES
from app.demo.story.invented import bank_account, id_number
from app.demo.story.offering import MENU
from app.demo.story.telling import Chapter, Tale
from app.kernel.access import Actor
from app.kernel.database import db
from app.ledger import service as ledger
from app.schools import queries, service
from app.schools.models import MachineKind, Site, SiteKind
from app.schools.service import NewInstructor, NewSchool, NewSite

MONEY = {MILUO: 60_000_000, PINGJIANG: 30_000_000}
"""Fen appropriated to each county a year."""
ROOMS = {
    "yard": (("201 教室", 40), ("202 教室", 36), ("实操场", 40)),
    "studio": (("大厅", 32), ("样板间", 20)),
    "meijiang-room": (("东间", 30), ("西间", 24)),
}
EXCAVATORS, AT_ONCE = 8, 5
SOURCE = "就业补助资金（职业培训补贴）"


@dataclass(frozen=True, slots=True)
class Furnishing:
    """What a school has: its licence, its sites by key, its teachers and its assessor by login or bare name."""

    key: str
    officer: str
    license_number: str
    scope: str
    sites: tuple[tuple[str, NewSite], ...]
    teachers: tuple[tuple[str, str, str], ...]
    """Key, login ("" for somebody without an account) or name, qualification."""
    assessor: tuple[str, str]


FURNISHINGS = (
    Furnishing(
        "school",
        "training",
        "人社民 4306814000021 号",
        "工程机械、水产养殖、建筑类职业技能培训",
        (
            ("yard", NewSite("弼时实训场", BISHI, "弼时镇湄江路 12 号", 40, keeper_name="许春燕")),
            ("pond", NewSite("马桥稻田基地", VILLAGES[CHANGLE][0], "马桥村 5 组稻田边", 30, SiteKind.FIELD_OR_POND)),
            ("meijiang", NewSite("湄江村农民夜校", MEIJIANG, "湄江村村部二楼", 36, SiteKind.VILLAGE_ROOM)),
        ),
        (
            ("ma", "teacher", "工程机械操作高级技师"),
            ("qian", "钱塘生", "水产养殖工程师"),
            ("tan", "谈小溪", "水产技术员"),
            ("zuo", "左明亮", "砌筑工高级技师"),
        ),
        ("assessor", "国家职业技能等级考评员"),
    ),
    Furnishing(
        "school-qiaoshou",
        "training",
        "人社民 4306814000035 号",
        "家政服务、育婴、手工编织、插花培训",
        (
            ("studio", NewSite("巧手实训室", "430681119", "高泉路 35 号三楼", 32, keeper_name="戴小兰")),
            ("meijiang-room", NewSite("湄江村便民活动室", MEIJIANG, "湄江村村部一楼", 30, SiteKind.VILLAGE_ROOM)),
        ),
        (
            ("gan", "teacher-qiaoshou", "育婴员高级"),
            ("mo", "莫晓棠", "家政服务技师"),
            ("cen", "岑立秋", "环卫管理工程师"),
            ("hua", "花如意", "花艺师"),
            ("qiu", "邱桂兰", "手工编织传承人"),
        ),
        ("assessor-qiaoshou", "国家职业技能等级考评员"),
    ),
    Furnishing(
        "school-pingjiang",
        "training-pingjiang",
        "人社民 4306264000012 号",
        "林下经济、农村电商培训",
        (
            ("grove", NewSite("加义林下基地", VILLAGES[JIAYI][0], "潭湾村林场", 30, SiteKind.FIELD_OR_POND)),
            ("net-room", NewSite("尚山村电脑室", VILLAGES[FUSHOUSHAN][0], "尚山村村部", 24, SiteKind.VILLAGE_ROOM)),
        ),
        (("ling", "teacher-pingjiang", "林业工程师"), ("du", "堵亮", "电子商务师"), ("shan", "单青禾", "林业技师")),
        ("assessor-pingjiang", "国家职业技能等级考评员"),
    ),
)


COORDINATES = {
    "yard": ("28.543200", "113.197400"),
    "pond": ("28.792600", "113.286100"),
    "meijiang": ("28.551800", "113.203900"),
    "studio": ("28.803500", "113.069800"),
    "meijiang-room": ("28.551600", "113.203700"),
    "grove": ("28.634900", "113.752300"),
    "net-room": ("28.498700", "113.723400"),
}
"""Latitude and longitude of the invented places."""
RADIUS_M = 300


def furnishing(tale: Tale) -> Chapter:
    """Each school writes down its licence, sites and staff, asks to be listed, and is listed."""
    yield tale.at(-89, 9)
    for plan in FURNISHINGS:
        _furnish(tale, plan)
    yield tale.at(-88, 15)
    for plan in FURNISHINGS:
        school, by = tale.schools[plan.key], tale.who(plan.officer)
        service.enlist(school, by=by, note="现场看过，场地、师资、证照齐全。")
        for row in queries.listings_of(school.id):
            service.grant_listing(row, school.license_from_on, school.license_until_on, by=by)
        _look_at_places(tale, plan)


def _look_at_places(tale: Tale, plan: Furnishing) -> None:
    """The officer has been to every village's place before a class is held there."""
    for key, _site in plan.sites:
        if tale.sites[key].in_village:
            seen = service.NewPlaceCheck(tale.workday(-88), exists=True, fit=True, note="水电、桌椅、厕所都有。")
            service.check_place(tale.sites[key], seen, by=tale.who(plan.officer))


def _equip(tale: Tale, plan: Furnishing, by: Actor) -> None:
    """Places with several rooms, so that two classes may be there at once; the training ground has its excavators."""
    for key, _site in plan.sites:
        for name, seats in ROOMS.get(key, ()):
            service.add_room(tale.sites[key], service.NewRoom(name, seats), by=by)
    if "yard" in dict(plan.sites):
        _park(tale.sites["yard"], tale.today.year, by)


def _park(yard: Site, year: int, by: Actor) -> None:
    for number in range(1, EXCAVATORS + 1):
        label = f"{number} 号挖掘机"
        machine = service.NewMachine(MachineKind.EXCAVATOR, label, AT_ONCE, date(year + 2, 6, 30))
        service.add_machine(yard, machine, by=by)


def _furnish(tale: Tale, plan: Furnishing) -> None:
    by = tale.who(plan.key)
    year = tale.today.year
    facts = NewSchool(plan.license_number, date(year - 2, 1, 1), date(year + 3, 12, 31), plan.scope)
    school = service.register_school(tale.organizations[plan.key], facts, by=by)
    tale.schools[plan.key] = school
    for key, site in plan.sites:
        tale.sites[key] = service.add_site(school, _located(key, site), by=by)
    _equip(tale, plan, by)
    for key, who, qualification in plan.teachers:
        tale.instructors[key] = service.add_instructor(school, _teacher(tale, who, qualification), by=by)
    login, qualification = plan.assessor
    assessor = _teacher(tale, login, qualification, assesses=True)
    tale.instructors[login] = service.add_instructor(school, assessor, by=by)
    for code, level in sorted({(offer.occupation, offer.level) for offer in MENU if offer.school == plan.key}):
        service.ask_listings(school, code, [level], by=by)
    service.file(school, by=by)


def _located(key: str, site: NewSite) -> NewSite:
    latitude, longitude = COORDINATES[key]
    return replace(site, latitude=Decimal(latitude), longitude=Decimal(longitude), radius_m=RADIUS_M)


def _teacher(tale: Tale, who: str, qualification: str, *, assesses: bool = False) -> NewInstructor:
    user = db.session.get_one(User, tale.who(who).user_id) if who.isascii() else None
    return NewInstructor(
        user.name if user else who,
        qualification,
        id_number(Random(who), 45, tale.today, set()),  # noqa: S311  # an invented person, always the same
        teaches=not assesses,
        assesses=assesses,
        user_id=user.id if user else None,
    )


def ownership(tale: Tale) -> Chapter:
    """One school has a workshop's owner; another changes its account; a third asks to train for more."""
    yield tale.at(-87, 10)
    workshop, by = tale.organizations["workshop"], tale.who("school-qiaoshou")
    service.declare_firm(
        tale.schools["school-qiaoshou"],
        owner_name="戴明辉",
        firm_name=workshop.name,
        credit_code=workshop.credit_code,
        by=by,
    )
    yield tale.at(-3, 16)
    service.ask_listings(tale.schools["school"], "6-18-02-04", [4, 3], by=tale.who("school"))
    asked = {"bank_name": "示例银行加义支行", "bank_account": bank_account(77), "reason": "基本户从县城迁到镇上支行"}
    accounts.ask_bank_change(tale.organizations["school-pingjiang"], by=tale.who("school-pingjiang"), **asked)
    site = NewSite("马桥村祠堂", VILLAGES[CHANGLE][0], "马桥村 2 组", 40, SiteKind.VILLAGE_ROOM, keeper_name="钟守田")
    service.add_site(tale.schools["school"], site, by=tale.who("school"))


def budgets(tale: Tale) -> Chapter:
    """Finance opens the budgets of both counties, for every year that the story touches, and puts money in."""
    years = sorted({tale.workday(-92).year, tale.today.year, tale.workday(60).year})
    yield tale.at(-90, 10)
    by = tale.who("finance")
    for year in years:
        for region, amount_fen in MONEY.items():
            budget = ledger.open_budget(region, SOURCE, year, by=by)
            ledger.appropriate(budget, amount_fen, by=by, note=f"{year} 年指标下达")
            tale.budgets[region, year] = budget
    yield tale.at(-30, 10)
    ledger.appropriate(tale.budgets[MILUO, tale.today.year], 10_000_000, by=tale.who("finance"), note="追加指标")
    asked = ledger.ask_quota(
        tale.budgets[MILUO, tale.today.year], 20_000_000, by=tale.who("finance"), basis="下半年提前下达通知（示例）"
    )
    yield tale.at(-29, 10)
    ledger.authorize_quota(asked, by=tale.who("signer"), note="同意先按此数安排开班")
    yield tale.at(-2, 10)
    ledger.ask_quota(
        tale.budgets[MILUO, tale.today.year], 8_000_000, by=tale.who("finance"), basis="四季度追加（示例）"
    )
