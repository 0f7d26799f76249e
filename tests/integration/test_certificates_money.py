"""A claim follows its seat's papers: a correction endangers nothing, buys no time, and is recovered with the seat."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.certificates import queries
from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus, RevokedBecause
from app.funding import service
from app.funding.models import Claim, PaymentBatch
from app.funding.queries.evidence import evidence_of
from app.funding.queries.recoveries import missed, recoveries_of_claim, recoveries_of_seat
from app.funding.queries.replaying import replay, submitted_claims
from app.funding.rules.paying import Cause
from app.kernel import clock
from app.kernel.database import db
from app.people.models import Group
from tests.making import funding as made
from tests.making.classes import officer


@pytest.fixture
def story(session: Session) -> made.Story:
    """Two trainees with a living allowance each."""
    assert session
    return made.make_class_story(people_count=2, absent=0, group=Group.DISABLED)


def replaced(story: made.Story) -> tuple[Certificate, Certificate]:
    """The first trainee's certificate corrected: the old paper, and the one in its place."""
    old = queries.certificate_of_seat(story.seats[0].id)
    assert old is not None
    old.person.name = "周改正"
    db.session.flush()
    return old, certificates.correct(old, reason="姓名登记有误", by=story.at.by)


def pay(batch: PaymentBatch, story: made.Story) -> Claim:
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1))):
        for one in batch.transfers:
            service.confirm_transfer(
                one, receipt_number=f"H{one.id}", amount_fen=one.amount_fen, paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )  # fmt: skip
    return batch.transfers[0].claim


def test_a_correction_after_the_claim_was_sent_leaves_it_payable_and_replay_finds_the_same(story: made.Story) -> None:
    claim = made.submitted(story)
    line = next(one for one in claim.lines if one.seat_id == story.seats[0].id)
    old, new = replaced(story)
    assert line.certificate_id == old.id
    paid = pay(made.requested(story, made.approved(story, claim)), story)
    assert all(one.paid_fen == one.asked_fen for one in paid.lines)
    assert recoveries_of_claim(paid.id) == []
    assert evidence_of(story.row.id)[old.seat_id].valid_certificate is new
    done = replay(submitted_claims())
    assert [str(one) for one in done.differences] == []
    assert any(f"{old.number} is replaced" in one for one in done.superseded)


def test_what_was_paid_for_a_paper_comes_back_when_the_one_in_its_place_is_revoked(story: made.Story) -> None:
    paid = pay(made.requested(story), story)
    old, new = replaced(story)
    assert missed() == []
    certificates.revoke(new, reason="冒名顶替", because=RevokedBecause.IMPERSONATION, by=officer())
    found = recoveries_of_claim(paid.id)
    mine = [one for one in paid.lines if one.seat_id == old.seat_id]
    assert {one.line_id for one in found} == {one.id for one in mine}
    assert sum(one.amount_fen for one in found) == sum(one.paid_fen for one in mine)
    assert {one.cause for one in found} == {Cause.CERTIFICATE}
    assert set(recoveries_of_seat(officer(), old.seat_id)) == set(found)
    assert missed() == []
    assert old.status is CertificateStatus.REPLACED


def test_a_new_paper_buys_no_time_to_claim(story: made.Story) -> None:
    old = queries.certificate_of_seat(story.seats[0].id)
    assert old is not None
    first = old.issued_on
    with clock.at(clock.moment_of(first + timedelta(days=300), 9)):
        new = certificates.reissue(old, reason="遗失", by=story.at.by)
    assert new.issued_on > first
    evidence = evidence_of(story.row.id)[old.seat_id]
    assert (evidence.valid_certificate, evidence.certified_on) == (new, first)
