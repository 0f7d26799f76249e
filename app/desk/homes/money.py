"""The homes of those who review, sign and pay."""

from app.desk.homes.officers import denials
from app.desk.homes.parts import budget_figures, cards_to_check, home, in_status, line, own_hand
from app.desk.items import (
    BANK_ROWS,
    BATCHES,
    BUDGETS,
    CLAIMS,
    OBJECTIONS,
    QUOTAS,
    RECOVERIES,
    TRANSFERS,
    YEAR_ENDS,
    Figure,
    Home,
    Item,
)
from app.desk.queries import Sight
from app.funding.rules import ClaimStatus, ObjectionStatus, TransferStatus
from app.funding.rules.flows import BatchStatus
from app.funding.rules.paying import RecoveryStatus
from app.kernel.i18n import _

C = ClaimStatus


def _claims(sight: Sight, status: ClaimStatus, label: str, note: str = "", *, deadline: bool = False) -> Item | None:
    """Claims that I decide: with what is due first, and what I must leave to others."""
    mine = own_hand(sight.claims.of(status)) or note
    return in_status(CLAIMS, sight.claims, status, label, note=mine, by_day=sight.today if deadline else None)


def _elsewhere(sight: Sight, *statuses: ClaimStatus) -> list[Item | None]:
    """Claims that others have now."""
    holders = {
        C.SUBMITTED: (_("申领待初审"), _("初审员在办")),
        C.CUT_PROPOSED: (_("核减等学校答复"), _("学校在办")),
        C.RETURNED: (_("退回学校补正"), _("学校在改")),
        C.FIRST_REVIEWED: (_("申领待复核"), _("复核员在办")),
        C.SECOND_REVIEWED: (_("申领待签批"), _("签批领导在办")),
        C.SIGNED: (_("已签批，待公示"), _("复核员在办")),
        C.ON_NOTICE: (_("公示中"), _("公示期满、没有异议就能请款")),
        C.APPROVED: (_("公示期满，待请款"), _("人社财务在办")),
        C.REQUESTED: (_("已请款，等付款"), _("财政经办在办")),
    }
    return [in_status(CLAIMS, sight.claims, status, holders[status][0], note=holders[status][1]) for status in statuses]


def _standing(sight: Sight) -> list[Figure]:
    reviewing = (C.SUBMITTED, C.CUT_PROPOSED, C.FIRST_REVIEWED, C.SECOND_REVIEWED)
    paid = CLAIMS.at(C.PAID)
    notice = CLAIMS.at(C.ON_NOTICE)
    return [
        Figure(sight.claims.total(*reviewing), _("审核中的申领"), CLAIMS.list_url() or None, "info"),
        Figure(sight.claims.total(C.ON_NOTICE), _("公示中"), notice),
        Figure(sight.claims.total(C.PAID), _("已付清的申领"), paid, "ok"),
        *budget_figures(sight, BUDGETS.list_url()),
    ]


def first_reviewer(sight: Sight) -> Home:
    """Claims to review first."""
    return home(
        [_claims(sight, C.SUBMITTED, _("申领要初审"), deadline=True), denials(sight), *cards_to_check(sight)],
        _elsewhere(sight, C.CUT_PROPOSED, C.RETURNED, C.FIRST_REVIEWED, C.SECOND_REVIEWED),
        _standing(sight),
    )


def second_reviewer(sight: Sight) -> Home:
    """Claims to review again, notices to publish and close, objections to answer."""
    return home(
        [
            in_status(
                OBJECTIONS, sight.objections, ObjectionStatus.OPEN, _("异议要核查答复"), by_day=sight.today, tone="warn"
            ),
            _claims(sight, C.FIRST_REVIEWED, _("申领要复核"), deadline=True),
            _claims(sight, C.SIGNED, _("已签批，要公示"), _("公示表一点就出")),
            line(CLAIMS, sight.notices_over, _("公示期满，要结束公示"), status=C.ON_NOTICE, tone="warn"),
        ],
        _elsewhere(sight, C.SUBMITTED, C.CUT_PROPOSED, C.SECOND_REVIEWED, C.ON_NOTICE, C.APPROVED),
        _standing(sight),
    )


def _year_ends(sight: Sight) -> Item | None:
    return line(YEAR_ENDS, sight.year_ends, _("年终结转要核对"), note=_("别人准备的，数字没错就确认"), tone="warn")


def signer(sight: Sight) -> Home:
    """Claims to sign."""
    return home(
        [
            _claims(sight, C.SECOND_REVIEWED, _("申领要签批"), deadline=True),
            line(QUOTAS, sight.quotas, _("预计指标要批准"), note=_("批准了，班才能先按预计的数开")),
            _year_ends(sight),
        ],
        _elsewhere(sight, C.SUBMITTED, C.FIRST_REVIEWED, C.SIGNED, C.ON_NOTICE, C.REQUESTED),
        _standing(sight),
    )


def bureau_finance(sight: Sight) -> Home:
    """Ask the treasury for what is owed."""
    return home(
        [
            _claims(sight, C.APPROVED, _("公示期满，要请款"), _("几份申领可以并成一次请款")),
            _claims(sight, C.PARTLY_PAID, _("只付了一部分的申领"), _("余下的可以再请款，或者办结")),
            line(TRANSFERS, sight.failed_transfers, _("付款失败的转账"), note=_("核对账号后重新请款"), tone="bad"),
            *cards_to_check(sight),
            _year_ends(sight),
        ],
        [
            in_status(BATCHES, sight.batches, BatchStatus.REQUESTED, _("等财政付款的请款"), note=_("财政经办在办")),
            *_elsewhere(sight, C.ON_NOTICE, C.SECOND_REVIEWED),
        ],
        _standing(sight),
    )


def treasury(sight: Sight) -> Home:
    """Pay, and say so with the receipt."""
    waiting = sight.transfers.total(TransferStatus.WAITING)
    note = _("共 %(n)s 笔转账，付了登记回单，没付成说明原因", n=waiting)
    return home(
        [
            in_status(BATCHES, sight.batches, BatchStatus.REQUESTED, _("请款要支付"), note=note),
            line(BANK_ROWS, sight.bank_rows, _("对不上的回盘"), note=_("问清银行，登记答复"), tone="warn"),
            in_status(
                RECOVERIES, sight.recoveries, RecoveryStatus.OPEN, _("追回要登记退款"), note=_("退回来一笔，登记一笔")
            ),
        ],
        _elsewhere(sight, C.APPROVED, C.ON_NOTICE),
        [
            Figure(sight.transfers.total(TransferStatus.PAID), _("已付的转账"), BATCHES.list_url() or None, "ok"),
            *budget_figures(sight, BUDGETS.list_url()),
        ],
    )
