"""Ticked lines decided alike, papers of merged rows, words for whoever claims, and the auditor's page by pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.funding import queries, service
from app.funding.models import Claim
from app.funding.queries.tracing import trace_budget, trace_class, traced_lines
from app.funding.rules import LineStatus, Payee, VoucherKind
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import transaction
from app.kernel.errors import DomainError, Forbidden, NotFound
from app.people import service as people
from app.people.models import Group, Person
from app.people.queries import merges_of
from tests.makers import COUNTY, make_user
from tests.making import funding as made

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def claim() -> Claim:
    with transaction():
        return made.submitted(made.make_class_story(people_count=3, absent=0))


def first() -> Actor:
    return make_user(Role.FIRST_REVIEWER).as_actor()


# --- ticked lines ---------------------------------------------------------------------------------------------------


def test_ticked_lines_are_cut_alike_with_one_reason_and_one_clause(claim: Claim) -> None:
    one, two, three = claim.lines
    done = service.decide_ticked(
        claim, [one.id, two.id], "cut", by=first(), amount_fen=500, reason="两个半天没有补课", clause="第五条"
    )
    assert done == 2
    assert [(line.cut_fen, line.cut_clause) for line in claim.lines] == [(500, "第五条"), (500, "第五条"), (0, "")]
    assert not three.first_passed


@pytest.mark.parametrize(("verdict", "status"), [("return", LineStatus.RETURNED), ("reject", LineStatus.REJECTED)])
def test_ticked_lines_are_returned_or_rejected_alike(claim: Claim, verdict: str, status: LineStatus) -> None:
    one, two, three = claim.lines
    service.decide_ticked(claim, [one.id, three.id], verdict, by=first(), reason="缺协议", clause="第三条")
    assert [line.status for line in (one, two, three)] == [status, LineStatus.OPEN, status]
    made.laws_hold()


def test_ticked_lines_are_all_decided_or_none_is(claim: Claim) -> None:
    one, two, _three = claim.lines
    by = first()
    with pytest.raises(DomainError, match="请写明依据"):
        service.decide_ticked(claim, [one.id, two.id], "return", by=by, reason="缺协议")
    with pytest.raises(NotFound):
        service.decide_ticked(claim, [one.id, 999_999], "pass", by=by)
    service.cut_line(two, amount_fen=1, reason="一分", clause="第五条", by=by)
    with pytest.raises(DomainError, match=f"{two.person.name} 这一行没有办成"):
        service.decide_ticked(claim, [one.id, two.id], "pass", by=by)


def test_the_reviewer_ticks_on_the_page(claim: Claim, sign_in: Callable[[Any], FlaskClient]) -> None:
    one, two, three = claim.lines
    with transaction():
        reviewer = make_user(Role.FIRST_REVIEWER)
    page = sign_in(reviewer)
    url = f"/claims/{claim.id}"
    assert f'name="line" value="{one.id}" form="ticked"' in page.get(f"{url}/review").text
    wrong = page.post(f"{url}/decide-ticked", data={"line": [one.id], "verdict": "reject", "reason": "", "clause": ""})
    assert wrong.status_code == 422
    assert "请写明理由" in wrong.text
    assert f'value="{one.id}" form="ticked" checked' in wrong.text
    form = {"line": [one.id, two.id], "verdict": "pass", "reason": "", "clause": ""}
    assert page.post(f"{url}/decide-ticked", data=form).status_code == 303
    assert [line.first_passed for line in (one, two, three)] == [True, True, False]


# --- merged rows ----------------------------------------------------------------------------------------------------


def merged(kept: Person, dropped: Person) -> None:
    people.merge(kept, dropped, by=SYSTEM, reason="户口本上是同一个人")


def self_of(person: Person) -> Actor:
    return Actor(f"person:{person.id}", person.name, frozenset({Role.LABORER}))


def test_the_person_claims_by_the_kept_row_what_was_paid_under_the_dropped_one_until_it_is_undone() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    seat, kept = story.seats[0], made.make_trainee(9)
    service.record_fee(seat, amount_fen=900_000, receipt_number="S1", paid_on=made.BEGINS, by=story.at.by)
    merged(kept, seat.person)
    with clock.at(made.day(story.claimed)):
        claim = service.compile_own(story.row, by=self_of(kept))
        assert (claim.person_id, [one.id for one in queries.own_claims(self_of(kept))]) == (seat.person_id, [claim.id])
        service.submit(claim, by=self_of(kept))
    people.undo_merge(merges_of(kept.id)[0], by=SYSTEM, reason="认错了")
    assert list(queries.own_claims(self_of(kept))) == []
    with pytest.raises(Forbidden):
        service.withdraw_claim(claim, by=self_of(kept), reason="不是我的")
    assert [one.id for one in queries.own_claims(self_of(seat.person))] == [claim.id]


def test_a_voucher_of_the_other_row_is_used_up_and_the_database_agrees() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    other = made.make_trainee(8)
    told = service.NewVoucher(
        number="Q1",
        kind=VoucherKind.GENERAL,
        value_fen=900_000,
        from_on=made.FILED,
        until_on=story.ended,
        issued_by="汨罗市人社局",
    )
    row = service.record_voucher(other, told, by=SYSTEM)
    merged(story.seats[0].person, other)
    with clock.at(made.day(story.claimed)):
        claim = service.compile_claim(story.row, by=story.at.by)
    assert [line.voucher_id for line in claim.lines if line.seat_id == story.seats[0].id] == [row.id]
    made.laws_hold()


# --- objections -----------------------------------------------------------------------------------------------------


def test_an_objection_answered_after_the_others_were_paid_lets_its_lines_go_on_by_law() -> None:
    story = made.make_class_story(people_count=2, absent=0, group=Group.LIFTED_OUT_OF_POVERTY)
    notice = made.on_notice(story)
    line = next(one for one in notice.claim.lines if one.payee is Payee.TRAINEE)
    with clock.at(made.day(notice.from_on)):
        objection = service.object_to(notice, line.id, text="那几天在外地")
    with clock.at(made.day(notice.until_on + timedelta(days=1))):
        service.close_notice(notice, by=story.second.as_actor())
    made.laws_hold()
    service.answer_objection(objection, uphold=False, answer="查了打卡，都在", by=story.second.as_actor())
    made.laws_hold()
    assert {one.status for one in notice.claim.lines if one.seat_id == line.seat_id} == {LineStatus.APPROVED}


# --- words and pages ------------------------------------------------------------------------------------------------


def test_the_notice_says_training_money_where_a_person_claims_it() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    seat = story.seats[0]
    service.record_fee(seat, amount_fen=900_000, receipt_number="S2", paid_on=made.BEGINS, by=story.at.by)
    me = self_of(seat.person)
    with clock.at(made.day(story.claimed)):
        claim = service.compile_own(story.row, by=me)
        service.submit(claim, by=me)
    notice = made.on_notice(story, claim)
    assert {row["item"] for row in notice.rows} == {"培训补贴"}


def test_the_auditors_page_of_a_class_comes_by_pages_and_its_sums_are_of_all() -> None:
    story = made.make_class_story(people_count=3, absent=0, group=Group.LIFTED_OUT_OF_POVERTY)
    made.confirm_placements(story)
    claim = made.approved(story)
    auditor = make_user(Role.AUDITOR, area=(COUNTY,)).as_actor()
    traced = trace_class(auditor, story.budget.id, story.row.id)
    whole = traced_lines([story.row.id])
    assert traced.page.total == len(whole) == len(claim.asking)
    assert traced.amount_fen == sum(one.line.amount_fen for one in whole) == claim.amount_fen
    (mine,) = [one for one in trace_budget(story.budget.id).classes if one.class_.id == story.row.id]
    assert mine.owed_fen == sum(one.due_fen for one in whole)
    assert (mine.got_fen, mine.tied_fen) == (0, 0)
    assert all(tie.holds for tie in (*traced.ties, *trace_budget(story.budget.id).ties))
