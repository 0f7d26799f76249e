"""Reviews: cuts that are contested, lines that come back, and one person, one duty (I6)."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.models import DeclaredInterest
from app.audit import service as audit
from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.funding import service
from app.funding.models import ClaimDuty
from app.funding.queries import concerns_of
from app.funding.rules import CLAIM_FLOW, ClaimStatus, ClaimStep, CutAnswer, Duty, LineStatus, Payee
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import Conflict, DomainError, Forbidden, Refused
from app.ledger import queries as ledger
from app.ledger.models import Pot
from app.people.models import Group, UseStatus
from tests.makers import make_user
from tests.making import classes as class_makers
from tests.making import funding as made
from tests.making.ledger import make_budget


@pytest.mark.usefixtures("session")
def test_a_class_is_claimed_once_and_only_after_its_results() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    with clock.at(made.day(story.claimed)):
        service.compile_claim(story.row, by=story.at.by)
        with pytest.raises(Conflict, match="已经有一份在办的申领"):
            service.compile_claim(story.row, by=story.at.by)
        with pytest.raises(Forbidden):
            service.compile_claim(story.row, by=class_makers.officer())


@pytest.mark.usefixtures("session")
def test_a_taster_is_never_claimed() -> None:
    row = class_makers.make_class()
    row.paid = False
    with pytest.raises(Refused, match="不发补贴"):
        service.compile_claim(row, by=class_makers.clerk_of(row))


def test_a_class_that_is_not_assessed_is_not_claimed(session: Session) -> None:
    row = class_makers.make_class()
    row.budget_id, row.policy_pack_id = make_budget().id, session.scalar(text("SELECT max(id) FROM policy_packs"))
    with pytest.raises(Refused, match="考核结果确认以后"):
        service.compile_claim(row, by=class_makers.clerk_of(row))


@pytest.mark.usefixtures("session")
def test_every_amount_says_its_steps_and_the_bonus_needs_a_post() -> None:
    story = made.make_class_story(people_count=2, absent=0, order=True)
    placement_of_first = story.seats[0].id
    made.confirm_placements(story)
    claim = made.submitted(story)
    line = next(one for one in claim.lines if one.seat_id == placement_of_first)
    assert sum(step["amount_fen"] for step in line.quote["steps"]) == line.asked_fen
    assert {step["key"] for step in line.quote["steps"]} == {"base", "employment_bonus"}
    assert line.quote["facts"]["took_up_on"]


@pytest.mark.usefixtures("session")
def test_nothing_to_ask_for_is_not_submitted() -> None:
    story = made.make_class_story(people_count=2, absent=2)
    with clock.at(made.day(story.claimed)):
        claim = service.compile_claim(story.row, by=story.at.by)
        assert {line.status for line in claim.lines} == {LineStatus.NOT_QUALIFIED}
        with pytest.raises(Refused, match="没有一行符合"):
            service.submit(claim, by=story.at.by)


def test_a_draft_compiled_again_follows_what_was_recorded_since(session: Session) -> None:
    story = made.make_class_story(people_count=2, absent=0)
    with clock.at(made.day(story.claimed)):
        claim = service.compile_claim(story.row, by=story.at.by)
        certificate = session.query(Certificate).filter_by(seat_id=story.seats[0].id).one()
        certificates.revoke(certificate, reason="冒名", by=class_makers.officer())
        service.recompile(claim, by=story.at.by)
    by_seat = {line.seat_id: line for line in claim.lines}
    assert by_seat[story.seats[0].id].status == LineStatus.NOT_QUALIFIED
    assert "已经撤销" in by_seat[story.seats[0].id].reason
    assert by_seat[story.seats[1].id].status == LineStatus.OPEN


@pytest.mark.usefixtures("session")
def test_a_contested_cut_comes_back_and_is_kept_or_dropped() -> None:
    story = made.make_class_story(people_count=3, absent=0)
    claim = made.submitted(story)
    first, school = story.first.as_actor(), story.at.by
    one, two, three = claim.lines
    service.cut_line(one, amount_fen=100, reason="少了一天", clause="第五条", by=first)
    service.cut_line(two, amount_fen=200, reason="少了两天", clause="第五条", by=first)
    with pytest.raises(Refused, match="没有审"):
        service.finish_first_review(claim, by=first)
    assert service.pass_clean(claim, by=first) == 1
    assert service.finish_first_review(claim, by=first) == ClaimStatus.CUT_PROPOSED
    with pytest.raises(Forbidden):
        service.answer_cut(one, agree=True, by=first)
    assert service.answer_cut(one, agree=True, by=school) == ClaimStatus.CUT_PROPOSED
    with pytest.raises(DomainError, match="理由"):
        service.answer_cut(two, agree=False, by=school)
    assert service.answer_cut(two, agree=False, words="那天补了课", by=school) == ClaimStatus.SUBMITTED
    with pytest.raises(Refused, match="没有答复"):
        service.finish_first_review(claim, by=first)
    service.keep_cut(two, by=first, note="补课没有签到")
    assert service.finish_first_review(claim, by=first) == ClaimStatus.FIRST_REVIEWED
    assert [line.amount_fen for line in claim.lines] == [one.asked_fen - 100, two.asked_fen - 200, three.asked_fen]
    assert (one.cut_answer, two.cut_answer, two.cut_final) == (CutAnswer.AGREED, CutAnswer.CONTESTED, True)


@pytest.mark.usefixtures("session")
def test_a_contested_cut_may_be_dropped() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim = made.submitted(story)
    line = claim.lines[0]
    service.cut_line(line, amount_fen=1, reason="一分钱", clause="第五条", by=story.first.as_actor())
    service.finish_first_review(claim, by=story.first.as_actor())
    service.answer_cut(line, agree=False, words="没有依据", by=story.at.by)
    service.drop_cut(line, by=story.first.as_actor())
    assert service.finish_first_review(claim, by=story.first.as_actor()) == ClaimStatus.FIRST_REVIEWED
    assert line.amount_fen == line.asked_fen


@pytest.mark.usefixtures("session")
def test_a_cut_beyond_the_line_or_without_a_reason_is_refused() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    line = made.submitted(story).lines[0]
    for amount, reason in ((0, "x"), (line.asked_fen + 1, "x"), (1, " ")):
        with pytest.raises(DomainError):
            service.cut_line(line, amount_fen=amount, reason=reason, clause="第五条", by=story.first.as_actor())


@pytest.mark.usefixtures("session")
def test_only_returned_lines_are_reviewed_again() -> None:
    story = made.make_class_story(people_count=3, absent=0)
    claim = made.submitted(story)
    first = story.first.as_actor()
    service.return_line(claim.lines[0], reason="缺签到表", clause="第五条", by=first)
    service.pass_clean(claim, by=first)
    assert service.finish_first_review(claim, by=first) == ClaimStatus.RETURNED
    with clock.at(made.day(story.claimed + timedelta(days=2))):
        assert service.submit(claim, by=story.at.by, note="已补") == []
    assert [line.first_passed for line in claim.lines] == [False, True, True]
    assert service.pass_clean(claim, by=first) == 1
    assert service.finish_first_review(claim, by=first) == ClaimStatus.FIRST_REVIEWED


def test_a_returned_line_that_still_does_not_qualify_is_taken_out(session: Session) -> None:
    story = made.make_class_story(people_count=2, absent=0)
    claim = made.submitted(story)
    first = story.first.as_actor()
    service.return_line(claim.lines[0], reason="证书有疑问", clause="第五条", by=first)
    service.pass_clean(claim, by=first)
    service.finish_first_review(claim, by=first)
    certificate = session.query(Certificate).filter_by(seat_id=claim.lines[0].seat_id).one()
    certificates.revoke(certificate, reason="冒名", by=class_makers.officer())
    with clock.at(made.day(story.claimed + timedelta(days=2))):
        out = service.submit(claim, by=story.at.by)
    assert [line.status for line in out] == [LineStatus.WITHDRAWN]


def test_a_line_whose_certificate_was_revoked_is_not_clean(session: Session) -> None:
    story = made.make_class_story(people_count=2, absent=0)
    claim = made.submitted(story)
    certificate = session.query(Certificate).filter_by(seat_id=claim.lines[0].seat_id).one()
    certificates.revoke(certificate, reason="冒名", by=class_makers.officer())
    assert set(concerns_of(claim)) == {claim.lines[0].id}
    assert service.pass_clean(claim, by=story.first.as_actor()) == 1


@pytest.mark.usefixtures("session")
def test_a_claim_whose_every_line_is_rejected_ends_and_gives_back() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    claim = made.submitted(story)
    for line in list(claim.lines):
        service.reject_line(line, reason="没有来上课", clause="第五条", by=story.first.as_actor())
    assert service.finish_first_review(claim, by=story.first.as_actor()) == ClaimStatus.REJECTED
    assert ledger.balances(story.budget.id)[Pot.RESERVED] == 0
    assert made.uses_of(story) == {UseStatus.GIVEN_BACK}


@pytest.mark.usefixtures("session")
def test_the_signer_may_send_a_claim_back_to_the_second_review() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    claim = made.first_reviewed(story)
    second, signer = story.second.as_actor(), story.signer.as_actor()
    service.pass_clean(claim, by=second)
    service.finish_second_review(claim, by=second)
    service.send_back(claim, by=signer, reason="再看看第一行")
    assert claim.status == ClaimStatus.FIRST_REVIEWED
    with pytest.raises(Refused, match="没有审"):
        service.finish_second_review(claim, by=second)
    service.pass_clean(claim, by=second)
    service.finish_second_review(claim, by=second)
    service.sign(claim, by=signer)
    assert claim.status == ClaimStatus.SIGNED


@pytest.mark.usefixtures("session")
def test_a_claim_withdrawn_keeps_the_money_unless_it_is_given_up() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    reserved = ledger.balances(story.budget.id)[Pot.RESERVED]
    claim = made.submitted(story)
    assert service.withdraw_claim(claim, by=story.at.by, reason="漏了材料") == 0
    assert ledger.balances(story.budget.id)[Pot.RESERVED] == reserved
    with clock.at(made.day(story.claimed)):
        again = service.compile_claim(story.row, by=story.at.by)
    assert service.withdraw_claim(again, by=story.at.by, reason="不申领了", for_good=True) == reserved
    assert ledger.balances(story.budget.id)[Pot.RESERVED] == 0
    assert made.uses_of(story) == {UseStatus.GIVEN_BACK}


# --- I6 -------------------------------------------------------------------------------------------------------------


def everything() -> Actor:
    """Somebody with every role there is."""
    return make_user(*(role for role in Role if role is not Role.LABORER)).as_actor()


@pytest.mark.usefixtures("session")
def test_nobody_reviews_twice() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim, one = made.submitted(story), everything()
    service.pass_clean(claim, by=one)
    service.finish_first_review(claim, by=one)
    with pytest.raises(Refused, match="已经在这笔申领里办过“初审”"):
        service.pass_clean(claim, by=one)
    with pytest.raises(Refused):
        service.finish_second_review(claim, by=one)
    service.pass_clean(claim, by=story.second.as_actor())
    service.finish_second_review(claim, by=story.second.as_actor())
    with pytest.raises(Refused):
        service.sign(claim, by=one)


def test_a_deputy_counts_as_both_people(session: Session) -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim = made.first_reviewed(story)
    deputy = make_user(Role.SECOND_REVIEWER).as_actor()
    standing = Actor(deputy.key, deputy.name, deputy.roles, deputy.area, stands_for=story.first.as_actor().key)
    with pytest.raises(Refused, match="您代的人"):
        service.pass_clean(claim, by=standing)
    honest = Actor(deputy.key, deputy.name, deputy.roles, deputy.area, stands_for=story.second.as_actor().key)
    service.pass_clean(claim, by=honest)
    held = {row.person_key for row in session.query(ClaimDuty).filter_by(claim_id=claim.id, duty=Duty.SECOND_REVIEW)}
    assert held == {deputy.key, story.second.as_actor().key}


@pytest.mark.usefixtures("session")
def test_who_filed_or_issued_decides_nothing() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    story.at.clerk.roles.append(type(story.at.clerk.roles[0])(role=Role.FIRST_REVIEWER))
    claim = made.submitted(story)
    with pytest.raises(Refused, match="开班申报或编制申领"):
        service.pass_clean(claim, by=story.at.clerk.as_actor())


def test_a_declared_interest_bars_every_decision(session: Session) -> None:
    story = made.make_class_story(people_count=1, absent=0)
    session.add(
        DeclaredInterest(
            organization_id=story.at.school.id, user_id=story.first.id, nature="亲属任职", created_at=clock.now()
        )
    )
    claim = made.submitted(story)
    with pytest.raises(Forbidden, match="回避"):
        service.pass_clean(claim, by=story.first.as_actor())


def test_the_database_refuses_a_second_duty_and_a_deleted_one(session: Session) -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim = made.first_reviewed(story)
    twice = text("INSERT INTO claim_duties (claim_id, duty, person_key, at) VALUES (:c, 'sign', :k, now())")
    with pytest.raises(DBAPIError, match="uq_claim_duties_person"), session.begin_nested():
        session.execute(twice, {"c": claim.id, "k": story.first.as_actor().key})
    for statement in ("DELETE FROM claim_duties", "UPDATE claim_duties SET person_key = 'user:0'"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))


@pytest.mark.usefixtures("session")
def test_a_step_taken_past_the_service_without_its_duty_is_refused_by_the_database() -> None:
    with transaction():
        story = made.make_class_story(people_count=1, absent=0)
        claim = made.submitted(story)

    def skip() -> None:
        with transaction():
            audit.take(claim, CLAIM_FLOW, ClaimStep.PASS_FIRST, by=story.second.as_actor())

    with pytest.raises(Refused, match="有这道手续的人"):
        skip()


def test_a_status_changed_past_the_flow_is_refused_by_the_database(session: Session) -> None:
    with transaction():
        claim = made.submitted(made.make_class_story(people_count=1, absent=0))
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(DBAPIError, match="without its event"), session.begin_nested():
        session.execute(text("UPDATE claims SET status = 'paid' WHERE id = :c"), {"c": claim.id})


def test_two_lines_for_one_seat_and_payee_are_refused_by_the_database(session: Session) -> None:
    story = made.make_class_story(people_count=1, absent=0)
    line = made.submitted(story).lines[0]
    copy = text(
        "INSERT INTO claim_lines (status, claim_id, class_id, seat_id, person_id, payee, asked_fen,"
        " cut_fen,"
        " cut_reason, cut_contest, cut_final, in_payment_fen, paid_fen, quote, reason,"
        " first_passed, second_passed, version)"
        " SELECT status, claim_id, class_id, seat_id, person_id, payee, asked_fen, cut_fen, cut_reason,"
        " cut_contest,"
        " cut_final, 0, 0, quote, reason, false, false, 1 FROM claim_lines WHERE id = :l"
    )
    with pytest.raises(DBAPIError, match="uq_claim_lines_seat_active"), session.begin_nested():
        session.execute(copy, {"l": line.id})


def test_the_living_allowance_has_its_own_line(session: Session) -> None:
    story = made.make_class_story(people_count=1, absent=0, group=Group.DISABLED)
    claim = made.submitted(story)
    days = claim.lines[0].quote["facts"]["attended_days"]
    amounts = {line.payee: line.asked_fen for line in claim.lines}
    assert amounts[Payee.TRAINEE] == days * 2_000
    assert db.session.get_one(type(claim), claim.id).people == 1
    assert SYSTEM.key not in {row.person_key for row in session.query(ClaimDuty).filter_by(claim_id=claim.id)}
