"""The facts of the papers of this step: claim sheet, public notice, request for funds."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from app.accounts.models import Organization
from app.accounts.rules import OrganizationKind
from app.audit.queries import events_of
from app.classes.models import TrainingClass
from app.funding.models import Claim, ClaimLine, Notice, PaymentBatch, Transfer
from app.funding.queries.claimed import class_ids_of, classes_of
from app.funding.rules import ClaimStep, LineStatus, Payee
from app.kernel import clock
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.money import yuan
from app.kernel.sealing import mask_account, mask_id_number
from app.kernel.workdays import working_days_between
from app.people.models import Group, Person
from app.policies import queries as policies
from app.regions.queries import county_of, region

SHOWN = (LineStatus.OPEN, LineStatus.RETURNED, LineStatus.HELD, LineStatus.APPROVED, LineStatus.PAID)
OPINIONS = {
    ClaimStep.SUBMIT: "申领单位",
    ClaimStep.PASS_FIRST: "初审",
    ClaimStep.PASS_SECOND: "复核",
    ClaimStep.SIGN: "签批",
}
LEVELS = {5: "五级（初级工）", 4: "四级（中级工）", 3: "三级（高级工）", 2: "二级（技师）", 1: "一级（高级技师）"}


def class_code(class_id: int) -> str:
    """A class as papers call it."""
    return f"{class_id:06d}"


def payee_name(line: ClaimLine) -> str:
    """Whom a line is paid to: the school, the employer who claims, or the trainee."""
    return str(label(line.claim.claimant if line.payee is Payee.SCHOOL else line.payee))


def bureau_of(region_code: str) -> Organization | None:
    """The bureau of a county, where it has an entry."""
    query = select(Organization).where(
        Organization.kind == OrganizationKind.BUREAU, Organization.region_code == county_of(region_code)
    )
    return db.session.scalars(query.order_by(Organization.id)).first()


def bureau_name(region_code: str) -> str:
    """The bureau that signs, by its own name or the county's."""
    bureau = bureau_of(region_code)
    county = region(county_of(region_code))
    return bureau.name if bureau else f"{county.name if county else ''}人力资源和社会保障局"


def group_words(line: ClaimLine) -> str:
    """The groups that qualified the trainee, in words."""
    keys = line.quote.get("facts", {}).get("groups", [])
    return "、".join(label(Group(key)) for key in keys if key in set(Group)) or "—"


def rule_words(line: ClaimLine) -> str:
    """The formula's steps in words: 基础补贴 1,200.00 + 生活费 200.00."""
    steps = line.quote.get("steps", [])
    return "；".join(f"{step['name_zh']} {yuan(step['amount_fen'])}" for step in steps) or "—"


def claim_facts(claim: Claim) -> dict[str, Any]:
    """The claim sheet 申领表; identity numbers and the account masked."""
    class_, classes = claim.training_class, classes_of(claim)
    payee = claim.organization or claim.person or claim.school
    pack = policies.pack_row_by_id(claim.policy_pack_id)
    lines = [line for line in claim.lines if line.status in SHOWN]
    refused = [line for line in claim.lines if line.status not in SHOWN]
    asked, cut = sum(line.asked_fen for line in lines), sum(line.cut_fen for line in lines)
    return {
        "number": claim.number,
        "school": payee.name,
        "credit_code": payee.credit_code if isinstance(payee, Organization) else "",
        "bank": (payee.bank_name if isinstance(payee, Organization) else payee.payee_bank) or None,
        "account_name": payee.name,
        "account_number": mask_account(_account_of(payee)) or None,
        "class_name": "、".join(one.name for one in classes),
        "class_code": "、".join(class_code(one.id) for one in classes),
        "course": "、".join(dict.fromkeys(one.course.title for one in classes)),
        "occupation": class_.course.occupation.name_zh,
        "level": LEVELS.get(class_.course.level, ""),
        "mode": policies.pack_of(pack).mode(class_.mode).name.zh,
        "starts_on": min(one.start_on for one in classes),
        "ends_on": max(one.end_on for one in classes),
        "hours": class_.course.hours,
        "trained": len({line.seat_id for line in claim.lines}),
        "passed": sum(bool(seat["passed"]) for seat in _by_seat(claim).values()),
        "policy": f"{pack.title} {pack.sha256[:8]}",
        "lines": [_line_row(line) for line in lines],
        "refused": [_refused_row(line) for line in refused],
        "claimed_fen": asked,
        "cut_fen": cut,
        "total_fen": asked - cut,
        "applied_on": clock.local(claim.submitted_at or claim.created_at).date(),
        "opinions": _opinions(claim),
        "example_rates": pack.is_example,
    }


def _account_of(payee: Organization | Person) -> str:
    return (payee.bank_account if isinstance(payee, Organization) else payee.payee_account) or ""


def _by_seat(claim: Claim) -> dict[int, dict[str, Any]]:
    return {line.seat_id: line.quote.get("facts", {"passed": False}) for line in claim.lines}


def _line_row(line: ClaimLine) -> dict[str, Any]:
    facts = line.quote.get("facts", {})
    return {
        "name": line.person.name,
        "identity": mask_id_number(line.person.id_number or ""),
        "group": group_words(line),
        "certificate_number": facts.get("certificate_number") or None,
        "hours": str(facts.get("attended_hours", "")),
        "rule": rule_words(line) if line.payee is Payee.SCHOOL else f"{rule_words(line)}（付学员本人）",
        "reason": line.cut_reason or None,
        "claimed_fen": line.asked_fen,
        "cut_fen": line.cut_fen,
        "amount_fen": line.amount_fen,
    }


def _refused_row(line: ClaimLine) -> dict[str, Any]:
    return {
        "name": line.person.name,
        "identity": mask_id_number(line.person.id_number or ""),
        "reason": line.reason or label(line.status),
    }


def _opinions(claim: Claim) -> list[dict[str, Any]]:
    """Who said what so far; the newest of each step."""
    found: dict[str, dict[str, Any]] = {}
    for event in events_of(claim):
        step = OPINIONS.get(event.action)  # type: ignore[call-overload]  # a StrEnum equals and hashes as its text
        if step is not None:
            found[step] = {
                "step": step,
                "text": event.note or label(ClaimStep(event.action)),
                "name": event.actor_name,
                "on": clock.local(event.at).date(),
            }
    return [found[step] for step in OPINIONS.values() if step in found]


def _class_row(claim: Claim, class_: TrainingClass) -> dict[str, Any]:
    """What every row of a notice says of its class."""
    return {
        "school": claim.school.name,
        "class_code": class_code(class_.id),
        "occupation": class_.course.occupation.name_zh,
        "level": LEVELS.get(class_.course.level, ""),
        "starts_on": class_.start_on,
        "ends_on": class_.end_on,
    }


def notice_facts(notice: Notice) -> dict[str, Any]:
    """The printed notice 公示表, from its frozen rows."""
    claim = notice.claim
    pack = policies.pack_row_by_id(claim.policy_pack_id)
    bureau = bureau_of(notice.region_code)
    classes = {class_.id: _class_row(claim, class_) for class_ in classes_of(claim)}
    of_line = {line.id: classes[line.class_id] for line in claim.lines}
    shown = ("name", "identity", "group", "item", "amount_fen")
    days = policies.pack_of(pack).workdays
    return {
        "number": f"{claim.number}-{notice.number}",
        "authority": bureau_name(notice.region_code),
        "subject": f"{claim.name}职业技能培训补贴拟发放名单",
        "basis": pack.title,
        "starts_on": notice.from_on,
        "ends_on": notice.until_on,
        "working_days": working_days_between(notice.from_on, notice.until_on, days),
        "phone": (bureau.phone if bureau else None) or _("见网上公示页"),
        "published_on": notice.from_on,
        "rows": [{**of_line[row["line_id"]], **{key: row[key] for key in shown}} for row in notice.rows],
        "total_fen": sum(row["amount_fen"] for row in notice.rows),
        "example_rates": pack.is_example,
    }


def request_facts(batch: PaymentBatch) -> dict[str, Any]:
    """The letter to the treasury 请款函: a line a school and class, one for all persons of a class."""
    budget_region = region(batch.region_code)
    place = budget_region.name if budget_region else ""
    on = clock.local(batch.requested_at).date()
    lines = _request_lines(batch)
    return {
        "number": batch.number,
        "sender": bureau_name(batch.region_code),
        "receiver": f"{place}财政局",
        "subject": f"{on.year} 年职业技能培训补贴资金（{batch.number}）",
        "reason": "下列申领已经初审、复核、签批，并在公示期满后没有未办结的异议，请按清单拨付。",
        "year": batch.budget.year,
        "budget_account": f"{batch.budget.year} 年{batch.budget.fund_source}",
        "lines": lines,
        "people": sum(line["people"] for line in lines),
        "total_fen": batch.total_fen,
        "papers": ["职业技能培训补贴申领表", "公示表", "资金拨付清单"],
        "requested_on": on,
        "example_rates": any(
            policies.pack_row_by_id(transfer.claim.policy_pack_id).is_example for transfer in batch.transfers
        ),
    }


def _request_lines(batch: PaymentBatch) -> list[dict[str, Any]]:
    by_claim: dict[tuple[int, Payee], list[Transfer]] = defaultdict(list)
    for transfer in batch.transfers:
        by_claim[transfer.claim_id, transfer.payee].append(transfer)
    return [_request_line(payee, transfers) for (_claim, payee), transfers in by_claim.items()]


def _request_line(payee: Payee, transfers: list[Transfer]) -> dict[str, Any]:
    claim = transfers[0].claim
    row = {
        "payee": claim.claimant_name if payee is Payee.SCHOOL else "学员个人（社保卡）",
        "class_code": "、".join(class_code(number) for number in class_ids_of(claim)),
        "course": claim.training_class.course.title,
        "people": sum(len(transfer.parts) for transfer in transfers),
        "amount_fen": sum(transfer.amount_fen for transfer in transfers),
    }
    if payee is Payee.SCHOOL:
        row |= {"bank": (claim.organization or claim.school).bank_name, "account": transfers[0].account or ""}
    return row
