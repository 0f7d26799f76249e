"""The bank's files and answers, and their enemies: nothing guessed, nothing dropped, nothing paid twice."""

import hashlib
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.desk.queries import Sight
from app.funding import service
from app.funding.models import BankAnswer, Claim, PaymentBatch, QuarantinedRow, Transfer
from app.funding.queries.payments import people_transfers
from app.funding.rules import BatchStatus, ClaimStatus, LineStatus, TransferStatus
from app.funding.rules.paying import CardWay, Quarantine, RowStatus
from app.funding.rules.templates import BadTemplate, read_template
from app.funding.service.answers import Answered
from app.funding.service.banks import file_of, template_of, templates
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Forbidden, Refused
from app.ledger import queries as ledger
from app.ledger.models import Pot
from app.people.models import Group, Person
from tests.making import funding as made
from tests.racing import committed, race

Row = list[str]


@pytest.fixture
def story(session: Session) -> made.Story:
    """Two trainees with a living allowance each."""
    assert session
    return made.make_class_story(people_count=2, absent=0, group=Group.DISABLED)


def rows_of(story: made.Story, batch: PaymentBatch) -> list[Row]:
    """The rows of the file for the bank: key, name, account, amount, identity number."""
    with clock.at(made.day(made.paying_day(story), 11)):
        made_text = service.export_bank_file(batch, by=story.treasury.as_actor())
    return [line.split("|") for line in made_text.splitlines()[1:]]


def answered(
    story: made.Story, batch: PaymentBatch, content: str | bytes, *, serial: str = "PC1", days: int = 1
) -> Answered:
    """What reading this answer so many days after the request does."""
    data = content.encode() if isinstance(content, str) else content
    with clock.at(made.day(made.paying_day(story) + timedelta(days=days), 12)):
        return service.apply_answer(batch, data, serial=serial, paid_on=clock.today(), by=story.treasury.as_actor())


def says(row: Row, result: str, reason: str = "", *, account: str = "", amount: str = "", key: str = "") -> str:
    """A row of the bank's answer about a row of ours."""
    return f"{key or row[0]}|{account or row[2]}|{amount or row[3]}|{result}|{reason}\n"


# --- two people, and templates ---------------------------------------------------------------------------------------


def test_a_request_goes_out_only_after_a_second_person_checked_it(story: made.Story) -> None:
    batch = made.batched(story)
    assert batch.status == BatchStatus.MADE
    with pytest.raises(Forbidden, match="不能自己核对"):
        service.check_batch(batch, by=story.finance.as_actor())
    with pytest.raises(Refused, match="您已经在这笔申领里办过"):
        service.check_batch(batch, by=story.signer.as_actor())
    with pytest.raises(Refused, match="还没有核对"):
        service.export_bank_file(batch, by=story.treasury.as_actor())
    with pytest.raises(Refused, match="还没有核对"):
        service.fail_transfer(batch.transfers[0], reason="x", by=story.treasury.as_actor())
    service.check_batch(batch, by=story.checker.as_actor())
    assert batch.status == BatchStatus.REQUESTED
    assert batch.checked_by == story.checker.as_actor().key


def test_a_request_called_off_gives_its_lines_back_and_stays_as_it_was(story: made.Story) -> None:
    batch = made.batched(story)
    claim = batch.transfers[0].claim
    with pytest.raises(DomainError, match="原因"):
        service.call_off_batch(batch, reason=" ", by=story.checker.as_actor())
    service.call_off_batch(batch, reason="少了一个人", by=story.checker.as_actor())
    made.laws_hold()
    assert claim.status == ClaimStatus.APPROVED
    assert {one.status for one in batch.transfers} == {TransferStatus.CALLED_OFF}
    assert all(line.in_payment_fen == 0 for line in claim.lines)
    again = made.requested(story, claim)
    assert again.total_fen == batch.total_fen
    assert again.number != batch.number


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payment_batches SET status = 'requested' WHERE id = :batch",
        "UPDATE payment_batches SET status = 'requested', checked_by = requested_by WHERE id = :batch",
        "UPDATE payment_batches SET status = 'requested', checked_by = 'user:999' WHERE id = :batch",
        "UPDATE payment_batches SET total_fen = total_fen + 1 WHERE id = :batch",
        "UPDATE payment_batches SET sha256 = repeat('0', 64) WHERE id = :batch",
        "DELETE FROM payment_batches WHERE id = :batch",
        "UPDATE transfers SET status = 'failed' WHERE batch_id = :batch",
    ],
)
def test_a_batch_is_immutable_and_needs_two_people_whatever_is_written(
    session: Session, story: made.Story, statement: str
) -> None:
    batch = made.batched(story)

    def break_it() -> None:
        with session.begin_nested():
            session.execute(text(statement), {"batch": batch.id})
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    with pytest.raises(DBAPIError, match=r"second person|checked|frozen|not the sum|never changed|law_|event"):
        break_it()


def test_a_bank_file_is_the_same_byte_for_byte_and_its_hash_is_kept(story: made.Story) -> None:
    batch = made.requested(story)
    first, again = rows_of(story, batch), rows_of(story, batch)
    assert first == again
    people = people_transfers(batch)
    assert [row[0] for row in first] == [str(one.id) for one in people], "the key of a payment is unique for ever"
    by = story.treasury.as_actor()
    made_file = service.bank_file(batch, "bank-text", 1, by=by)
    kept = db.session.execute(text("SELECT DISTINCT sha256 FROM bank_files")).scalars().all()
    assert kept == [hashlib.sha256(made_file.content).hexdigest()]
    with pytest.raises(DomainError, match=r"付款账号|付款开户行"):
        service.bank_file(batch, "bank-sheet", 1, by=by)


def test_the_sheet_of_twelve_columns_and_the_list_for_the_treasury_come_from_templates() -> None:
    rows = [
        {
            "payer_bank": "国库支付中心", "payer_account": "0012", "payer_name": "某局", "bank": "示例银行",
            "province": "湖南省", "city": "岳阳市", "account": "0062300000001", "name": "欧阳 一", "amount": 100,
            "key": 7, "phone": "=1+1",
        }
    ]  # fmt: skip
    sheet: Any = openpyxl.load_workbook(io.BytesIO(file_of(template_of("bank-sheet"), rows))).active
    head, line = list(sheet.iter_rows(values_only=True))
    assert len(head) == 12
    assert line[6:9] == ("0062300000001", "欧阳一", "1.00")
    assert sheet.cell(2, 12).data_type == "s", "nothing a person typed is taken for a formula"
    listed: Any = openpyxl.load_workbook(
        io.BytesIO(
            file_of(
                template_of("finance-list"),
                [
                    {"seq": 1, "school": "甲", "class": "一班", "people": 2, "rate": 50, "amount": 100, "payee": "甲"},
                    {
                        "seq": 2,
                        "school": "甲",
                        "class": "一班",
                        "people": 1,
                        "rate": None,
                        "amount": 1,
                        "payee": "个人",
                    },
                ],
            )
        )
    ).active
    last = list(listed.iter_rows(values_only=True))[-1]
    assert last[0] == "合计"
    assert (last[3], last[5]) == (3, "1.01")


def test_a_thousand_rows_fill_a_file_and_the_next_begins_another() -> None:
    from app.funding.rules.templates import parts  # noqa: PLC0415  # only here

    form = template_of("bank-text")
    assert [len(one) for one in parts(form, [{}] * 2001)] == [1000, 1000, 1]


def test_every_template_reads_and_a_bad_one_says_why() -> None:
    assert {"bank-text", "bank-sheet", "finance-list"} <= set(templates())
    for data, why in (
        ({"kind": "text"}, r"name|rows|columns"),
        (
            {"name": "x", "kind": "text", "rows": "people", "columns": [{"title": "甲", "value": "salary"}]},
            "salary|known",
        ),
        ({"name": "x", "kind": "text", "rows": "people", "columns": [], "colour": 1}, "colour"),
    ):
        with pytest.raises(BadTemplate, match=why):
            read_template("x", data)


# --- the answer and its enemies --------------------------------------------------------------------------------------


def test_rows_that_do_not_agree_are_kept_and_nothing_is_guessed(story: made.Story) -> None:
    batch = made.requested(story)
    one, two = rows_of(story, batch)
    fen_off = f"{float(one[3]) + 0.01:.2f}"
    content = "序号|帐号|金额|结果|原因\n"
    content += says(one, "成功", amount=fen_off)
    content += says(two, "成功", account="6239999999999999999")
    content += says(one, "也许") + says(one, "成功", key="999999")
    done = answered(story, batch, content.encode("gb18030"))
    assert (done.paid, done.failed, done.returned) == (0, 0, 0)
    kept = db.session.scalars(select(QuarantinedRow).order_by(QuarantinedRow.place)).unique().all()
    assert [row.why for row in kept] == [
        Quarantine.AMOUNT,
        Quarantine.ACCOUNT,
        Quarantine.UNREADABLE,
        Quarantine.UNKNOWN,
    ]
    assert all(row.status == RowStatus.OPEN for row in kept)
    assert kept[1].text.split("|")[1] == "6239999999999999999"
    assert "6239999999999999999" not in kept[1].shown
    assert {row.status for row in people_transfers(batch)} == {TransferStatus.WAITING}


def test_a_doubled_row_applies_neither_and_a_damaged_file_changes_nothing(story: made.Story) -> None:
    batch = made.requested(story)
    one, _two = rows_of(story, batch)
    done = answered(story, batch, says(one, "成功") + says(one, "失败", "户名不符"))
    assert [row.why for row in done.not_applied] == [Quarantine.DOUBLED, Quarantine.DOUBLED]
    for content in (b"", b"\x00\x01", b"\xff\xfe\xff", b"PK\x03\x04broken", b"\n\n"):
        with pytest.raises(DomainError):
            answered(story, batch, content, serial="PC2")
    assert db.session.query(BankAnswer).count() == 1


def test_the_same_file_is_read_once_for_ever_and_rows_that_repeat_change_nothing(story: made.Story) -> None:
    batch = made.requested(story)
    content = "".join(says(row, "成功") for row in rows_of(story, batch))
    assert answered(story, batch, content).paid == 2
    again = answered(story, batch, content, serial="PC9")
    assert again.again
    assert (again.paid, again.not_applied) == (0, [])
    more = answered(story, batch, content + "\n", serial="PC10")
    assert (more.paid, more.repeated, more.not_applied) == (0, 2, [])


def test_the_file_of_another_batch_is_kept_apart_even_for_the_same_person_and_amount(story: made.Story) -> None:
    first = made.requested(story)
    claim = first.transfers[0].claim
    row = rows_of(story, first)[0]
    assert answered(story, first, says(row, "失败", "系统超时")).failed == 1
    for transfer in first.transfers:
        if transfer.status == TransferStatus.WAITING:
            service.fail_transfer(transfer, reason="国库退回", wrong_account=False, by=story.treasury.as_actor())
    second = made.requested(story, claim)
    late = answered(story, second, says(row, "成功"), serial="PC2")
    assert [one.why for one in late.not_applied] == [Quarantine.OTHER_BATCH]
    assert {one.status for one in second.transfers} == {TransferStatus.WAITING}


def test_a_failure_told_after_a_payment_is_no_return_and_waits_for_a_person(story: made.Story) -> None:
    batch = made.requested(story)
    one, two = rows_of(story, batch)
    answered(story, batch, says(one, "成功") + says(two, "失败", "销户"))
    late = answered(story, batch, says(one, "失败", "户名不符") + says(two, "成功"), serial="PC2")
    assert [row.why for row in late.not_applied] == [Quarantine.CONTRADICTS, Quarantine.CONTRADICTS]
    assert [row.status for row in people_transfers(batch)] == [TransferStatus.PAID, TransferStatus.FAILED]


def test_a_line_returned_weeks_later_is_owed_again_and_its_card_confirmed_by_two(
    session: Session, story: made.Story
) -> None:
    batch = made.requested(story)
    claim = batch.transfers[0].claim
    rows = rows_of(story, batch)
    answered(story, batch, "".join(says(row, "成功") for row in rows))
    school = batch.transfers[0]
    with clock.at(made.day(made.paying_day(story) + timedelta(days=2))):
        service.confirm_transfer(
            school, receipt_number="H1", amount_fen=school.amount_fen, paid_on=clock.today(),
            by=story.treasury.as_actor(),
        )  # fmt: skip
    assert claim.status == ClaimStatus.PAID
    paid = ledger.balances(story.budget.id)[Pot.PAID]
    done = answered(story, batch, says(rows[0], "退汇", "账号已销户"), serial="TH1", days=30)
    assert done.returned == 1
    back = people_transfers(batch)[0]
    assert back.status == TransferStatus.RETURNED
    assert back.wrong_account
    assert claim.status == ClaimStatus.PARTLY_PAID
    line = back.parts[0].line
    assert (line.status, line.paid_fen) == (LineStatus.APPROVED, 0)
    now = ledger.balances(story.budget.id)
    assert now[Pot.PAID] == paid - back.amount_fen
    assert now[Pot.OWED] == back.amount_fen
    assert ledger.differences() == []
    made.laws_hold()
    assert answered(story, batch, says(rows[0], "退汇", "账号已销户") + "\n", serial="TH2", days=31).repeated == 1
    with pytest.raises(Refused, match="没有可以请款的行"):
        made.batched(story, claim)
    officer, second = story.finance.as_actor(), story.checker.as_actor()
    assert Sight(officer).failed_transfers.first == back.id
    new = "6230000000777777777"
    check = service.state_card(back, account=new, bank="示例银行", way=CardWay.IN_PERSON, by=officer)
    with pytest.raises(Refused, match="没有可以请款的行"):
        made.batched(story, claim)
    with pytest.raises(Forbidden, match="另一个人"):
        service.confirm_card(check, account=new, by=officer)
    with pytest.raises(DomainError, match="不一样"):
        service.confirm_card(check, account="6230000000777777770", by=second)
    service.confirm_card(check, account=new, by=second)
    assert session.get_one(Person, back.person_id).payee_account == new
    (retry,) = made.requested(story, claim).transfers
    assert (retry.account, retry.amount_fen) == (new, back.amount_fen)
    session.flush()
    assert Sight(officer).failed_transfers.rows == 0, "asked for again, it is nobody's work any more"


def test_a_person_resolves_a_row_in_quarantine_and_only_once(story: made.Story) -> None:
    batch = made.requested(story)
    one, two = rows_of(story, batch)
    done = answered(story, batch, says(one, "成功", account="6230000000000000001") + says(two, "成功", key="999999"))
    first, second = done.not_applied
    by = story.treasury.as_actor()
    assert (Sight(by).bank_rows.rows, Sight(by).bank_rows.first) == (2, first.id)
    transfer = people_transfers(batch)[0]
    with clock.at(made.day(made.paying_day(story) + timedelta(days=2))):
        with pytest.raises(DomainError, match="核对的情况"):
            service.dismiss_row(second, note=" ", by=by)
        service.dismiss_row(second, note="银行说是别家的", by=by)
        service.apply_row(
            first, transfer, paid_fen=transfer.amount_fen, on=clock.today(), note="银行函复：入账的就是本人账户", by=by
        )
        with pytest.raises(Refused, match="已经有人查清"):
            service.apply_row(first, transfer, paid_fen=1, on=clock.today(), note="再来", by=by)
    assert transfer.status == TransferStatus.PAID
    assert (first.status, second.status) == (RowStatus.APPLIED, RowStatus.DISMISSED)
    db.session.flush()
    assert Sight(by).bank_rows.rows == 0


def test_two_officers_read_the_same_answer_at_once_and_it_counts_once(raced: Flask) -> None:
    def make() -> tuple[int, str, Any, Any, int]:
        story = made.make_class_story(people_count=1, absent=0, group=Group.DISABLED)
        batch = made.requested(story)
        content = "".join(says(row, "成功") for row in rows_of(story, batch))
        return batch.id, content, story.treasury.as_actor(), made.paying_day(story), story.budget.id

    batch_id, content, by, day, budget_id = committed(raced, make)

    def act(serial: str, tail: str) -> Any:
        with clock.at(made.day(day, 15)):
            batch = db.session.get_one(PaymentBatch, batch_id)
            return service.apply_answer(batch, (content + tail).encode(), serial=serial, paid_on=day, by=by).paid

    came = race(raced, [lambda: act("A", ""), lambda: act("B", ""), lambda: act("C", "\n"), lambda: act("D", "\n\n")])
    assert sorted(came) == [0, 0, 0, 1], came
    with raced.app_context(), transaction():
        (paid,) = [one for one in db.session.scalars(select(Transfer)).unique() if one.paid_fen]
        assert ledger.balances(budget_id)[Pot.PAID] == paid.amount_fen
        assert db.session.scalars(select(Claim)).unique().one().paid_fen == paid.amount_fen
