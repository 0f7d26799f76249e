"""From a class to money paid, through the services."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.funding import service
from app.funding.queries import evidence_of
from app.funding.rules import BatchStatus, ClaimStatus, LineStatus, Payee, TransferStatus
from app.kernel import clock
from app.ledger import queries as ledger
from app.ledger.models import Pot
from app.people.models import Group, SubsidyUse, UseStatus
from tests.making import funding as made


def test_a_class_walks_from_its_claim_to_paid(session: Session) -> None:
    story = made.make_class_story(group=Group.DISABLED)
    made.confirm_placements(story)
    before = ledger.balances(story.budget.id)
    claim = made.submitted(story)
    assert claim.status == ClaimStatus.SUBMITTED
    assert claim.snapshot_sha256
    assert claim.review_due_on is not None
    assert claim.review_due_on > story.claimed
    asking = [line for line in claim.lines if line.status == LineStatus.OPEN]
    refused = [line for line in claim.lines if line.status == LineStatus.NOT_QUALIFIED]
    assert {line.payee for line in asking} == {Payee.SCHOOL, Payee.TRAINEE}
    assert len({line.seat_id for line in asking}) == 3
    assert len(refused) == 1
    assert "出勤不够" in refused[0].reason
    assert ledger.balances(story.budget.id) == before

    claim = made.approved(story, claim)
    assert claim.status == ClaimStatus.APPROVED
    owed = sum(line.amount_fen for line in asking)
    now = ledger.balances(story.budget.id)
    assert now[Pot.OWED] == owed
    assert now[Pot.RESERVED] == 0, "what was reserved beyond it is available again"

    batch = made.requested(story, claim)
    assert batch.total_fen == owed
    assert len(batch.transfers) == 1 + 3
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1))):
        for transfer in batch.transfers:
            service.confirm_transfer(
                transfer,
                receipt_number=f"HD{transfer.id}",
                amount_fen=transfer.amount_fen,
                paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )
    session.expire_all()
    assert claim.status == ClaimStatus.PAID
    assert batch.status == BatchStatus.SETTLED
    assert all(transfer.status == TransferStatus.PAID for transfer in batch.transfers)
    assert ledger.balances(story.budget.id)[Pot.PAID] == owed
    assert ledger.balances(story.budget.id)[Pot.OWED] == 0
    assert ledger.differences() == []
    for seat_id, evidence in evidence_of(story.row.id).items():
        use = session.query(SubsidyUse).filter_by(reference=evidence.use_reference).one()
        paid = sum(line.paid_fen for line in claim.lines if line.seat_id == seat_id)
        assert (use.status, use.amount_fen) == ((UseStatus.USED, paid) if paid else (UseStatus.GIVEN_BACK, None))
