"""Money out of the ordinary: a voucher, a receipt, a guardian, returned cards, an answer that differs, a recovery."""

from dataclasses import replace
from datetime import date
from io import BytesIO

from app.certificates import service as certificates
from app.certificates.queries import certificates_of
from app.certificates.rules import RevokedBecause
from app.classes.queries import active_seats
from app.demo.story.cast import MILUO
from app.demo.story.drawing import lesson_picture, photo
from app.demo.story.invented import bank_account, id_number
from app.demo.story.telling import Chapter, Tale
from app.funding import service
from app.funding.models import Claim, Transfer
from app.funding.queries import claim_of_class, people_transfers
from app.funding.queries.notices import notices_of
from app.funding.queries.payments import batches_of
from app.funding.queries.recoveries import recoveries_of_claim
from app.funding.rules import LineStatus, Payee, TransferStatus, VoucherKind
from app.funding.rules.paying import CardWay, Finding
from app.kernel import clock
from app.kernel.money import FEN_A_YUAN, yuan
from app.papers import service as papers

NEW_CARD = 7001
MARGIN = 40
VOUCHER_FEN = 500_000


def vouchers(tale: Tale) -> Chapter:
    """Two trainees have a voucher: a general one, used up by the paid claim, and a directed one nobody used yet."""
    yield tale.at(-44, 10)
    by, used = tale.who("training"), active_seats(tale.classes["excavators-1"].id)[0]
    year, bureau = tale.today.year, tale.organizations["bureau-miluo"].name
    from_on, until_on, trade = tale.workday(-80), date(year + 1, 6, 30), tale.courses["infant-care"].occupation
    general = service.NewVoucher(f"TY{year}000001", VoucherKind.GENERAL, VOUCHER_FEN, from_on, until_on, bureau)
    directed = replace(general, number=f"DX{year}000001", kind=VoucherKind.DIRECTED, occupation=trade)
    service.record_voucher(used.person, general, by=by)
    service.record_voucher(tale.people["trainee"], directed, by=by)


def self_paid(tale: Tale) -> Chapter:
    """Somebody of the online class paid the school and claims for it; the school can't claim that line any more."""
    yield tale.at(-16, 9)
    row = tale.classes["online-1"]
    yield tale.after(row.end_on, 3, 10)
    seat, paid_on = active_seats(row.id)[0], row.start_on
    school = tale.who("school-pingjiang")
    service.record_fee(seat, amount_fen=80_000, receipt_number="SJ-0001", paid_on=paid_on, by=school)
    yield tale.after(row.end_on, 4, 20)
    mine = tale.laborer(seat.person)
    service.submit(service.compile_own(row, by=mine), by=mine)


def guardian(tale: Tale) -> Chapter:
    """A trainee keeps no account of her own: one officer wrote down her mother's, a second one has not looked yet."""
    yield tale.at(-1, 11)
    person = active_seats(tale.classes["cleaning-1"].id)[-1].person
    told = service.NewGuardian(
        name="顾全英",
        relation="母亲",
        id_number=id_number(tale.chance, 58, tale.today, set()),
        account=bank_account(NEW_CARD + 1),
        bank="示例银行弼时支行",
        reason="本人智力残疾，不能自己办卡、用卡。",
        proof="户口簿、残疾人证、村委会证明",
    )
    service.state_guardian(person, told, by=tale.who("finance"))


def board(tale: Tale) -> Chapter:
    """The notice of the infant-care class hangs on the village board; a photo shows it."""
    yield tale.at(-20, 9)
    end_on = tale.classes["care-1"].end_on
    yield tale.after(end_on, 9, 17)
    notice = notices_of(_claim(tale, "care-1").id)[0]
    by, shot = tale.who("second"), photo(lesson_picture(77, people=3, outdoors=True), clock.now())
    upload = papers.keep_upload(
        BytesIO(shot), "board.jpg", papers.IMAGES, 10 * papers.MEGABYTE, by=by, kind="notice photo", field="photo"
    )
    service.hang_notice(notice, upload.id, place="马桥村村务公开栏", hung_on=clock.today(), by=by)


def returned_cards(tale: Tale) -> Chapter:
    """A card of the crayfish class that failed is confirmed anew by two officers; it may be asked for again."""
    yield tale.at(-36, 9)
    end_on = tale.classes["crayfish-1"].end_on
    yield tale.after(end_on, 20, 9)
    failed = next(one for one in _people(_claim(tale, "crayfish-1")) if one.status == TransferStatus.FAILED)
    by, account = tale.who("finance"), bank_account(NEW_CARD)
    check = service.state_card(failed, account=account, bank="示例银行长乐支行", way=CardWay.IN_PERSON, by=by)
    service.confirm_card(check, account=account, by=tale.who("cashier"))


def _claim(tale: Tale, key: str) -> Claim:
    """The claim that stands for a class of the story."""
    claim = claim_of_class(tale.classes[key].id)
    if claim is None:
        raise LookupError(f"nobody has claimed for {key} yet")
    return claim


def _people(claim: Claim) -> list[Transfer]:
    return [one for batch in batches_of(claim.id) for one in people_transfers(batch)]


def odd_answer(tale: Tale) -> Chapter:
    """The bank's answer for the joint production: two rows fit, one names another amount and is kept apart."""
    yield tale.at(-24, 9)
    end_on = tale.classes["contract-1"].end_on
    yield tale.after(end_on, 18, 15)
    *fitting, odd = _people(_claim(tale, "contract-1"))[:3]
    says = [*((one, one.amount_fen) for one in fitting), (odd, odd.amount_fen - FEN_A_YUAN)]
    content = "\n".join(f"{one.id}|{one.account}|{yuan(fen)}|成功|" for one, fen in says).encode("gb18030")
    serial, by = f"PC{tale.today.year}0001", tale.who("treasury")
    service.apply_answer(odd.batch, content, serial=serial, paid_on=clock.today(), by=by)


def recovery(tale: Tale) -> Chapter:
    """After the payment a certificate of the crayfish class is revoked: half of the money is back so far."""
    yield tale.at(-36, 10)
    end_on = tale.classes["crayfish-1"].end_on
    yield tale.after(end_on, 21, 15)
    claim = _claim(tale, "crayfish-1")
    paid = next(line for line in claim.lines if line.status == LineStatus.PAID and line.payee is Payee.SCHOOL)
    issued = next(one for one in certificates_of(tale.classes["crayfish-1"].id) if one.id == paid.certificate_id)
    reason = "群众反映，核实后确认考核是亲戚代考。"
    certificates.revoke(issued, reason=reason, because=RevokedBecause.IMPERSONATION, by=tale.who("training"))
    yield tale.after(end_on, 22, 15)
    day, by = clock.today(), tale.who("treasury")
    for one in recoveries_of_claim(claim.id):
        number = f"JK{day.year}{one.id:04d}"
        service.repay(one, number=number, amount_fen=one.amount_fen // 2, repaid_on=day, by=by)


def sample(tale: Tale) -> Chapter:
    """The inspector looks at payments by lot: one was true, one person could not be reached, the others are open."""
    yield tale.at(-2, 9)
    by = tale.who("inspector")
    drawn = service.commit_sample(MILUO, tale.workday(-60), tale.workday(-2), MARGIN, by=by)
    yield tale.at(-2, 10)
    lines = service.draw_sample(drawn, by=by)
    yield tale.at(-1, 16)
    note = "打了三次电话没有人接，下周上门。"
    for line, (finding, words) in zip(lines, ((Finding.TRUE, ""), (Finding.UNREACHED, note)), strict=False):
        service.record_finding(line, finding=finding, note=words, by=by)


PAYING = (vouchers, self_paid, guardian, board, returned_cards, odd_answer, recovery, sample)
