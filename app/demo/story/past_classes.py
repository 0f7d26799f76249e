"""Chapter seven: classes that are over, each with its money at another step of the way."""

from app.certificates import service as certificates
from app.certificates.queries import certificates_of
from app.certificates.rules import RevokedBecause
from app.demo.story import claiming
from app.demo.story.cast import BISHI, CHANGLE, FUSHOUSHAN, JIAYI
from app.demo.story.living import Course, Crowd, whole
from app.demo.story.telling import Chapter, Tale
from app.funding import service
from app.funding.models import Transfer
from app.funding.rules import LineStatus, Payee
from app.kernel import clock
from app.placements import service as placements
from app.placements.queries import placements_of

POND = "自家稻田，三亩以上，秋后开沟"
GROVE = "自家林地，搭棚种菇"
SHOP = "自家农产品开网店"
EARTHWORK = "土方工程行业"


def excavators(tale: Tale) -> Chapter:
    """The first excavator class, planned by name: everybody passed and took up a post; the treasury has paid."""
    run = Course("excavators-1", "excavator", "school", "yard", "ma", -46, 8, order="excavators", term="秋季第一期")
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(BISHI, 0, tuple(tale.named[run.key])))
    yield from claiming.paid(tale, run)


def infant_care(tale: Tale) -> Chapter:
    """Infant care: on public notice, and somebody objects to one line."""
    run = Course("care-1", "infant-care", "school-qiaoshou", "studio", "gan", -23, 10, order="care", term="秋季第一期")
    yield tale.at(run.starts - 16)
    people = Crowd(CHANGLE, 6, (tale.people["certified"],))
    yield from whole(tale, run, people, often_absent=1)
    notice = yield from claiming.on_notice(tale, run)
    yield clock.moment_of(notice.from_on, 20, 15)
    line = notice.claim.lines[2]
    text = "听说这个人培训那几天在外地打工，没有天天来上课，请核实。"
    service.object_to(notice, line.id, text=text, contact="19900000777")


def rice_crayfish(tale: Tale) -> Chapter:
    """Rice and crayfish: the school is paid; some transfers to trainees came back from the bank."""
    run = Course("crayfish-1", "rice-crayfish", "school", "pond", "qian", -38, 9, livelihood=POND, term="秋季第一期")
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(CHANGLE, 7), failing=1)
    batch = yield from claiming.requested(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 18, 10)
    for transfer in batch.transfers:
        if transfer.payee is Payee.TRAINEE and transfer.number % 2:
            service.fail_transfer(transfer, reason="户名和账号不符，银行退回。", by=tale.who("treasury"))
        else:
            _confirm(tale, transfer)


def _confirm(tale: Tale, transfer: Transfer) -> None:
    number = f"HD{tale.today.year}{transfer.batch_id:04d}{transfer.number:03d}"
    service.confirm_transfer(
        transfer, receipt_number=number, amount_fen=transfer.amount_fen, paid_on=clock.today(), by=tale.who("treasury")
    )


def weaving(tale: Tale) -> Chapter:
    """Piecework: the first review is through, the second is due."""
    run = Course("weaving-1", "weaving", "school-qiaoshou", "meijiang-room", "qiu", -16, 10, order="weaving")
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(BISHI, 7))
    yield from claiming.first_reviewed(tale, run)


def crayfish_contract(tale: Tale) -> Chapter:
    """Joint production: the money is asked for; the bank has answered for some of the trainees."""
    run = Course("contract-1", "crayfish-contract", "school", "pond", "tan", -28, 8, order="crayfish")
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(CHANGLE, 6))
    yield from claiming.requested(tale, run)


def cleaning(tale: Tale) -> Chapter:
    """Public-welfare posts: the claim is in, the first review has not begun."""
    run = Course("cleaning-1", "cleaning", "school-qiaoshou", "meijiang-room", "cen", -14, 8, order="cleaning")
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(BISHI, 7))
    yield from claiming.submitted(tale, run)


def project(tale: Tale) -> Chapter:
    """The bureau's project: the first reviewer proposes a cut, the school has not answered."""
    run = Course(
        "project-1", "excavator-project", "school", "yard", "zuo", -30, 10, order="project", livelihood=EARTHWORK
    )
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(BISHI, 7), often_absent=1)
    claim = yield from claiming.submitted(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 6, 14)
    by = tale.who("first")
    line = next(line for line in claim.lines if line.status == LineStatus.OPEN and line.payee is Payee.SCHOOL)
    service.cut_line(
        line, amount_fen=20_000, reason="有两个半天请假没有补课，按学时比例核减。", clause="示例政策 按学时计发", by=by
    )
    claiming.pass_all(claim, tale, "first")
    service.finish_first_review(claim, by=by, note="一行核减，请学校确认。")


def under_forest(tale: Tale) -> Chapter:
    """Under-forest growing in Pingjiang: owed, waiting for the request; one certificate was revoked afterwards."""
    run = Course("forest-1", "under-forest", "school-pingjiang", "grove", "ling", -30, 8, livelihood=GROVE)
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(BISHI, 0, tuple(tale.named[run.key])))
    yield from claiming.owed(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 16, 15)
    certificate = certificates_of(tale.classes[run.key].id)[-1]
    reason = "复查发现考核当天是别人代考，成绩作废。"
    by = tale.who("training-pingjiang")
    certificates.revoke(certificate, reason=reason, because=RevokedBecause.RESULT_ANNULLED, by=by)


def online_shop(tale: Tale) -> Chapter:
    """Online in a village's computer room: certified; the school has begun its claim, and not sent it."""
    run = Course("online-1", "online-shop", "school-pingjiang", "net-room", "du", -19, 10, livelihood=SHOP)
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(FUSHOUSHAN, 7), often_absent=1, not_yet=3)
    waits = placements_of(tale.classes[run.key].id)[-1]
    placements.decline(waits, reason="网店没有开起来，年前外出务工了。", by=tale.who("township-pingjiang"))
    yield from claiming.compiled(tale, run)


def withdrawn_claim(tale: Tale) -> Chapter:
    """Housekeeping: the claim was sent too early and taken back, then sent again; one line is to be corrected."""
    run = Course("home-1", "housekeeping", "school-qiaoshou", "studio", "mo", -40, 8, order="home")
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(BISHI, 7))
    claim = yield from claiming.submitted(tale, run)
    yield tale.after(tale.classes[run.key].end_on, 6, 9)
    reason = "有两名学员上岗协议还没有收齐，收齐再报。"
    service.withdraw_claim(claim, reason=reason, by=tale.who(run.school))
    reason = "上岗协议上的身份证号和名单不一致，请核对后重传。"
    yield from claiming.returned(tale, run, after=9, reason=reason)


def ponds(tale: Tale) -> Chapter:
    """A small class on ponds: both reviews are through, the signature is due."""
    run = Course("crayfish-0", "rice-crayfish", "school", "pond", "qian", -22, 5, livelihood=POND, name="稻虾共作补班")
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(CHANGLE, 4))
    yield from claiming.second_reviewed(tale, run)


def ditches(tale: Tale) -> Chapter:
    """The next small class on ponds: signed, the notice is yet to be put up."""
    run = Course("crayfish-9", "rice-crayfish", "school", "pond", "tan", -17, 5, livelihood=POND, name="稻虾共作北片班")
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(BISHI, 4))
    yield from claiming.signed(tale, run)


def mushrooms(tale: Tale) -> Chapter:
    """Under-forest growing, another class: an inspection found nobody in the grove; nothing is paid."""
    run = Course("forest-0", "under-forest", "school-pingjiang", "grove", "ling", -42, 5, livelihood=GROVE)
    yield tale.at(run.starts - 16)
    yield from whole(tale, run, Crowd(JIAYI, 4))
    reason = "抽查两次，上课时间林场没有人，签到和实际不符，不予支付。"
    yield from claiming.rejected(tale, run, reason=reason)


PAST = (
    excavators,
    infant_care,
    rice_crayfish,
    weaving,
    crayfish_contract,
    cleaning,
    project,
    under_forest,
    online_shop,
    withdrawn_claim,
    ponds,
    ditches,
    mushrooms,
)
