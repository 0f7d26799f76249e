"""What happens to the money of a class: claimed, reviewed twice, signed, on notice, requested, paid."""

from collections.abc import Generator
from datetime import datetime

from app.demo.story.living import Course
from app.demo.story.telling import Chapter, Tale
from app.funding import service
from app.funding.models import Claim, Notice, PaymentBatch
from app.funding.rules import LineStatus
from app.kernel import clock
from app.kernel.access import SYSTEM

Claimed = Generator[datetime, None, Claim]
Noticed = Generator[datetime, None, Notice]
Requested = Generator[datetime, None, PaymentBatch]


def compiled(tale: Tale, run: Course) -> Claimed:
    """The school compiles the claim a week after the end."""
    yield tale.after(tale.classes[run.key].end_on, 5, 9)
    return service.compile_claim(tale.classes[run.key], by=tale.who(run.school))


def submitted(tale: Tale, run: Course) -> Claimed:
    """The school compiles the claim and submits it."""
    claim = yield from compiled(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 5, 11)
    service.submit(claim, by=tale.who(run.school), note="证书、考勤、上岗都已齐。")
    return claim


def first_reviewed(tale: Tale, run: Course) -> Claimed:
    """The first reviewer passes every line."""
    claim = yield from submitted(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 6, 10)
    by = tale.who("first")
    pass_all(claim, tale, "first")
    service.finish_first_review(claim, by=by, note="逐行看过凭据。")
    return claim


def pass_all(claim: Claim, tale: Tale, login: str) -> None:
    """Pass what nothing speaks against at once, the rest one by one."""
    by = tale.who(login)
    service.pass_clean(claim, by=by)
    for line in claim.lines:
        if line.status == LineStatus.OPEN and not (line.first_passed if login == "first" else line.second_passed):
            service.pass_line(line, by=by)


def second_reviewed(tale: Tale, run: Course) -> Claimed:
    """Second review the next day, by somebody else."""
    claim = yield from first_reviewed(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 7, 10)
    pass_all(claim, tale, "second")
    service.finish_second_review(claim, by=tale.who("second"))
    return claim


def returned(tale: Tale, run: Course, *, after: int, reason: str) -> Claimed:
    """Claimed once more so many working days after the end; the first reviewer returns a line to be corrected."""
    end_on = tale.classes[run.key].end_on
    yield tale.after(end_on, after, 9)
    claim = service.compile_claim(tale.classes[run.key], by=tale.who(run.school))
    service.submit(claim, by=tale.who(run.school), note="材料补齐了，重新申领。")
    yield tale.after(end_on, after + 1, 15)
    by = tale.who("first")
    service.return_line(
        next(line for line in claim.lines if line.status == LineStatus.OPEN),
        reason=reason,
        clause="示例政策 申领材料清单",
        by=by,
    )
    pass_all(claim, tale, "first")
    service.finish_first_review(claim, by=by, note="一行要补正，其余没有问题。")
    return claim


def rejected(tale: Tale, run: Course, *, reason: str) -> Claimed:
    """The first reviewer finds that nothing may be paid; what was reserved is free again."""
    claim = yield from submitted(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 8, 16)
    by = tale.who("first")
    for line in claim.lines:
        if line.status == LineStatus.OPEN:
            service.reject_line(line, reason=reason, clause="示例政策 申领材料清单", by=by)
    service.finish_first_review(claim, by=by, note=reason)
    return claim


def signed(tale: Tale, run: Course) -> Claimed:
    """Sign-off the day after the second review."""
    claim = yield from second_reviewed(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 8, 15)
    service.sign(claim, by=tale.who("signer"))
    return claim


def on_notice(tale: Tale, run: Course) -> Noticed:
    """The signed lines are put on public notice."""
    claim = yield from signed(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 9, 9)
    return service.publish_notice(claim, by=tale.who("second"))


def owed(tale: Tale, run: Course) -> Claimed:
    """The notice ends without an objection."""
    notice = yield from on_notice(tale, run)
    yield tale.after(notice.until_on, 1, 3)
    service.close_notice(notice, by=SYSTEM)
    return notice.claim


def requested(tale: Tale, run: Course) -> Requested:
    """Finance asks the treasury for the money."""
    claim = yield from owed(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 16, 10)
    batch = service.request_funds([claim], by=tale.who("finance"))
    service.check_batch(batch, by=tale.who("cashier"), note="账号、人数、金额核对无误")
    return batch


def paid(tale: Tale, run: Course) -> Chapter:
    """The treasury pays every transfer and enters the receipts."""
    batch = yield from requested(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 18, 10)
    for transfer in batch.transfers:
        number = f"HD{tale.today.year}{batch.id:04d}{transfer.number:03d}"
        service.confirm_transfer(
            transfer,
            receipt_number=number,
            amount_fen=transfer.amount_fen,
            paid_on=clock.today(),
            by=tale.who("treasury"),
        )
