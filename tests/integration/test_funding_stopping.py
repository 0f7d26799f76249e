"""What is owed for a revoked certificate is owed no more; what was recovered counts no more; the ledger proves both."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.attendance import queries as attendance_queries
from app.attendance import service as attendance
from app.attendance.rules import Presence
from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.certificates.queries import certificates_of
from app.classes.queries import sessions_of
from app.funding import service
from app.funding.models import Claim, ClaimLine, Recovery
from app.funding.rules import ClaimStatus, LineStatus, TransferStatus
from app.funding.rules.paying import Cause
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db
from app.ledger import queries as ledger
from app.ledger.models import Pot
from app.people.models import SubsidyUse, UseStatus
from tests.makers import make_user
from tests.making import classes
from tests.making import funding as made

WHY = "考核由别人代考"
pytestmark = pytest.mark.usefixtures("session")


def revoke(story: made.Story, seat: int = 0, *, after: int = 0) -> Certificate:
    row = next(one for one in certificates_of(story.row.id) if one.seat_id == story.seats[seat].id)
    with clock.at(made.day(made.paying_day(story) + timedelta(days=after), 16)):
        certificates.revoke(row, reason=WHY, by=make_user(Role.TRAINING_OFFICER).as_actor())
    return row


def lines(story: made.Story, claim: Claim, seat: int = 0) -> list[ClaimLine]:
    return [line for line in claim.lines if line.seat_id == story.seats[seat].id]


def pay_all(story: made.Story, claim: Claim, *, short: int = 0) -> None:
    batch = made.requested(story, claim)
    with clock.at(made.day(made.paying_day(story), 15)):
        for transfer in batch.transfers:
            service.confirm_transfer(
                transfer,
                receipt_number=f"HD{transfer.id}",
                amount_fen=transfer.amount_fen - short,
                paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )


def use_of(story: made.Story, seat: int = 0) -> SubsidyUse:
    person = story.seats[seat].person_id
    return db.session.scalars(select(SubsidyUse).where(SubsidyUse.person_id == person)).one()


def test_an_approved_line_of_a_revoked_certificate_is_rejected_and_its_money_free() -> None:
    story = made.make_class_story(absent=0)
    claim = made.approved(story)
    owed, asked = ledger.balances(story.budget.id)[Pot.OWED], lines(story, claim)[0].amount_fen
    revoke(story)
    (line,) = lines(story, claim)
    assert (line.status, WHY in line.reason) == (LineStatus.REJECTED, True)
    assert ledger.balances(story.budget.id)[Pot.OWED] == owed - asked
    assert use_of(story).status == UseStatus.GIVEN_BACK
    assert claim.status == ClaimStatus.APPROVED, "the others go on"
    assert ledger.differences() == []
    made.laws_hold()


def test_the_last_line_takes_its_claim_with_it() -> None:
    story = made.make_class_story(people_count=2, absent=1)
    claim = made.approved(story)
    made.laws_hold()
    revoke(story)
    assert claim.status == ClaimStatus.REJECTED
    assert ledger.balances(story.budget.id)[Pot.OWED] == 0
    assert ledger.differences() == []
    made.laws_hold()


def test_on_notice_the_line_is_not_approved() -> None:
    story = made.make_class_story(absent=0)
    notice = made.on_notice(story)
    row = next(one for one in certificates_of(story.row.id) if one.seat_id == story.seats[0].id)
    with clock.at(made.day(notice.until_on, 10)):
        certificates.revoke(row, reason=WHY, by=make_user(Role.TRAINING_OFFICER).as_actor())
    with clock.at(made.day(notice.until_on + timedelta(days=1))):
        service.close_notice(notice, by=story.second.as_actor())
    (line,) = lines(story, notice.claim)
    assert line.status == LineStatus.REJECTED
    assert ledger.differences() == []


def test_what_is_on_its_way_is_stopped_when_the_bank_has_refused_it() -> None:
    story = made.make_class_story(absent=0)
    batch = made.requested(story)
    revoke(story)
    (line,) = lines(story, batch.transfers[0].claim)
    assert line.status == LineStatus.APPROVED, "it may be with the bank already"
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1), 15)):
        service.fail_transfer(batch.transfers[0], reason="请款里有一行证书已撤销", by=story.treasury.as_actor())
    assert (line.status, batch.transfers[0].status) == (LineStatus.REJECTED, TransferStatus.FAILED)
    assert batch.transfers[0].claim.status == ClaimStatus.APPROVED
    assert ledger.differences() == []
    made.laws_hold()


def doubt_found_true(story: made.Story) -> None:
    """Somebody says after the request that the first trainee was away, and the bureau finds it true."""
    entry = attendance_queries.entries_of(sessions_of(story.row.id)[0].id)[story.seats[0].id]
    with clock.at(made.day(made.paying_day(story), 12)):
        row = attendance.correct(entry, Presence.ABSENT, hours=None, reason="那天他在外地", by=story.at.by)
        attendance.settle_doubt(row, upheld=True, note="查了车票", by=classes.officer())


@pytest.mark.parametrize("paid", [True, False])
def test_hours_found_wrong_while_the_money_is_at_the_bank_catch_the_line_when_the_answer_is_in(*, paid: bool) -> None:
    story = made.make_class_story(people_count=2, absent=0)
    batch = made.requested(story)
    (transfer,) = batch.transfers
    doubt_found_true(story)
    (line,) = lines(story, transfer.claim)
    assert line.status == LineStatus.APPROVED, "it may be with the bank already"
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1), 15)):
        if paid:
            told: dict[str, Any] = {"receipt_number": "HD1", "paid_on": clock.today()}
            told["amount_fen"] = transfer.amount_fen
            service.confirm_transfer(transfer, **told, by=story.treasury.as_actor())
        else:
            service.fail_transfer(transfer, reason="有一行学时不属实", by=story.treasury.as_actor())
    opened = list(db.session.scalars(select(Recovery).where(Recovery.line_id == line.id)))
    if paid:
        assert [(one.cause, one.amount_fen) for one in opened] == [(Cause.DOUBT, line.paid_fen)]
    else:
        assert (opened, line.status, "查了车票" in line.reason) == ([], LineStatus.REJECTED, True)
    others = lines(story, transfer.claim, seat=1)
    assert {one.status for one in others} == {LineStatus.PAID if paid else LineStatus.APPROVED}
    assert ledger.differences() == []
    made.laws_hold()


def test_of_a_line_paid_in_part_the_rest_is_stopped_and_what_was_paid_recovered() -> None:
    story = made.make_class_story(people_count=2, absent=1)
    claim = made.approved(story)
    pay_all(story, claim, short=100)
    (line,) = lines(story, claim)
    assert line.rest_fen == 100
    revoke(story, after=1)
    recovery = db.session.scalars(select(Recovery).where(Recovery.line_id == line.id)).one()
    assert (line.status, line.rest_fen, recovery.amount_fen) == (LineStatus.PAID, 0, line.paid_fen)
    assert claim.status == ClaimStatus.PAID
    assert ledger.balances(story.budget.id)[Pot.OWED] == 0
    assert ledger.differences() == []
    made.laws_hold()


def test_a_use_counts_until_every_fen_of_it_came_back() -> None:
    story = made.make_class_story(absent=0)
    claim = made.approved(story)
    pay_all(story, claim)
    (line,) = lines(story, claim)
    revoke(story, after=1)
    recovery = db.session.scalars(select(Recovery).where(Recovery.line_id == line.id)).one()
    treasury = story.treasury.as_actor()
    with clock.at(made.day(made.paying_day(story) + timedelta(days=2))):
        assert use_of(story).status == UseStatus.USED
        service.repay(recovery, number="TK-1", amount_fen=1, repaid_on=clock.today(), by=treasury)
        assert (use_of(story).status, use_of(story).amount_fen) == (UseStatus.USED, line.paid_fen - 1)
        service.repay(recovery, number="TK-2", amount_fen=line.paid_fen - 1, repaid_on=clock.today(), by=treasury)
    assert use_of(story).status == UseStatus.GIVEN_BACK
    assert ledger.differences() == []
    made.laws_hold()


def test_a_part_that_an_inspection_recovers_leaves_the_use_with_what_is_left() -> None:
    story = made.make_class_story(absent=0)
    claim = made.approved(story)
    pay_all(story, claim)
    (line,) = lines(story, claim)
    with clock.at(made.day(made.paying_day(story) + timedelta(days=2))):
        officer = make_user(Role.TRAINING_OFFICER).as_actor()
        recovery = service.open_recovery(
            line, cause=Cause.INSPECTION, amount_fen=300, reason="少上一个半天", by=officer
        )
        service.repay(recovery, number="TK-3", amount_fen=300, repaid_on=clock.today(), by=story.treasury.as_actor())
    assert (use_of(story).status, use_of(story).amount_fen) == (UseStatus.USED, line.paid_fen - 300)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE repayments SET amount_fen = amount_fen + 1", "posted for repayment"),
        ("UPDATE recoveries SET repaid_fen = repaid_fen - 1", "repaid of recovery"),
        ("DELETE FROM repayments", "posted without its paper"),
        ("UPDATE transfers SET paid_fen = paid_fen - 1", "posted as paid for transfer"),
    ],
)
def test_verify_names_a_paper_that_does_not_agree_with_its_posting(statement: str, what: str) -> None:
    story = made.make_class_story(people_count=2, absent=1)
    claim = made.approved(story)
    pay_all(story, claim)
    revoke(story, after=1)
    recovery = db.session.scalars(select(Recovery)).one()
    with clock.at(made.day(made.paying_day(story) + timedelta(days=2))):
        service.repay(recovery, number="TK-9", amount_fen=7, repaid_on=clock.today(), by=story.treasury.as_actor())
    assert ledger.differences() == []
    owner, table = db.session.connection(), statement.split()[statement.startswith("DELETE") + 1]
    for command in (
        "SET LOCAL ROLE NONE",
        "SET CONSTRAINTS ALL IMMEDIATE",
        f"ALTER TABLE {table} DISABLE TRIGGER USER",
    ):
        owner.execute(text(command))
    owner.execute(text(statement))
    assert what in {row.what.partition(":")[0] for row in ledger.differences()}
