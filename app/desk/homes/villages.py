"""The homes of village and township officers."""

from app.certificates.rules import CertificateStatus
from app.desk.counting import Count
from app.desk.homes import asking
from app.desk.homes.parts import day_words, home, in_status, line
from app.desk.items import CERTIFICATES, ENROLLMENTS, PEOPLE, PLACEMENTS, PLANS, Figure, Home, Item, way
from app.desk.queries import Sight
from app.enrollments.rules import EnrollmentStatus
from app.kernel.i18n import _
from app.kernel.labels import label
from app.outreach.rules import Duty
from app.placements.rules import PlacementStatus
from app.rosters.rules import PlanStatus
from app.schools.queries import unchecked_sites


def livelihoods(sight: Sight) -> Item | None:
    """Livelihoods that nobody but an officer can confirm."""
    expected = sight.placements.of(PlacementStatus.EXPECTED)
    count = Count(expected.mine, expected.first if expected.mine == expected.rows else 0)
    return line(
        PLACEMENTS,
        count,
        _("上岗、营生要确认"),
        note=_("没有用人单位的，由干部上门看了再确认"),
        status=PlacementStatus.EXPECTED,
    )


def employers_confirm(sight: Sight) -> Item | None:
    """Posts that wait for the employer's word."""
    expected = sight.placements.of(PlacementStatus.EXPECTED)
    count = Count(expected.rows - expected.mine)
    return line(PLACEMENTS, count, _("上岗等用人单位确认"), note=_("用人单位在办"), status=PlacementStatus.EXPECTED)


def day(sight: Sight) -> Item:
    """Everything that is due by rule, as the officer's day lists it."""
    board = sight.work
    parts = [f"{label(duty)} {board.of(duty).waiting}" for duty in Duty if board.of(duty).waiting]
    late, first = sum(work.late for work in board.works), board.first_due
    note = _("、").join(parts) or _("眼下没有到期的事")
    tone = "bad" if late else ""
    return Item(_("今日工作"), way("outreach.show_day"), board.waiting, note, day_words(first, sight.today), tone)


def site_checks(sight: Sight) -> Item | None:
    """Places of villages where a school wants to teach and that somebody must go and see."""
    count = len(unchecked_sites(sight.by))
    note = _("学校到村里上课的地方，看过才能批")
    return Item(_("村里的场地要核实"), way("schools.list_place_checks"), count, note) if count else None


def village_officer(sight: Sight) -> Home:
    """Sign people up, confirm what they took up."""
    order = _("有人退出就按号递补")
    helped = Item(_("帮村民报名"), way("classes.menu"), note=_("没有手机的人，也可以由您代报，要本人同意"))
    return home(
        [day(sight), livelihoods(sight), site_checks(sight), *asking.for_officers(sight), helped],
        [
            in_status(
                ENROLLMENTS,
                sight.enrollments,
                EnrollmentStatus.WAITING,
                _("候补中的村民"),
                note=order,
            ),
            employers_confirm(sight),
        ],
        _standing(sight),
    )


def township_officer(sight: Sight) -> Home:
    """The same for a township, and the plans made for it."""
    plans = in_status(PLANS, sight.plans, PlanStatus.CONFIRMED, _("已下达的培训计划"), note=_("照名单动员报名"))
    drafts = in_status(PLANS, sight.plans, PlanStatus.DRAFT, _("拟定中的计划"), note=_("县人社局培训管理员在定"))
    return village_officer(sight) + home([plans], [drafts])


def _standing(sight: Sight) -> list[Figure]:
    done = sight.enrollments.total(EnrollmentStatus.COMPLETED)
    placed = sight.placements.total(PlacementStatus.CONFIRMED)
    learning = sight.enrollments.total(EnrollmentStatus.ENROLLED)
    return [
        Figure(sight.people, _("登记的劳动力"), PEOPLE.list_url() or None),
        Figure(learning, _("已报名、在学"), ENROLLMENTS.at(EnrollmentStatus.ENROLLED), "info"),
        Figure(done, _("已结业"), ENROLLMENTS.at(EnrollmentStatus.COMPLETED), "ok"),
        Figure(
            sight.certificates.total(CertificateStatus.VALID),
            _("有效证书"),
            CERTIFICATES.at(CertificateStatus.VALID),
        ),
        Figure(placed, _("已上岗"), PLACEMENTS.at(PlacementStatus.CONFIRMED), "ok"),
    ]
