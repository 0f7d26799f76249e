"""Villages ask from the menu: neighbors who fill a class, some who do not yet, a home that a teacher comes to."""

from datetime import date

from app.demo.story.cast import BISHI, CHANGLE, JIAYI, MEIJIANG, VILLAGES
from app.demo.story.telling import Chapter, Tale
from app.outreach import service
from app.outreach.models import VillageRequest
from app.outreach.rules.requests import Wanted

NEIGHBORS = VILLAGES[BISHI][1:]
FIELD = "自家稻田养虾"


def requests(tale: Tale) -> Chapter:
    """A township fills a class, two others are still short, one demand is answered with a class."""
    yield tale.at(-6, 10)
    _ask(tale, "village", "housekeeping", MEIJIANG, 4, note="农闲才有空，最好下午上课。")
    _ask(tale, "village", "under-forest", MEIJIANG, 2)
    yield tale.at(-5, 11)
    for village, number in zip(NEIGHBORS, (5, 3), strict=True):
        _ask(tale, "township", "housekeeping", village, number)
    _ask(tale, "township", "crayfish-contract", NEIGHBORS[0], 3)
    _ask(tale, "training", "weaving", VILLAGES[CHANGLE][1], 6)
    _ask(tale, "training-pingjiang", "under-forest", VILLAGES[JIAYI][1], 7)
    yield tale.at(-4, 15)
    (first,) = _ask(tale, "training", "rice-crayfish", VILLAGES[CHANGLE][0], 8)
    _ask(tale, "training", "rice-crayfish", VILLAGES[CHANGLE][2], 6)
    yield tale.at(-3, 9)
    course, site = tale.courses["rice-crayfish"], tale.sites["pond"]
    teacher, start_on = tale.instructors["tan"], tale.workday(28)
    facts = service.NewProposal(course.id, site.id, teacher.id, start_on, 20, direction_note=FIELD)
    service.propose(first, facts, by=tale.who("school"))


def homes(tale: Tale) -> Chapter:
    """One who can't leave home learns weaving there; another still waits for a school."""
    yield tale.at(-5, 16)
    home = _at_home(tale, "weaving", 0)
    _at_home(tale, "housekeeping", 1)
    yield tale.at(-4, 10)
    visit = service.NewVisit(tale.instructors["qiu"].id, tale.workday(12))
    service.offer_visit(home, visit, by=tale.who("school-qiaoshou"))
    yield tale.at(-3, 16)
    service.accept_visit(home, by=tale.who("village"))


def _weeks(tale: Tale) -> tuple[date, date]:
    return tale.workday(10), tale.workday(45)


def _ask(tale: Tale, login: str, course: str, village: str, people: int, *, note: str = "") -> list[VillageRequest]:
    wanted = Wanted(*_weeks(tale), note=note)
    return service.ask(tale.courses[course], village, wanted, by=tale.who(login), others=people)


def _at_home(tale: Tale, course: str, number: int) -> VillageRequest:
    person = [one for one in tale.laborers[BISHI] if one.region_code == MEIJIANG][-1 - number]
    wanted = Wanted(*_weeks(tale), at_home=True, address=f"湄江村 {number + 3} 组，晒谷坪旁第二家", note="腿脚不方便。")
    (row,) = service.ask(tale.courses[course], MEIJIANG, wanted, by=tale.who("village"), people=[person])
    return row
