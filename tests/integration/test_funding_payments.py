"""Notice, objection, request for funds and payment: nothing is paid twice (I5)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.funding import queries, service
from app.funding.models import Claim, Objection, Transfer
from app.funding.rules import (
    BatchStatus,
    ClaimStatus,
    LineStatus,
    ObjectionStatus,
    Payee,
    TransferStatus,
)
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound, Refused
from app.kernel.money import yuan
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.models import Pot
from app.messages.models import Message, MessageKind
from app.people.models import Group, Person, UseStatus
from tests.makers import make_user
from tests.making import classes as class_makers
from tests.making import funding as made


def pay(
    story: made.Story, transfer: Transfer, *, amount: int | None = None, number: str = "", after: int = 1
) -> TransferStatus:
    with clock.at(made.day(made.paying_day(story) + timedelta(days=after))):
        return service.confirm_transfer(
            transfer,
            receipt_number=number or f"HD{transfer.id}-{after}",
            amount_fen=transfer.amount_fen if amount is None else amount,
            paid_on=clock.today(),
            by=story.treasury.as_actor(),
        )


# --- notice and objection -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("session")
def test_a_notice_is_masked_frozen_and_goes_down_after_its_days() -> None:
    story = made.make_class_story(people_count=2, absent=0, group=Group.DISABLED)
    notice = made.on_notice(story)
    person = story.seats[0].person
    shown = str(notice.rows)
    assert person.name not in shown
    assert person.id_number not in shown
    assert all("*" in row["name"] and "*" in row["identity"] for row in notice.rows)
    assert notice.paper_id
    assert "残疾" not in shown, "disability is nobody's business"
    with clock.at(made.day(notice.until_on, 23)):
        assert queries.running_notice(notice.id).id == notice.id
        with pytest.raises(Refused, match="期满后才能结束"):
            service.close_notice(notice, by=story.second.as_actor())
    with clock.at(made.day(notice.until_on + timedelta(days=1), 0)), pytest.raises(NotFound):
        queries.running_notice(notice.id)


def test_the_nightly_job_closes_what_is_over(session: Session) -> None:
    with transaction():
        story = made.make_class_story(people_count=2, absent=1)
        notice = made.on_notice(story)
    with clock.at(made.day(notice.until_on + timedelta(days=1), 0)):
        assert service.close_due_notices() == 1
        assert service.close_due_notices() == 0
    session.expire_all()
    assert notice.claim.status == ClaimStatus.APPROVED
    balances = ledger.balances(story.budget.id)
    assert balances[Pot.RESERVED] == 0
    assert balances[Pot.OWED] == notice.claim.amount_fen
    assert made.uses_of(story) == {UseStatus.RESERVED, UseStatus.GIVEN_BACK}


@pytest.mark.usefixtures("session")
def test_an_objection_holds_its_line_and_only_its_line() -> None:
    story = made.make_class_story(people_count=2, absent=0, group=Group.DISABLED)
    notice = made.on_notice(story)
    claim = notice.claim
    line = claim.lines[0]
    with clock.at(made.day(notice.from_on, 12)):
        objection = service.object_to(notice, line.id, text="那几天他在广东", contact="")
        with pytest.raises(DomainError, match="异议的内容"):
            service.object_to(notice, line.id, text=" ")
        with pytest.raises(NotFound):
            service.object_to(notice, 0, text="x")
    held = [one for one in claim.lines if one.status == LineStatus.HELD]
    assert {one.seat_id for one in held} == {line.seat_id}
    assert len(held) == 2, "allowance and fee of the same training"
    with clock.at(made.day(notice.until_on + timedelta(days=1))):
        service.close_notice(notice, by=story.second.as_actor())
    assert claim.status == ClaimStatus.APPROVED
    assert {one.status for one in claim.lines if one.seat_id != line.seat_id} == {LineStatus.APPROVED}
    assert {one.status for one in held} == {LineStatus.HELD}
    service.answer_objection(objection, uphold=False, answer="查了签到和录像，属实", by=story.second.as_actor())
    assert {one.status for one in held} == {LineStatus.APPROVED}
    assert ledger.balances(story.budget.id)[Pot.OWED] == claim.amount_fen
    with pytest.raises(Refused):
        service.answer_objection(objection, uphold=True, answer="再答一次", by=story.second.as_actor())


def test_an_upheld_objection_gives_money_and_use_back(session: Session) -> None:
    story = made.make_class_story(people_count=2, absent=0)
    notice = made.on_notice(story)
    claim, line = notice.claim, notice.claim.lines[0]
    with clock.at(made.day(notice.from_on, 12)):
        objection = service.object_to(notice, line.id, text="没有来", contact="王示例 13800000000")
        second = service.object_to(notice, line.id, text="我也看到了")
    with clock.at(made.day(notice.until_on + timedelta(days=1))):
        service.close_notice(notice, by=story.second.as_actor())
    reserved = ledger.balances(story.budget.id)[Pot.RESERVED]
    assert reserved > 0, "the held place keeps its money"
    service.answer_objection(objection, uphold=True, answer="属实，没有来", by=story.second.as_actor())
    service.answer_objection(second, uphold=True, answer="同上", by=story.second.as_actor())
    assert line.status == LineStatus.REJECTED
    assert ledger.balances(story.budget.id)[Pot.RESERVED] == 0
    assert made.uses_of(story) == {UseStatus.RESERVED, UseStatus.GIVEN_BACK}
    assert session.get_one(Objection, objection.id).contact == "王示例 13800000000"
    assert claim.status == ClaimStatus.APPROVED


@pytest.mark.usefixtures("session")
def test_a_line_stays_held_until_every_objection_is_answered() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    notice = made.on_notice(story)
    line = notice.claim.lines[0]
    with clock.at(made.day(notice.from_on, 12)):
        one = service.object_to(notice, line.id, text="一")
        two = service.object_to(notice, line.id, text="二")
        service.answer_objection(one, uphold=False, answer="不实", by=story.second.as_actor())
        assert line.status == LineStatus.HELD
        service.answer_objection(two, uphold=True, answer="属实", by=story.second.as_actor())
    assert line.status == LineStatus.REJECTED
    with clock.at(made.day(notice.until_on + timedelta(days=1))):
        assert service.close_notice(notice, by=story.second.as_actor()) == 0
    assert notice.claim.status == ClaimStatus.REJECTED
    assert {one.status, two.status} == {ObjectionStatus.DISMISSED, ObjectionStatus.UPHELD}


# --- request and payment --------------------------------------------------------------------------------------------


def test_who_cannot_be_paid_is_left_out_and_said_so(session: Session) -> None:
    story = made.make_class_story(people_count=3, absent=0, group=Group.DISABLED, without_account=1)
    claim = made.approved(story)
    certificate = session.query(Certificate).filter_by(seat_id=story.seats[1].id).one()
    certificates.revoke(certificate, reason="冒名", by=class_makers.officer())
    batch = made.requested(story, claim)
    whys = sorted(one["why"] for one in batch.left_out)
    assert whys == ["学员没有登记收款账户。"], "what a revoked certificate asked for is owed no more"
    for transfer in batch.transfers:
        pay(story, transfer)
    assert claim.status == ClaimStatus.PARTLY_PAID
    person = session.get_one(Person, story.seats[0].person_id)
    person.payee_account = "6230000000999999999"
    again = made.requested(story, claim)
    assert [transfer.person_id for transfer in again.transfers] == [person.id]


@pytest.mark.usefixtures("session")
def test_a_part_payment_leaves_a_rest_that_is_asked_for_again() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    claim = made.approved(story)
    batch = made.requested(story, claim)
    (transfer,) = batch.transfers
    half = transfer.amount_fen // 2 + 1
    assert pay(story, transfer, amount=half) == TransferStatus.PARTLY_PAID
    assert batch.status == BatchStatus.SETTLED
    assert claim.status == ClaimStatus.PARTLY_PAID
    assert [line.status for line in claim.lines] == [LineStatus.PAID, LineStatus.APPROVED]
    assert ledger.balances(story.budget.id)[Pot.PAID] == half
    second = made.requested(story, claim)
    assert second.total_fen == transfer.amount_fen - half
    pay(story, second.transfers[0], after=2)
    assert claim.status == ClaimStatus.PAID
    assert sum(line.paid_fen for line in claim.lines) == claim.amount_fen
    assert ledger.balances(story.budget.id)[Pot.OWED] == 0


@pytest.mark.usefixtures("session")
def test_a_failed_transfer_goes_into_a_second_request() -> None:
    story = made.make_class_story(people_count=2, absent=0, group=Group.DISABLED)
    claim = made.approved(story)
    batch = made.requested(story, claim)
    school, *people = batch.transfers
    with pytest.raises(DomainError, match="原因"):
        service.fail_transfer(people[0], reason=" ", by=story.treasury.as_actor())
    service.fail_transfer(people[0], reason="账号户名不符", by=story.treasury.as_actor())
    assert claim.status == ClaimStatus.REQUESTED, "others still wait"
    pay(story, school)
    pay(story, people[1])
    assert claim.status == ClaimStatus.PARTLY_PAID
    with pytest.raises(Refused, match="没有可以请款的行"):
        made.requested(story, claim)
    made.card_confirmed(story, people[0])
    second = made.requested(story, claim)
    assert [(one.person_id, one.amount_fen) for one in second.transfers] == [
        (people[0].person_id, people[0].amount_fen)
    ]
    pay(story, second.transfers[0], after=2)
    assert claim.status == ClaimStatus.PAID


def told(recipient: str) -> list[str]:
    """What a payee was told about money."""
    query = select(Message).where(Message.recipient == recipient, Message.kind == MessageKind.PAYMENT)
    return [message.text for message in db.session.scalars(query.order_by(Message.id))]


@pytest.mark.usefixtures("session")
def test_each_payee_is_told_of_money_that_came_and_of_money_that_did_not() -> None:
    story = made.make_class_story(people_count=2, absent=0, group=Group.DISABLED)
    claim = made.approved(story)
    school, one, other = made.requested(story, claim).transfers
    pay(story, school, amount=school.amount_fen - 100)
    (text_to_school,) = told(f"organization:{school.organization_id}")
    assert f"{claim.number}（{story.row.name}）" in text_to_school
    assert f"{yuan(school.amount_fen - 100)} 元已经支付" in text_to_school
    assert "还差 1.00 元" in text_to_school
    assert told(f"person:{one.person_id}") == []
    pay(story, one)
    assert f"{yuan(one.amount_fen)} 元已经打到您登记的账户" in told(f"person:{one.person_id}")[0]
    service.fail_transfer(other, reason="账号户名不符。", by=story.treasury.as_actor())
    (text_to_other,) = told(f"person:{other.person_id}")
    assert "没有转成功：账号户名不符。请" in text_to_other


@pytest.mark.usefixtures("session")
def test_when_everything_fails_the_claim_is_ready_again() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim = made.approved(story)
    batch = made.requested(story, claim)
    service.fail_transfer(batch.transfers[0], reason="账号已销户", by=story.treasury.as_actor())
    assert claim.status == ClaimStatus.APPROVED
    assert claim.lines[0].in_payment_fen == 0


@pytest.mark.usefixtures("session")
def test_a_transfer_is_answered_once_and_its_receipt_taken_once() -> None:
    story = made.make_class_story(people_count=1, absent=0, group=Group.DISABLED)
    batch = made.requested(story)
    one, two = batch.transfers
    pay(story, one, number="HD-1")
    with pytest.raises(Refused, match="已经登记过结果"):
        pay(story, one, number="HD-2")
    with pytest.raises(Refused):
        service.fail_transfer(one, reason="晚了", by=story.treasury.as_actor())
    with pytest.raises(DomainError, match="回单号"):
        pay(story, two, number="HD-1")
    for amount in (0, two.amount_fen + 1):
        with pytest.raises(DomainError, match="回单金额"):
            pay(story, two, amount=amount)
    with pytest.raises(DomainError, match="不能早于"):
        pay(story, two, after=-1)


@pytest.mark.usefixtures("session")
def test_a_claim_on_its_way_is_not_requested_twice() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim = made.approved(story)
    made.requested(story, claim)
    with pytest.raises(Refused):
        made.requested(story, claim)


@pytest.mark.usefixtures("session")
def test_finance_and_treasury_are_not_those_who_decided() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim = made.approved(story)
    story.finance = story.first
    story.first.roles.append(type(story.first.roles[0])(role=Role.BUREAU_FINANCE))
    with pytest.raises(Refused, match="不能再办“请款”"):
        made.requested(story, claim)


@pytest.mark.usefixtures("session")
def test_money_of_a_closed_year_is_paid_from_the_next() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim = made.approved(story)
    with clock.at(made.day(made.paying_day(story).replace(month=12, day=31))):
        following = ledger_service.carry_over(story.budget, by=story.finance.as_actor())
    batch = made.requested(story, claim)
    assert batch.budget_id == following.id
    pay(story, batch.transfers[0])
    assert ledger.balances(following.id)[Pot.PAID] == claim.amount_fen


# --- the bank's file and answer -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("session")
def test_the_bank_file_and_its_answer_are_matched_by_line_amount_and_account() -> None:
    story = made.make_class_story(people_count=4, absent=0, group=Group.DISABLED)
    claim = made.approved(story)
    batch = made.requested(story, claim)
    treasury = story.treasury.as_actor()
    lines = service.export_bank_file(batch, by=treasury).splitlines()
    assert lines[0] == "序号|姓名|帐号|金额|身份证"
    assert len(lines) == 5
    rows = [line.split("|") for line in lines[1:]]
    answer = "序号|帐号|金额|结果|原因\n"
    answer += f"{rows[0][0]}|{rows[0][2]}|{rows[0][3]}|成功|\n"
    answer += f"{rows[1][0]}|{rows[1][2]}|{rows[1][3]}|失败|户名不符\n"
    answer += f"{rows[2][0]}|6200000000000000000|{rows[2][3]}|成功|\n"
    answer += f"{rows[3][0]}|{rows[3][2]}|1.00|成功|\n99999|1|1.00|成功|\n坏的一行\n"
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1))):
        done = service.apply_answer(batch, answer.encode("gb18030"), serial="PC1", paid_on=clock.today(), by=treasury)
        again = service.apply_answer(batch, answer.encode(), serial="PC2", paid_on=clock.today(), by=treasury)
    assert (done.paid, done.failed) == (1, 1)
    assert [row.words for row in done.not_applied] == [
        "少了几栏，应当有：序号、账号、金额、结果。",
        "账号对不上",
        "金额对不上",
        "没有这个序号",
    ]
    assert (again.paid, again.failed, again.repeated) == (0, 0, 2), "the same rows again change nothing"
    statuses = [one.status for one in batch.transfers if one.payee is Payee.TRAINEE]
    assert statuses == [TransferStatus.PAID, TransferStatus.FAILED, TransferStatus.WAITING, TransferStatus.WAITING]


@pytest.mark.usefixtures("session")
def test_a_doubled_row_of_the_answer_is_not_applied() -> None:
    story = made.make_class_story(people_count=1, absent=0, group=Group.DISABLED)
    batch = made.requested(story)
    one = queries.people_transfers(batch)[0]
    row = f"{one.id}|{one.account}|{one.amount_fen / 100:.2f}|成功|\n"
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1))):
        done = service.apply_answer(
            batch, (row + row).encode(), serial="PC1", paid_on=clock.today(), by=story.treasury.as_actor()
        )
        for content in (b"", b"\x00\x01", b"\xff\xfe\xff"):
            with pytest.raises(DomainError):
                service.apply_answer(batch, content, serial="PC1", paid_on=clock.today(), by=story.treasury.as_actor())
    assert done.paid == 0
    assert len(done.not_applied) == 2


# --- I5 broken on purpose -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claim_lines SET paid_fen = asked_fen - cut_fen, in_payment_fen = 0 WHERE id = :line",
        "UPDATE claim_lines SET paid_fen = asked_fen + 1 WHERE id = :line",
        "UPDATE claim_lines SET in_payment_fen = 0 WHERE id = :line",
        "UPDATE payment_parts SET amount_fen = amount_fen + 1 WHERE line_id = :line",
        "UPDATE payment_parts SET open = false WHERE line_id = :line",
        "UPDATE payment_parts SET paid_fen = amount_fen WHERE line_id = :line",
        "UPDATE transfers SET paid_fen = amount_fen WHERE id = :transfer",
        "UPDATE transfers SET amount_fen = amount_fen + 1 WHERE id = :transfer",
        "UPDATE transfers SET account_sealed = '\\x00' WHERE id = :transfer",
        "UPDATE payment_batches SET total_fen = total_fen + 1 WHERE id = :batch",
        "DELETE FROM payment_parts WHERE line_id = :line",
        "DELETE FROM transfers WHERE id = :transfer",
        (
            "INSERT INTO receipts (transfer_id, number, amount_fen, paid_on, by_key, at)"
            " VALUES (:transfer, 'X', 1, '2026-05-01', 'user:1', now())"
        ),
        (
            "INSERT INTO payment_parts (transfer_id, line_id, amount_fen, paid_fen, open)"
            " SELECT :transfer, line_id, 1, 0, true FROM payment_parts WHERE line_id = :line"
        ),
    ],
)
def test_money_that_does_not_agree_is_refused_by_the_database(
    paid_story: Any, session: Session, statement: str
) -> None:
    def break_it() -> None:
        with session.begin_nested():
            session.execute(text(statement).bindparams(**_needed(statement, paid_story)))
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    with pytest.raises(DBAPIError, match=r"law_|uq_|ck_|pk_|never changed|does not agree|frozen|not the sum|paid "):
        break_it()


def _needed(statement: str, found: dict[str, int]) -> dict[str, int]:
    return {key: value for key, value in found.items() if f":{key}" in statement}


@pytest.fixture
def paid_story(session: Session) -> dict[str, int]:
    batch = made.requested(made.make_class_story(people_count=1, absent=0))
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    transfer = batch.transfers[0]
    return {"line": transfer.parts[0].line_id, "transfer": transfer.id, "batch": batch.id}


def _at_once(app: Flask, number: int, act: Callable[[int], None]) -> list[str]:
    """Run `act` in so many threads at once; what each said, "" where it worked."""
    start = Barrier(number)

    def run(place: int) -> str:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    act(place)
            except (Refused, DomainError) as refused:
                return str(refused)
            finally:
                db.session.remove()
        return ""

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_two_treasury_officers_confirm_at_once_and_money_is_paid_once(raced: Flask) -> None:
    with raced.app_context():
        with transaction():
            story = made.make_class_story(people_count=1, absent=0)
            batch = made.requested(story)
            other = make_user(Role.TREASURY).as_actor()
            officers = [story.treasury.as_actor(), other]
        transfer_id, claim_id, budget_id = batch.transfers[0].id, batch.transfers[0].claim_id, story.budget.id
        paid_on = made.paying_day(story)
        db.session.remove()

    def act(place: int) -> None:
        with clock.at(made.day(paid_on, 12)):
            transfer = db.session.get_one(Transfer, transfer_id)
            service.confirm_transfer(
                transfer,
                receipt_number=f"RACE-{place}",
                amount_fen=transfer.amount_fen,
                paid_on=paid_on,
                by=officers[place % 2],
            )

    said = _at_once(raced, 4, act)
    assert said.count("") == 1, said
    with raced.app_context():
        claim = db.session.get_one(Claim, claim_id)
        assert claim.status == ClaimStatus.PAID
        assert ledger.balances(budget_id)[Pot.PAID] == claim.amount_fen
        assert ledger.differences() == []


def test_a_double_click_requests_once(raced: Flask) -> None:
    with raced.app_context():
        with transaction():
            story = made.make_class_story(people_count=1, absent=0)
            claim = made.approved(story)
            finance, day = story.finance.as_actor(), made.paying_day(story)
        claim_id = claim.id
        db.session.remove()

    def act(_place: int) -> None:
        with clock.at(made.day(day)):
            service.request_funds([db.session.get_one(Claim, claim_id)], by=finance)

    said = _at_once(raced, 3, act)
    assert said.count("") == 1, said
    with raced.app_context():
        assert len(queries.batches_of(claim_id)) == 1


def test_two_clerks_compile_at_once_and_one_claim_comes_of_it(raced: Flask) -> None:
    with raced.app_context():
        with transaction():
            story = made.make_class_story(people_count=1, absent=0)
        row_id, by, day = story.row.id, story.at.by, story.claimed
        kind = type(story.row)
        db.session.remove()

    def act(_place: int) -> None:
        with clock.at(made.day(day)):
            service.compile_claim(db.session.get_one(kind, row_id), by=by)

    said = _at_once(raced, 3, act)
    assert said.count("") == 1, said
