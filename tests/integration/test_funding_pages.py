"""The same story through the pages, each by the person who does it."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.funding import queries, service
from app.funding.models import Claim, Objection, PaymentBatch, QuarantinedRow
from app.funding.rules import ClaimStatus, LineStatus, TransferStatus
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import transaction
from app.kernel.money import yuan
from app.people.models import Group
from tests.makers import OTHER_COUNTY, make_organization, make_user
from tests.making import funding as made

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def story(session: Session) -> made.Story:
    with transaction():
        found = made.make_class_story(people_count=3, absent=1, group=Group.DISABLED)
    session.expire_all()
    return found


def only_claim(session: Session, story: made.Story) -> Any:
    session.expire_all()
    return session.query(Claim).filter_by(class_id=story.row.id).order_by(Claim.id.desc()).first()


def test_the_whole_story_by_hand(session: Session, sign_in: SignIn, story: made.Story) -> None:
    school = sign_in(story.at.clerk)
    with clock.at(made.day(story.claimed)):
        assert story.row.name in school.get("/claims").text
        assert school.post(f"/classes/{story.row.id}/claim").status_code == 303
        claim = only_claim(session, story)
        page = school.get(f"/claims/{claim.id}").text
        class_page = school.get(f"/classes/{story.row.id}").text
        assert f'href="/claims/{claim.id}"' in class_page
        assert f"/placements?class_id={story.row.id}" in class_page
        assert "出勤不够" in page
        assert "提交申领" in page
        assert school.post(f"/claims/{claim.id}/recompile").status_code == 303
        assert school.post(f"/claims/{claim.id}/submit", data={"note": "齐了"}).status_code == 303
    lines = [line for line in only_claim(session, story).lines if line.status == LineStatus.OPEN]

    first = sign_in(story.first)
    with clock.at(made.day(story.claimed + timedelta(days=1))):
        page = first.get(f"/claims/{claim.id}/review").text
        assert "一次通过" in page
        assert lines[0].person.id_number not in page
        name = f"l{lines[0].id}-"
        wrong = first.post(
            f"/claim-lines/{lines[0].id}/decide", data={f"{name}verdict": "cut", f"{name}amount": "一元"}
        )
        assert wrong.status_code == 422
        assert "一元" in wrong.text
        data = {f"{name}verdict": "cut", f"{name}amount": "1.00", f"{name}reason": "少了一天"}
        data[f"{name}clause"] = "第五条"
        assert first.post(f"/claim-lines/{lines[0].id}/decide", data=data).status_code == 303
        assert first.post(f"/claims/{claim.id}/pass-clean").status_code == 303
        assert first.post(f"/claims/{claim.id}/finish-first-review").status_code == 303
    assert only_claim(session, story).status == ClaimStatus.CUT_PROPOSED

    school = sign_in(story.at.clerk)
    with clock.at(made.day(story.claimed + timedelta(days=2))):
        assert "同意核减" in school.get(f"/claims/{claim.id}").text
        assert school.post(f"/claim-lines/{lines[0].id}/contest-cut", data={}).status_code == 422
        words = {f"l{lines[0].id}-words": "补了课"}
        assert school.post(f"/claim-lines/{lines[0].id}/contest-cut", data=words).status_code == 303
    first = sign_in(story.first)
    assert "维持核减" in first.get(f"/claims/{claim.id}/review").text
    assert "请写明理由" in first.post(f"/claim-lines/{lines[0].id}/keep-cut").text
    told = {f"l{lines[0].id}-reason": "补课没有签到"}
    assert first.post(f"/claim-lines/{lines[0].id}/keep-cut", data=told).status_code == 303
    assert first.post(f"/claims/{claim.id}/finish-first-review").status_code == 303

    _sign(sign_in, story, claim)
    _publish_and_close(session, sign_in, story, claim)
    _pay(session, sign_in, story)


def _sign(sign_in: SignIn, story: made.Story, claim: Claim) -> None:
    second = sign_in(story.second)
    assert second.post(f"/claims/{claim.id}/pass-clean").status_code == 303
    assert second.post(f"/claims/{claim.id}/finish-second-review").status_code == 303
    signer = sign_in(story.signer)
    assert "同意，签批" in signer.get(f"/claims/{claim.id}").text
    assert signer.post(f"/claims/{claim.id}/send-back", data={}).status_code == 422
    assert signer.post(f"/claims/{claim.id}/sign").status_code == 303


def _publish_and_close(session: Session, sign_in: SignIn, story: made.Story, claim: Claim) -> None:
    second = sign_in(story.second)
    published = story.claimed + timedelta(days=3)
    with clock.at(made.day(published)):
        assert second.post(f"/claims/{claim.id}/publish-notice").status_code == 303
        page = second.get("/notices").text
        assert story.row.name in page
    until = _object(session, sign_in, story, published)
    second = sign_in(story.second)
    objection = session.query(Objection).filter_by(text="那几天他在广东").one()
    assert "在广东" in second.get(f"/objections/{objection.id}").text
    assert "待核查" in second.get("/objections").text
    assert second.post(f"/objections/{objection.id}/answer", data={"verdict": "dismiss"}).status_code == 422
    answer = {"verdict": "dismiss", "answer": "查了签到，属实来过"}
    assert second.post(f"/objections/{objection.id}/answer", data=answer).status_code == 303
    with clock.at(made.day(until + timedelta(days=1))):
        assert second.post(f"/notices/{objection.notice_id}/close").status_code == 303
        assert second.get(f"/notices/{objection.notice_id}").status_code == 404
    assert only_claim(session, story).status == ClaimStatus.APPROVED


def _object(session: Session, sign_in: SignIn, story: made.Story, published: date) -> date:
    """Anybody reads the notice and objects."""
    claim = only_claim(session, story)
    passer_by = sign_in(make_user(Role.EMPLOYER, organization=make_organization()))
    passer_by.delete_cookie("sidan")
    (notice,) = queries.notices_of(claim.id)
    with clock.at(made.day(published, 15)):
        page = passer_by.get(f"/notices/{notice.id}")
        assert page.status_code == 200
        assert claim.lines[0].person.name not in page.text
        assert passer_by.get(f"/notices/{notice.id}/sheet.pdf").data.startswith(b"%PDF")
        line = notice.rows[0]["line_id"]
        where = f"/notices/{notice.id}/lines/{line}/objection"
        assert passer_by.get(where).status_code == 200
        assert passer_by.post(where, data={"text": ""}).status_code == 422
        assert passer_by.post(where, data={"text": "那几天他在广东"}).status_code == 303
        tries = [passer_by.post(where, data={"text": "又一条"}).status_code for _number in range(6)]
        assert tries[-1] == 429
    session.expire_all()
    for extra in session.query(Objection).filter(Objection.text == "又一条"):
        with transaction():
            service.answer_objection(extra, uphold=False, answer="重复", by=story.second.as_actor())
    return notice.until_on


def _check(sign_in: SignIn, story: made.Story, batch: PaymentBatch) -> None:
    finance = sign_in(story.finance)
    with clock.at(made.day(made.paying_day(story), 10)):
        assert finance.post(f"/payments/{batch.id}/check", data={"note": ""}).status_code == 403
        checker = sign_in(story.checker)
        assert "核对无误" in checker.get(f"/payments/{batch.id}").text
        assert checker.post(f"/payments/{batch.id}/check", data={"note": ""}).status_code == 303
        assert checker.get(f"/payments/{batch.id}/list.pdf").data.startswith(b"%PDF")
        assert checker.post(f"/payments/{batch.id}/list").data.startswith(b"PK")


def _invoice(sign_in: SignIn, story: made.Story, claim: Claim) -> None:
    """The school invoices what the cut left; another amount is told so."""
    school, where = sign_in(story.at.clerk), f"/claims/{claim.id}/invoice"
    with clock.at(made.day(made.paying_day(story))):
        told = {"number": "24432000000012345678", "issued_on": clock.today().isoformat()}
        assert "等于核定金额" in school.post(where, data={**told, "amount": "1"}).text
        left = yuan(queries.due_fen(claim)).replace(",", "")
        assert school.post(where, data={**told, "amount": left}).status_code == 303


def _pay(session: Session, sign_in: SignIn, story: made.Story) -> None:
    claim = only_claim(session, story)
    _invoice(sign_in, story, claim)
    finance = sign_in(story.finance)
    with clock.at(made.day(made.paying_day(story))):
        assert "去请款" in finance.get("/payments").text
        where = f"/payments/new/{story.budget.id}"
        assert claim.number in finance.get(where).text
        assert finance.post(where, data={}).status_code == 422
        assert finance.post(where, data={"claims": [str(claim.id)]}).status_code == 303
    session.expire_all()
    batch = session.query(PaymentBatch).order_by(PaymentBatch.id.desc()).limit(1).one()
    _check(sign_in, story, batch)
    session.expire_all()
    treasury = sign_in(story.treasury)
    with clock.at(made.day(made.paying_day(story), 15)):
        page = treasury.get(f"/payments/{batch.id}").text
        assert "银行代发文本" in page
        assert claim.lines[0].person.payee_account not in page
        assert treasury.get(f"/payments/{batch.id}/letter.pdf").data.startswith(b"%PDF")
        file = treasury.post(f"/payments/{batch.id}/bank-file")
        rows = [line.split("|") for line in file.data.decode("gb18030").splitlines()[1:]]
        assert session.query(Event).filter_by(action="bank file exported", subject_id=batch.id).count() == 1
        answer = "".join(f"{row[0]}|{row[2]}|{row[3]}|成功\n" for row in rows) + "77|1|1|成功\n"
        data = {
            "file": (io.BytesIO(answer.encode()), "a.txt"),
            "template": "bank-text",
            "serial": "PC9",
            "paid_on": clock.today().isoformat(),
        }
        done = treasury.post(f"/payments/{batch.id}/bank-answer", data=data, content_type="multipart/form-data")
        assert "没有这个序号" in done.text
        (kept,) = session.query(QuarantinedRow).all()
        where = f"/bank-rows/{kept.id}"
        assert "没有这个序号" in treasury.get(where).text
        assert treasury.post(f"{where}/apply", data={"note": ""}).status_code == 422
        assert treasury.post(f"{where}/dismiss", data={"reason": "银行说是别家的"}).status_code == 303
        school = next(one for one in batch.transfers if one.organization_id)
        where = f"/transfers/{school.id}"
        assert treasury.get(where).status_code == 200
        assert treasury.post(f"{where}/fail", data={}).status_code == 422
        scan = (io.BytesIO(b"not a picture"), "x.png")
        data = {"receipt_number": "H1", "amount": "1", "paid_on": clock.today().isoformat(), "scan": scan}
        bad = treasury.post(f"{where}/confirm", data=data, content_type="multipart/form-data")
        assert bad.status_code == 422
        data = {
            "receipt_number": "H1",
            "amount": f"{school.amount_fen / 100:.2f}",
            "paid_on": clock.today().isoformat(),
        }
        assert treasury.post(f"{where}/confirm", data=data).status_code == 303
        twice = treasury.post(f"{where}/confirm", data=data | {"receipt_number": "H2"})
        assert twice.status_code == 409
    session.expire_all()
    assert claim.status == ClaimStatus.PAID
    assert {one.status for one in batch.transfers} == {TransferStatus.PAID}


@pytest.mark.usefixtures("session")
def test_the_claim_sheet_prints(sign_in: SignIn, story: made.Story) -> None:
    with transaction():
        claim = made.submitted(story)
    answer = sign_in(story.at.clerk).get(f"/claims/{claim.id}/sheet.pdf")
    assert answer.data.startswith(b"%PDF")


@pytest.mark.usefixtures("session")
def test_nobody_reads_or_acts_outside_their_reach(sign_in: SignIn, story: made.Story) -> None:
    with transaction():
        claim = made.submitted(story)
        other_school = make_user(Role.SCHOOL_CLERK, organization=make_organization())
        far = make_user(Role.FIRST_REVIEWER, area=(OTHER_COUNTY,))
        auditor = make_user(Role.AUDITOR)
    line = claim.lines[0].id
    for stranger in (other_school, far):
        browser = sign_in(stranger)
        assert browser.get(f"/claims/{claim.id}").status_code == 404
        assert browser.get(f"/claims/{claim.id}/review").status_code == 404
        assert claim.number not in browser.get("/claims").text
    assert sign_in(other_school).post(f"/claims/{claim.id}/withdraw", data={"reason": "x"}).status_code == 404
    assert sign_in(far).post(f"/claim-lines/{line}/pass").status_code == 404
    browser = sign_in(auditor)
    assert browser.get(f"/claims/{claim.id}/review").status_code == 200
    assert browser.post(f"/claim-lines/{line}/pass").status_code == 403
    assert browser.post(f"/claims/{claim.id}/sign").status_code == 403


def test_a_school_withdraws_and_is_told_what_came_back(session: Session, sign_in: SignIn, story: made.Story) -> None:
    with transaction():
        claim = made.submitted(story)
    school = sign_in(story.at.clerk)
    assert school.post(f"/claims/{claim.id}/withdraw", data={"reason": ""}).status_code == 422
    answer = school.post(
        f"/claims/{claim.id}/withdraw", data={"reason": "不申领了", "for_good": "y"}, follow_redirects=True
    )
    assert "释放预留资金" in answer.text
    assert only_claim(session, story).status == ClaimStatus.WITHDRAWN
