"""The homes of the auditor and the administrator."""

from datetime import date
from enum import StrEnum

from app.accounts.rules import OrganizationStatus, UserStatus
from app.certificates.rules import CertificateStatus
from app.classes.rules import ClassStatus
from app.desk.counting import Tally
from app.desk.homes.officers import LEARNING, applicants
from app.desk.homes.parts import budget_figures, home, in_status
from app.desk.items import (
    ACCOUNTS,
    BUDGETS,
    CERTIFICATES,
    CLAIMS,
    CLASSES,
    OBJECTIONS,
    ORGANIZATIONS,
    Figure,
    Home,
    Item,
    Room,
    way,
)
from app.desk.queries import Sight
from app.funding.rules import ClaimStatus, ObjectionStatus
from app.kernel.i18n import _


def auditor(sight: Sight) -> Home:
    """Reads everything of the area, changes nothing."""
    day = sight.today
    return home(
        [
            Item(_("从一笔付款、一张证书查到底"), way("desk.find"), note=_("订单、班级、学员、申领、付款，一页看全")),
            Item(
                _("查每一分钱到人、到岗位"),
                _tracing(sight),
                note=_("从预算到班、到人、到岗位、到回单，层层对账"),
            ),
            Item(_("看经办记录"), way("desk.list_events"), note=_("谁在什么时候办了什么")),
        ],
        [
            _others(OBJECTIONS, sight.objections, ObjectionStatus.OPEN, _("还没答复的异议"), _("复核员在办"), day),
            _others(CLAIMS, sight.claims, ClaimStatus.SUBMITTED, _("申领待初审"), _("初审员在办"), day),
            _others(CLAIMS, sight.claims, ClaimStatus.ON_NOTICE, _("公示中的申领"), _("公示期满、没有异议就能请款")),
        ],
        [*_standing(sight), *budget_figures(sight, BUDGETS.list_url())],
    )


def _tracing(sight: Sight) -> str:
    """Where the money of this year is traced: the one budget there is, else the list to choose from."""
    if len(sight.budgets) == 1:
        return way("funding.show_tracing", budget_id=sight.budgets[0].budget.id)
    return BUDGETS.list_url()


def _others(
    room: Room, counts: Tally, status: StrEnum, label: str, who: str, by_day: date | None = None
) -> Item | None:
    return in_status(room, counts, status, label, note=who, by_day=by_day)


def _standing(sight: Sight) -> list[Figure]:
    valid, revoked = CertificateStatus.VALID, CertificateStatus.REVOKED
    return [
        Figure(sight.classes.total(*LEARNING), _("培训中的班"), CLASSES.at(ClassStatus.RUNNING), "info"),
        Figure(sight.certificates.total(valid), _("有效证书"), CERTIFICATES.at(valid)),
        Figure(sight.certificates.total(revoked), _("撤销的证书"), CERTIFICATES.at(revoked), "warn"),
        Figure(sight.claims.total(ClaimStatus.PAID), _("已付清的申领"), CLAIMS.at(ClaimStatus.PAID), "ok"),
    ]


def administrator(sight: Sight) -> Home:
    """Accounts and who takes part."""
    active, closed = sight.accounts.total(UserStatus.ACTIVE), sight.accounts.total(UserStatus.CLOSED)
    admitted = sight.organizations.total(OrganizationStatus.ADMITTED)
    invite = Item(_("邀请新账号"), way("accounts.new_account"), note=_("一次性链接，本人自己设密码"))
    own = _("等本人用一次性链接设密码")
    return home(
        [applicants(sight), invite],
        [in_status(ACCOUNTS, sight.accounts, UserStatus.INVITED, _("还没激活的账号"), note=own)],
        [
            Figure(active, _("在用的账号"), ACCOUNTS.list_url() or None, "ok"),
            Figure(closed, _("已停用的账号"), ACCOUNTS.list_url() or None),
            Figure(admitted, _("已准入的单位"), ORGANIZATIONS.at(OrganizationStatus.ADMITTED)),
        ],
    )
