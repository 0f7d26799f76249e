"""Look at lines once more before money goes out, and keep what came of it; the database pays nothing without it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, insert, select, update

from app.accounts.models import Organization
from app.attendance.signals import doubt_raised, doubt_settled, hours_settled
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus
from app.enrollments.denials.models import Denial
from app.enrollments.denials.rules import DenialStatus
from app.funding.models import CardCheck, Claim, ClaimLine, Clearance, PaymentPart, Transfer
from app.funding.queries.claims import read_people
from app.funding.queries.drawing import HELD_BY_DENIAL, held_for_hours
from app.funding.queries.evidence import denials_of
from app.funding.queries.guardians import guardians_of_lines
from app.funding.queries.invoices import missing_invoice
from app.funding.queries.papers import beyond_papers
from app.funding.rules import LineStatus, Payee
from app.funding.rules.long_steps import WorkPart
from app.funding.rules.paying import CardStatus
from app.funding.service.claims import sha256_of
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.counting import counted
from app.kernel.database import among, db
from app.kernel.marking import N_
from app.policies import queries as policies

NO_ACCOUNT = N_("学员没有登记收款账户。")
NO_SCHOOL_ACCOUNT = N_("申领单位没有登记收款账户。")
NO_CERTIFICATE = N_("证书已经撤销或换发。")
NOT_OWED = N_("这一行现在不是应付。")
CARD = N_("上次付款被银行退回，卡号要本人重新确认、第二个人核对以后才能再付。")
PAPERS = N_("超过现在登记的自费收据或培训券金额。")
ANNULLED = N_("查实不是本人的意思，报名已经作废。")


def clear(claim: Claim, lines: Sequence[ClaimLine], *, by: Actor, whole: bool = False) -> dict[int, str]:
    """Check lines of a claim and store a clearance each; why a line may not be paid, "" for one that may, by line.

    Cleared is what the line still asks for, or with `whole` what it has on its way.
    """
    if not lines:
        return {}
    db.session.flush()
    query = select(ClaimLine.id, ClaimLine.changes).where(among(ClaimLine.id, [one.id for one in lines]))
    seen = {row.id: row.changes for row in db.session.execute(query)}
    facts = _facts(claim, lines)
    now = clock.now()
    rows = [
        {
            "line_id": line.id,
            "line_changes": seen[line.id],
            "amount_fen": line.in_payment_fen if whole else line.rest_fen,
            "passed": not facts[line.id]["why"],
            "why": facts[line.id]["why"],
            "facts": facts[line.id],
            "sha256": sha256_of({"line": line.id, **facts[line.id]}),
            "by_key": by.key,
            "at": now,
        }
        for line in lines
    ]
    db.session.execute(insert(Clearance), rows)
    return {line.id: facts[line.id]["why"] for line in lines}


def _facts(claim: Claim, lines: Sequence[ClaimLine]) -> dict[int, dict[str, Any]]:
    """What is known of each line now, and why it may not be paid."""
    seats = {line.seat_id for line in lines}
    denials, doubted = denials_of(seats), held_for_hours(seats)
    standing, cards = _standing_certificates(lines), _waiting_cards(lines)
    account, invoice = bool(account_of(claim)), missing_invoice(claim)
    guardians = guardians_of_lines(lines)
    beyond = beyond_papers(claim, lines)
    without = policies.pack_by_id(claim.policy_pack_id).figure("claim.certificate_required").value is False
    read_people((line for line in lines if line.payee is Payee.TRAINEE), anew=True)
    found = {}
    for line in counted(lines, WorkPart.CLEAR):
        known = {
            "owed": line.status == LineStatus.APPROVED,
            "denied": _denied(denials.get(line.seat_id)),
            "hours": doubted.get(line.seat_id, ""),
            "certificate_id": line.certificate_id,
            "certificate_stands": line.seat_id in standing if line.certificate_id is not None else without,
            "account": account
            if line.payee is Payee.SCHOOL
            else line.id in guardians or bool(line.person.payee_account),
            **({"guardian": guardians[line.id].id} if line.id in guardians else {}),
            "card_waits": line.id in cards,
            "beyond_papers": line.id in beyond,
            "invoice_missing": invoice if line.payee is Payee.SCHOOL else "",
        }
        found[line.id] = {**known, "why": _why(line, known)}
    return found


def account_of(claim: Claim) -> str:
    """The account of the school or employer that claims, as it stands now; "" where there is none."""
    if claim.organization_id is None:
        return ""
    return db.session.get_one(Organization, claim.organization_id, populate_existing=True).bank_account or ""


def _why(line: ClaimLine, known: dict[str, Any]) -> str:
    """The first thing that stands against paying a line."""
    to_school = line.payee is Payee.SCHOOL
    against = (
        (not known["owed"], NOT_OWED),
        (bool(known["denied"]), known["denied"]),
        (bool(known["hours"]), known["hours"]),
        (not known["certificate_stands"], NO_CERTIFICATE),
        (not known["account"], NO_SCHOOL_ACCOUNT if to_school else NO_ACCOUNT),
        (known["beyond_papers"], PAPERS),
        (known["card_waits"], CARD),
        (bool(known["invoice_missing"]), known["invoice_missing"]),
    )
    return next((str(words) for wrong, words in against if wrong), "")


def _denied(denial: Denial | None) -> str:
    """Why nothing is paid for somebody who says that they never signed up; "" where nobody says so."""
    if denial is None:
        return ""
    return HELD_BY_DENIAL if denial.status == DenialStatus.OPEN else ANNULLED


def _standing_certificates(lines: Sequence[ClaimLine]) -> set[int]:
    """Seats with a paper that stands: the one claimed with, or the one that took its place."""
    seats = [line.seat_id for line in lines]
    query = select(Certificate.seat_id).where(
        among(Certificate.seat_id, seats), Certificate.status == CertificateStatus.VALID
    )
    return set(db.session.scalars(query))


def _waiting_cards(lines: Sequence[ClaimLine]) -> set[int]:
    """Lines whose payment failed for its account, which nobody has confirmed again since."""
    confirmed = exists().where(CardCheck.transfer_id == Transfer.id, CardCheck.status == CardStatus.CONFIRMED)
    query = (
        select(PaymentPart.line_id)
        .join(Transfer, Transfer.id == PaymentPart.transfer_id)
        .where(among(PaymentPart.line_id, [line.id for line in lines]), Transfer.wrong_account, ~confirmed)
    )
    return set(db.session.scalars(query))


def touch(seat_id: int) -> None:
    """Something about the seat changed: clearances of its lines are old now."""
    db.session.flush()
    db.session.execute(
        update(ClaimLine)
        .where(ClaimLine.seat_id == seat_id)
        .values(changes=ClaimLine.changes + 1, version=ClaimLine.version)
        .execution_options(synchronize_session=False)
    )


@doubt_raised.connect
@doubt_settled.connect
@hours_settled.connect
def _on_doubt(_row: Any, *, seat_id: int, **_more: Any) -> None:
    """Hours that are in doubt, or are so no more."""
    touch(seat_id)
