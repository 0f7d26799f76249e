"""The rows of one invented family: its people, their groups with evidence, their wishes, and the events that say so."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.kernel import clock
from app.people.models import Ability, Education, Group, Health, HouseholdKind, ServiceNeed, Trade, Willing, WorkStatus
from app.people.models import WishKind as Kind
from app.people.simulation.inventing import Inventor, Marks

Row = dict[str, Any]
WORK = {"employed": 33, "away": 30, "farming": 20, "unemployed": 9, "waiting_to_return": 8}
SCHOOLING = {"primary": 18, "junior": 47, "senior": 25, "college": 10}
EMPLOYERS = ("岳阳示例纺织厂", "汨罗示例食品公司", "示例家政服务部", "平江示例电子厂", "示例物流园", "示例帮扶车间")
PLACES = ("广东东莞", "广东深圳", "湖南长沙", "浙江宁波", "福建晋江", "湖北武汉", "岳阳城区")
SKILLS = ("做饭", "缝纫", "带孩子", "开车", "电脑打字", "种菜", "砌墙", "焊接")
DATES = ("农闲时", "上半年", "下半年", "周末", "随时都行")
EVIDENCE = {
    Group.LIFTED_OUT_OF_POVERTY: ("脱贫户名册", 12),
    Group.WATCHED_HOUSEHOLD: ("监测对象名册", 3),
    Group.RURAL_TRANSFER: ("户口簿", 38),
    Group.REGISTERED_UNEMPLOYED: ("就业创业证", 7),
    Group.HARD_TO_EMPLOY: ("就业困难人员认定表", 4),
    Group.SCHOOL_LEAVER: ("毕业证", 2),
    Group.DISABLED: ("残疾人证", 3),
    Group.VETERAN: ("退役证", 1),
}
"""What is shown for a group, and how many in a hundred belong to it."""
SURE = {
    HouseholdKind.LIFTED_OUT_OF_POVERTY: Group.LIFTED_OUT_OF_POVERTY,
    HouseholdKind.WATCHED: Group.WATCHED_HOUSEHOLD,
}
"""The group that everybody of such a household belongs to."""
TABLES = ("households", "people", "heads", "group_memberships", "wishes", "audit_events")


@dataclass
class Batch:
    """Rows by table, in the order they are written; `heads` names the head of each household."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in TABLES})

    def add(self, table: str, **row: object) -> None:
        """One more row."""
        self.rows[table].append(row)


@dataclass(frozen=True)
class Scene:
    """Where the families live, who registers them, and where ids come from."""

    inventor: Inventor
    marks: Marks
    ids: Callable[[str], int]
    taken: set[bytes]


@dataclass(frozen=True)
class Place:
    """A village and the officer who registers its people."""

    code: str
    by_key: str
    by_name: str


def family(batch: Batch, scene: Scene, place: Place, size: int) -> None:
    """One household of so many people, registered on one day."""
    some = scene.inventor
    kind = HouseholdKind(some.of(list(HouseholdKind), [80, 13, 4, 3]))
    at = clock.moment_of(some.day(1, 400), 9) + timedelta(minutes=some.chance.randrange(480))
    household = scene.ids("households")
    batch.add("households", id=household, region_code=place.code, kind=kind.value, created_at=at)
    _event(batch, place, at, "households", household, "made")
    surname, phone = some.surname(), None if some.maybe(6) else some.phone()
    for number in range(size):
        own = phone if number == 0 or some.maybe(12) else (None if some.maybe(7) else some.phone())
        person = _person(batch, scene, place, surname if number != 1 else some.surname(), own, at, kind)
        person["household_id"] = household
        if number == 0:
            batch.add("heads", id=household, head_id=person["id"])


def _event(batch: Batch, place: Place, at: datetime, table: str, subject: int, action: str) -> None:
    batch.add(
        "audit_events",
        at=at,
        actor_key=place.by_key,
        actor_name=place.by_name,
        subject_type=table,
        subject_id=subject,
        action=action,
        note="",
        facts="{}",
        region_code=place.code,
    )


def _person(
    batch: Batch, scene: Scene, place: Place, surname: str, phone: str | None, at: datetime, kind: HouseholdKind
) -> Row:
    some, seal, index = scene.inventor, scene.marks.seal, scene.marks.index
    key, person = uuid.uuid4(), scene.ids("people")
    name, pinyin, letters = some.name(surname)
    number, mark, born = some.identity(scene.taken, index)
    scene.taken.add(mark)
    address = f"{some.chance.randint(1, 24)} 组 {some.chance.randint(1, 90)} 号" if some.maybe(60) else None
    account = some.account() if some.maybe(55) else None
    trade = some.chance.choice(list(Trade)).value if some.maybe(35) else ""
    row: Row = {
        "id": person,
        "seal_id": key,
        "name": name,
        "pinyin": pinyin,
        "initials": letters,
        "id_number_sealed": seal(number, f"people.id_number.{key}"),
        "id_number_index": mark,
        "last_four_index": index(number[-4:], "last_four"),
        "birth_on": born,
        "sex": "female",
        "ethnic_group": "汉族" if some.maybe(96) else some.chance.choice(("土家族", "苗族", "侗族", "瑶族")),
        "phone_sealed": phone and seal(phone, f"people.phone.{key}"),
        "phone_index": phone and index(phone, "phone"),
        "region_code": place.code,
        "address_sealed": address and seal(address, f"people.address.{key}"),
        "payee_account_sealed": account and seal(account, f"people.payee_account.{key}"),
        "payee_account_index": account and index(account, "payee_account"),
        "payee_bank": "示例银行" if account else "",
        "education": Education(some.of(list(SCHOOLING), list(SCHOOLING.values()))).value,
        "health": Health(some.of(list(Health), [88, 10, 2])).value,
        "ability": Ability(some.of(list(Ability), [92, 6, 2])).value,
        "willing": Willing(some.of(list(Willing), [60, 30, 10])).value,
        "skills": some.chance.sample(SKILLS, some.chance.choice((0, 0, 1, 2))),
        "service_needs": [each.value for each in ServiceNeed if some.maybe(9)],
        "exclusion": some.of(["public_staff", "full_time_student", "pensioner"], [2, 3, 1]) if some.maybe(3) else None,
        "wish_trade": trade,
        "session_version": 1,
        "version": 1,
        "household_id": None,
        "created_at": at,
        "updated_at": at,
        **_work(some, kind),
    }
    batch.rows["people"].append(row)
    _event(batch, place, at, "people", person, "registered")
    _groups(batch, scene, person, kind, at.date())
    _wishes(batch, scene, person, trade, at)
    return row


def _work(some: Inventor, kind: HouseholdKind) -> Row:
    status = WorkStatus(some.of(list(WORK), list(WORK.values())))
    if kind == HouseholdKind.ZERO_EMPLOYMENT:
        status = WorkStatus.UNEMPLOYED
    since = some.day(5, 900)
    earns = status in (WorkStatus.EMPLOYED, WorkStatus.AWAY)
    back = status == WorkStatus.WAITING_TO_RETURN or (status == WorkStatus.AWAY and some.maybe(30))
    return {
        "work_status": status.value,
        "work_since_on": since,
        "employer_name": some.chance.choice(EMPLOYERS) if status == WorkStatus.EMPLOYED else "",
        "wage_fen": some.chance.randrange(2200, 7800, 50) * 100 if earns else None,
        "unemployed_since_on": since if status == WorkStatus.UNEMPLOYED else None,
        "away_where": some.chance.choice(PLACES) if status == WorkStatus.AWAY else "",
        "back_on": some.day(-200, -5) if back else None,
    }


def _groups(batch: Batch, scene: Scene, person: int, kind: HouseholdKind, day: date) -> None:
    some = scene.inventor
    for group, (evidence, percent) in EVIDENCE.items():
        if SURE.get(kind) != group and not some.maybe(percent):
            continue
        key, start = uuid.uuid4(), some.day(30, 1500)
        document = f"{group.value[:2].upper()}{some.chance.randrange(10**8):08d}" if some.maybe(70) else None
        batch.add(
            "group_memberships",
            id=scene.ids("group_memberships"),
            seal_id=key,
            person_id=person,
            group=group.value,
            evidence=evidence if some.maybe(92) else "",
            document_number_sealed=document and scene.marks.seal(document, f"group_memberships.document_number.{key}"),
            valid_from=min(start, day),
            valid_to=some.day(-900, -20) if group == Group.REGISTERED_UNEMPLOYED else None,
        )


def _wishes(batch: Batch, scene: Scene, person: int, trade: str, at: datetime) -> None:
    some = scene.inventor
    told = [(Kind.TRADE, trade)] if trade else []
    if some.maybe(10):
        told.append((Kind.WAGE, str(some.chance.randrange(3000, 6500, 500) * 100)))
    if some.maybe(8):
        told.append((Kind.DATES, some.chance.choice(DATES)))
    for kind, value in told:
        batch.add("wishes", id=scene.ids("wishes"), person_id=person, kind=kind.value, value=value, made_at=at)
