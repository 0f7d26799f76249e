"""Chapter nine: classes to come, on the menu and on their way through the bureau; and one that was called off."""

from io import BytesIO

from app.classes import printing
from app.classes import service as classes
from app.classes.queries import active_seats
from app.classes.rules import Half
from app.demo.story.cast import BISHI, CHANGLE, FUSHOUSHAN, JIAYI
from app.demo.story.living import Course, Crowd, approved, filed, opened, planned, sign_up, signed_up
from app.demo.story.past_classes import EARTHWORK, GROVE, POND, SHOP
from app.demo.story.telling import Chapter, Tale
from app.enrollments import service as enrollments
from app.enrollments.denials import service as denials
from app.enrollments.denials.rules import DenialWay
from app.enrollments.queries import of_seat
from app.papers.service import open_paper

NEXT = "冬季第二期"
"""A term of two classes that are filed together."""


def approved_forest(tale: Tale) -> Chapter:
    """Approved, begins next week: one withdrew, the first on the waiting list is proposed for the place."""
    run = Course("forest-3", "under-forest", "school-pingjiang", "grove", "ling", 3, 9, livelihood=GROVE)
    yield tale.at(run.starts - 16)
    yield from opened(tale, run)
    yield from signed_up(tale, run, Crowd(JIAYI, 10))
    yield from filed(tale, run)
    yield from approved(tale, run)
    yield tale.at(-1, 16)
    seat = active_seats(tale.classes[run.key].id)[3]
    enrollments.withdraw(of_seat(seat.id), by=tale.laborer(seat.person), reason="家里有事，来不了。")


def filed_home(tale: Tale) -> Chapter:
    """Filed with its roster, waits for the training officer."""
    run = Course("home-3", "housekeeping", "school-qiaoshou", "studio", "mo", 6, 12, order="home", term="冬季第一期")
    yield tale.at(run.starts - 18)
    yield from opened(tale, run, before=18)
    yield from signed_up(tale, run, Crowd(BISHI, 8), before=14)
    yield tale.at(-1, 10)
    classes.propose_posts(tale.classes[run.key], by=tale.who(run.school))
    classes.file(tale.classes[run.key], by=tale.who(run.school), note="冬季第一期，请审批。")
    yield tale.at(-1, 11)
    _stamped(tale, run)


def _stamped(tale: Tale, run: Course) -> None:
    """The filing form goes out with its code and comes back stamped; the roster is printed and still out."""
    row, by = tale.classes[run.key], tale.who(run.school)
    form = printing.print_paper(row, "filing-form", by=by)
    printing.scan_paper(row, BytesIO(open_paper(form)), "盖章的申请表.pdf", by=by)
    printing.print_paper(row, "roster", by=by)


def returned_weaving(tale: Tale) -> Chapter:
    """Filed and sent back with a reason."""
    run = Course("weaving-2", "weaving", "school-qiaoshou", "meijiang-room", "qiu", 7, 12, order="weaving")
    yield tale.at(run.starts - 18)
    yield from opened(tale, run, before=18)
    yield from signed_up(tale, run, Crowd(BISHI, 7), before=14)
    yield tale.at(-3, 10)
    classes.propose_posts(tale.classes[run.key], by=tale.who(run.school))
    classes.file(tale.classes[run.key], by=tale.who(run.school))
    yield tale.at(-2, 11)
    note = "活动室那几天村里要开会，请换时间或者换地点再报。"
    classes.return_filing(tale.classes[run.key], note=note, by=tale.who("training"))


def full_excavators(tale: Tale) -> Chapter:
    """Open, all seats taken, five people wait in line; one of the cast among them."""
    run = Course("excavators-2", "excavator", "school", "yard", "ma", 12, 8, order="excavators", term="冬季第一期")
    yield from opened(tale, run, before=17)
    yield from signed_up(tale, run, Crowd(BISHI, 10), before=15, on_phone=4)
    yield tale.at(run.starts - 13, 18)
    sign_up(tale, tale.classes[run.key], tale.people["waiting"], by_self=True)


def open_classes(tale: Tale) -> Chapter:
    """What the menu offers for the coming weeks, some seats taken already."""
    for run, township, count in (
        (Course("crayfish-3", "rice-crayfish", "school", "meijiang", "qian", 14, 24, livelihood=POND), BISHI, 7),
        (
            Course("care-3", "infant-care", "school-qiaoshou", "studio", "gan", 19, 16, order="care", term=NEXT),
            CHANGLE,
            5,
        ),
        (
            Course("online-2", "online-shop", "school-pingjiang", "net-room", "du", 11, 18, livelihood=SHOP),
            FUSHOUSHAN,
            6,
        ),
        (Course("forest-4", "under-forest", "school-pingjiang", "grove", "ling", 21, 20, livelihood=GROVE), JIAYI, 4),
        (
            Course(
                "cleaning-2", "cleaning", "school-qiaoshou", "meijiang-room", "cen", 17, 10, order="cleaning", term=NEXT
            ),
            BISHI,
            3,
        ),
        (
            Course(
                "project-3",
                "excavator-project",
                "school",
                "yard",
                "zuo",
                28,
                12,
                order="project",
                livelihood=EARTHWORK,
            ),
            CHANGLE,
            3,
        ),
    ):
        yield from _open_since(tale, run, township, count)


def _open_since(tale: Tale, run: Course, township: str, count: int) -> Chapter:
    """Opened within the last days, whenever the class itself begins."""
    before = run.starts + 5
    yield from opened(tale, run, before=before)
    yield from signed_up(tale, run, Crowd(township, count), before=run.starts + 4, on_phone=2)


def tasters_to_come(tale: Tale) -> Chapter:
    """Another half-hour of flowers, next week."""
    run = Course("flowers-2", "flowers", "school-qiaoshou", "meijiang-room", "hua", 5, 20, halves=(Half.AFTERNOON,))
    yield from opened(tale, run, before=9)
    yield from signed_up(tale, run, Crowd(BISHI, 4), before=8)


def drafted_contract(tale: Tale) -> Chapter:
    """Planned, not open yet."""
    run = Course("contract-2", "crayfish-contract", "school", "pond", "tan", 24, 12, order="crayfish")
    yield from planned(tale, run, before=25)


def called_off(tale: Tale) -> Chapter:
    """Too few people signed up: the school called the class off, everybody was told."""
    run = Course("online-0", "online-shop", "school-pingjiang", "net-room", "du", 4, 18, livelihood=SHOP)
    yield from opened(tale, run)
    yield from signed_up(tale, run, Crowd(FUSHOUSHAN, 3))
    yield tale.at(-3, 17)
    classes.cancel(tale.classes[run.key], reason="报名的人太少，电脑室那几天还要检修。", by=tale.who(run.school))


def denied_sign_ups(tale: Tale) -> Chapter:
    """Two whom the officer signed up say no: one by the link, by mistake; one by the hotline, being looked into."""
    yield tale.at(-2, 15)
    rows = [of_seat(seat.id) for seat in active_seats(tale.classes["crayfish-3"].id)]
    first, second, *_rest = [row for row in rows if row.made_by.startswith("user:")]
    by_link = denials.deny(first, way=DenialWay.LINK, by=tale.laborer(first.person))
    yield tale.at(-1, 10)
    reason = "电话里问过本人：忘了在村部按过手印，确认要来学。"
    denials.decide(by_link, uphold=False, reason=reason, by=tale.who("training"))
    yield tale.at(-1, 16)
    words = "我在长沙打工，没人问过我要不要学养虾。"
    denials.record_denial(second, way=DenialWay.HOTLINE, words=words, by=tale.who("second"))


COMING = (
    approved_forest,
    filed_home,
    returned_weaving,
    full_excavators,
    open_classes,
    tasters_to_come,
    drafted_contract,
    called_off,
    denied_sign_ups,
)
