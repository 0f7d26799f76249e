"""What a filing says about the teaching: units, resources, how it is assessed and how each hour is shown. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.classes.rules.flows import SessionKind
from app.kernel.marking import N_

THEORY_WORDS = ("安全", "常识", "理论", "概述", "知识", "法规", "原理", "基础", "职业道德", "政策", "识图")
"""Topics of a syllabus that speak of these are taught in the room, the others at the machine, stove or pond."""
BREAKS = re.compile(r"[;；。\n\r]+")
NUMBERED = re.compile(r"^(第[一二三四五六七八九十\d]+(单元|章|节|课|部分)|[一二三四五六七八九十\d]+[、.．])[\s:：、]*")
LONGEST_TOPIC = 120
FULL_MARKS = 100


class ResourceKind(StrEnum):
    """What a class is taught with, beside its machines."""

    TEXTBOOK = "textbook"
    DIGITAL = "digital"
    CONSUMABLE = "consumable"


class EvidenceWay(StrEnum):
    """How presence may be shown; the words are those of the attendance."""

    ROTATING_CODE = "rotating_code"
    OWN_CODE = "own_code"
    ROLL_CALL = "roll_call"
    PAPER = "paper"
    WITNESSED = "witnessed"
    ONLINE = "online"
    GROUP = "group"


WITHOUT_PHONE = frozenset({EvidenceWay.ROLL_CALL, EvidenceWay.PAPER, EvidenceWay.WITNESSED, EvidenceWay.GROUP})
"""Ways for somebody who has no phone: one of them must be offered."""
ONLINE_WAYS = frozenset({EvidenceWay.ONLINE, EvidenceWay.GROUP})
"""Nobody stands in front of these, so nobody calls names in between."""
USUAL_WAYS = (
    EvidenceWay.ROTATING_CODE,
    EvidenceWay.OWN_CODE,
    EvidenceWay.ROLL_CALL,
    EvidenceWay.PAPER,
    EvidenceWay.WITNESSED,
)


@dataclass(frozen=True, slots=True)
class NewUnit:
    """One unit of the teaching plan; hours are standard hours."""

    topic: str
    kind: SessionKind
    hours: int


@dataclass(frozen=True, slots=True)
class NewResource:
    """One thing the class is taught with; `amount` in words: 40 本, 2 吨."""

    kind: ResourceKind
    name: str
    amount: str = ""


@dataclass(frozen=True, slots=True)
class NewItem:
    """One thing that is assessed, and what it is worth."""

    part: SessionKind
    name: str
    full_marks: int


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """When, where and what is assessed; by whom is the class's assessor."""

    on: date
    place: str
    items: tuple[NewItem, ...]


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """How each hour will be shown."""

    ways: tuple[EvidenceWay, ...]
    photos_a_session: int
    mid_checks: bool
    place_asked: bool


def usual_units(syllabus: str, hours: Mapping[SessionKind, int]) -> list[NewUnit]:
    """A teaching plan from the course's syllabus: its topics by kind, the hours of each spread evenly over them."""
    bare = (NUMBERED.sub("", topic.strip()) for topic in BREAKS.split(syllabus))
    topics = [topic[:LONGEST_TOPIC] for topic in bare if topic]
    taught = [topic for topic in topics if any(word in topic for word in THEORY_WORDS)]
    by_kind = {SessionKind.THEORY: taught, SessionKind.PRACTICE: [one for one in topics if one not in taught]}
    usual = {SessionKind.THEORY: "理论知识", SessionKind.PRACTICE: "实际操作"}
    return [
        unit
        for kind in SessionKind
        if hours.get(kind, 0)
        for unit in _spread(by_kind[kind] or topics or [usual[kind]], kind, hours[kind])
    ]


def _spread(topics: Sequence[str], kind: SessionKind, hours: int) -> Iterator[NewUnit]:
    """Whole hours that add up; topics beyond the hours are taught together with the last one."""
    kept = list(topics[:hours])
    if len(topics) > hours:
        kept[-1] = "、".join(topics[hours - 1 :])[:LONGEST_TOPIC]
    each, more = divmod(hours, len(kept))
    for number, topic in enumerate(kept):
        yield NewUnit(topic, kind, each + (number < more))


def usual_items(hours: Mapping[SessionKind, int]) -> tuple[NewItem, ...]:
    """One item of 100 points for each kind that the course has hours of."""
    names = {SessionKind.THEORY: "理论考试", SessionKind.PRACTICE: "实操考核"}
    return tuple(NewItem(kind, names[kind], FULL_MARKS) for kind in SessionKind if hours.get(kind, 0))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not in order, in words with their values."""

    message: str
    params: Mapping[str, object]


def unit_faults(
    units: Mapping[SessionKind, int], course: Mapping[SessionKind, int], timetable: Mapping[SessionKind, int]
) -> Iterator[Fault]:
    """The plan's hours of each kind are those of the course and of the timetable, neither more nor fewer."""
    words = {
        SessionKind.THEORY: (
            N_("教学计划理论 %(plan)s 学时，课程是 %(course)s 学时，对不上。"),
            N_("教学计划理论 %(plan)s 学时，课程表排了 %(timetable)s 学时，对不上。"),
        ),
        SessionKind.PRACTICE: (
            N_("教学计划实操 %(plan)s 学时，课程是 %(course)s 学时，对不上。"),
            N_("教学计划实操 %(plan)s 学时，课程表排了 %(timetable)s 学时，对不上。"),
        ),
    }
    for kind, (of_course, of_timetable) in words.items():
        found = {"plan": units.get(kind, 0), "course": course.get(kind, 0), "timetable": timetable.get(kind, 0)}
        if found["plan"] != found["course"]:
            yield Fault(of_course, found)
        if found["plan"] != found["timetable"]:
            yield Fault(of_timetable, found)


def ratio_fault(places: int, people: int) -> Fault | None:
    """Whether so many people can practice at once on machines that take so many."""
    if places >= people:
        return None
    message = N_("实操设备一次最多 %(places)s 人同时练，名单有 %(people)s 人，还差 %(short)s 人的位置。")
    return Fault(message, {"places": places, "people": people, "short": people - places})


def assessment_faults(plan: NewAssessment, *, ends_on: date, course: Mapping[SessionKind, int]) -> Iterator[Fault]:
    """Not before the last lesson, somewhere, and something of each kind that was taught."""
    if plan.on < ends_on:
        yield Fault(N_("考核定在 %(on)s，比最后一课 %(end)s 还早。"), {"on": plan.on, "end": ends_on})
    if not plan.place.strip():
        yield Fault(N_("考核方案没有写在哪里考。"), {})
    missing = {
        SessionKind.THEORY: N_("考核方案里没有理论项目。"),
        SessionKind.PRACTICE: N_("考核方案里没有实操项目。"),
    }
    for kind, message in missing.items():
        if course.get(kind, 0) and not any(item.part is kind for item in plan.items):
            yield Fault(message, {})


def evidence_faults(plan: NewEvidence, least_photos: int | None, check_share: int | None) -> Iterator[Fault]:
    """Somebody without a phone can sign too, photos are as many as policy wants, and checks are drawn as it says."""
    if not plan.ways:
        yield Fault(N_("还没有选签到的办法。"), {})
    elif not WITHOUT_PHONE & set(plan.ways):
        yield Fault(N_("签到的办法都要用手机，要加一种不用手机的：点名、纸质签到或者见证按手印。"), {})
    if least_photos is not None and plan.photos_a_session < least_photos:
        params = {"least": least_photos, "photos": plan.photos_a_session}
        yield Fault(N_("每次课至少 %(least)s 张照片，方案里只有 %(photos)s 张。"), params)
    if plan.mid_checks and not check_share:
        yield Fault(N_("政策包没有写中途抽查的比例（R21），抽不了。请去掉“抽到的课中途再点一次名”。"), {})
    elif check_share and not plan.mid_checks and set(plan.ways) - ONLINE_WAYS:
        yield Fault(N_("政策要抽 %(share)s%% 的课中途再点一次名（R21），方案里写的是不抽查。"), {"share": check_share})
