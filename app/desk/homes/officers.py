"""The home of the training officer."""

from dataclasses import replace
from datetime import timedelta

from app.accounts.rules import OrganizationStatus
from app.classes.rules import ClassStatus, VariationStatus
from app.courses.rules import CourseStatus
from app.desk.counting import Count
from app.desk.homes.inspectors import inspections_to_accept, picture_doubts
from app.desk.homes.parts import cards_to_check, home, in_status, line
from app.desk.homes.villages import employers_confirm, livelihoods, site_checks
from app.desk.items import (
    CLAIMS,
    CLASSES,
    COURSES,
    DENIALS,
    ORDERS,
    ORGANIZATIONS,
    PLANS,
    SCHOOLS,
    VARIATIONS,
    Figure,
    Home,
    Item,
)
from app.desk.queries import Sight
from app.enrollments.denials.rules import DenialStatus
from app.funding.rules import ClaimStatus
from app.kernel import clock
from app.kernel.i18n import _
from app.orders.rules import OrderStatus
from app.placements.rules import PlacementStatus
from app.rosters.rules import PlanStatus
from app.schools.models import SchoolStatus
from app.schools.queries import waiting_schools

LEARNING = (ClassStatus.RUNNING, ClassStatus.SUSPENDED)


def applicants(sight: Sight) -> Item | None:
    """Organizations that ask to take part."""
    who = _("培训机构和用人单位")
    return in_status(ORGANIZATIONS, sight.organizations, OrganizationStatus.APPLIED, _("单位申请要审核"), note=who)


def denials(sight: Sight) -> Item | None:
    """People who say that they never signed up; those one signed up oneself are for a colleague."""
    open_ones = sight.denials.of(DenialStatus.OPEN)
    to_decide = replace(open_ones, rows=open_ones.rows - open_ones.mine)
    return line(DENIALS, to_decide, _("否认报名要核查"), by_day=sight.today, status=DenialStatus.OPEN)


def emergencies(sight: Sight) -> Item | None:
    """What teachers had to change at once; by when it is to be ratified."""
    held = sight.variations.of(VariationStatus.IN_FORCE)
    moment = sight.emergencies_due
    due = replace(held, due=clock.local(moment - timedelta(minutes=1)).date() if moment else None)
    return line(VARIATIONS, due, _("紧急变更要追认"), note=_("过期就算没有追认"), by_day=sight.today, tone="warn")


def school_requests(sight: Sight) -> Item | None:
    """Schools that ask to train for more, or for their money to go elsewhere."""
    waiting = waiting_schools(sight.by)
    count = Count(len(waiting), min(waiting, default=0))
    return line(SCHOOLS, count, _("学校的申请要审核"), note=_("新的职业等级、收款账号变更"))


def training_officer(sight: Sight) -> Home:
    """Verify orders, list courses, approve classes, follow what people took up."""
    asked = sight.variations.of(VariationStatus.ASKED)
    return home(
        [
            in_status(CLASSES, sight.classes, ClassStatus.FILED, _("开班申报要审批"), by_day=sight.today),
            in_status(
                CLASSES,
                sight.classes,
                ClassStatus.SUSPENDED,
                _("暂停的班"),
                note=_("整改好了就恢复上课，办不下去就取消"),
                tone="warn",
            ),
            emergencies(sight),
            line(VARIATIONS, asked, _("变更申请要审批")),
            in_status(ORDERS, sight.orders, OrderStatus.PLACED, _("订单要核实")),
            in_status(COURSES, sight.courses, CourseStatus.OFFERED, _("课程要审核上菜单")),
            in_status(SCHOOLS, sight.schools, SchoolStatus.FILED, _("学校申请列入目录")),
            school_requests(sight),
            applicants(sight),
            in_status(PLANS, sight.plans, PlanStatus.DRAFT, _("拟定中的计划"), note=_("名单齐了就下达")),
            livelihoods(sight),
            site_checks(sight),
            denials(sight),
            picture_doubts(sight),
            inspections_to_accept(sight),
            *cards_to_check(sight),
        ],
        [
            in_status(CLASSES, sight.classes, ClassStatus.RETURNED, _("退回学校修改的班"), note=_("学校在改")),
            in_status(CLASSES, sight.classes, ClassStatus.ENDED, _("等考评员确认成绩的班"), note=_("考评员在办")),
            in_status(CLAIMS, sight.claims, ClaimStatus.SUBMITTED, _("申领待初审"), note=_("初审员在办")),
            employers_confirm(sight),
        ],
        _standing(sight),
    )


def _standing(sight: Sight) -> list[Figure]:
    running = CLASSES.at(ClassStatus.RUNNING)
    verified = ORDERS.at(OrderStatus.VERIFIED)
    listed = COURSES.at(CourseStatus.LISTED)
    plans = PLANS.at(PlanStatus.CONFIRMED)
    return [
        Figure(sight.orders.total(OrderStatus.VERIFIED), _("已核实订单"), verified),
        Figure(sight.courses.total(CourseStatus.LISTED), _("菜单上的课程"), listed),
        Figure(sight.plans.total(PlanStatus.CONFIRMED), _("已下达计划"), plans),
        Figure(sight.classes.total(*LEARNING), _("培训中的班"), running, "info"),
        Figure(sight.placements.total(PlacementStatus.CONFIRMED), _("已上岗"), None, "ok"),
    ]
