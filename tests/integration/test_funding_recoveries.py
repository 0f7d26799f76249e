"""Nothing is paid without a clearance newer than the last change; what was wrongly paid comes back."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.funding import service
from app.funding.models import Claim, Clearance, Recovery
from app.funding.queries.recoveries import missed, recoveries_of_claim
from app.funding.queries.sampling import recompute
from app.funding.rules import ClaimStatus, LineStatus
from app.funding.rules.paying import Cause, Finding, RecoveryStatus
from app.funding.rules.sampling import sample_size
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.errors import DomainError, Forbidden, Refused
from app.ledger import queries as ledger
from app.ledger.models import Pot
from app.people.models import Group
from tests.makers import make_user
from tests.making import classes as class_makers
from tests.making import funding as made

REFUSED = (
    "INSERT INTO clearances (line_id, line_changes, amount_fen, passed, why, facts, sha256, by_key, at)"
    " SELECT :line, changes, 1, false, 'x', '{}', 'x', 'user:1', now() FROM claim_lines WHERE id = :line"
)


@pytest.fixture
def story(session: Session) -> made.Story:
    """Two trainees with a living allowance each."""
    assert session
    return made.make_class_story(people_count=2, absent=0, group=Group.DISABLED)


def paid(story: made.Story) -> Claim:
    """The claim, paid to the last fen."""
    batch = made.requested(story)
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1))):
        for one in batch.transfers:
            service.confirm_transfer(
                one, receipt_number=f"H{one.id}", amount_fen=one.amount_fen, paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )  # fmt: skip
    return batch.transfers[0].claim


def revoke(session: Session, story: made.Story, seat: int = 0) -> Certificate:
    """The certificate of one trainee is revoked."""
    found = session.query(Certificate).filter_by(seat_id=story.seats[seat].id).one()
    certificates.revoke(found, reason="冒名顶替", by=class_makers.officer())
    return found


# --- clearance -------------------------------------------------------------------------------------------------------


def test_a_line_that_changed_after_it_was_checked_stops_the_whole_request(session: Session, story: made.Story) -> None:
    batch = made.batched(story)
    lines = [part.line_id for one in batch.transfers for part in one.parts]
    cleared = session.scalars(select(Clearance).where(Clearance.line_id.in_(lines))).all()
    assert {row.line_id for row in cleared} == set(lines)
    assert all(row.passed and len(row.sha256) == 64 for row in cleared)
    revoke(session, story)
    with pytest.raises(Refused, match="证书已经撤销"):
        service.check_batch(batch, by=story.checker.as_actor())
    service.call_off_batch(batch, reason="证书撤销", by=story.checker.as_actor())
    again = made.requested(story, batch.transfers[0].claim)
    assert again.total_fen < batch.total_fen
    assert again.left_out == [], "the line is owed no more"
    stopped = [line for line in again.transfers[0].claim.lines if line.seat_id == story.seats[0].id]
    assert {(line.status, "冒名顶替" in line.reason) for line in stopped} == {(LineStatus.REJECTED, True)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificates SET status = 'revoked', reason = 'x' WHERE seat_id = :seat",
        "UPDATE people SET payee_account_index = '\\x01' WHERE id = :person",
        "UPDATE claim_lines SET asked_fen = asked_fen + 1 WHERE seat_id = :seat",
        "DELETE FROM clearances WHERE line_id = :line",
        REFUSED,
    ],
)
def test_the_database_sends_no_request_on_whose_clearance_is_older_than_a_change(
    session: Session, story: made.Story, statement: str
) -> None:
    batch = made.batched(story)
    part = batch.transfers[-1].parts[0]
    seat = {"seat": part.line.seat_id, "person": part.line.person_id, "line": part.line_id}
    session.flush()

    def go() -> None:
        with session.begin_nested():
            session.execute(text(statement), {key: value for key, value in seat.items() if f":{key}" in statement})
            query = "UPDATE payment_batches SET status = 'requested', checked_by = :by WHERE id = :batch"
            for one in batch.transfers:
                session.execute(
                    text(
                        "INSERT INTO claim_duties (claim_id, duty, person_key, at) VALUES (:c, 'check', :by, now())"
                        " ON CONFLICT DO NOTHING"
                    ),
                    {"c": one.claim_id, "by": "user:999"},
                )
            session.execute(text(query), {"batch": batch.id, "by": "user:999"})

    with pytest.raises(DBAPIError, match=r"no clearance newer|never changed|only|law_"):
        go()


# --- recovery --------------------------------------------------------------------------------------------------------


def test_revoking_a_paid_certificate_opens_the_recovery_of_every_fen_paid_for_it(
    session: Session, story: made.Story
) -> None:
    claim = paid(story)
    with clock.at(made.day(made.paying_day(story) + timedelta(days=10))):
        found = revoke(session, story)
    opened = recoveries_of_claim(claim.id)
    mine = [line for line in claim.lines if line.seat_id == story.seats[0].id]
    assert {row.line_id for row in opened} == {line.id for line in mine}
    assert sum(row.amount_fen for row in opened) == sum(line.paid_fen for line in mine)
    assert {(row.cause, row.source) for row in opened} == {(Cause.CERTIFICATE, f"certificate:{found.id}")}
    assert missed() == []
    made.laws_hold()
    other = make_user(Role.TRAINING_OFFICER).as_actor()
    with pytest.raises(Refused, match="对得上"):
        service.drop_recovery(opened[0], reason="算了", by=other)


def test_revoking_and_recovering_meet_by_law_and_while_the_money_is_on_its_way(
    session: Session, story: made.Story
) -> None:
    batch = made.requested(story)
    revoke(session, story)
    claim = batch.transfers[0].claim
    assert recoveries_of_claim(claim.id) == []
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1))):
        for one in batch.transfers:
            service.confirm_transfer(
                one, receipt_number=f"H{one.id}", amount_fen=one.amount_fen, paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )  # fmt: skip
    assert len(recoveries_of_claim(claim.id)) == 2, "what the treasury had paid meanwhile comes back"
    made.laws_hold()
    broken = "UPDATE certificates SET status = 'revoked', reason = 'x' WHERE seat_id = :seat"

    def break_it() -> None:
        with session.begin_nested():
            session.execute(text("ALTER TABLE certificates DISABLE TRIGGER law_status_has_event"))
            session.execute(text(broken), {"seat": story.seats[1].id})
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    with pytest.raises(DBAPIError, match=r"nothing is recovered|must be owner|permission denied|event"):
        break_it()


def test_a_recovery_comes_back_in_parts_and_the_ledger_says_so(story: made.Story) -> None:
    claim = paid(story)
    line, officer = claim.lines[0], make_user(Role.TRAINING_OFFICER).as_actor()
    before = ledger.balances(story.budget.id)
    by = story.treasury.as_actor()
    with clock.at(made.day(made.paying_day(story) + timedelta(days=10))):
        with pytest.raises(DomainError, match="最多可以追回"):
            service.open_recovery(
                line, cause=Cause.INSPECTION, amount_fen=line.paid_fen + 1, reason="督查发现", by=officer
            )
        with pytest.raises(Forbidden):
            service.open_recovery(line, cause=Cause.INSPECTION, amount_fen=1, reason="x", by=story.at.by)
        row = service.open_recovery(line, cause=Cause.INSPECTION, amount_fen=300, reason="督查发现", by=officer)
        day = clock.today()
        service.repay(row, number="TK1", amount_fen=100, repaid_on=day, by=by)
        with pytest.raises(DomainError, match="已经登记过"):
            service.repay(row, number="TK1", amount_fen=100, repaid_on=day, by=by)
        with pytest.raises(DomainError, match=r"最多 2\.00 元"):
            service.repay(row, number="TK2", amount_fen=201, repaid_on=day, by=by)
        assert service.repay(row, number="TK2", amount_fen=200, repaid_on=day, by=by) == RecoveryStatus.REPAID
        with pytest.raises(Refused):
            service.repay(row, number="TK3", amount_fen=1, repaid_on=day, by=by)
        with pytest.raises(DomainError, match="最多可以追回"):
            service.open_recovery(line, cause=Cause.INSPECTION, amount_fen=line.paid_fen, reason="再追", by=officer)
    now = ledger.balances(story.budget.id)
    assert before[Pot.PAID] - now[Pot.PAID] == 300
    assert now[Pot.OWED] == before[Pot.OWED]
    assert ledger.differences() == []
    assert claim.status == ClaimStatus.PAID
    made.laws_hold()


# --- sampling --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("population", "margin", "size"), [(0, 5, 0), (1, 5, 1), (100, 10, 50), (1000, 5, 278), (1_000_000, 5, 385)]
)
def test_the_size_of_a_sample_follows_from_the_stated_margin(population: int, margin: int, size: int) -> None:
    assert sample_size(population, margin) == size


def test_a_sample_is_drawn_from_a_seed_that_was_set_before_and_can_be_drawn_again(
    session: Session, story: made.Story
) -> None:
    claim = paid(story)
    officer = make_user(Role.TRAINING_OFFICER).as_actor()
    with clock.at(made.day(made.paying_day(story) + timedelta(days=5))):
        day = clock.today()
        with pytest.raises(DomainError, match="误差"):
            service.commit_sample(made.COUNTY, made.FILED, day, 0, by=officer)
        sample = service.commit_sample(made.COUNTY, made.FILED, day, 5, by=officer)
        assert sample.seed is None
        drawn = service.draw_sample(sample, by=officer)
        with pytest.raises(Refused, match="已经抽过"):
            service.draw_sample(sample, by=officer)
        assert len(drawn) == sample_size(len(claim.lines), 5)
        assert recompute(sample)
        with pytest.raises(DomainError, match="不属实"):
            service.record_finding(drawn[0], finding=Finding.WRONG, note=" ", by=officer)
        service.record_finding(drawn[0], finding=Finding.WRONG, note="本人说没上过课", by=officer)
        with pytest.raises(Refused, match="已经登记过"):
            service.record_finding(drawn[0], finding=Finding.TRUE, note="", by=officer)
        row = service.open_recovery(
            drawn[0].line, cause=Cause.SAMPLE, amount_fen=1, reason="抽查", by=officer, source=f"sample:{sample.id}"
        )
    assert session.get_one(Recovery, row.id).source == f"sample:{sample.id}"

    def break_it() -> None:
        with session.begin_nested():
            session.execute(text("UPDATE payment_samples SET picked = '{1}' WHERE id = :id"), {"id": sample.id})

    with pytest.raises(DBAPIError, match="stand"):
        break_it()
