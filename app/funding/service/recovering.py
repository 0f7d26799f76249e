"""Recovery 追回: opened by what was found, repaid whole or in parts, each repayment posted in the ledger."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.attendance.models import Correction, EmergencyFinding
from app.attendance.queries import found_wrong
from app.attendance.signals import doubt_settled, hours_settled
from app.audit import service as audit
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus
from app.certificates.signals import certificate_revoked
from app.funding.models import Claim, ClaimLine, Recovery, Repayment
from app.funding.rules import LineStatus, Payee
from app.funding.rules.paying import RECOVERY_FLOW, Cause, RecoveryStatus, RecoveryStep
from app.funding.service.duties import bar_interest
from app.funding.service.holding import allow, hold, next_number
from app.funding.service.settling import note_uses
from app.funding.service.stopping import close_if_done, stop_revoked, stop_seats
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import among, db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.money import yuan
from app.ledger import service as ledger
from app.messages import service as messages
from app.messages.models import MessageKind

LONGEST = 400


def open_recovery(
    line: ClaimLine, *, cause: Cause, amount_fen: int, reason: str, by: Actor, source: str = ""
) -> Recovery:
    """Open the recovery of money of a paid line, for what an inspection or a sample found.

    Raises `DomainError` for an amount that was not paid or is being recovered already, `Forbidden` for a declared tie.
    """
    allow(by, Can.RECOVERY_OPEN)
    claim = hold(line.claim)
    bar_interest(claim, by=by)
    row = next(one for one in claim.lines if one.id == line.id)
    if not reason.strip():
        raise DomainError(N_("请写明追回的理由和依据。"), "reason")
    most = left_of(row)
    if not 0 < amount_fen <= most:
        raise DomainError(_("最多可以追回 %(most)s 元（已付减去正在追回的）。", most=yuan(most)), "amount")
    return _open(row, cause, source, amount_fen, reason.strip(), by=by)


def left_of(line: ClaimLine) -> int:
    """What was paid of a line and is not being recovered, or was not recovered yet; fen."""
    taken = select(func.coalesce(func.sum(Recovery.amount_fen), 0)).where(
        Recovery.line_id == line.id, Recovery.status != RecoveryStatus.DROPPED
    )
    return max(0, line.paid_fen - int(db.session.scalar(taken) or 0))


def _open(line: ClaimLine, cause: Cause, source: str, amount_fen: int, reason: str, *, by: Actor) -> Recovery:
    row = Recovery(
        status=RecoveryStatus.OPEN,
        number=next_number("ZH", line.claim.region_code),
        line_id=line.id,
        claim_id=line.claim_id,
        school_id=line.claim.school_id,
        region_code=line.claim.region_code,
        cause=cause,
        source=source,
        amount_fen=amount_fen,
        repaid_fen=0,
        reason=reason[:LONGEST],
        opened_by=by.key,
        opened_at=clock.now(),
    )
    row.line = line
    facts = {"line": line.id, "claim": line.claim.number, "amount_fen": amount_fen, "cause": str(cause)}
    audit.born(row, by=by, note=row.reason, facts=facts)
    _tell(row, _("需要退回补贴 %(fen)s 元，原因：%(why)s。请和人社部门联系办理。"))
    return row


def recover_all(lines: Iterable[ClaimLine], cause: Cause, source: str, reason: str, *, by: Actor) -> list[Recovery]:
    """Open the recovery of all that was paid of these lines, whose claims are held; those recovered already stay."""
    found = [(line, left_of(line)) for line in lines if line.paid_fen]
    return [_open(line, cause, source, fen, reason, by=by) for line, fen in found if fen]


def recover_revoked(claim: Claim, *, by: Actor) -> list[Recovery]:
    """Recover what was paid of a held claim's lines whose certificate was revoked while the money was on its way."""
    seats = {line.seat_id for line in claim.lines if line.paid_fen and line.certificate_id}
    query = select(Certificate).where(
        among(Certificate.seat_id, seats), Certificate.status == CertificateStatus.REVOKED
    )
    found: list[Recovery] = []
    for certificate in db.session.scalars(query).unique():
        found += recover_all(_lines_of(claim, certificate), Cause.CERTIFICATE, *_said(certificate), by=by)
    return found


def recover_wrong(claim: Claim, seats: Collection[int], *, by: Actor) -> list[Recovery]:
    """Recover what was paid for these seats of a held claim whose hours were found wrong while money was on its way.

    What somebody opened for this finding and gave up again is not opened once more.
    """
    paid = [line for line in claim.lines if line.paid_fen and line.seat_id in seats]
    wrong = found_wrong({line.seat_id for line in paid})
    given_up = select(Recovery.line_id, Recovery.source).where(
        Recovery.claim_id == claim.id, Recovery.status == RecoveryStatus.DROPPED
    )
    dropped = {(row.line_id, row.source) for row in db.session.execute(given_up)} if wrong else set()
    found: list[Recovery] = []
    for line in paid:
        one = wrong.get(line.seat_id)
        if one is not None and (line.id, one.source) not in dropped:
            why = _("学时查实不属实：%(why)s", why=one.note)
            found += recover_all([line], Cause.DOUBT, one.source, why, by=by)
    return found


def _lines_of(claim: Claim, certificate: Certificate) -> list[ClaimLine]:
    """The lines that rest on a certificate, or on a paper it took the place of."""
    return [line for line in claim.lines if line.certificate_id and line.seat_id == certificate.seat_id]


def _said(certificate: Certificate) -> tuple[str, str]:
    """Where a recovery comes from, and why."""
    why = _("证书 %(number)s 已经撤销：%(why)s", number=certificate.number, why=certificate.reason)
    return f"certificate:{certificate.id}", why


@certificate_revoked.connect
def _on_revoked(certificate: Certificate, *, by: Actor, **_more: Any) -> None:
    """A revoked certificate opens the recovery of everything that was paid for it; what is owed is owed no more."""
    db.session.flush()
    rests = (ClaimLine.seat_id == certificate.seat_id, ClaimLine.certificate_id.is_not(None))
    ids = select(ClaimLine.claim_id).where(*rests)
    for number in sorted(set(db.session.scalars(ids))):
        claim = hold(db.session.get_one(Claim, number))
        recover_all(_lines_of(claim, certificate), Cause.CERTIFICATE, *_said(certificate), by=by)
        stop_revoked(claim, by=by)
        close_if_done(claim, by=by)


@doubt_settled.connect
def _on_doubt(row: Correction, *, seat_id: int, upheld: bool, by: Actor, **_more: Any) -> None:
    """Hours found to be wrong after the money was paid."""
    if upheld:
        _recover_seat(seat_id, f"correction:{row.id}", _("学时查实不属实：%(why)s", why=row.note), by)


@hours_settled.connect
def _on_hours(row: EmergencyFinding, *, seat_id: int, upheld: bool, by: Actor, **_more: Any) -> None:
    """The same for a half-day that was changed without being ratified."""
    if upheld:
        _recover_seat(seat_id, f"variation:{row.variation_id}", _("学时查实不属实：%(why)s", why=row.note), by)


def _recover_seat(seat_id: int, source: str, reason: str, by: Actor) -> None:
    ids = select(ClaimLine.claim_id).where(
        ClaimLine.seat_id == seat_id, ClaimLine.status.in_((LineStatus.APPROVED, LineStatus.PAID))
    )
    for number in sorted(set(db.session.scalars(ids))):
        claim = hold(db.session.get_one(Claim, number))
        recover_all([one for one in claim.lines if one.seat_id == seat_id], Cause.DOUBT, source, reason, by=by)
        stop_seats(claim, {seat_id}, reason, by=by)
        close_if_done(claim, by=by)


def repay(
    recovery: Recovery,
    *,
    number: str,
    amount_fen: int,
    repaid_on: date,
    by: Actor,
    upload_id: int | None = None,
) -> RecoveryStatus:
    """Money came back, whole or in part: recorded with its voucher, and available again in the ledger."""
    allow(by, Can.PAYMENT_CONFIRM)
    claim = hold(recovery.line.claim)
    row = audit.hold(recovery)
    RECOVERY_FLOW.after(row.status, RecoveryStep.REPAY)
    _check_repayment(row, number.strip(), amount_fen, repaid_on)
    came = Repayment(
        recovery_id=row.id,
        number=number.strip(),
        amount_fen=amount_fen,
        repaid_on=repaid_on,
        upload_id=upload_id,
        by_key=by.key,
        at=clock.now(),
    )
    row.repayments.append(came)
    row.repaid_fen += amount_fen
    facts = {"amount_fen": amount_fen, "voucher": came.number, "rest_fen": row.rest_fen}
    if row.rest_fen:
        audit.record(row, "repaid a part", by=by, facts=facts)
    else:
        audit.take(row, RECOVERY_FLOW, RecoveryStep.REPAY, by=by, facts=facts)
    db.session.flush()
    once, reference = f"repayment:{came.id}", f"claim:{claim.id}"
    ledger.return_paid(claim.budget_id, amount_fen, reference=reference, by=by, once_key=once, still_owed=False)
    note_uses(claim, {recovery.line.seat_id}, by=by, came_back=True)
    _tell(row, _("已收到退回的补贴 %(fen)s 元。"), fen=amount_fen)
    return row.status


def _check_repayment(row: Recovery, number: str, amount_fen: int, day: date) -> None:
    if not number:
        raise DomainError(N_("请填写退款凭证号。"), "receipt_number")
    if db.session.scalar(select(Repayment.id).where(Repayment.number == number)) is not None:
        raise DomainError(N_("这个退款凭证号已经登记过了。"), "receipt_number")
    if not 0 < amount_fen <= row.rest_fen:
        raise DomainError(_("退回的金额要大于 0，最多 %(rest)s 元。", rest=yuan(row.rest_fen)), "amount")
    if not clock.local(row.opened_at).date() <= day <= clock.today():
        raise DomainError(N_("退回日期在登记追回以后，不晚于今天。"), "paid_on")


def drop_recovery(recovery: Recovery, *, reason: str, by: Actor) -> None:
    """Give a recovery up that was opened in error, before anything came back; by somebody else than who opened it."""
    allow(by, Can.RECOVERY_OPEN)
    hold(recovery.line.claim)
    row = audit.hold(recovery)
    RECOVERY_FLOW.after(row.status, RecoveryStep.DROP)
    if not reason.strip():
        raise DomainError(N_("请写明撤销的理由。"), "reason")
    if row.cause is Cause.CERTIFICATE:
        raise Refused(N_("证书撤销引起的追回不能撤销；撤销证书和追回要对得上。"))
    if row.opened_by in by.keys:
        raise Refused(N_("登记追回的人不能自己撤销，请由另一个人来办。"))
    if row.repaid_fen:
        raise Refused(N_("已经退回了一部分，不能撤销。"))
    row.drop_reason = reason.strip()[:LONGEST]
    audit.take(row, RECOVERY_FLOW, RecoveryStep.DROP, by=by, note=row.drop_reason)
    db.session.flush()


def _tell(row: Recovery, words: str, *, fen: int | None = None) -> None:
    line = row.line
    told = words % {"fen": yuan(row.amount_fen if fen is None else fen), "why": row.reason.rstrip("。")}
    if line.payee is Payee.SCHOOL:
        school = line.claim.organization or line.claim.school
        text = f"申领 {line.claim.number}：{told}"
        messages.tell(MessageKind.PAYMENT, recipient=f"organization:{school.id}", phone=school.phone, text=text)
    else:
        person = line.person
        messages.tell(MessageKind.PAYMENT, recipient=f"person:{person.id}", phone=person.phone, text=told)
