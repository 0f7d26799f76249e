"""A claim and the money while a trainee says that they never signed up."""

from datetime import timedelta

import pytest

from app.certificates.queries import certificate_of_seat
from app.certificates.rules import CertificateStatus
from app.classes import service as classes
from app.classes.models import ClassPlace
from app.classes.queries import active_seats
from app.enrollments import service as enrollments
from app.enrollments.denials import service as denials
from app.enrollments.denials.models import Denial
from app.enrollments.denials.queries import annulled_seats
from app.enrollments.denials.rules import DenialWay
from app.enrollments.models import Enrollment
from app.enrollments.queries import of_seat
from app.enrollments.rules import EnrollmentStatus
from app.funding import service
from app.funding.models import Claim, ClaimLine
from app.funding.queries.reviewing import concerns_of
from app.funding.rules import ClaimStatus, LineStatus
from app.kernel import clock
from app.kernel.database import db
from app.people.models import SubsidyUse
from tests.making import classes as made
from tests.making import funding as paid

pytestmark = pytest.mark.usefixtures("session")
WORDS = "本人说没有报这个名"


@pytest.fixture
def story() -> paid.Story:
    """A class of three, all certified."""
    return paid.make_class_story(people_count=3, absent=0)


def enrollment(story: paid.Story) -> Enrollment:
    return of_seat(story.seats[0].id)


def deny(story: paid.Story, days: int = 0) -> Denial:
    with clock.at(paid.day(story.claimed + timedelta(days=days))):
        return denials.deny(enrollment(story), way=DenialWay.INSPECTION, by=story.second.as_actor(), words="没来过")


def decide(story: paid.Story, denial: Denial, *, uphold: bool, days: int) -> None:
    with clock.at(paid.day(story.claimed + timedelta(days=days))):
        denials.decide(denial, uphold=uphold, reason="查了签到和电话", by=made.officer())


def lines(claim: Claim, story: paid.Story) -> list[ClaimLine]:
    db.session.flush()
    db.session.refresh(claim)
    return [line for line in claim.lines if line.seat_id == story.seats[0].id]


def statuses(claim: Claim, story: paid.Story) -> set[LineStatus]:
    return {line.status for line in lines(claim, story)}


def use(story: paid.Story) -> str:
    reference = f"enrollment:{enrollment(story).id}"
    row = db.session.scalars(db.select(SubsidyUse).where(SubsidyUse.reference == reference)).one()
    return str(row.status)


def test_a_claim_says_why_the_line_is_held_and_nobody_passes_it_by_the_way(story: paid.Story) -> None:
    deny(story)
    claim = paid.submitted(story)
    assert all(WORDS in line.reason for line in lines(claim, story))
    others = [line for line in claim.lines if line.seat_id != story.seats[0].id]
    assert not any(line.reason for line in others)
    against = concerns_of(claim)
    assert set(against) == {line.id for line in lines(claim, story)}
    assert all(WORDS in words for found in against.values() for words in found)
    service.pass_clean(claim, by=story.first.as_actor())
    assert not any(line.first_passed for line in lines(claim, story))
    assert all(line.first_passed for line in others)


def test_on_notice_the_line_is_held_and_goes_on_when_the_denial_is_found_wrong(story: paid.Story) -> None:
    denial = deny(story)
    notice = paid.on_notice(story)
    claim = notice.claim
    assert statuses(claim, story) == {LineStatus.HELD}
    with clock.at(paid.day(notice.until_on + timedelta(days=1))):
        service.close_notice(notice, by=story.second.as_actor())
    assert claim.status == ClaimStatus.APPROVED
    assert statuses(claim, story) == {LineStatus.HELD}
    assert use(story) in ("used", "reserved")
    decide(story, denial, uphold=False, days=15)
    assert statuses(claim, story) == {LineStatus.APPROVED}
    assert not any(line.reason for line in lines(claim, story))
    batch = paid.requested(story, claim)
    assert batch.left_out == []
    assert batch.total_fen == claim.amount_fen


def test_a_denial_during_the_notice_found_true_gives_money_and_use_back(story: paid.Story) -> None:
    notice = paid.on_notice(story)
    claim = notice.claim
    denial = deny(story, days=4)
    assert statuses(claim, story) == {LineStatus.HELD}
    decide(story, denial, uphold=True, days=5)
    assert statuses(claim, story) == {LineStatus.REJECTED}
    assert enrollment(story).status == EnrollmentStatus.WITHDRAWN
    assert use(story) == "given_back"
    place = db.session.get_one(ClassPlace, (story.row.id, story.seats[0].place_no), populate_existing=True)
    assert place.status == "released"
    with clock.at(paid.day(notice.until_on + timedelta(days=1))):
        owed = service.close_notice(notice, by=story.second.as_actor())
    assert owed == sum(line.amount_fen for line in claim.lines if line.status == LineStatus.APPROVED)
    assert {line.seat_id for line in claim.lines if line.status == LineStatus.APPROVED} == {
        seat.id for seat in story.seats[1:]
    }


def test_payment_refuses_the_line_while_the_denial_is_open_and_pays_it_after(story: paid.Story) -> None:
    claim = paid.approved(story)
    denial = deny(story, days=16)
    batch = paid.requested(story, claim)
    mine = {line.id for line in lines(claim, story)}
    assert {one["line_id"] for one in batch.left_out} == mine
    assert all(WORDS in one["why"] for one in batch.left_out)
    assert all(line.in_payment_fen == 0 for line in lines(claim, story))
    for transfer in batch.transfers:
        with clock.at(paid.day(paid.paying_day(story))):
            number = f"HD{transfer.id}"
            service.confirm_transfer(
                transfer,
                receipt_number=number,
                amount_fen=transfer.amount_fen,
                paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )
    assert claim.status == ClaimStatus.PARTLY_PAID
    decide(story, denial, uphold=False, days=21)
    later = paid.requested(story, claim)
    assert later.left_out == []
    assert {part.line_id for transfer in later.transfers for part in transfer.parts} == mine


def test_found_true_after_approval_nothing_is_ever_asked_for(story: paid.Story) -> None:
    claim = paid.approved(story)
    decide(story, deny(story, days=16), uphold=True, days=17)
    batch = paid.requested(story, claim)
    assert batch.left_out == []
    assert {line.status for line in lines(claim, story)} == {LineStatus.REJECTED}
    assert all(line.reason for line in lines(claim, story))


def test_found_true_the_certificate_is_revoked_and_not_issued_again(story: paid.Story) -> None:
    certificate = certificate_of_seat(story.seats[0].id)
    assert certificate is not None
    assert certificate.status == CertificateStatus.VALID
    decide(story, deny(story), uphold=True, days=0)
    assert certificate.status == CertificateStatus.REVOKED
    assert story.seats[0].id in annulled_seats(story.row.id)


def test_an_annulled_sign_up_does_not_stop_the_others_from_their_results() -> None:
    row = made.make_approved_class(2)
    made.begin_class(row)
    first, second = active_seats(row.id)
    with clock.at(clock.moment_of(row.end_on, 20)):
        classes.end(row, by=made.clerk_of(row))
        bureau = made.officer()
        denial = denials.deny(of_seat(first.id), way=DenialWay.INSPECTION, by=bureau, words="没来过")
        denials.decide(denial, uphold=True, reason="签到是代签的", by=bureau)
    assert of_seat(first.id).status == EnrollmentStatus.WITHDRAWN
    assert enrollments.complete(first.id, by=bureau).status == EnrollmentStatus.WITHDRAWN
    assert enrollments.complete(second.id, by=bureau).status == EnrollmentStatus.COMPLETED


def test_found_true_before_the_claim_the_line_does_not_qualify_and_the_money_is_free(story: paid.Story) -> None:
    decide(story, deny(story), uphold=True, days=0)
    place = db.session.get_one(ClassPlace, (story.row.id, story.seats[0].place_no), populate_existing=True)
    assert place.status == "released"
    claim = paid.submitted(story)
    assert statuses(claim, story) == {LineStatus.NOT_QUALIFIED}
    assert all("查实不是本人的意思" in line.reason for line in lines(claim, story))


def test_a_dismissed_objection_does_not_let_go_what_a_denial_holds(story: paid.Story) -> None:
    notice = paid.on_notice(story)
    (line, *_more) = lines(notice.claim, story)
    with clock.at(paid.day(story.claimed + timedelta(days=4))):
        objection = service.object_to(notice, line.id, text="没见他来过")
    denial = deny(story, days=4)
    with clock.at(paid.day(story.claimed + timedelta(days=5))):
        service.answer_objection(objection, uphold=False, answer="签到齐全", by=story.second.as_actor())
    assert statuses(notice.claim, story) == {LineStatus.HELD}
    decide(story, denial, uphold=False, days=5)
    assert statuses(notice.claim, story) == {LineStatus.OPEN}
