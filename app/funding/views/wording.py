"""Words that the pages of this step share."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.audit.queries import events_of
from app.audit.words import story
from app.funding.models import Claim, ClaimLine, LineDecision
from app.funding.queries.sheets import class_code, payee_name
from app.funding.rules import ClaimStatus, LineStatus, Verdict, said_again
from app.funding.views.blueprint import bp
from app.kernel import clock
from app.kernel.access import Can, actor
from app.kernel.database import db
from app.kernel.i18n import _, _l, locale_tag
from app.kernel.labels import label
from app.people.models import Group
from app.policies.queries import text
from app.policies.rules.disclosing import ABOUT

C = ClaimStatus
ROAD = (
    (_l("编制"), (C.DRAFT, C.RETURNED)),
    (_l("初审"), (C.SUBMITTED, C.CUT_PROPOSED)),
    (_l("复核"), (C.FIRST_REVIEWED,)),
    (_l("签批"), (C.SECOND_REVIEWED,)),
    (_l("公示"), (C.SIGNED, C.ON_NOTICE)),
    (_l("请款"), (C.APPROVED,)),
    (_l("支付"), (C.REQUESTED, C.PARTLY_PAID)),
)
NEXT = {
    C.DRAFT: _l("请核对每一行，再提交。提交后内容就固定了。"),
    C.SUBMITTED: _l("等初审员逐行审核。"),
    C.CUT_PROPOSED: _l("初审提出了核减，等申领方逐行答复。"),
    C.FIRST_REVIEWED: _l("等复核员复核。"),
    C.SECOND_REVIEWED: _l("等领导签批。"),
    C.SIGNED: _l("已签批，等复核员发布公示。"),
    C.ON_NOTICE: _l("正在公示，任何人都可以提异议。"),
    C.APPROVED: _l("公示期满，等人社财务向财政请款。"),
    C.REQUESTED: _l("已向财政请款，等支付回单。"),
    C.PARTLY_PAID: _l("付了一部分，其余的可以再次请款。"),
    C.PAID: _l("已全部办结。"),
    C.RETURNED: _l("有几行退回补正。改好后重新提交，只重审退回的行。"),
    C.WITHDRAWN: _l("已撤回。"),
    C.REJECTED: _l("没有可以支付的行，已办结。预留的资金已释放。"),
}


def road(claim: Claim) -> list[dict[str, Any]]:
    """The road of a claim for the steps macro."""
    ended = claim.status in (C.WITHDRAWN, C.REJECTED)
    here = next((n for n, (_word, statuses) in enumerate(ROAD) if claim.status in statuses), len(ROAD))
    states = ["done" if n < here else "current" if n == here else "todo" for n in range(len(ROAD))]
    if ended:
        return [{"label": label(claim.status), "state": "bad"}]
    return [{"label": word, "state": state} for (word, _statuses), state in zip(ROAD, states, strict=True)]


def history(row: Any) -> list[dict[str, Any]]:
    """What happened to a row, newest first."""
    return story(events_of(row))


@bp.app_template_filter("line_reasons")
def line_reasons(line: ClaimLine) -> list[str]:
    """Why a line is not paid, in the reader's language where the rules said it; a school reads the rule alone."""
    kept = line.quote.get("reasons", [])
    if line.status == LineStatus.NOT_QUALIFIED and kept:
        whole = actor().may(Can.PERSON_READ)
        return [
            text(said_again(reason)) if whole or reason["rule"] not in ABOUT else _(ABOUT[reason["rule"]])
            for reason in kept
        ]
    return [line.reason] if line.reason else []


@bp.app_template_filter("kept_why")
def kept_why(line: ClaimLine) -> str:
    """Why the first review kept a cut that was contested."""
    query = select(LineDecision.reason).where(LineDecision.line_id == line.id, LineDecision.verdict == Verdict.KEEP_CUT)
    return db.session.scalar(query.order_by(LineDecision.id.desc()).limit(1)) or ""


@bp.app_template_filter("payee_words")
def payee_words(line: ClaimLine) -> str:
    """Whom a line is paid to, as a sentence."""
    return _("付给%(who)s", who=payee_name(line))


@bp.app_template_filter("line_groups")
def line_groups(line: ClaimLine) -> str:
    """The groups that qualified the trainee."""
    keys = line.quote.get("facts", {}).get("groups", [])
    return "、".join(label(Group(key)) for key in keys if key in set(Group))


@bp.app_template_filter("step_name")
def step_name(step: dict[str, Any]) -> str:
    """The name of one step of the formula."""
    english = step.get("name_en", "")
    return str(english if locale_tag() == "en" and english else step["name_zh"])


bp.add_app_template_filter(class_code, "class_code")
bp.add_app_template_filter(payee_name, "payee_name")


@bp.app_template_test("overdue")
def overdue(day: date | None) -> bool:
    """Whether a day is past."""
    return day is not None and day < clock.today()


def next_words(claim: Claim) -> str:
    """What the claim waits for."""
    return str(NEXT[claim.status])
